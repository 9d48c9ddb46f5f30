#include "base/numbers.h"
#include "services/importing/codes.h"
#include "services/importing/formats.h"
#include "services/importing/source_table.h"

// Tables whose lines name the centre by its code: a mesa each, or a whole centre.
namespace sufragio::services {

namespace {

using election::TerritoryCode;

const std::vector<std::string_view> kCodedRoles{
    "state_name", "municipality_name", "parish_name",   "centre_name", "state_code",
    "centre",     "municipality_code", "parish_serial", "mesa",        "registered",
    "voters",     "ballots",           "valid",         "null",        "invalid",
    "actas",      "actas_expected"};

class CodedImport {
 public:
  CodedImport(Builder& builder, const SourceTable& table) : b_{builder}, table_{table} {
    for (const OptionColumn& option : b_.mapping().options) {
      options_.push_back(table.column(option.column));
    }
  }

  void line(const codec::CsvRecord& record) {
    const Place place = table_.at(record.line);
    Cells cells{b_, record, place};
    const std::optional<TerritoryCode> centre = centre_of(cells, place);
    if (!centre || !consistent(cells, *centre, place)) return;
    const std::optional<std::uint16_t> mesa = mesa_of(cells, place);
    if (!mesa || !b_.in_known(*centre, place)) return;
    std::optional<RowFigures> figures = figures_of(cells, place);
    if (!figures || !names(cells, *centre, place)) return;
    const auto number = static_cast<std::uint32_t>(*whole_padded(centre->text()));
    const MesaId id{CentreCode{number}, MesaNumber{*mesa}};
    if (figures->actas > 1 && *mesa != 0) b_.count(import_codes::kSeveralActas, place);
    const std::uint32_t expected = expected_of(cells, figures->actas);
    if (figures->actas == 0 && expected > 0) {
      b_.remark(import_codes::kNoActa, place, {{"centre", centre->text()}});
    }
    const std::optional<Persons> electors = figures->registered;
    if (!b_.add_row(place, election::ContestIndex{0}, {*centre, id.mesa}, std::move(*figures))) {
      return;
    }
    b_.add_mesa(id, electors, expected, 0);
  }

 private:
  static std::optional<std::uint64_t> whole_padded(std::string_view text) {
    const Result<std::uint64_t> value = parse_padded(text, kMaxCentre);
    if (!value) return std::nullopt;
    return *value;
  }

  std::optional<TerritoryCode> centre_of(const Cells& cells, const Place& place) {
    std::string text{cells.text(centre_)};
    if (text.size() == 8 && b_.mapping().pad_centre) {
      text.insert(text.begin(), '0');
      b_.count(import_codes::kPaddedCode, place);
    }
    Result<TerritoryCode> code = TerritoryCode::parse(text);
    if (code && code->level() == election::Level::centre &&
        b_.mapping().territory.contains(*code)) {
      return *std::move(code);
    }
    b_.defect(import_codes::kBadCode, place, {{"value", text.substr(0, 60)}});
    return std::nullopt;
  }

  // The columns of state and municipality say the same as the centre's code; a serial number of
  // parishes is no part of it.
  bool consistent(const Cells& cells, const TerritoryCode& centre, const Place& place) {
    const std::string& code = centre.text();
    const auto check = [&](std::size_t column, std::size_t from) {
      if (column == kNoColumn) return true;
      if (whole_padded(cells.text(column)) == whole_padded(code.substr(from, 2))) return true;
      b_.defect(import_codes::kContradicts, place,
                {{"centre", code}, {"value", std::string{cells.text(column).substr(0, 60)}}});
      return false;
    };
    if (!check(state_code_, 0) || !check(municipality_code_, 2)) return false;
    if (parish_serial_ != kNoColumn &&
        whole_padded(cells.text(parish_serial_)) != whole_padded(code.substr(4, 2))) {
      b_.count(import_codes::kParishSerial, place);
    }
    return true;
  }

  std::optional<std::uint16_t> mesa_of(const Cells& cells, const Place& place) {
    if (mesa_ == kNoColumn) return std::uint16_t{0};
    const Result<std::uint64_t> value = parse_padded(cells.text(mesa_), 99);
    if (value && *value >= 1) return static_cast<std::uint16_t>(*value);
    b_.defect(import_codes::kBadCode, place,
              {{"value", std::string{cells.text(mesa_).substr(0, 60)}}});
    return std::nullopt;
  }

