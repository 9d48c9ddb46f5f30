#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "audit/batches.h"
#include "audit/codes.h"
#include "audit/hash_rng.h"
#include "audit/polling.h"
#include "audit/quick_count.h"
#include "audit/receipts.h"
#include "audit/sequential.h"
#include "audit/stratified.h"
#include "tests/support/seeded_rng.h"

namespace sufragio::audit {

namespace {

bool long_run() { return std::getenv("SUFRAGIO_LONG") != nullptr; }
int runs() { return long_run() ? 100'000 : 2'000; }
// The share of stops that chance allows above alpha: three standard errors.
// What was measured stands in the report of the run (--gtest_output), for docs/rules/U514.md.
void expect_at_most(const std::string& what, double share, double limit) {
  testing::Test::RecordProperty(what, std::to_string(share));
  EXPECT_LE(share, limit) << what;
}
double allowed(double alpha) { return alpha + 3 * std::sqrt(alpha * (1 - alpha) / runs()); }

MesaId mesa_at(std::size_t i) {
  return {CentreCode{static_cast<std::uint32_t>(10101001 + i)}, MesaNumber{1}};
}

Frame frame_of(std::vector<std::vector<std::int64_t>> votes, std::int64_t blank) {
  Frame out;
  out.contest = "c";
  for (std::size_t i = 0; i < votes.size(); ++i) out.options.push_back("o" + std::to_string(i));
  for (std::size_t m = 0; m < votes.front().size(); ++m) {
    out.mesas.push_back(mesa_at(m));
    out.ballots.push_back(blank);
    for (const auto& column : votes) out.ballots.back() += column[m];
  }
  out.votes = std::move(votes);
  return out;
}

TEST(Assertions, OfPluralityAreEachWinnerOverEachLoser) {
  ContestRule rule;
  rule.seats = 2;
  const std::vector<std::int64_t> totals = {500, 400, 300, 0};
  const auto assertions = assertions_of(rule, totals, 10);
  ASSERT_EQ(assertions->size(), 4u);
  EXPECT_EQ(assertions->front().margin, 500 - 300 - 10);
  EXPECT_EQ(assertions_of(rule, totals, 100).error().code, kNoMargin);
  EXPECT_EQ(assertions_of(rule, std::vector<std::int64_t>{5, 4, 4}, 0).error().code, kNoMargin);
  EXPECT_EQ(assertions_of(rule, std::vector<std::int64_t>{0, 0, 0}, 0).error().code,
            kNothingToDecide);
  EXPECT_EQ(assertions_of(rule, std::vector<std::int64_t>{3, 2}, 0).error().code, kNothingToDecide);
}

// A ballot of several marks can lower a threshold by each of them.
TEST(Assertions, OfThresholdsBoundABallotByAllItsMarks) {
  ContestRule rule;
  rule.method = ContestMethod::highest_averages;
  rule.seats = 3;
  rule.votes_per_voter = 3;
  rule.threshold = {1, 10};
  const std::vector<std::int64_t> totals = {500, 300, 10};
  const auto assertions = *assertions_of(rule, totals, 0);
  for (const Assertion& one : assertions) {
    if (one.kind == AssertionKind::pair) continue;
    const bool above = one.kind == AssertionKind::above_threshold;
    EXPECT_EQ(one.worst, above ? 3 * 1 : 9);
    EXPECT_EQ(one.best, above ? 9 : 3 * 1);
  }
}

TEST(Assertions, HoldExactlyWhenTheSeatsAreThose) {
  tests::SeededRng rng{7};
  ContestRule rule;
  rule.method = ContestMethod::highest_averages;
  rule.seats = 5;
  for (int round = 0; round < 3'000; ++round) {
    rule.threshold = round % 2 == 0 ? election::Fraction{0, 1} : election::Fraction{1, 10};
    std::vector<std::int64_t> reported;
    std::vector<std::int64_t> real;
    for (int i = 0; i < 4; ++i) {
      reported.push_back(static_cast<std::int64_t>(rng.below(200)));
      real.push_back(static_cast<std::int64_t>(rng.below(200)));
    }
    const auto assertions = assertions_of(rule, reported, 0);
    const auto seats = seats_of(rule, reported);
    const auto truth = seats_of(rule, real);
    if (!assertions || !truth) continue;
    bool all = true;
    for (const Assertion& a : *assertions) {
      std::int64_t sum = 0;
      for (const Term& term : a.terms) sum += term.factor * real[term.option];
      all = all && sum > 0;
    }
    // An exact hit of the threshold passes by law but has no margin: the assertion is stricter.
    EXPECT_TRUE(!all || seats == truth);
  }
}

TEST(Batches, TheOrderOfOptionsChangesNothing) {
  const Frame one = frame_of({{60, 40, 70}, {30, 45, 20}, {5, 10, 1}}, 5);
  Frame other = frame_of({{5, 10, 1}, {60, 40, 70}, {30, 45, 20}}, 5);
  const auto a = error_bounds(one, *assertions_of(one));
  const auto b = error_bounds(other, *assertions_of(other));
  EXPECT_EQ(a->weights, b->weights);
  EXPECT_EQ(fewest_mesas(one, *assertions_of(one)), fewest_mesas(other, *assertions_of(other)));
}

TEST(Batches, AMissingMesaHasTaintOneAndAnImpossiblePaperBreaksTheBound) {
  const Frame frame = frame_of({{60, 40, 70}, {30, 45, 20}}, 10);
  const auto assertions = *assertions_of(frame);
  const auto bounds = *error_bounds(frame, assertions);

  EXPECT_EQ(*taint(frame, assertions, bounds, {0, std::nullopt}), 1);
  EXPECT_EQ(*taint(frame, assertions, bounds, {0, std::vector<std::int64_t>{60, 30}}), 0);
  EXPECT_LT(*taint(frame, assertions, bounds, {0, std::vector<std::int64_t>{61, 30}}), 0);
  EXPECT_NEAR(*taint(frame, assertions, bounds, {0, std::vector<std::int64_t>{0, 100}}), 1, 1e-9);
  EXPECT_EQ(taint(frame, assertions, bounds, {0, std::vector<std::int64_t>{0, 101}}).error().code,
            kBoundBroken);
  EXPECT_EQ(taint(frame, assertions, bounds, {0, std::vector<std::int64_t>{-1, 5}}).error().code,
            kImpossibleCount);
}

// [R119]
TEST(Batches, SizesOfTheTablesForOneDecidingPair) {
  const std::vector<double> margins = {0.37, 0.10, 0.05, 0.018, 0.01, 0.001};
  const std::vector<std::pair<double, std::vector<std::int64_t>>> table = {
      {0, {10, 32, 62, 168, 302, 2'998}},
      {0.01, {10, 32, 63, 170, 305, 3'028}},
      {0.05, {10, 34, 65, 177, 317, 3'155}},
      {0.10, {11, 35, 69, 187, 335, 3'331}}};
  for (const auto& [g, sizes] : table) {
    for (std::size_t i = 0; i < margins.size(); ++i) {
      EXPECT_EQ(draws_needed(1 + 1 / margins[i], g, 0.05, {}), sizes[i]) << g << " " << margins[i];
    }
  }
}

TEST(Batches, OneWhollyWrongMesaEndsTheProductOnlyWithoutRobustness) {
  const std::vector<double> taints = {0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_TRUE(batch_risk(taints, 2, {.g = 0}).now.is_zero());
  EXPECT_LT(batch_risk(taints, 2, {}).p, 0.05);
  EXPECT_EQ(batch_risk(std::vector<double>{}, 2, {}).p, 1);
}

TEST(Batches, KminIsTheFewestByBruteForce) {
  const Frame frame = frame_of({{60, 40, 70, 20}, {30, 45, 20, 25}, {0, 5, 10, 20}}, 3);
  const auto assertions = *assertions_of(frame);
  std::int64_t least = 99;
  for (unsigned set = 1; set < 16; ++set) {
    for (const Assertion& a : assertions) {
      std::int64_t sum = 0;
      for (std::size_t m = 0; m < 4; ++m) {
        if ((set >> m & 1U) == 0) continue;
        sum += a.worst * frame.ballots[m];
        for (const Term& t : a.terms) sum += t.factor * frame.votes[t.option][m];
      }
      if (sum >= a.margin) least = std::min<std::int64_t>(least, std::popcount(set));
    }
  }
  EXPECT_EQ(fewest_mesas(frame, assertions), least);
}

// Wrong outcomes: the paper says that the reported winner lost, by as little as possible, with the
// error spread by `spread`. How often does the audit stop? At most alpha.
double stopped_share(const Frame& reported, const std::vector<std::vector<std::int64_t>>& paper,
                     double g, double alpha, std::uint64_t seed) {
  const auto assertions = *assertions_of(reported);
  const auto bounds = *error_bounds(reported, assertions);
  const double total = bounds.u();
  std::vector<double> known;
  std::vector<double> cumulative;
  double sum = 0;
  for (std::size_t m = 0; m < reported.size(); ++m) {
    known.push_back(*taint(reported, assertions, bounds, {m, paper[m]}));
    sum += static_cast<double>(bounds.weights[m]);
    cumulative.push_back(sum);
  }
  tests::SeededRng rng{seed};
  int stops = 0;
  const int draws = long_run() ? 400 : 60;
  for (int run = 0; run < runs(); ++run) {
    std::vector<double> taints;
    for (int j = 0; j < draws; ++j) {
      const double at = static_cast<double>(rng.next() >> 11) * 0x1p-53 * sum;
      const auto found = std::ranges::upper_bound(cumulative, at);
      taints.push_back(known[static_cast<std::size_t>(found - cumulative.begin())]);
    }
    stops += reached(taints, total, {.g = g}, alpha) ? 1 : 0;
  }
  return static_cast<double>(stops) / runs();
}

// [R143]
TEST(TypeOneError, OfTheBatchTestIsAtMostTheRiskLimit) {
  const Frame reported = frame_of({{60, 55, 52, 58, 51}, {40, 45, 48, 42, 49}}, 0);  // 276 to 224
  // Even: 26 votes of 500 moved in all mesas; in two of them; all in one.
  const std::vector<std::vector<std::int64_t>> even = {
      {55, 45}, {50, 50}, {47, 53}, {53, 47}, {45, 55}};
  const std::vector<std::vector<std::int64_t>> two = {
      {47, 53}, {42, 58}, {52, 48}, {58, 42}, {51, 49}};
  const std::vector<std::vector<std::int64_t>> one = {
      {34, 66}, {55, 45}, {52, 48}, {58, 42}, {51, 49}};
  std::uint64_t seed = 1;
  for (const double g : {0.0, 0.01, 0.05, 0.1}) {
    const std::string name = "g_" + std::to_string(g);
    expect_at_most(name + "_even", stopped_share(reported, even, g, 0.05, ++seed), allowed(0.05));
    expect_at_most(name + "_two_mesas", stopped_share(reported, two, g, 0.05, ++seed),
                   allowed(0.05));
    expect_at_most(name + "_one_mesa", stopped_share(reported, one, g, 0.05, ++seed),
                   allowed(0.05));
  }
}

// [R143]
TEST(TypeOneError, OfListSeatsIsAtMostTheRiskLimit) {
  Frame reported = frame_of({{50, 50, 50}, {24, 24, 24}, {10, 10, 10}}, 0);
  reported.rule.method = ContestMethod::highest_averages;
  reported.rule.seats = 3;  // 150, 75, 50 against 72: the third seat is won by three votes in 252
  ASSERT_EQ(*seats_of(reported.rule, reported.totals()), (std::vector<std::uint32_t>{2, 1, 0}));
  reported.rule.seats = 2;
  ASSERT_EQ(*seats_of(reported.rule, reported.totals()), (std::vector<std::uint32_t>{2, 0, 0}));
  const std::vector<std::vector<std::int64_t>> paper = {{49, 25, 10}, {49, 25, 10}, {50, 24, 10}};
  expect_at_most("list_seats", stopped_share(reported, paper, 0.05, 0.1, 99), allowed(0.1));
  // 180 to 60, on paper 160 to 80: all of the error in one mesa.
  Frame clear = frame_of({{60, 60, 60}, {20, 20, 20}, {4, 4, 4}}, 0);
  clear.rule = reported.rule;
  const std::vector<std::vector<std::int64_t>> one = {{40, 40, 4}, {60, 20, 4}, {60, 20, 4}};
  expect_at_most("list_seats_one_mesa", stopped_share(clear, one, 0.05, 0.1, 98), allowed(0.1));
}

// [R143]
TEST(TypeOneError, OfSequentialTestsIsAtMostAlpha) {
  tests::SeededRng rng{5};
  const int n = 60;
  int shrink = 0;
  int fixed = 0;
  int betting = 0;
  int exact = 0;
  for (int run = 0; run < runs(); ++run) {  // exactly half of 60: the null is true
    std::vector<double> x(n, 0.0);
    std::fill_n(x.begin(), n / 2, 1.0);
    for (std::size_t i = n; i > 1; --i) std::swap(x[i - 1], x[rng.below(i)]);
    std::vector<std::int64_t> numerators;
    for (const double value : x) numerators.push_back(value == 1 ? 2 : 0);
    AlphaTest test;
    test.eta = 0.7;
    test.d = 10;
    const double p = alpha_test(x, {0.5, n}, test).p;
    shrink += p <= 0.05 ? 1 : 0;
    if (run < 200) {
      EXPECT_EQ(alpha_p(x, {0.5, n}, test), p);
    }
    exact += alpha_test_exact(numerators, {2, n, n}, test, 0.05).stop.has_value() ? 1 : 0;
    test.estimator = Estimator::fixed;
    fixed += alpha_test(x, {0.5, n}, test).p <= 0.05 ? 1 : 0;
    betting += betting_test(x, {0.5, n}, {}).p <= 0.05 ? 1 : 0;
  }
  const std::vector<std::pair<std::string, int>> stopped = {
      {"shrink", shrink}, {"fixed", fixed}, {"betting", betting}, {"exact", exact}};
  for (const auto& [test, stops] : stopped) {
    expect_at_most(test, static_cast<double>(stops) / runs(), allowed(0.05));
  }
  EXPECT_EQ(shrink, exact);
}

TEST(SequentialTests, SeeARightOutcomeAndAreExactAtTheEnd) {
  const std::vector<std::int64_t> winner(12, 2);
  AlphaTest test;
  test.eta = 0.9;
  const auto out = alpha_test_exact(winner, {2, 12, 12}, test, 0.05);
  ASSERT_TRUE(out.stop);
  EXPECT_EQ(out.p, 0);  // after seven of twelve the null is impossible
  EXPECT_LE(*out.stop, 7u);
  std::vector<std::int64_t> tie(12, 0);
  std::fill_n(tie.begin(), 6, 2);
  EXPECT_FALSE(alpha_test_exact(tie, {2, 12, 12}, test, 1e-9).stop);
}

TEST(HashStreams, AreTheSameForTheSameText) {
  HashRng a{"x"};
  HashRng b{"x"};
  HashRng c{"y"};
  const auto first = a.next();
  EXPECT_EQ(first, b.next());
  EXPECT_NE(first, c.next());
}

TEST(OneAudit, RightRowsGiveTheMeanOfNoErrorExactly) {
  // Two mesas: (70, 20, 10 blank) and (30, 40, 5 blank).
  const double all = 175;
  const double v = (100.0 - 60.0) / all;
  double sum = 0;
  for (const auto& [w, l, blank] : {std::array{70.0, 20.0, 10.0}, std::array{30.0, 40.0, 5.0}}) {
    const double mean = (w + blank / 2) / (w + l + blank);
    sum += w * oneaudit_value(mean, 1, 1, v) + l * oneaudit_value(mean, 0, 1, v) +
           blank * oneaudit_value(mean, 0.5, 1, v);
  }
  EXPECT_NEAR(sum / all, 1 / (2 - v), 1e-14);
  EXPECT_NEAR(oneaudit_value(0.3, 1, 1, v), (2 - 0.3) / (2 - v), 1e-15);
  EXPECT_NEAR(overstatement_bound(1, 0.2), 2 / 1.8, 1e-15);
  EXPECT_EQ(comparison_size(0.1, 1, 0.05, 2), 59);
  EXPECT_EQ(super_simple_size(0.05, 0.1, 1.03905, {}), 96);
}

// Receipts of a frame in mesa order: what each says, and its mesa.
struct Paper {
  std::vector<Reading> readings;
  std::vector<std::size_t> mesas;
};

Paper paper_of(const Frame& real) {
  Paper out;
  for (std::size_t m = 0; m < real.size(); ++m) {
    std::int64_t blank = real.ballots[m];
    for (std::uint32_t o = 0; o < real.votes.size(); ++o) {
      for (std::int64_t i = 0; i < real.votes[o][m]; ++i) out.readings.push_back({0, true, {o}});
      blank -= real.votes[o][m];
    }
    for (; blank > 0; --blank) out.readings.push_back({});
    out.mesas.resize(out.readings.size(), m);
  }
  return out;
}

void shuffle(Paper& paper, std::size_t n, tests::SeededRng& rng) {  // its first n
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t j = i + rng.below(paper.readings.size() - i);
    std::swap(paper.readings[i], paper.readings[j]);
    std::swap(paper.mesas[i], paper.mesas[j]);
  }
}

// [R143]
TEST(Receipts, ConfirmARightOutcomeByPollingAndByOneAudit) {
  const Frame frame = frame_of({{160, 140, 170}, {80, 90, 70}}, 20);  // 470 to 240 of 770
  const auto assertions = *assertions_of(frame);
  Paper paper = paper_of(frame);
  tests::SeededRng rng{8};
  shuffle(paper, 120, rng);
  const std::span readings{paper.readings.data(), 120};
  const std::span mesas{paper.mesas.data(), 120};
  EXPECT_LT(polling_risk(frame, assertions, readings, 100).p, 0.05);
  EXPECT_LT(oneaudit_risk(frame, assertions, readings, mesas, 100).p, 0.05);
  EXPECT_EQ(polling_risk(frame, assertions, {}, 100).p, 1);
  // A receipt that is not in its place counts as the worst one.
  std::vector<Reading> missing(readings.begin(), readings.end());
  for (std::size_t i = 0; i < 60; ++i) missing[i] = {0, false, {}};
  EXPECT_GT(polling_risk(frame, assertions, missing, 100).p, 0.9);
}

// The share of audits of right rows that the first `size` receipts confirm.
double confirmed_share(const Frame& frame, std::int64_t size, int audits) {
  const auto assertions = *assertions_of(frame);
  Paper paper = paper_of(frame);
  const auto n = static_cast<std::size_t>(size);
  tests::SeededRng rng{17};
  int confirmed = 0;
  for (int i = 0; i < audits; ++i) {
    shuffle(paper, n, rng);
    const std::span readings{paper.readings.data(), n};
    confirmed += polling_risk(frame, assertions, readings, 100).p <= 0.05 ? 1 : 0;
  }
  return static_cast<double>(confirmed) / audits;
}

// [R143] The plan against the test itself: so many receipts confirm in nine of ten audits, whatever
// the kind of contest; a few less do not.
TEST(ReceiptPlans, AreEnoughInNineOfTenAuditsOfEveryKind) {
  Frame options = frame_of({{300, 180}, {140, 120}, {90, 60}, {10, 5}}, 40);
  Frame winners = options;
  winners.rule.seats = 2;
  Frame lists = frame_of({{700, 500}, {250, 200}, {190, 160}, {20, 10}}, 30);
  lists.rule.method = ContestMethod::highest_averages;
  lists.rule.seats = 3;
  lists.rule.threshold = {1, 20};
  Frame marks = frame_of({{160, 90}, {130, 80}, {60, 50}}, 0);
  marks.rule.seats = 2;
  marks.rule.votes_per_voter = 2;  // not marked together here: what the plan supposes
  Frame outside = options;
  outside.outside = 30;
  const int audits = long_run() ? 2'000 : 200;
  const double chance = 3 * std::sqrt(0.09 / audits) + 3 * std::sqrt(0.09 / 1'000);
  for (const Frame& frame : {options, winners, lists, marks, outside}) {
    HashRng rng{"1"};
    const auto size = receipts_needed(frame, {}, rng);
    ASSERT_TRUE(size) << size.error().debug();
    ASSERT_LT(*size, frame.all_ballots());
    const double share = confirmed_share(frame, *size, audits);
    EXPECT_GE(share, 0.9 - chance) << *size;
    EXPECT_LE(share, 0.9 + chance) << *size;
    EXPECT_LT(confirmed_share(frame, *size / 2, audits), 0.85) << *size;
  }
}

TEST(ReceiptPlans, FollowTheHardestAssertionAndSayWhenAFullCountIsLessWork) {
  HashRng rng{"1"};
  const auto size = [&](const Frame& frame) { return receipts_needed(frame, {}, rng); };
  // A third option far behind changes nothing; one that is close decides.
  const Frame two = frame_of({{3'000}, {2'400}}, 600);
  const Frame three = frame_of({{3'000}, {2'400}, {300}}, 300);
  const Frame close = frame_of({{3'000}, {2'400}, {2'800}}, 0);
  EXPECT_NEAR(static_cast<double>(*size(three)), static_cast<double>(*size(two)),
              0.15 * static_cast<double>(*size(two)));
  EXPECT_GT(*size(close), 2 * *size(two));

  const Frame large = frame_of({{60'001}, {60'000}}, 0);
  EXPECT_EQ(receipts_needed(large, {.paths = 50}, rng).error().code, kSayReceipts);
  EXPECT_EQ(size(frame_of({{5}, {5}}, 0)).error().code, kNoMargin);
  EXPECT_EQ(*size(frame_of({{51}, {50}}, 0)), 101);  // a small contest: all of them
  Frame marked_lists = three;
  marked_lists.rule.method = ContestMethod::highest_averages;
  marked_lists.rule.seats = 2;
  marked_lists.rule.votes_per_voter = 2;
  EXPECT_EQ(size(marked_lists).error().code, kSayReceipts);
}

// The reported winner did not win, it tied: how often do the first 180 receipts confirm? [R143]
TEST(Receipts, TypeOneErrorIsAtMostTheRiskLimit) {
  const Frame reported = frame_of({{60, 40}, {40, 52}}, 4);  // 100 to 92
  const Frame real = frame_of({{55, 41}, {45, 51}}, 4);      // 96 to 96, in the same boxes
  const auto assertions = *assertions_of(reported);
  Paper paper = paper_of(real);
  ASSERT_EQ(real.ballots, reported.ballots);
  tests::SeededRng rng{21};
  int polled = 0;
  int compared = 0;
  const int count = runs() / 4;
  for (int run = 0; run < count; ++run) {
    shuffle(paper, 180, rng);
    const std::span readings{paper.readings.data(), 180};
    const std::span mesas{paper.mesas.data(), 180};
    polled += polling_risk(reported, assertions, readings, 20).p <= 0.05 ? 1 : 0;
    compared += oneaudit_risk(reported, assertions, readings, mesas, 20).p <= 0.05 ? 1 : 0;
  }
  const double limit = 0.05 + 3 * std::sqrt(0.0475 / count);
  expect_at_most("polling", static_cast<double>(polled) / count, limit);
  expect_at_most("oneaudit", static_cast<double>(compared) / count, limit);
}

TEST(Receipts, InPartsAreJudgedTogether) {
  const Frame north = frame_of({{160, 140}, {80, 90}}, 10);
  Frame south = frame_of({{170}, {70}}, 10);
  south.mesas[0] = mesa_at(50);
  std::vector<Stratum> strata = {{&north, {}}, {&south, {}}};
  EXPECT_EQ(strata_risk(strata)->p, 1);
  tests::SeededRng rng{4};
  Paper a = paper_of(north);
  Paper b = paper_of(south);
  shuffle(a, 160, rng);
  shuffle(b, 90, rng);
  strata[0].readings.assign(a.readings.begin(), a.readings.begin() + 160);
  strata[1].readings.assign(b.readings.begin(), b.readings.begin() + 90);
  EXPECT_LT(strata_risk(strata)->p, 0.05);
  strata[1].frame = &north;  // a mesa in two parts
  EXPECT_EQ(strata_risk(strata).error().code, kBadStrata);
}

TEST(Receipts, ReadingsHaveTheFormOfTheDraw) {
  const Frame frame = frame_of({{2, 1}, {1, 1}}, 0);
  const std::vector<DrawnMesa> drawn = {{1, frame.mesas[1], "0.1", 2},
                                        {2, frame.mesas[0], "0.2", 1}};
  const std::string head = "number,mesa,receipt,vote\n";
  const std::string first = "1," + frame.mesas[1].text() + ",2,";
  const std::string second = "2," + frame.mesas[0].text() + ",1,";
  const auto read = read_readings(head + first + "o1\n" + second + "null\n", frame, drawn);
  ASSERT_TRUE(read) << read.error().debug();
  EXPECT_EQ((*read)[0].options, (std::vector<std::uint32_t>{1}));
  EXPECT_TRUE((*read)[1].found);
  EXPECT_EQ(readings_text(*read, frame, drawn), head + first + "o1\n" + second + "null\n");
  EXPECT_FALSE(
      (*read_readings(head + first + "o1\n" + second + "missing\n", frame, drawn))[1].found);
  for (const std::string& bad :
       {head, head + first + "o1\n", head + second + "o1\n" + first + "o1\n",
        head + first + "o7\n" + second + "o1\n", head + first + "o0 o1\n" + second + "o1\n",
        head + first + "o1\n" + second + "\n", head + first + "o1\n" + second + "o1\n" + second,
        blank_readings(drawn)}) {
    EXPECT_EQ(read_readings(bad, frame, drawn).error().code, kBadReadings) << bad;
  }
}

TEST(Strata, CornersAndProducts) {
  const std::vector<std::size_t> counts = {2, 6, 6, 30, 20};
  for (std::size_t n = 2; n <= 6; ++n) {
    const std::vector<double> low(n, 0.0);
    const std::vector<double> high(n, 1.0);
    const std::vector<double> weights(n, 1.0 / static_cast<double>(n));
    EXPECT_EQ(corners(low, high, weights, 0.5).size(), counts[n - 2]) << n;
  }
  const std::vector<double> halves(10, 0.5);
  std::vector<StratumDraws> strata = {{10, halves, 0.5}, {10, halves, 0.5}, {5, {}, 0.5}};
  strata[2].x.assign(5, 0.5);
  EXPECT_EQ(*stratified_risk(strata, 0.5), 1);
  EXPECT_EQ(*stratified_risk(strata, 0.1), 0);  // the null is impossible
  for (StratumDraws& s : strata) std::ranges::fill(s.x, 0.6);
  EXPECT_EQ(*stratified_risk(strata, 0.5), 0);  // everything is counted
  for (StratumDraws& s : strata) s.size *= 10;
  EXPECT_LT(*stratified_risk(strata, 0.5), 1);
  EXPECT_EQ(next_stratum(std::vector<std::int64_t>{1, 2, 3}, std::vector<std::int64_t>{1, 1, 1}),
            2u);
  EXPECT_EQ(stratified_risk({}, 0.5).error().code, kBadStrata);
  strata[0].x[0] = 2;
  EXPECT_EQ(stratified_risk(strata, 0.5).error().code, kBadStrata);
}

TEST(Strata, DrawInProportion) {
  const std::vector<std::int64_t> sizes = {1'000, 2'000, 3'000};
  std::vector<std::int64_t> drawn(3, 0);
  for (int i = 0; i < 3'000; ++i) ++drawn[next_stratum(sizes, drawn)];
  EXPECT_EQ(drawn, (std::vector<std::int64_t>{500, 1'000, 1'500}));
}

TEST(Strata, TypeOneErrorIsAtMostAlpha) {
  tests::SeededRng rng{11};
  int stops = 0;
  const int count = runs() / 4;
  for (int run = 0; run < count; ++run) {  // means 0.7 and 0.3: the null is true
    std::vector<StratumDraws> strata(2);
    for (std::size_t s = 0; s < 2; ++s) {
      strata[s].size = 20;
      std::vector<double> x(20, 0.0);
      std::fill_n(x.begin(), s == 0 ? 14 : 6, 1.0);
      for (std::size_t i = 20; i > 1; --i) std::swap(x[i - 1], x[rng.below(i)]);
      strata[s].x.assign(x.begin(), x.begin() + 12);
    }
    stops += *stratified_risk(strata, 0.5) <= 0.05 ? 1 : 0;
  }
  expect_at_most("strata", static_cast<double>(stops) / count,
                 0.05 + 3 * std::sqrt(0.0475 / count));
}

TEST(Strata, AlphaOnMesasDrawnWithoutReplacement) {
  const std::vector<Batch> batches = {{100, 1}, {50, 1}, {50, 1}};
  EXPECT_EQ(batch_alpha(batches, std::vector<BatchDraw>{{0, 80}, {1, 40}, {2, 40}}, 0.5, 0.7), 0);
  const double p = batch_alpha(batches, std::vector<BatchDraw>{{0, 80}}, 0.5, 0.7);
  EXPECT_NEAR(p, 1 / (0.8 / 0.5 * (0.7 - 0.5) / 0.5 + (1 - 0.7) / 0.5), 1e-12);
  EXPECT_EQ(batch_alpha(batches, std::vector<BatchDraw>{}, 0.5, 0.7), 1);
}

// [R168]
TEST(QuickCount, NamesItsErrorAndKeepsMissingMesas) {
  QuickStratum stratum{"s", 100, {}, {}};
  for (int i = 0; i < 20; ++i) stratum.reported.push_back({200 + i, 400});
  const auto whole = quick_count({stratum}, 0.95);
  EXPECT_NEAR(whole->share, 209.5 / 400, 1e-12);
  EXPECT_LT(whole->low, whole->share);
  EXPECT_EQ(whole->worst_low, whole->low);
  EXPECT_TRUE(whole->complete);
  EXPECT_EQ(whole->freedom, 19);
  stratum.missing = {400, 400};
  const auto part = quick_count({stratum}, 0.95);
  EXPECT_FALSE(part->complete);
  EXPECT_LT(part->worst_low, part->low);
  EXPECT_GT(part->worst_high, part->high);
  stratum.reported[0].votes = 401;
  EXPECT_EQ(quick_count({stratum}, 0.95).error().code, kBadQuickCount);
  EXPECT_EQ(quick_count({{"one", 5, {{1, 2}}, {}}}, 0.95).error().code, kBadQuickCount);
}

TEST(QuickCount, PlansBySharesAndByDesign) {
  EXPECT_NEAR(naive_voters(0.5, 0.0032, 2.58, 14'570'774), 160'717.26475801, 1e-6);
  EXPECT_NEAR(design_effect(400, 0.05), 20.95, 1e-12);
  EXPECT_EQ(mesas_for(0.5, 0.01, 1.96, 400, 0.05), 504);
}

// [R168]
TEST(QuickCount, ItsIntervalCoversTheTruth) {
  tests::SeededRng rng{3};
  std::vector<QuickStratum> country(2);
  std::vector<std::vector<SampledMesa>> mesas(2);
  double votes = 0;
  double valid = 0;
  for (std::size_t s = 0; s < 2; ++s) {
    for (int i = 0; i < 300; ++i) {
      const auto t = static_cast<std::int64_t>(200 + rng.below(400));
      const auto y = t * static_cast<std::int64_t>(30 + s * 20 + rng.below(30)) / 100;
      mesas[s].push_back({y, t});
      votes += static_cast<double>(y);
      valid += static_cast<double>(t);
    }
  }
  const int draws = long_run() ? 10'000 : 500;
  int covered = 0;
  for (int run = 0; run < draws; ++run) {
    for (std::size_t s = 0; s < 2; ++s) {
      for (std::size_t i = 0; i < 40; ++i) {
        std::swap(mesas[s][i], mesas[s][i + rng.below(300 - i)]);
      }
      country[s] = {"s", 300, {mesas[s].begin(), mesas[s].begin() + 40}, {}};
    }
    const auto estimate = *quick_count(country, 0.95);
    covered += estimate.low <= votes / valid && votes / valid <= estimate.high ? 1 : 0;
  }
  EXPECT_GE(static_cast<double>(covered) / draws, long_run() ? 0.94 : 0.92);
}

}  // namespace

}  // namespace sufragio::audit
