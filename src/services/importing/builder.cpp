#include "services/importing/builder.h"

#include <algorithm>

#include "base/check.h"
#include "base/numbers.h"
#include "election/definition_check.h"
#include "services/importing/codes.h"

namespace sufragio::services {

namespace {

constexpr std::size_t kMaxRemarks = 50'000;

Error error_at(Code code, const Place& place, std::vector<Fact> facts) {
  Error error{code, {{"file", place.file == nullptr ? std::string{} : place.file->name}}};
  error = std::move(error).with("line", static_cast<std::int64_t>(place.line));
  for (Fact& fact : facts) error.context.push_back(std::move(fact));
  return error;
}

bool same_figures(const tally::Row& a, const tally::Row& b) {
  return a.registered == b.registered && a.voters == b.voters && a.ballots == b.ballots &&
         a.votes == b.votes && a.null == b.null && a.invalid == b.invalid &&
         a.stated_valid == b.stated_valid && a.actas == b.actas;
}

// The letters of Latin-1 as they stand in UTF-8 (0xc3 and a second byte), without their accents.
char plain_letter(unsigned char second) {
  constexpr std::string_view kPlain =
      "aaaaaaaceeeeiiiidnooooo-ouuuuyts"
      "aaaaaaaceeeeiiiidnooooo-ouuuuyty";
  return second >= 0x80 && second < 0xc0 ? kPlain[second - 0x80] : '-';
}

}  // namespace

std::optional<std::int64_t> whole(std::string_view text) {
  const Result<std::uint64_t> value = parse_uint(text, std::uint64_t{Votes::kMax});
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::string slug_of(std::string_view text, std::size_t max) {
  std::string out;
  for (std::size_t i = 0; i < text.size() && out.size() < max; ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c == 0xc3 && i + 1 < text.size()) {
      c = static_cast<unsigned char>(plain_letter(static_cast<unsigned char>(text[++i])));
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<unsigned char>(c - 'A' + 'a');
    const bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (keep) {
      out.push_back(static_cast<char>(c));
    } else if (!out.empty() && out.back() != '-') {
      out.push_back('-');
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "x" : out;
}

election::TerritoryCode code_of(std::string_view digits) {
  const Result<election::TerritoryCode> code = election::TerritoryCode::parse(digits);
  CHECK(code.has_value());
  return *code;
}

void Builder::defect(Code code, const Place& place, std::vector<Fact> facts) {
  if (hopeless()) return;
  ++defects_;
  out_.notes.push_back({error_at(code, place, std::move(facts)), true});
}

void Builder::remark(Code code, const Place& place, std::vector<Fact> facts) {
  if (out_.notes.size() >= kMaxDefects + kMaxRemarks) return count(code, place);
  out_.notes.push_back({error_at(code, place, std::move(facts)), false});
}

void Builder::count(Code code, const Place& place, std::string_view what) {
  const auto [at, added] = counts_.try_emplace({code, std::string{what}}, Counted{place, 0});
  ++at->second.lines;
}

void Builder::write_counts() {
  for (const auto& [key, counted] : counts_) {
    std::vector<Fact> facts{{"count", std::to_string(counted.lines)}};
    if (!key.second.empty()) facts.push_back({"what", key.second});
    out_.notes.push_back({error_at(key.first, counted.first, std::move(facts)), false});
  }
}

std::string_view Builder::without_prefix(std::string_view raw, const Place& place) {
  const std::string_view text = trim(raw);
  for (const std::string& prefix : mapping_.prefixes) {
    if (!text.starts_with(prefix)) continue;
    const std::string_view rest = trim(text.substr(prefix.size()));
    if (rest.empty()) return text;
    count(import_codes::kPrefix, place, prefix);
    return rest;
  }
  return text;
}

std::optional<std::string> Builder::clean(std::string_view raw, const Place& place) {
  const std::string_view text = trim(raw);
  if (election::is_clean_text(text)) return std::string{text};
  defect(import_codes::kBadText, place, {{"value", std::string{text.substr(0, 60)}}});
  return std::nullopt;
}

bool Builder::name(const election::TerritoryCode& code, std::string_view raw, const Place& place) {
  const std::string_view text = without_prefix(raw, place);
  const auto known = names_.find(code);
  if (known != names_.end()) {
    if (!text.empty() && known->second != text) {
      count(import_codes::kOtherName, place,
            code.text() + " " + known->second + " / " + std::string{text.substr(0, 100)});
    }
    return true;
  }
  if (text.empty()) {
    count(import_codes::kCodeAsName, place);
    names_.emplace(code, code.text());
    return true;
  }
  const std::optional<std::string> good = clean(text, place);
  if (!good) return false;
  names_.emplace(code, *good);
  return true;
}

bool Builder::knows(const election::TerritoryCode& code) const { return names_.contains(code); }

election::ContestIndex Builder::add_contest(election::Contest contest) {
  const auto index = static_cast<std::uint16_t>(out_.definition.contests.size());
  out_.definition.contests.push_back(std::move(contest));
  return election::ContestIndex{index};
}

bool Builder::add_row(const Place& place, election::ContestIndex contest, const tally::Unit& unit,
                      RowFigures figures) {
  tally::Row row;
  row.contest = contest;
  row.unit = unit;
  row.trust = tally::Trust::imported;
  row.source = place.file->hash;
  row.registered = figures.registered;
  row.voters = figures.voters;
  row.ballots = figures.ballots;
  row.votes = std::move(figures.votes);
  row.null = figures.null;
  row.invalid = figures.invalid;
  row.stated_valid = figures.valid;
  row.actas = figures.actas;
  row.origin = place.file->name + ":" + std::to_string(place.line);
  const auto [at, added] =
      row_of_.try_emplace({contest.value(), unit}, static_cast<std::size_t>(out_.rows.size()));
  if (!added) {
    const tally::Row& first = out_.rows[at->second].row;
    std::vector<Fact> facts{{"unit", unit.text()}, {"first", first.origin}};
    if (same_figures(first, row)) {
      defect(import_codes::kRepeatedRow, place, std::move(facts));
      return false;
    }
    remark(import_codes::kConflictingRow, place, std::move(facts));
  }
  out_.rows.push_back({std::move(row), {}});
  return true;
}

void Builder::add_mesa(const MesaId& id, std::optional<Persons> electors, std::uint32_t actas,
                       std::uint16_t style) {
  election::Mesa mesa;
  mesa.id = id;
  mesa.electors_known = electors.has_value();
  if (electors) mesa.electors = *electors;
  mesa.style = style;
  mesa.actas = actas;
  mesas_.try_emplace(id, mesa);
}

std::uint16_t Builder::style_of(const std::vector<election::ContestIndex>& contests) {
  const auto next = static_cast<std::uint16_t>(out_.definition.styles.size());
  const auto [at, added] = styles_.try_emplace(contests, next);
  if (added) {
    const Result<election::StyleId> id = election::StyleId::parse(
        contests.size() == 1 ? out_.definition.contest(contests[0]).id.text()
                             : "e" + std::to_string(next + 1));
    CHECK(id.has_value());
    out_.definition.styles.push_back({*id, contests});
  }
  return at->second;
}

bool Builder::in_known(const election::TerritoryCode& centre, const Place& place) {
  if (options_.known == nullptr || options_.known->territory(centre) != nullptr) return true;
  defect(import_codes::kUnknownCentre, place, {{"centre", centre.text()}});
  return false;
}

void Builder::progress(std::uint64_t done) {
  if (options_.progress != nullptr) options_.progress->at(done, total_);
}

Result<void> Builder::finish(std::string_view format, const std::vector<PlainFile>& files) {
  election::Definition& definition = out_.definition;
  definition.id = mapping_.id;
  definition.title_es = mapping_.title_es;
  definition.title_en = mapping_.title_en;
  definition.date = mapping_.date;
  definition.kind = election::ElectionKind::real;
  definition.organiser = mapping_.publisher;
  definition.law = out_.law.id;
  definition.imported = true;
  for (auto& [code, text] : names_) definition.territories.push_back({code, text});
  for (const auto& entry : mesas_) definition.mesas.push_back(entry.second);
  const Place whole_file{files.empty() ? nullptr : &files.front(), 0};
  out_.about["format"] = std::string{format};
  if (mapping_.partial) {
    out_.about["partial"] = "yes";
    remark(import_codes::kPartial, whole_file);
  }
  if (mapping_.mesas_announced) {
    const std::string announced = std::to_string(*mapping_.mesas_announced);
    out_.about["mesas_announced"] = announced;
    remark(import_codes::kMesasAnnounced, whole_file,
           {{"rows", std::to_string(out_.rows.size())}, {"announced", announced}});
  }
  write_counts();
  return election::check_definition(definition, nullptr);
}

}  // namespace sufragio::services
