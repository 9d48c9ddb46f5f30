#include "services/publication/rows_file.h"

#include <algorithm>

#include "base/numbers.h"
#include "codec/csv.h"
#include "services/publication/codes.h"
#include "services/publication/figures.h"

namespace sufragio::services {

namespace {

using tally::JudgedRow;

constexpr std::uint64_t kMaxIndex = UINT32_MAX;
constexpr std::size_t kMaxField = 65'536;

template <typename Amount>
Result<Amount> count(std::string_view text) {
  const std::uint64_t value = TRY(parse_uint(text, static_cast<std::uint64_t>(Amount::kMax)));
  return Amount::from(static_cast<std::int64_t>(value));
}

template <typename Amount>
Result<std::optional<Amount>> optional_count(std::string_view text) {
  if (text.empty()) return std::optional<Amount>{};
  const Amount value = TRY(count<Amount>(text));
  return std::optional<Amount>{value};
}

template <typename Enum, typename Name>
Result<Enum> named(std::string_view text, std::uint8_t last, Name name) {
  for (std::uint8_t i = 0; i <= last; ++i) {
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  return fail(kRowsForm);
}

Result<tally::Unit> unit_of(std::string_view territory, std::string_view mesa) {
  tally::Unit out;
  if (!territory.empty()) out.territory = TRY(election::TerritoryCode::parse(territory));
  if (mesa.empty()) return out;
  const std::uint64_t number = TRY(parse_padded(mesa, 99));
  out.mesa = MesaNumber{static_cast<std::uint16_t>(number)};
  if (!out.mesa_id()) return fail(kRowsForm);
  return out;
}

Result<JudgedRow> read_row(const std::vector<std::string_view>& f,
                           const std::map<std::string_view, election::ContestIndex>& contests) {
  JudgedRow out;
  tally::Row& row = out.row;
  const auto contest = contests.find(f[0]);
  if (contest == contests.end()) return fail(kRowsForm);
  row.contest = contest->second;
  row.unit = TRY(unit_of(f[1], f[2]));
  const std::uint64_t revision = TRY(parse_uint(f[3], kMaxIndex));
  row.revision = static_cast<std::uint32_t>(revision);
  row.status = TRY(named<tally::RowStatus>(f[4], 3, status_name));
  row.trust = TRY(named<tally::Trust>(f[5], 2, trust_name));
  row.source = TRY(Hash32::parse(f[6]));
  row.registered = TRY(optional_count<Persons>(f[7]));
  row.voters = TRY(optional_count<Persons>(f[8]));
  row.ballots = TRY(optional_count<Persons>(f[9]));
  row.stated_valid = TRY(optional_count<Votes>(f[10]));
  row.null = TRY(count<Votes>(f[11]));
  row.invalid = TRY(count<Votes>(f[12]));
  const std::uint64_t actas = TRY(parse_uint(f[13], kMaxIndex));
  row.actas = static_cast<std::uint32_t>(actas);
  if (!f[14].empty()) {
    for (const std::string_view votes : split(f[14], ';')) {
      const Votes value = TRY(count<Votes>(votes));
      row.votes.push_back(value);
    }
  }
  if (!f[15].empty()) {
    for (const std::string_view code : split(f[15], ';')) {
      const std::optional<tally::Rule> rule = tally::rule_of(code);
      if (!rule) return fail(kRowsForm);
      out.findings.push_back({*rule, {}});
    }
  }
  row.origin = std::string{f[16]};
  return out;
}

}  // namespace

Result<std::vector<JudgedRow>> read_rows(std::string_view text,
                                         const election::Definition& definition) {
  constexpr std::size_t kFields = 17;
  codec::CsvOptions options;
  options.max_field = kMaxField;
  codec::CsvReader reader{text, options};
  std::map<std::string_view, election::ContestIndex> contests;
  for (std::size_t i = 0; i < definition.contests.size(); ++i) {
    contests.emplace(definition.contests[i].id.text(),
                     election::ContestIndex{static_cast<std::uint16_t>(i)});
  }
  std::vector<JudgedRow> out;
  for (std::size_t line = 1;; ++line) {
    const auto bad = [&] {
      return fail(Error{kRowsForm, {{"file", "data/rows.csv"}}}.with(
          "line", static_cast<std::int64_t>(line)));
    };
    const Result<std::optional<codec::CsvRecord>> record = reader.next();
    if (!record) return bad();
    if (!*record) return out;
    if ((*record)->fields.size() != kFields) return bad();
    if (line == 1) continue;  // the header: compared with the rest of the text by the caller
    Result<JudgedRow> row = read_row((*record)->fields, contests);
    if (!row) return bad();
    out.push_back(std::move(*row));
  }
}

}  // namespace sufragio::services
