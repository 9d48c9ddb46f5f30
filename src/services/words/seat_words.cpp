#include "services/words/seat_words.h"

#include <array>

#include "base/numbers.h"

namespace sufragio::services {

namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr std::array<std::string_view, 5> kSteps{"average", "quota", "remainder", "rank",
                                                 "majority"};
constexpr std::array<std::string_view, 3> kDecided{"merit", "more_votes", "lot"};
constexpr std::array<std::string_view, 3> kSeating{"person", "no_person", "vacant"};

std::string claim_text(std::uint64_t numerator, std::uint64_t divisor, Language language) {
  std::string out = grouped(static_cast<std::int64_t>(numerator), language);
  if (divisor == 1) return out;
  return out + " ÷ " + grouped(static_cast<std::int64_t>(divisor), language) + " = " +
         quotient_text(numerator, divisor, language);
}

}  // namespace

std::string_view step_name(seats::Step step) { return kSteps[static_cast<std::size_t>(step)]; }
std::string_view decided_name(seats::DecidedBy by) {
  return kDecided[static_cast<std::size_t>(by)];
}
std::string_view seating_name(seats::Seating seating) {
  return kSeating[static_cast<std::size_t>(seating)];
}

std::string quotient_text(std::uint64_t numerator, std::uint64_t divisor, Language language) {
  const Wide hundredths = (Wide{numerator} * 200 + divisor) / (Wide{divisor} * 2);
  const auto whole = static_cast<std::int64_t>(hundredths / 100);
  const std::string rest = zero_padded(static_cast<std::uint64_t>(hundredths % 100), 2);
  return grouped(whole, language) + (language == Language::es ? "," : ".") + rest;
}

std::string seat_reason(const seats::Award& award, const std::vector<std::string>& names,
                        const Catalogue& words, Language language) {
  const std::string key = "seat.by." + std::string{step_name(award.step)};
  std::string out =
      words.text(key, {{"claim", claim_text(award.numerator, award.divisor, language)}});
  if (award.next) {
    const std::string claim = claim_text(award.next_numerator, award.next_divisor, language);
    out += words.text("seat.next", {{"name", names.at(*award.next)}, {"claim", claim}});
  }
  if (award.decided_by != seats::DecidedBy::merit) {
    const std::string tie = "seat.tie." + std::string{decided_name(award.decided_by)};
    out += words.text(tie, {{"number", std::to_string(award.lot + 1)}});
  }
  if (award.seating != seats::Seating::person) {
    out += words.text("seat.seating." + std::string{seating_name(award.seating)});
  }
  return out;
}

std::string seat_margin(const std::optional<seats::Margin>& margin,
                        const std::vector<std::string>& names, const Catalogue& words,
                        Language language) {
  if (!margin) return {};
  const std::string lose = grouped(margin->can_lose, language);
  const std::string& rival = names.at(margin->rival);
  if (!margin->lacks) return words.text("seat.margin", {{"votes", lose}, {"name", rival}});
  return words.text(
      "seat.margin.last",
      {{"votes", lose}, {"name", rival}, {"lacks", grouped(*margin->lacks, language)}});
}

}  // namespace sufragio::services
