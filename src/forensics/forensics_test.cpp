#include <cmath>
#include <cstdlib>
#include <numeric>

#include "forensics/survey.h"
#include "statement/wording.h"
#include "tests/support/import_fixture.h"
#include "tests/support/seeded_rng.h"

// [R170] Numbers of the published tables; nothing depends on who is right.
namespace sufragio::forensics {
namespace {

namespace importing = services::importing_tests;
using Counts = std::vector<std::int64_t>;

const Counts kFirst{5'150'092, 4'445'978, 462'704};
const Counts kSecond{6'408'844, 5'326'104, 12'335'884 - 6'408'844 - 5'326'104};

TEST(Percentages, TheTotalsFirstAnnouncedIn2024AreOneOf75882581) {  // [R114]
  EXPECT_TRUE(computed_from_percentages(kFirst, 1, Rounding::nearest));
  EXPECT_EQ(compatible(kFirst, 1).exact, 75'882'581);
  EXPECT_EQ(nearest_triples(10'058'774, 1), 376'479);
  const auto shape = best_shape(kFirst);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->decimals, 1);
  EXPECT_NEAR(shape->p, 16.0 / 75'882'581, 1e-15);
}

TEST(Percentages, TheTotalsOfTheSecondAnnouncementAreNot) {
  EXPECT_FALSE(best_shape(kSecond));
  EXPECT_FALSE(best_shape(Counts{5'150'093, 4'445'978, 462'703}));
}

TEST(Percentages, SmallTotalsNeverReachThePattern) {
  for (const Counts& counts : {Counts{512, 442, 46}, Counts{5'120, 4'420, 460}, Counts{1, 1}}) {
    const auto shape = best_shape(counts);
    if (shape) {
      EXPECT_GT(shape->p, Plan{}.pattern);
    }
  }
}

// The window sums against counting every vector.
TEST(Percentages, CompatibleVectorsAgreeWithCounting) {
  tests::SeededRng rng{8};
  for (int i = 0; i < 60; ++i) {
    const auto sum = static_cast<std::int64_t>(30 + rng.below(700));
    const auto a = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(sum)));
    const auto b = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(sum - a) + 1));
    const Counts counts{a, b, sum - a - b};
    const auto unit = [&](std::int64_t x) { return (2 * x * 100 + sum) / (2 * sum); };
    std::int64_t found = 0;
    for (std::int64_t x = 0; x <= sum; ++x) {
      if (unit(x) != unit(counts[0])) continue;
      for (std::int64_t y = 0; x + y <= sum; ++y) {
        found += unit(y) == unit(counts[1]) && unit(sum - x - y) == unit(counts[2]) ? 1 : 0;
      }
    }
    ASSERT_EQ(compatible(counts, 0).exact, found) << a << " " << b << " of " << sum;
  }
}

TEST(Integer, NearIsExact) {
  EXPECT_TRUE(near_integer(250, 1'000));
  EXPECT_FALSE(near_integer(251, 1'000));    // 25.1 %
  EXPECT_TRUE(near_integer(2'505, 10'000));  // 25.05 %: the edge counts
  EXPECT_FALSE(near_integer(2'506, 10'000));
}

TEST(Integer, TheChanceOfANearCountIsTheSumOverAllCounts) {
  for (const Part& part : {Part{90, 187}, Part{3, 120}, Part{560, 800}, Part{799, 800}}) {
    const double p = static_cast<double>(part.k) / static_cast<double>(part.n);
    double sum = 0, weight = 0;
    for (std::int64_t j = 0; j <= part.n; ++j) {
      const double log_p =
          std::lgamma(static_cast<double>(part.n) + 1) - std::lgamma(static_cast<double>(j) + 1) -
          std::lgamma(static_cast<double>(part.n - j) + 1) + static_cast<double>(j) * std::log(p) +
          static_cast<double>(part.n - j) * std::log1p(-p);
      weight += std::exp(log_p);
      if (j > 0 && j < part.n && near_integer(j, part.n)) sum += std::exp(log_p);
    }
    EXPECT_NEAR(near_probability(part), sum / weight, 1e-9) << part.k << " of " << part.n;
  }
}

TEST(Integer, BelowTwentyMesasTheTailIsExact) {
  const std::vector<Part> parts(3, Part{250, 1'000});  // all near
  const IntegerCount found = integer_percentages(parts);
  const double q = near_probability(parts[0]);
  EXPECT_NEAR(found.p, q * q * q, 1e-12);
}

TEST(Homogeneity, TheMeanIsTheNumberOfMesasLessOne) {
  tests::SeededRng rng{4};
  std::vector<Centre> centres(60, Centre{{300, 700}, {250, 600}, {210, 500}});
  double sum = 0;
  for (int i = 0; i < 20; ++i) sum += homogeneity(spread_anew(centres, rng)).x2;
  EXPECT_NEAR(sum / 20 / 60, 2, 0.15);
  const Centre all = spread_anew(centres, rng)[0];
  EXPECT_EQ(all[0].k + all[1].k + all[2].k, 760);
}

TEST(Homogeneity, LeavesOutWhatItCannotJudge) {
  const std::vector<Centre> centres{{{10, 100}},
                                    {{0, 100}, {0, 90}},
                                    {{100, 100}, {90, 90}},
                                    {{1, 100}, {0, 0}},
                                    {{1, 40}, {0, 40}}};
  const Homogeneity found = homogeneity(centres);
  EXPECT_EQ(found.centres, 1);
  EXPECT_EQ(found.centres_p, 0) << "expected cells below 5";
  EXPECT_EQ(found.p(), 1);
}

const Finding& all_of(const std::vector<Quantity>& quantities, const std::vector<Finding>& findings,
                      std::string_view name) {
  for (const Finding& finding : findings) {
    const auto* text = std::get_if<statement::Text>(&quantities[finding.quantity].name);
    const bool turnout = quantities[finding.quantity].turnout && name.empty();
    if (!finding.place && (turnout || (text != nullptr && text->text == name))) return finding;
  }
  ADD_FAILURE() << name;
  return findings.front();
}

TEST(Forensics, TheTablesOf2024ComeOutToThePrintedDigits) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/mesas_v1.csv.xz");
  const auto& rows = importing::real("ve-2024-mesas", "presidential-2024/mesas_v1.csv.xz");
  const Plan plan;
  const auto all = quantities(rows.definition, rows.rows, election::ContestIndex{0}, plan);
  ASSERT_EQ(all.size(), 3u);
  const auto found = test(all, plan);
  const auto expect = [&](std::string_view name, std::int64_t mesas, std::int64_t near, double mean,
                          double variance, double z, double p) {
    const IntegerCount& count = all_of(all, found, name).integer;
    EXPECT_EQ(count.mesas, mesas);
    EXPECT_EQ(count.near, near);
    EXPECT_NEAR(count.mean, mean, 0.0005);
    EXPECT_NEAR(count.variance, variance, 0.0005);
    EXPECT_NEAR(count.z, z, 0.0005);
    EXPECT_NEAR(count.p, p, 0.0005);
  };
  expect("", 24'412, 2'446, 2'434.569, 2'167.743, 0.246, 0.403);
  expect("Edmundo González", 24'159, 2'566, 2'447.970, 2'143.357, 2.549, 0.0054);
  expect("Nicolás Maduro", 24'159, 2'523, 2'455.299, 2'148.802, 1.460, 0.072);
  const Finding& vote = all_of(all, found, "Edmundo González");
  EXPECT_EQ(vote.homogeneity.centres, 5'990);
  EXPECT_NEAR(vote.homogeneity.x2, 14'298.257, 0.0005);
  EXPECT_EQ(vote.homogeneity.freedom, 11'715);
  EXPECT_NEAR(vote.homogeneity.dispersion(), 1.2205, 0.00005);
  EXPECT_NEAR(*vote.control, 1.2448, 0.00005);
  for (const Finding& finding : found) {
    EXPECT_GT(finding.q_integer, plan.level);
    if (!finding.place) {
      EXPECT_GT(finding.q_homogeneity, plan.level);
    }
  }
}

// Every figure was made a second time by another program (lgamma, plain loops) from the rows that
// `sufragio forensics --table` writes.
struct Country {
  std::int64_t mesas = 0, near = 0;
  double mean = 0, variance = 0, x2 = 0;
  std::int64_t freedom = 0;
};

Country turnout_of(const services::Workspace& rows) {
  const Plan plan;
  Country out;
  for (std::uint16_t c = 0; c < rows.definition.contests.size(); ++c) {
    const auto all = quantities(rows.definition, rows.rows, election::ContestIndex{c}, plan);
    for (const Finding& finding : test(all, plan)) {
      if (finding.place || !all[finding.quantity].turnout) continue;
      out.mesas += finding.integer.mesas;
      out.near += finding.integer.near;
      out.mean += finding.integer.mean;
      out.variance += finding.integer.variance;
      out.x2 += finding.homogeneity.x2;
      out.freedom += finding.homogeneity.freedom;
    }
  }
  return out;
}

TEST(Forensics, TheTurnoutOf2012ByCentreAndOf2017ByMesa) {
  SKIP_WITHOUT_SHARED("data/presidential-2012/centres.csv.xz");
  SKIP_WITHOUT_SHARED("data/governors-2017/mesas.csv.xz");
  const Country by_centre =
      turnout_of(importing::real("ve-2012-centres", "presidential-2012/centres.csv.xz"));
  EXPECT_EQ(by_centre.mesas, 13'102);
  EXPECT_EQ(by_centre.near, 1'358);
  EXPECT_NEAR(by_centre.mean, 1'329.263, 0.0005);
  EXPECT_NEAR(by_centre.variance, 1'158.702, 0.0005);
  EXPECT_EQ(by_centre.freedom, 0) << "one row a centre";
  const Country by_mesa =
      turnout_of(importing::real("ve-2017-mesas", "governors-2017/mesas.csv.xz"));
  EXPECT_EQ(by_mesa.mesas, 29'816);
  EXPECT_EQ(by_mesa.near, 2'959);
  EXPECT_NEAR(by_mesa.mean, 2'978.289, 0.0005);
  EXPECT_NEAR(by_mesa.variance, 2'639.554, 0.0005);
  EXPECT_NEAR(by_mesa.x2, 29'632.368, 0.0005);
  EXPECT_EQ(by_mesa.freedom, 16'650);
}

TEST(Forensics, The43MesasOf2017WhoseCardsDoNotAddUpAreNamed) {  // [R121]
  SKIP_WITHOUT_SHARED("data/governors-2017/mesas.csv.xz");
  const auto& rows = importing::real("ve-2017-mesas", "governors-2017/mesas.csv.xz");
  for (const Identity& identity : conservation(rows.rows)) {
    if (identity.name != "cards-valid") continue;
    EXPECT_EQ(identity.fails.size(), 43u);
    EXPECT_GT(identity.checked, 30'000);
  }
}

// Elections drawn by the model itself: the tests flag about as often as they say.
// SUFRAGIO_RUNS=1000 is the long run.
TEST(Forensics, SimulatedElectionsAreFlaggedAtTheNominalRate) {  // [R170]
  const char* asked = std::getenv("SUFRAGIO_RUNS");
  const int runs = asked != nullptr ? std::stoi(asked) : 40;
  tests::SeededRng rng{2024};
  std::vector<Quantity> all{{statement::Word{"forensics.turnout"}, true, {}},
                            {statement::Text{"a"}, false, {}}};
  for (Quantity& quantity : all) {
    for (const char* code : {"01", "02"}) {
      Place place{*election::TerritoryCode::parse(code), {}, {}, {}};
      for (int c = 0; c < 40; ++c) {
        Centre centre;
        for (int m = 0; m < 3; ++m) {
          const auto n = static_cast<std::int64_t>(150 + rng.below(500));
          centre.push_back({n / 3 + static_cast<std::int64_t>(rng.below(100)), n});
        }
        place.parts.insert(place.parts.end(), centre.begin(), centre.end());
        place.centres.push_back(std::move(centre));
      }
      quantity.places.push_back(std::move(place));
    }
  }
  Calibration out;
  for (int i = 0; i < runs; ++i) calibrate_once(all, Plan{}, rng, out);
  const auto within = [](std::int64_t count, std::int64_t of, double rate) {
    const double error = std::sqrt(rate * (1 - rate) / static_cast<double>(of));
    return static_cast<double>(count) / static_cast<double>(of) <= rate + 4 * error;
  };
  EXPECT_EQ(out.runs, runs);
  EXPECT_TRUE(within(out.integer_5, out.tests, 0.06)) << out.integer_5 << " of " << out.tests;
  EXPECT_TRUE(within(out.homogeneity_5, out.tests_controlled, 0.06)) << out.homogeneity_5;
  EXPECT_TRUE(within(out.flagged, out.runs, 0.02)) << out.flagged;
}

TEST(Forensics, AnElectionWithRoundPercentagesIsFlagged) {
  std::vector<Quantity> all{{statement::Text{"a"}, false, {}}};
  Place place{*election::TerritoryCode::parse("01"), {}, {}, {}};
  for (int i = 0; i < 300; ++i) {
    place.parts.push_back({400 * (20 + i % 60) / 100, 400});
    place.units.push_back({*election::TerritoryCode::parse("010101001"),
                           MesaNumber{static_cast<std::uint16_t>(i + 1)}});
  }
  all[0].places.push_back(std::move(place));
  const auto found = test(all, Plan{});
  EXPECT_LE(found[0].q_integer, 0.01);
}

TEST(Forensics, IsComparedWithEveryContestOfAnotherElection) {
  Quantity turnout;
  turnout.name = statement::Word{"forensics.turnout"};
  Finding all;
  all.integer.mesas = 7;
  Finding state = all;
  state.place = 0;
  const std::vector<Compared> contests = {{"norte", {turnout}, {all, state}},
                                          {"sur", {turnout}, {all}}};
  const statement::Section section = comparison("other", contests);
  const auto& rows = section.tables.at(0).rows;
  ASSERT_EQ(rows.size(), 2u);  // the country lines only
  EXPECT_EQ(std::get<statement::Text>(rows[0][0]).text, "norte");
  EXPECT_EQ(std::get<statement::Text>(rows[1][0]).text, "sur");
}

TEST(Forensics, WhatIsSaidHoldsToTheList) {
  const statement::Section section = percentages(kFirst, Plan{});
  ASSERT_EQ(section.statements.size(), 2u);
  EXPECT_EQ(statement::class_of(section.statements[0]), statement::Class::fact);
  EXPECT_EQ(statement::class_of(section.statements[1]), statement::Class::model);
  EXPECT_EQ(statement::body_of(section.statements[1]).integer("compatible"), 75'882'581);
  EXPECT_TRUE(percentages(kSecond, Plan{}).statements.empty());
}

}  // namespace
}  // namespace sufragio::forensics
