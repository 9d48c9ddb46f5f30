#include <algorithm>
#include <set>

#include "base/numbers.h"
#include "services/importing/codes.h"
#include "services/importing/formats.h"
#include "services/importing/named.h"
#include "services/importing/source_table.h"

// Governors of 2017: one line per mesa and candidate, mesa fields repeated on each line, no codes.
// A new mesa starts where its fields change or where a candidate repeats (one pair of mesas is
// equal in every field).
namespace sufragio::services {

namespace {

using election::TerritoryCode;

const std::vector<std::string_view> kGovernorRoles{
    "state_name", "municipality_name",  "parish_name", "centre_name", "mesa",
    "registered", "registered_counted", "voters",      "ballots",     "valid",
    "null",       "actas_expected",     "actas",       "candidate",   "votes"};
constexpr std::size_t kMesaFields = 13;  // the roles before the candidate

struct Candidate {
  std::string name;
  std::optional<Votes> votes;
};

struct Group {
  Place place;
  std::vector<std::string> fields;  // in the order of kGovernorRoles
  std::vector<Candidate> candidates;
};

class Import2017 {
 public:
  explicit Import2017(Builder& builder) : b_{builder}, territories_{builder} {}

  Result<void> read(const PlainFile& file) {
    SourceTable table = TRY(SourceTable::open(b_, file, kGovernorRoles, {}));
    std::vector<std::size_t> columns;
    for (const std::string_view role : kGovernorRoles) {
      const std::string column = TRY(b_.mapping().column(role));
      columns.push_back(table.column(column));
    }
    std::set<std::string, std::less<>> seen;
    bool open = false;
    while (const std::optional<codec::CsvRecord> record = table.next()) {
      Cells cells{b_, *record, table.at(record->line)};
      const std::string_view name = cells.text(columns[kMesaFields]);
      bool same = open;
      for (std::size_t i = 0; same && i < kMesaFields; ++i) {
        same = groups_.back().fields[i] == cells.text(columns[i]);
      }
      if (!same || seen.contains(name)) {
        groups_.push_back({table.at(record->line), {}, {}});
        for (std::size_t i = 0; i < kMesaFields; ++i) {
          groups_.back().fields.emplace_back(cells.text(columns[i]));
        }
        seen.clear();
        open = true;
      }
      seen.emplace(name);
      groups_.back().candidates.push_back(
          {std::string{name}, cells.count<Votes>(columns[kMesaFields + 1])});
    }
    return {};
  }

  Result<void> build() {
    count_candidates();
    TRY(make_contests());
    for (const Group& group : groups_) row(group);
    if (!groups_.empty()) b_.out().about["synthetic_codes"] = "yes";
    return {};
  }

 private:
  struct State {
    std::string name;                                      // as in the source
    std::vector<std::pair<std::string, std::size_t>> all;  // candidate, mesas; in order
    std::size_t mesas = 0;
    std::vector<std::string> candidates;  // those of the ballot
    election::ContestIndex contest;
    std::uint16_t style = 0;
  };

  std::optional<std::string> state_code(const Group& group) const {
    const auto& states = b_.mapping().states;
    const auto found = states.find(std::string{trim(group.fields[0])});
    if (found == states.end()) return std::nullopt;
    return found->second;
  }

  void count_candidates() {
    for (const Group& group : groups_) {
      const std::optional<std::string> code = state_code(group);
      if (!code) continue;
      State& state = states_[*code];
      state.name = group.fields[0];
      ++state.mesas;
      for (const Candidate& candidate : group.candidates) {
        const auto found = std::ranges::find_if(
            state.all, [&](const auto& entry) { return entry.first == candidate.name; });
        if (found == state.all.end()) {
          state.all.emplace_back(candidate.name, 1);
        } else {
          ++found->second;
        }
      }
    }
  }

  // The ballot of a state is what more than half of its mesas list, in the order of the file.
  Result<void> make_contests() {
    for (auto& [code, state] : states_) {
      const Place place{groups_.front().place.file, 0};
      if (!b_.name(code_of(code), state.name, place)) continue;
      election::Contest contest;
      contest.id = TRY(election::ContestId::parse(b_.mapping().contest.text() + "-" + code));
      contest.kind = b_.mapping().kind;
      contest.territory = code_of(code);
      const std::string name{b_.without_prefix(state.name, place)};
      contest.title_es = b_.mapping().contest_es + ": " + name;
      contest.title_en = b_.mapping().contest_en + ": " + name;
      contest.cards_known = false;
      std::set<std::string> ids;
      for (const auto& [candidate, mesas] : state.all) {
        const std::optional<std::string> text = b_.clean(candidate, place);
        if (mesas * 2 <= state.mesas || !text) continue;
        std::string id = slug_of(*text, 28);
        for (int i = 2; !ids.insert(id).second; ++i)
          id = slug_of(*text, 28) + "-" + std::to_string(i);
        const election::OptionId option = TRY(election::OptionId::parse(id));
        contest.options.push_back({option, *text});
        contest.cards.push_back({{}, option, {}});
        state.candidates.push_back(candidate);
      }
      if (contest.options.empty()) continue;
      state.contest = b_.add_contest(std::move(contest));
      state.style = b_.style_of({state.contest});
    }
    return {};
  }