  std::optional<RowFigures> figures_of(Cells& cells, const Place& place) {
    RowFigures out;
    out.registered = cells.count<Persons>(registered_);
    out.voters = cells.count<Persons>(voters_);
    out.ballots = cells.count<Persons>(ballots_);
    out.valid = cells.count<Votes>(valid_);
    bool complete = true;
    const auto needed = [&](std::size_t column) {
      if (column == kNoColumn) return Votes{};
      const std::optional<Votes> votes = cells.count<Votes>(column);
      complete = complete && votes.has_value();
      return votes.value_or(Votes{});
    };
    for (const std::size_t column : options_) out.votes.push_back(needed(column));
    out.null = needed(null_);
    out.invalid = needed(invalid_);
    if (const auto actas = cells.count<Votes>(actas_)) out.actas = small(*actas);
    if (!cells.good()) return std::nullopt;
    if (!complete) {
      b_.defect(import_codes::kNoTotals, place, {});
      return std::nullopt;
    }
    if (b_.mapping().compute_ballots) compute_ballots(out, place);
    return out;
  }

  void compute_ballots(RowFigures& figures, const Place& place) {
    std::int64_t sum = figures.null.value() + figures.invalid.value();
    if (figures.valid) {
      sum += figures.valid->value();
    } else {
      for (const Votes v : figures.votes) sum += v.value();
    }
    const Result<Persons> ballots = Persons::from(sum);
    if (!ballots) return;
    if (!figures.ballots) figures.ballots = *ballots;
    if (!figures.voters) figures.voters = *ballots;
    b_.count(import_codes::kComputedBallots, place);
  }

  static std::uint32_t small(Votes votes) {
    return static_cast<std::uint32_t>(std::min<std::int64_t>(votes.value(), 100'000));
  }

  std::uint32_t expected_of(Cells& cells, std::uint32_t actas) {
    const std::optional<Votes> stated = cells.count<Votes>(actas_expected_);
    return stated ? small(*stated) : actas;
  }

  bool names(const Cells& cells, const TerritoryCode& centre, const Place& place) {
    const auto one = [&](election::Level level, std::size_t column) {
      return b_.name(centre.at(level), cells.text(column), place);
    };
    return one(election::Level::state, state_name_) &&
           one(election::Level::municipality, municipality_name_) &&
           one(election::Level::parish, parish_name_) && one(election::Level::centre, centre_name_);
  }

  Builder& b_;
  const SourceTable& table_;
  std::vector<std::size_t> options_;
  std::size_t centre_ = table_.role("centre");
  std::size_t mesa_ = table_.role("mesa");
  std::size_t registered_ = table_.role("registered");
  std::size_t voters_ = table_.role("voters");
  std::size_t ballots_ = table_.role("ballots");
  std::size_t valid_ = table_.role("valid");
  std::size_t null_ = table_.role("null");
  std::size_t invalid_ = table_.role("invalid");
  std::size_t actas_ = table_.role("actas");
  std::size_t actas_expected_ = table_.role("actas_expected");
  std::size_t state_code_ = table_.role("state_code");
  std::size_t municipality_code_ = table_.role("municipality_code");
  std::size_t parish_serial_ = table_.role("parish_serial");
  std::size_t state_name_ = table_.role("state_name");
  std::size_t municipality_name_ = table_.role("municipality_name");
  std::size_t parish_name_ = table_.role("parish_name");
  std::size_t centre_name_ = table_.role("centre_name");
};

election::Contest contest_of(const Mapping& mapping) {
  election::Contest contest;
  contest.id = mapping.contest;
  contest.kind = mapping.kind;
  contest.territory = mapping.territory;
  contest.seats = mapping.seats;
  contest.votes_per_voter = mapping.votes_per_voter;
  contest.title_es = mapping.contest_es.empty() ? mapping.title_es : mapping.contest_es;
  contest.title_en = mapping.contest_en.empty() ? mapping.title_en : mapping.contest_en;
  contest.cards_known = false;
  for (const OptionColumn& option : mapping.options) {
    contest.options.push_back({option.id, option.name});
    contest.cards.push_back({{}, option.id, {}});
  }
  return contest;
}

}  // namespace

Result<void> import_coded(Builder& builder, const Sources& files) {
  const Mapping& mapping = builder.mapping();
  TRY(mapping.column("centre"));
  if (mapping.options.empty() || mapping.contest == election::ContestId{}) {
    return fail(import_codes::kBadMapping, {{"key", "options"}, {"line", "0"}});
  }
  if (mapping.territory != TerritoryCode{}) {
    const Place place{&files.front(), 0};
    for (std::optional<TerritoryCode> code = mapping.territory; code && *code != TerritoryCode{};
         code = code->parent()) {
      static_cast<void>(builder.name(*code, "", place));
    }
  }
  std::vector<std::string> columns;
  for (const OptionColumn& option : mapping.options) columns.push_back(option.column);
  const election::ContestIndex contest = builder.add_contest(contest_of(mapping));
  builder.style_of({contest});
  for (const PlainFile& file : files) {
    SourceTable table = TRY(SourceTable::open(builder, file, kCodedRoles, columns));
    builder.remark(import_codes::kNoCards, {&file, 0});
    CodedImport import{builder, table};
    while (const std::optional<codec::CsvRecord> record = table.next()) import.line(*record);
  }
  return {};
}

}  // namespace sufragio::services
