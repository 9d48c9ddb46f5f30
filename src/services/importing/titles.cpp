#include "services/importing/titles.h"

#include <algorithm>

#include "base/numbers.h"
#include "election/definition_check.h"
#include "services/importing/codes.h"

namespace sufragio::services {

using election::TerritoryCode;

std::optional<PageCode> page_code(Builder& builder, std::string_view code, const Place& place) {
  const auto bad = [&]() -> std::optional<PageCode> {
    builder.defect(import_codes::kBadCode, place, {{"value", std::string{code.substr(0, 60)}}});
    return std::nullopt;
  };
  const bool digits = std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
  if (code.size() != 6 || !digits) return bad();
  const auto& words = builder.mapping().words;
  if (const auto special = words.find(std::string{code}); special != words.end()) {
    const Result<TerritoryCode> territory = TerritoryCode::parse(special->second);
    if (!territory) return bad();
    return PageCode{PageLevel::special, *territory};
  }
  if (code == "000000") return PageCode{PageLevel::digest, {}};
  std::size_t used = 6;
  while (used > 2 && code.substr(used - 2, 2) == "00") used -= 2;
  const Result<TerritoryCode> territory = TerritoryCode::parse(code.substr(0, used));
  if (!territory) return bad();
  const PageLevel level = used == 2   ? PageLevel::digest
                          : used == 4 ? PageLevel::municipality
                                      : PageLevel::parish;
  return PageCode{level, *territory};
}

std::optional<TitleParts> title_parts(const Mapping& mapping, std::string_view title) {
  for (const KindOfTitle& kind : mapping.kinds) {
    if (title.find(kind.text) == std::string_view::npos) continue;
    TitleParts out{kind.kind, kind.id, {}};
    const std::string mark = mapping.word("circuit");
    const std::size_t at = title.rfind(mark);
    if (at != std::string_view::npos) {
      const Result<std::uint64_t> number = parse_padded(title.substr(at + mark.size()), 999);
      if (number) out.circuit = static_cast<std::uint16_t>(*number);
    }
    return out;
  }
  return std::nullopt;
}

namespace {

std::string_view municipality_in(const Mapping& mapping, std::string_view title) {
  const std::string after = mapping.word("municipality_after");
  const std::string before = mapping.word("municipality_before");
  const std::size_t from = title.find(after);
  const std::size_t to = title.rfind(before);
  if (from == std::string_view::npos || to == std::string_view::npos) return {};
  const std::size_t begin = from + after.size();
  return to > begin ? title.substr(begin, to - begin) : std::string_view{};
}

std::string_view state_of(const Mapping& mapping, std::string_view code) {
  for (const auto& [name, number] : mapping.states) {
    if (number == code) return name;
  }
  return {};
}

}  // namespace

bool name_page(Builder& builder, const TerritoryCode& territory, std::string_view title,
               const Place& place) {
  if (territory == TerritoryCode{}) return true;
  const TerritoryCode state = territory.at(election::Level::state);
  if (!builder.knows(state) &&
      !builder.name(state, state_of(builder.mapping(), state.text()), place)) {
    return false;
  }
  if (territory.level() == election::Level::state || builder.knows(territory)) return true;
  return builder.name(territory, municipality_in(builder.mapping(), title), place);
}

std::optional<std::string> joined_name(Builder& builder, const std::vector<std::string>& parties,
                                       const Place& place) {
  constexpr std::string_view kMore = " + …";
  std::string out;
  for (const std::string& party : parties) {
    const std::string next = (out.empty() ? "" : " + ") + std::string{trim(party)};
    if (out.size() + next.size() + kMore.size() > election::kMaxText && !out.empty()) {
      builder.remark(import_codes::kShortened, place, {{"name", out}});
      out += kMore;
      break;
    }
    out += next;
  }
  return builder.clean(out, place);
}

}  // namespace sufragio::services
