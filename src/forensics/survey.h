#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forensics/homogeneity.h"
#include "forensics/integer.h"
#include "forensics/percentages.h"
#include "statement/report.h"
#include "tally/row.h"

// The four tests on all rows of one contest, for the country and for every state, with one
// control of false discoveries over all of them (docs/spec/forensics.md). [R170]
namespace sufragio::forensics {

// What is fixed before the day. A flag is q <= level; options below `share` percent of the valid
// votes are not tested.
struct Plan {
  double level = 0.01;
  std::int64_t min_votes = 100;
  std::int64_t min_share = 5;
  double pattern = 1e-4;  // of back-computed percentages
};

struct Place {  // one state (or the whole of a contest below it)
  election::TerritoryCode territory;
  std::vector<Part> parts;         // by unit, ascending
  std::vector<tally::Unit> units;  // of `parts`
  std::vector<Centre> centres;     // of mesas only; whole units have none
};
struct Quantity {
  statement::Value name;  // the option's name, or the word for turnout
  bool turnout = false;
  std::vector<Place> places;
};
// Counted rows that stand for one acta or one unit; turnout where electors and ballots are stated.
[[nodiscard]] std::vector<Quantity> quantities(const election::Definition& definition,
                                               std::span<const tally::JudgedRow> rows,
                                               election::ContestIndex contest, const Plan& plan);

struct Finding {
  std::size_t quantity = 0;
  std::optional<std::size_t> place;  // nothing: all of them together
  IntegerCount integer;
  Homogeneity homogeneity;
  std::optional<double> control;  // dispersion of the turnout in the same place
  double q_integer = 1;
  double q_homogeneity = 1;
  [[nodiscard]] double p_homogeneity() const;  // with the control; 1 without one
};
// All together first, then the places, quantity by quantity.
[[nodiscard]] std::vector<Finding> test(const std::vector<Quantity>& all, const Plan& plan,
                                        NearChances* chances = nullptr);

// How often elections without any irregularity are flagged: `runs` times every count is drawn
// anew by the models, and the same tests are run.
struct Calibration {
  std::int64_t runs = 0;
  std::int64_t integer_5 = 0;      // runs · quantities with p <= 5 %, all together
  std::int64_t homogeneity_5 = 0;  // the same
  std::int64_t tests = 0;          // runs · quantities
  std::int64_t tests_controlled = 0;
  std::int64_t flagged = 0;  // runs with any flag
  NearChances chances;       // of all runs
};
void calibrate_once(const std::vector<Quantity>& all, const Plan& plan, Rng& rng, Calibration& out);

// One identity of a sheet: how many rows it could be checked on, and where it does not hold.
struct Identity {
  std::string name;  // "cards-valid" …
  std::int64_t checked = 0;
  std::vector<std::string> fails;  // units
};
[[nodiscard]] std::vector<Identity> conservation(std::span<const tally::JudgedRow> rows);

struct SurveyOf {
  const election::Definition& definition;
  election::ContestIndex contest;
  const std::vector<Quantity>& quantities;
  const std::vector<Finding>& findings;
  const std::vector<Identity>& identities;
  const Calibration& calibration;
  std::vector<statement::Input> inputs;
  std::string publisher;
};
[[nodiscard]] statement::Report report(const SurveyOf& of, const Plan& plan);
// The country lines of another election, for comparison: of each of its contests.
struct Compared {
  std::string contest;
  std::vector<Quantity> quantities;
  std::vector<Finding> findings;
};
[[nodiscard]] statement::Section comparison(const std::string& name,
                                            std::span<const Compared> contests);
// What is said of announced counts: the fact of the equality and the model of its rarity.
[[nodiscard]] statement::Section percentages(std::span<const std::int64_t> counts,
                                             const Plan& plan);

// The counted rows of the contest as a plain CSV for other tools.
[[nodiscard]] std::string export_rows(const election::Definition& definition,
                                      std::span<const tally::JudgedRow> rows,
                                      election::ContestIndex contest);

}  // namespace sufragio::forensics