  void row(const Group& group) {
    const NamedPlace named{group.fields[0], group.fields[1], group.fields[2], group.fields[3]};
    const std::optional<TerritoryCode> parish = territories_.parish(named, group.place);
    if (!parish) return;
    const State& state = states_.at(parish->text().substr(0, 2));
    std::optional<RowFigures> figures = figures_of(group, state);
    if (!figures) return;
    const Result<std::uint64_t> mesa = parse_padded(group.fields[4], 99);
    if (!mesa || *mesa < 1) {
      b_.defect(import_codes::kBadCode, group.place, {{"value", group.fields[4].substr(0, 60)}});
      return;
    }
    const auto number = static_cast<std::uint16_t>(*mesa);
    const std::optional<TerritoryCode> centre = free_centre(*parish, named, number, group.place);
    if (!centre) return;
    const MesaId id = mesa_id_of(*centre, number);
    if (figures->actas > 1) {
      b_.remark(import_codes::kSeveralActas, group.place,
                {{"unit", id.text()}, {"actas", std::to_string(figures->actas)}});
    }
    const std::optional<Persons> electors = figures->registered;
    const std::uint32_t actas = figures->actas;
    if (b_.add_row(group.place, state.contest, tally::Unit::of(id), std::move(*figures))) {
      b_.add_mesa(id, electors, actas, state.style);
    }
  }

  // The first centre of this name that has no such mesa yet: a mesa that stands twice belongs to
  // two centres of one name.
  std::optional<TerritoryCode> free_centre(const TerritoryCode& parish, const NamedPlace& named,
                                           std::uint16_t mesa, const Place& place) {
    for (std::size_t nth = 0;; ++nth) {
      std::optional<TerritoryCode> centre = territories_.centre(parish, named.centre, nth, place);
      if (!centre) return std::nullopt;
      if (used_.insert({centre->text(), mesa}).second) {
        if (nth > 0) {
          b_.remark(import_codes::kSameName, place,
                    {{"name", std::string{named.centre.substr(0, 100)}},
                     {"mesa", std::to_string(mesa)},
                     {"centre", centre->text()}});
        }
        return centre;
      }
    }
  }

  std::optional<RowFigures> figures_of(const Group& group, const State& state) {
    RowFigures out;
    bool good = true;
    const auto figure = [&](std::size_t field) {
      const std::optional<std::int64_t> value = whole(group.fields[field]);
      if (value) return *value;
      good = false;
      b_.defect(
          import_codes::kBadFigure, group.place,
          {{"column", std::to_string(field + 1)}, {"value", group.fields[field].substr(0, 60)}});
      return std::int64_t{0};
    };
    const auto persons = [&](std::size_t field) { return *Persons::from(figure(field)); };
    const auto votes = [&](std::size_t field) { return *Votes::from(figure(field)); };
    out.registered = persons(5);
    out.voters = persons(7);
    out.ballots = persons(8);
    out.valid = votes(9);
    out.null = votes(10);
    out.actas = static_cast<std::uint32_t>(std::min<std::int64_t>(figure(12), 100'000));
    if (!good) return std::nullopt;
    for (const std::string& name : state.candidates) {
      const auto found = std::ranges::find_if(
          group.candidates, [&](const Candidate& candidate) { return candidate.name == name; });
      if (found != group.candidates.end() && found->votes) out.votes.push_back(*found->votes);
    }
    if (out.votes.size() == state.candidates.size() && !out.votes.empty() &&
        group.candidates.size() == state.candidates.size()) {
      return out;
    }
    b_.defect(import_codes::kIncomplete, group.place,
              {{"got", std::to_string(group.candidates.size())},
               {"expected", std::to_string(state.candidates.size())}});
    return std::nullopt;
  }

  Builder& b_;
  NamedTerritories territories_;
  std::vector<Group> groups_;
  std::map<std::string, State> states_;  // by code
  std::set<std::pair<std::string, std::uint16_t>> used_;
};

}  // namespace

Result<void> import_ve_2017(Builder& builder, const Sources& files) {
  Import2017 import{builder};
  for (const PlainFile& file : files) {
    builder.remark(import_codes::kNoCards, {&file, 0});
    TRY(import.read(file));
  }
  return import.build();
}

}  // namespace sufragio::services
