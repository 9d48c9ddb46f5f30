#include "forensics/survey.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "codec/csv.h"
#include "stats/distributions.h"
#include "stats/many.h"

namespace sufragio::forensics {

namespace {

using election::TerritoryCode;
using statement::Text;
using statement::Word;
using tally::Row;

// Counted rows of the contest that stand for one acta each (or for one whole unit), ascending.
std::vector<const Row*> rows_of(std::span<const tally::JudgedRow> rows,
                                election::ContestIndex contest) {
  std::vector<const Row*> out;
  for (const tally::JudgedRow& judged : rows) {
    const Row& row = judged.row;
    if (row.status != tally::RowStatus::counted || row.contest != contest) continue;
    if (row.unit.mesa_id() && row.actas != 1) continue;
    out.push_back(&row);
  }
  std::ranges::stable_sort(out, [](const Row* a, const Row* b) { return a->unit < b->unit; });
  return out;
}

TerritoryCode state_of(const tally::Unit& unit) {
  const auto state = TerritoryCode::parse(unit.territory.text().substr(0, 2));
  return state ? *state : TerritoryCode{};
}

std::vector<std::int64_t> option_votes(const election::Contest& contest, const Row& row) {
  std::vector<std::int64_t> out(contest.options.size(), 0);
  for (std::size_t i = 0; i < row.votes.size() && i < contest.cards.size(); ++i) {
    const auto found =
        std::ranges::find(contest.options, contest.cards[i].option, &election::Option::id);
    if (found == contest.options.end()) continue;
    out[static_cast<std::size_t>(found - contest.options.begin())] += row.votes[i].value();
  }
  return out;
}

void add_part(Quantity& quantity, const Row& row, const Part& part) {
  const TerritoryCode state = state_of(row.unit);
  if (quantity.places.empty() || quantity.places.back().territory != state) {
    quantity.places.push_back({state, {}, {}, {}});
  }
  Place& place = quantity.places.back();
  const bool mesa = row.unit.mesa_id().has_value();
  const bool same_centre =
      !place.units.empty() && place.units.back().territory == row.unit.territory;
  place.parts.push_back(part);
  place.units.push_back(row.unit);
  if (!mesa) return;
  if (!same_centre || place.centres.empty()) place.centres.emplace_back();
  place.centres.back().push_back(part);
}

IntegerCount merged(const std::vector<IntegerCount>& all) {
  IntegerCount out;
  for (const IntegerCount& one : all) {
    out.mesas += one.mesas;
    out.near += one.near;
    out.mean += one.mean;
    out.variance += one.variance;
  }
  if (out.variance <= 0) return out;
  out.z = (static_cast<double>(out.near) - out.mean) / std::sqrt(out.variance);
  out.p = all.size() == 1 ? all[0].p : stats::normal_cdf(-out.z);
  return out;
}

Homogeneity merged(const std::vector<Homogeneity>& all) {
  Homogeneity out;
  for (const Homogeneity& one : all) {
    out.centres += one.centres;
    out.x2 += one.x2;
    out.freedom += one.freedom;
    out.centres_p += one.centres_p;
    out.x2_p += one.x2_p;
    out.freedom_p += one.freedom_p;
  }
  return out;
}

std::vector<Finding> test_one(const Quantity& quantity, std::size_t index, const Plan& plan,
                              NearChances* chances) {
  std::vector<IntegerCount> integers;
  std::vector<Homogeneity> spreads;
  for (const Place& place : quantity.places) {
    integers.push_back(integer_percentages(place.parts, plan.min_votes, chances));
    spreads.push_back(homogeneity(place.centres));
  }
  std::vector<Finding> out;
  out.push_back({index, {}, merged(integers), merged(spreads), {}, 1, 1});
  for (std::size_t i = 0; i < quantity.places.size() && quantity.places.size() > 1; ++i) {
    out.push_back({index, i, integers[i], spreads[i], {}, 1, 1});
  }
  return out;
}

// The dispersion of the turnout in the same place is the control of the votes there.
void set_controls(const std::vector<Quantity>& all, std::vector<Finding>& findings) {
  std::map<std::string, double> controls;
  const auto key = [&](const Finding& finding) {
    if (!finding.place) return std::string{};
    return all[finding.quantity].places[*finding.place].territory.text();
  };
  for (const Finding& finding : findings) {
    if (!all[finding.quantity].turnout || finding.homogeneity.freedom == 0) continue;
    controls[key(finding)] = finding.homogeneity.dispersion();
  }
  for (Finding& finding : findings) {
    if (all[finding.quantity].turnout) continue;
    const auto found = controls.find(key(finding));
    if (found != controls.end() && found->second > 0)
      finding.control = std::max(found->second, 1.0);
  }
}

}  // namespace

double Finding::p_homogeneity() const { return control ? homogeneity.p(*control) : 1; }

std::vector<Quantity> quantities(const election::Definition& definition,
                                 std::span<const tally::JudgedRow> rows,
                                 election::ContestIndex contest, const Plan& plan) {
  const election::Contest& of = definition.contest(contest);
  const std::vector<const Row*> used = rows_of(rows, contest);
  std::vector<std::int64_t> sums(of.options.size(), 0);
  std::int64_t valid = 0;
  for (const Row* row : used) {
    const auto votes = option_votes(of, *row);
    for (std::size_t i = 0; i < votes.size(); ++i) {
      sums[i] += votes[i];
      valid += votes[i];
    }
  }
  Quantity turnout{Word{"forensics.turnout"}, true, {}};
  std::vector<Quantity> shares;
  std::vector<std::size_t> tested;
  for (std::size_t i = 0; i < sums.size() && sums.size() > 1; ++i) {
    if (valid == 0 || sums[i] * 100 < valid * plan.min_share) continue;
    tested.push_back(i);
    shares.push_back({Text{of.options[i].name}, false, {}});
  }
  for (const Row* row : used) {
    if (row->registered && row->ballots && row->registered->value() > 0) {
      add_part(turnout, *row, {row->ballots->value(), row->registered->value()});
    }
    const auto votes = option_votes(of, *row);
    std::int64_t all = 0;
    for (const std::int64_t v : votes) all += v;
    if (all == 0) continue;
    for (std::size_t i = 0; i < tested.size(); ++i) {
      add_part(shares[i], *row, {votes[tested[i]], all});
    }
  }
  std::vector<Quantity> out;
  if (!turnout.places.empty()) out.push_back(std::move(turnout));
  for (Quantity& share : shares) out.push_back(std::move(share));
  return out;
}

std::vector<Finding> test(const std::vector<Quantity>& all, const Plan& plan,
                          NearChances* chances) {
  std::vector<Finding> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = test_one(all[i], i, plan, chances);
    out.insert(out.end(), found.begin(), found.end());
  }
  set_controls(all, out);
  std::vector<double> p;
  for (const Finding& finding : out) {
    p.push_back(finding.integer.p);
    p.push_back(finding.p_homogeneity());
  }
  const std::vector<double> q = stats::false_discovery(p);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].q_integer = q[2 * i];
    out[i].q_homogeneity = q[2 * i + 1];
  }
  return out;
}

