#include "services/importing/codes.h"
#include "services/importing/formats.h"
#include "services/importing/named.h"
#include "services/importing/source_table.h"

// Presidential election of 2012 by centre at a state of an unfinished count: names without codes,
// "N/A" for what the source does not know.
namespace sufragio::services {

namespace {

using election::TerritoryCode;

const std::vector<std::string_view> kCentreRoles{"state_name",
                                                 "municipality_name",
                                                 "parish_name",
                                                 "centre_name",
                                                 "registered_expected",
                                                 "registered",
                                                 "ballots",
                                                 "voters",
                                                 "valid",
                                                 "null",
                                                 "actas_expected",
                                                 "actas"};

class Import2012 {
 public:
  Import2012(Builder& builder, const SourceTable& table)
      : b_{builder}, table_{table}, territories_{builder} {
    for (const OptionColumn& option : b_.mapping().options) {
      options_.push_back(table.column(option.column));
    }
  }

  void line(const codec::CsvRecord& record) {
    const Place place = table_.at(record.line);
    Cells cells{b_, record, place};
    const NamedPlace named{
        cells.text(table_.role("state_name")), cells.text(table_.role("municipality_name")),
        cells.text(table_.role("parish_name")), cells.text(table_.role("centre_name"))};
    const std::optional<TerritoryCode> parish = territories_.parish(named, place);
    if (!parish) return;
    const std::optional<TerritoryCode> centre =
        territories_.centre(*parish, named.centre, 0, place);
    if (!centre) return;
    const MesaId id = mesa_id_of(*centre, 0);
    for (const std::string_view role : {"registered_expected", "actas_expected"}) {
      if (cells.missing(table_.role(role))) b_.count(import_codes::kEmptyColumn, place, role);
    }
    std::optional<RowFigures> figures = figures_of(cells, place, *centre);
    if (!cells.good()) return;
    const std::optional<Persons> electors = figures ? figures->registered : std::nullopt;
    const std::uint32_t actas = figures ? figures->actas : 1;
    if (figures &&
        !b_.add_row(place, election::ContestIndex{0}, tally::Unit{*centre, id.mesa}, *figures)) {
      return;
    }
    b_.add_mesa(id, electors, actas, 0);
  }

 private:
  // Nothing when the source has no totals here; the note then carries what votes it has.
  std::optional<RowFigures> figures_of(Cells& cells, const Place& place,
                                       const TerritoryCode& centre) {
    RowFigures out;
    std::vector<Fact> facts{{"centre", centre.text()}};
    bool complete = true;
    for (std::size_t i = 0; i < options_.size(); ++i) {
      const std::optional<Votes> votes = cells.count<Votes>(options_[i]);
      complete = complete && votes.has_value();
      out.votes.push_back(votes.value_or(Votes{}));
      if (votes) {
        facts.push_back({b_.mapping().options[i].id.text(), std::to_string(votes->value())});
      }
    }
    out.registered = cells.count<Persons>(table_.role("registered"));
    out.voters = cells.count<Persons>(table_.role("voters"));
    out.ballots = cells.count<Persons>(table_.role("ballots"));
    out.valid = cells.count<Votes>(table_.role("valid"));
    const std::optional<Votes> null = cells.count<Votes>(table_.role("null"));
    const std::optional<Votes> actas = cells.count<Votes>(table_.role("actas"));
    if (!cells.good()) return std::nullopt;
    if (!complete || !out.voters || !out.valid || !null || !actas) {
      b_.defect(import_codes::kNoTotals, place, std::move(facts));
      return std::nullopt;
    }
    out.null = *null;
    out.actas = static_cast<std::uint32_t>(std::min<std::int64_t>(actas->value(), 100'000));
    return out;
  }

  Builder& b_;
  const SourceTable& table_;
  NamedTerritories territories_;
  std::vector<std::size_t> options_;
};

}  // namespace

Result<void> import_ve_2012(Builder& builder, const Sources& files) {
  const Mapping& mapping = builder.mapping();
  if (files.size() != 1) return fail(import_codes::kWrongFiles, {{"file", files.back().name}});
  if (mapping.options.empty()) {
    return fail(import_codes::kBadMapping, {{"key", "options"}, {"line", "0"}});
  }
  election::Contest contest;
  contest.id = mapping.contest;
  contest.kind = mapping.kind;
  contest.title_es = mapping.contest_es;
  contest.title_en = mapping.contest_en;
  contest.cards_known = false;
  std::vector<std::string> columns;
  for (const OptionColumn& option : mapping.options) {
    contest.options.push_back({option.id, option.name});
    contest.cards.push_back({{}, option.id, {}});
    columns.push_back(option.column);
  }
  builder.style_of({builder.add_contest(std::move(contest))});
  SourceTable table = TRY(SourceTable::open(builder, files.front(), kCentreRoles, columns));
  builder.remark(import_codes::kNoCards, {&files.front(), 0});
  builder.out().about["synthetic_codes"] = "yes";
  Import2012 import{builder, table};
  while (const std::optional<codec::CsvRecord> record = table.next()) import.line(*record);
  return {};
}

}  // namespace sufragio::services