void calibrate_once(const std::vector<Quantity>& all, const Plan& plan, Rng& rng,
                    Calibration& out) {
  std::vector<Quantity> anew = all;
  for (Quantity& quantity : anew) {
    for (Place& place : quantity.places) {
      place.parts = resampled(place.parts, rng);
      place.centres = spread_anew(place.centres, rng);
    }
  }
  const std::vector<Finding> found = test(anew, plan, &out.chances);
  ++out.runs;
  bool any = false;
  for (const Finding& finding : found) {
    any = any || finding.q_integer <= plan.level || finding.q_homogeneity <= plan.level;
    if (finding.place) continue;
    ++out.tests;
    out.integer_5 += finding.integer.p <= 0.05 ? 1 : 0;
    if (!finding.control) continue;
    ++out.tests_controlled;
    out.homogeneity_5 += finding.homogeneity.p() <= 0.05 ? 1 : 0;
  }
  out.flagged += any ? 1 : 0;
}

std::vector<Identity> conservation(std::span<const tally::JudgedRow> rows) {
  using tally::Rule;
  struct Check {
    const char* name;
    Rule rule;
    bool (*applies)(const Row&);
  };
  static constexpr Check kChecks[] = {
      {"cards-valid", Rule::cards_not_valid,
       [](const Row& row) { return row.stated_valid.has_value(); }},
      {"votes-ballots", Rule::sum_not_ballots,
       [](const Row& row) { return row.ballots.has_value(); }},
      {"ballots-voters", Rule::ballots_over_voters,
       [](const Row& row) { return row.ballots && row.voters; }},
      {"voters-electors", Rule::voters_over_electors,
       [](const Row& row) { return row.registered && row.voters; }},
      {"one-acta", Rule::conflicting_acta, [](const Row&) { return true; }}};
  std::vector<Identity> out;
  for (const Check& check : kChecks) {
    Identity identity{check.name, 0, {}};
    for (const tally::JudgedRow& judged : rows) {
      if (!check.applies(judged.row)) continue;
      ++identity.checked;
      if (judged.has(check.rule)) identity.fails.push_back(judged.row.unit.text());
    }
    if (identity.checked > 0) out.push_back(std::move(identity));
  }
  return out;
}

std::string export_rows(const election::Definition& definition,
                        std::span<const tally::JudgedRow> rows, election::ContestIndex contest) {
  const election::Contest& of = definition.contest(contest);
  std::vector<std::string> fields{"unit", "registered", "ballots", "null"};
  for (const election::Option& option : of.options) fields.push_back(option.id.text());
  std::string out;
  codec::csv_append(out, fields);
  for (const Row* row : rows_of(rows, contest)) {
    const auto known = [](const std::optional<Persons>& value) {
      return value ? std::to_string(value->value()) : std::string{};
    };
    fields = {row->unit.text(), known(row->registered), known(row->ballots),
              std::to_string(row->null.value() + row->invalid.value())};
    for (const std::int64_t v : option_votes(of, *row)) fields.push_back(std::to_string(v));
    codec::csv_append(out, fields);
  }
  return out;
}

}  // namespace sufragio::forensics
