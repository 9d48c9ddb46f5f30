// The published vectors of ../shared/vectors/rla.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <numeric>

#include "audit/batches.h"
#include "audit/receipts.h"
#include "audit/sample_rule.h"
#include "audit/sequential.h"
#include "codec/csv.h"
#include "crypto/hash.h"
#include "stats/combinatorics.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::audit {

namespace {

using Json = nlohmann::json;

std::string text_of(std::string_view name) {
  return tests::read_file(*tests::shared_path("vectors/rla/" + std::string{name}));
}
Json json_of(std::string_view name) { return Json::parse(text_of(name)); }

void near(double actual, double expected, double relative, std::string_view what) {
  EXPECT_NEAR(actual, expected, std::fabs(expected) * relative + 1e-300) << what;
}

Frame frame_with(std::vector<std::int64_t> ballots, std::vector<std::vector<std::int64_t>> votes) {
  Frame out;
  out.contest = "c";
  for (std::size_t m = 0; m < ballots.size(); ++m) {
    out.mesas.push_back({CentreCode{static_cast<std::uint32_t>(10101001 + m)}, MesaNumber{1}});
  }
  for (std::size_t i = 0; i < votes.size(); ++i) out.options.push_back(std::to_string(i));
  out.ballots = std::move(ballots);
  out.votes = std::move(votes);
  return out;
}

TEST(RlaVectors, ConsistentTicketsByteForByte) {
  SKIP_WITHOUT_SHARED("vectors/rla/consistent_sampler.json");
  const Json v = json_of("consistent_sampler.json");

  EXPECT_EQ(first_ticket("01382438112797316654", "AB-130"),
            v["first_fraction(\"AB-130\",\"01382438112797316654\")"]);
  EXPECT_EQ(next_ticket(first_ticket("01382438112797316654", "AB-130")), v["next_ticket(AB-130)"]);
  EXPECT_EQ(next_ticket("0.25471"), v["next_fraction(\"0.25471\")"]);

  std::vector<std::string> hundred;
  for (int i = 0; i < 100; ++i) hundred.push_back(std::to_string(i));
  std::vector<int> drawn;
  for (const TicketDraw& draw : lowest_tickets("41", hundred, 10)) {
    drawn.push_back(static_cast<int>(draw.index));
  }
  EXPECT_EQ(Json(drawn), v["range100_seed41_take10"]);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(lowest_tickets("41", hundred, 5)[i].ticket.substr(0, 11),
              v["range100_seed41_tickets5"][i]);
  }
}

TEST(RlaVectors, TicketsWithReplacement) {
  SKIP_WITHOUT_SHARED("vectors/rla/consistent_sampler.json");
  const Json v = json_of("consistent_sampler.json");

  const std::vector<std::string> five = {"a", "b", "c", "d", "e"};
  std::size_t i = 0;
  for (const TicketDraw& draw : tickets_with_replacement("52", five, 15)) {
    const Json& expected = v["abcde_seed52_with_replacement_take15"][i++];
    EXPECT_EQ(draw.ticket.substr(0, 11), expected[0]);
    EXPECT_EQ(five[draw.index], expected[1]);
    EXPECT_EQ(draw.time, expected[2]);
  }

  std::vector<std::string> ids;
  for (int pct = 1; pct <= 4; ++pct) {
    for (int n = 1; n <= 25; ++n) {
      ids.push_back("('pct " + std::to_string(pct) + "', " + std::to_string(n) + ")");
    }
  }
  i = 0;
  for (const TicketDraw& draw :
       tickets_with_replacement(v["arlo"]["seed"].get<std::string>(), ids, 20)) {
    const Json& expected = v["arlo"]["take20"][i++];
    EXPECT_EQ(draw.ticket.substr(0, 20), expected[0]);
    EXPECT_EQ(ids[draw.index], "('" + expected[1][0].get<std::string>() + "', " +
                                   std::to_string(expected[1][1].get<int>()) + ")");
    EXPECT_EQ(draw.time, expected[2]);
  }
  EXPECT_EQ(i, 20u);
}

TEST(RlaVectors, ADrawOfMoreThanSixteenThousand) {
  SKIP_WITHOUT_SHARED("vectors/rla/consistent_sampler.json");
  const Json v = json_of("consistent_sampler.json")["reference_run_30026_mesas"];
  std::vector<std::string> ids;
  for (int i = 0; i < 30'026; ++i) {
    std::string digits = std::to_string(i);
    ids.push_back("MESA-" + std::string(6 - digits.size(), '0') + digits);
  }

  const auto drawn = lowest_tickets("20241121", ids, 16'335);
  std::vector<std::string> names;
  for (const TicketDraw& draw : drawn) names.push_back(ids[draw.index]);

  EXPECT_EQ(Json(std::vector(names.begin(), names.begin() + 10)), v["first10"]);
  EXPECT_EQ(names.back(), v["last"]);
  EXPECT_EQ(crypto::sha256(as_bytes(joined(names))).hex(), v["sha256_of_newline_joined_ids"]);
}

TEST(RlaVectors, DetectionOfASimpleDraw) {
  SKIP_WITHOUT_SHARED("vectors/rla/hot_audit_hypergeometric.json");
  const Json v = json_of("hot_audit_hypergeometric.json");
  const auto miss = [](std::int64_t size, std::int64_t marked, std::int64_t drawn) {
    return stats::none_drawn({size, marked, drawn}).value();
  };

  for (const auto& [k, p] : v["miss"].items()) {
    near(miss(30'026, std::stoll(k), 16'335), p, 1e-9, k);
  }
  near(miss(39'303, 50, 20'825), v["published_check_CEPR_2013"]["P_miss"], 1e-9, "2013");
  for (const auto& [alpha, k] : v["zero_discrepancy_upper_bound"].items()) {
    if (alpha == "meaning") continue;
    EXPECT_EQ(stats::most_marked(30'026, 16'335, 0, std::stod(alpha)), k);
  }
  for (const auto& [k, n] : v["n_for_detection"].items()) {
    EXPECT_EQ(stats::sample_to_draw_one(30'026, std::stoll(k), 0.95), n["n95"]) << k;
    EXPECT_EQ(stats::sample_to_draw_one(30'026, std::stoll(k), 0.99), n["n99"]) << k;
  }
  for (const Json& small : v["small_populations_54.4pct"]) {
    near(miss(small["N"], small["K"], small["n"]), small["P_miss"], 1e-9, "small");
    EXPECT_EQ(share_of(small["N"], {544, 1000}), small["n"]);
  }
  EXPECT_EQ(stats::sample_to_draw_one(25'073, 4'540, 0.95), v["acta_spot_check"]["n95"]);
  EXPECT_EQ(stats::sample_to_draw_one(25'073, 4'540, 0.99), v["acta_spot_check"]["n99"]);
  EXPECT_EQ(stats::sample_to_draw_one(25'073, 4'556, 0.95), 15);
  EXPECT_EQ(stats::sample_to_draw_one(25'073, 4'556, 0.99), 23);  // 0.009906, exact
  const std::vector<double> notice = {0.510374, 0.132933, 0.034620, 0.001198};
  for (std::size_t i = 0; const std::int64_t k : {1, 3, 5, 10}) {
    EXPECT_NEAR(stats::none_noticed({30'026, k, 16'335}, 0.9), notice[i++], 5e-7);
  }
}

AlphaTest alpha_of(const Json& one) {
  AlphaTest out;
  const Json& params = one["params"];
  out.u = params["u"];
  out.eta = params.value("eta", 0.5);
  out.d = params.value("d", 100.0);
  if (params.contains("c")) out.c = params["c"].get<double>();
  out.two_vote_errors = params.value("error_rate_2", 1e-5);
  out.estimator = Estimator::fixed;
  if (one["estim"] == "shrink_trunc") out.estimator = Estimator::shrink_trunc;
  if (one["estim"] == "optimal_comparison") out.estimator = Estimator::optimal_comparison;
  return out;
}

double number_of(const Json& value) { return value == "inf" ? INFINITY : value.get<double>(); }

TEST(RlaVectors, EveryHistoryOfTheSequentialTests) {
  SKIP_WITHOUT_SHARED("vectors/rla/shangrla_nonnegmean.json");
  const Json v = json_of("shangrla_nonnegmean.json");
  std::size_t cases = 0;
  for (const Json& one : v["cases"]) {
    const std::string name = one["name"];
    const std::string test = one["test"];
    const Json& params = one["params"];
    const auto x = one["x"].get<std::vector<double>>();
    NullMean null;
    null.t = params.value("t", 0.5);
    if (!one["N"].is_null()) null.population = one["N"].get<std::int64_t>();
    KaplanTest kaplan;
    kaplan.g = params.value("g", 0.0);
    kaplan.random_order = params.value("random_order", true);
    TestValues got;
    if (test == "alpha_mart") {
      got = alpha_test(x, null, alpha_of(one));
      EXPECT_EQ(alpha_p(x, null, alpha_of(one)), got.p) << name;
    }
    if (test == "kaplan_markov") got = kaplan_markov(x, null.t, kaplan);
    if (test == "kaplan_wald") got = kaplan_wald(x, null.t, kaplan);
    if (test == "kaplan_kolmogorov") got = kaplan_kolmogorov(x, null, kaplan);
    if (test == "betting_mart") {
      BettingTest betting;
      betting.u = params["u"];
      betting.lambda = params["lam"];
      betting.adaptive = one["bet"] == "agrapa";
      betting.c = params.value("c_grapa_0", 0.9);
      got = betting_test(x, null, betting);
    }
    ASSERT_EQ(got.history.size(), x.size()) << name;
    for (std::size_t j = 0; j < x.size(); ++j) {
      near(got.history[j], number_of(one["p_history"][j]), 1e-9, name + " " + std::to_string(j));
    }
    near(got.p, number_of(one["p_value"]), 1e-9, name);
    ++cases;
  }
  EXPECT_EQ(cases, 23u);
  for (const Json& one : v["sample_size"]) {
    const auto tile = one["tile"].get<std::vector<double>>();
    const NullMean null{one["t"], one["N"].get<std::int64_t>()};
    AlphaTest alpha;
    alpha.estimator = Estimator::fixed;
    alpha.eta = one.value("eta", 0.5);
    const bool kaplan = one["test"] == "kaplan_wald";
    const auto size = kaplan ? draws_of_tile(tile, null, 0.05, KaplanTest{one["g"], true})
                             : draws_of_tile(tile, null, 0.05, alpha);
    EXPECT_EQ(size, one["expected"].get<std::int64_t>());
  }
}

TEST(RlaVectors, TheMeanSampleSizeOfThePaper) {
  SKIP_WITHOUT_SHARED("vectors/rla/alpha_paper_tables.json");
  tests::SeededRng rng{20'261'128};
  AlphaTest test;
  test.eta = 0.55;
  const SimulatedSize size = simulate_polling({11'000, 9'000, 0}, test, 0.05, 600, rng);

  EXPECT_NEAR(size.mean, 676, 676 * 0.12);  // 2 % at 10^4 paths: the long test
}

// Table 3 of the paper: N = 20,000, eta .55, .51 and .7, mean sizes of 10^5 repetitions.
TEST(RlaVectors, MeanSampleSizesOfClearOutcomes) {
  SKIP_WITHOUT_SHARED("vectors/rla/alpha_paper_tables.json");
  const Json table = json_of("alpha_paper_tables.json")["table3_without_replacement_N20000_full"];
  const std::vector<std::tuple<const char*, double, double>> tests = {
      {"ALPHA_eta.55_d100", 0.55, 100},
      {"ALPHA_eta.55_d10", 0.55, 10},
      {"ALPHA_eta.51_d1000", 0.51, 1'000},
      {"ALPHA_eta.7_d100", 0.7, 100}};
  tests::SeededRng rng{20'261'128};
  for (const auto& [name, eta, d] : tests) {
    for (const std::size_t i : {4U, 5U, 6U}) {  // theta .6, .64, .7
      AlphaTest test;
      test.eta = eta;
      test.d = d;
      const auto winner = static_cast<std::int64_t>(20'000 * table["theta"][i].get<double>() + 0.5);
      const double mean =
          simulate_polling({winner, 20'000 - winner, 0}, test, 0.05, 1'500, rng).mean;
      const double published = table[name][i];
      EXPECT_NEAR(mean, published, 0.5 + published * 0.08) << name << " " << winner;
    }
  }
}

TEST(RlaVectorsLong, TheMeanSampleSizeOfThePaperWithinTwoPercent) {
  SKIP_WITHOUT_SHARED("vectors/rla/alpha_paper_tables.json");
  if (std::getenv("SUFRAGIO_LONG") == nullptr) GTEST_SKIP() << "long";
  tests::SeededRng rng{1};
  AlphaTest test;
  test.eta = 0.55;
  EXPECT_NEAR(simulate_polling({11'000, 9'000, 0}, test, 0.05, 10'000, rng).mean, 676, 13.5);
}

TEST(RlaVectors, AssortersAndOverstatements) {
  SKIP_WITHOUT_SHARED("vectors/rla/shangrla_assorters.json");
  const Json v = json_of("shangrla_assorters.json");
  const std::vector<std::string> names = {"Alice", "Bob", "Candy", "Dan"};
  const auto index = [&](const std::string& name) {
    return static_cast<std::uint32_t>(std::ranges::find(names, name) - names.begin());
  };
  for (const Json& one : v["plurality"]) {
    Assertion pair;
    pair.winner = index(one["winner"]);
    pair.loser = index(one["loser"]);
    pair.terms = {{pair.winner, 1}, {pair.loser, -1}};
    pair.worst = pair.best = 1;
    const std::vector<std::uint32_t> vote = {index(one["vote"])};
    const Assorter assorter{pair};
    ASSERT_EQ(assorter.denominator(), 2);
    EXPECT_EQ(assorter.numerator(vote), 2 * one["value"].get<double>());
    EXPECT_EQ(assorter.numerator({}), 1);  // 1/2
    EXPECT_EQ(assorter.u(), 1);
  }
  for (const Json& one : v["overstatement_assorter"]) {
    near(overstatement_value(one["o"], one["u"], one["v"]), one["B"], 1e-15, "B");
  }
  // A share of two thirds: 1/(2f) = 3/4 for the winner, 0 for another, 1/2 for no valid vote.
  ContestRule rule;
  rule.method = ContestMethod::highest_averages;
  rule.threshold = {2, 3};
  const std::vector<std::int64_t> totals = {700, 200, 100};
  const auto assertions = assertions_of(rule, totals, 0);
  ASSERT_TRUE(assertions);
  const Assertion& above = assertions->front();
  EXPECT_EQ(above.kind, AssertionKind::above_threshold);
  const std::vector<std::uint32_t> first = {0};
  const std::vector<std::uint32_t> second = {1};
  const Assorter share{above};
  EXPECT_EQ(4 * share.numerator(first), 3 * share.denominator());
  EXPECT_EQ(share.numerator(second), 0);
  EXPECT_EQ(2 * share.numerator({}), share.denominator());
  EXPECT_EQ(share.u(), 0.75);

  Assertion alice;
  alice.terms = {{0, 1}, {1, -1}};
  alice.worst = alice.best = 1;
  const std::vector<std::int64_t> tally = {3000, 2000, 1000};
  EXPECT_EQ(Assorter{alice}.margin(tally, 10'000),
            v["margin_from_tally"]["Alice v Bob"].get<double>());
}

// Batches of the Arlo vector, per contest: winner, loser, ballots.
Frame arlo_frame(char contest) {
  std::vector<std::int64_t> ballots;
  std::vector<std::vector<std::int64_t>> votes(2);
  const auto add = [&](std::int64_t w, std::int64_t l, std::int64_t b) {
    votes[0].push_back(w);
    votes[1].push_back(l);
    ballots.push_back(b);
  };
  for (int i = 0; i < 200; ++i) {
    if (contest == 'A') {
      add(200, 180, 400);
      add(100, 90, 200);
    } else if (contest == 'B' && i < 100) {
      add(200, 160, 400);
      add(100, 80, 200);
    } else if (contest == 'C' && (i < 30 || (i >= 100 && i < 130))) {
      add(200, 140, 400);
      add(100, 70, 200);
    }
  }
  return frame_with(ballots, votes);
}

TEST(RlaVectors, MacroOnBatches) {
  SKIP_WITHOUT_SHARED("vectors/rla/arlo_macro_batch_comparison.json");
  const Json v = json_of("arlo_macro_batch_comparison.json");
  const std::map<char, double> expected_u = {{'A', 21}, {'B', 11}, {'C', 23.0 / 3}};
  const double alpha = v["risk_limit"];
  BatchTest plain;
  plain.g = 0;
  for (const auto& [contest, u] : expected_u) {
    const std::string name{contest};
    const Frame frame = arlo_frame(contest);
    const auto assertions = assertions_of(frame);
    const auto bounds = error_bounds(frame, *assertions);
    near(bounds->u(), u, 1e-9, name);
    EXPECT_EQ(draws_needed(u, 0, alpha, {}) + 1, v["first_round_sample_size"][name]);

    const std::vector<double> four(4, 0.0);
    EXPECT_EQ(draws_needed(u, 0, alpha, batch_risk(four, u, plain).now) + 1,
              v["after_4_clean"][name]);
    // Five more mesas: with contest A (190/190: taint 1/U, factor 1) and C (no difference).
    std::vector<double> nine = four;
    if (contest == 'A') nine.resize(9, 1 / u);
    if (contest == 'C') nine.resize(9, 0.0);
    const auto now = batch_risk(nine, u, plain).now;
    EXPECT_EQ(draws_needed(u, 0, alpha, now) + 1,
              v["after_4_clean_and_5_with_A_audited_190_190"][name]);
  }
  const Frame a = arlo_frame('A');
  const auto assertions = assertions_of(a);
  const auto bounds = error_bounds(a, *assertions);
  const auto t = taint(a, *assertions, *bounds, {0, std::vector<std::int64_t>{190, 190}});
  near(*t, 1.0 / 21, 1e-9, "taint");
  near(batch_risk(std::vector<double>(30, 0.0), 21, plain).p, std::pow(20.0 / 21, 30), 1e-12, "A");
  near(batch_risk(std::vector<double>(39, 0.0), 23.0 / 3, plain).p, v["with_3_duplicates"]["C"],
       1e-12, "C");
}

TEST(RlaVectors, PendingAndUnauditableBallotsTakeFromTheMargin) {
  SKIP_WITHOUT_SHARED("vectors/rla/arlo_macro_batch_comparison.json");
  const Json v = json_of("arlo_macro_batch_comparison.json");
  BatchTest plain;
  plain.g = 0;
  Frame pending =
      frame_with({100, 100, 100, 50}, {{60, 0, 90, 50}, {40, 60, 0, 0}, {0, 40, 10, 0}});
  pending.outside = 2;
  const auto assertions = assertions_of(pending);
  const auto bounds = error_bounds(pending, *assertions);
  near(bounds->u(), 4.591836734693877551, 1e-10, "U");
  const std::vector<double> clean(3, 0.0);
  near(batch_risk(clean, bounds->u(), plain).p, v["pending_ballots"]["p_3_clean"], 1e-9, "p");

  const auto off = taint(pending, *assertions, *bounds, {2, std::vector<std::int64_t>{90, 2, 10}});
  const std::vector<double> last = {0, 0, *off};
  plain.running = false;
  near(batch_risk(last, bounds->u(), plain).p, v["pending_ballots"]["p_batch3_loser_plus_2"], 1e-9,
       "p, two more");
}

TEST(RlaVectors, ATieAndAWhollyWrongMesaNeverStop) {
  const Frame frame = frame_with({500, 500}, {{500, 500}, {0, 0}});
  const auto assertions = assertions_of(frame);
  const auto bounds = error_bounds(frame, *assertions);
  const auto wrong = taint(frame, *assertions, *bounds, {0, std::vector<std::int64_t>{0, 500}});
  ASSERT_TRUE(wrong);
  EXPECT_NEAR(*wrong, 1, 1e-11);
  BatchTest plain;
  plain.g = 0;
  EXPECT_NEAR(batch_risk(std::vector<double>{*wrong}, bounds->u(), plain).p, 1, 1e-9);
  EXPECT_FALSE(assertions_of(frame_with({10, 10}, {{5, 5}, {5, 5}})));
}

TEST(RlaVectors, LindemanCongressionalDistrictThree) {
  SKIP_WITHOUT_SHARED("vectors/rla/lindeman_cd3_batches.csv");
  const Json v = json_of("lindeman_cd3_expected.json");
  const std::string text = text_of("lindeman_cd3_batches.csv");
  auto table = codec::CsvTable::open(text, {}, {"precinct"});
  ASSERT_TRUE(table);
  const double u = v["U"];
  const std::vector<double> margins = {v["margins"]["Durston"], v["margins"]["Tuma"],
                                       v["margins"]["Padilla"]};
  std::vector<double> taints;
  for (auto next = table->next(); next && *next; next = table->next()) {
    const auto& f = (*next)->fields;
    const auto at = [&](std::size_t i) { return std::stod(std::string{f[i]}); };
    double e = -INFINITY;
    double bound = -INFINITY;
    for (std::size_t l = 0; l < 3; ++l) {
      const double reported = at(2) - at(3 + l);
      const double audited = at(7) - at(8 + l);
      e = std::max(e, (reported - audited) / margins[l]);
      bound = std::max(bound, (reported + at(1)) / margins[l]);
    }
    for (int i = 0; i < static_cast<int>(at(6)); ++i) taints.push_back(e / bound);
  }
  EXPECT_EQ(taints.size(), v["draws"]);
  BatchTest signed_errors;
  signed_errors.g = 0;
  signed_errors.clip_negative = false;
  signed_errors.running = false;
  near(batch_risk(taints, u, signed_errors).p, v["KM_P"], 1e-12, "p");
  EXPECT_GT(batch_risk(taints, u, {.g = 0}).p, v["KM_P"].get<double>());
}

TEST(RlaVectors, DanishListSeatsByPaper) {
  SKIP_WITHOUT_SHARED("vectors/rla/dhondt_denmark2014_ep.json");
  const Json v = json_of("dhondt_denmark2014_ep.json");
  const std::vector<std::vector<const char*>> coalitions = {
      {"A", "B", "F"}, {"C", "V"}, {"I"}, {"N"}, {"O"}};
  std::vector<std::int64_t> totals;
  for (const auto& members : coalitions) {
    std::int64_t sum = 0;
    for (const char* party : members) sum += v["parties"][party].get<std::int64_t>();
    totals.push_back(sum);
  }
  ContestRule rule;
  rule.method = ContestMethod::highest_averages;
  rule.seats = 13;
  EXPECT_EQ(*seats_of(rule, totals), (std::vector<std::uint32_t>{5, 3, 0, 1, 4}));
  auto all = *assertions_of(rule, totals, 0);
  rule.seats = 5;
  const std::vector<std::int64_t> abf = {v["parties"]["A"], v["parties"]["B"], v["parties"]["F"]};
  const std::vector<Assertion> inside = *assertions_of(rule, abf, 0);
  all.insert(all.end(), inside.begin(), inside.end());
  rule.seats = 3;
  const std::vector<std::int64_t> cv = {v["parties"]["C"], v["parties"]["V"]};
  const std::vector<Assertion> other = *assertions_of(rule, cv, 0);
  all.insert(all.end(), other.begin(), other.end());

  const double u = list_error_bound(all);
  near(u, 1.12442e-4, 1e-5, "u");
  const double total = u * v["ballots"].get<double>();
  near(total, 262.238, 1e-5, "N u");
  EXPECT_EQ(kaplan_wald_size(total, v["gamma"], v["alpha"]), v["min_sample"]);
}

// The list contests of 2013: the assertions of each say exactly the seats that were adjudicated,
// and as soon as one of them breaks, so do the seats. [R143]
TEST(RlaVectors, AssertionsOnTheListsOf2013) {
  SKIP_WITHOUT_SHARED("data/municipal-2013/list_seats.csv");
  const std::string text =
      tests::read_file(*tests::shared_path("data/municipal-2013/list_seats.csv"));
  auto table = codec::CsvTable::open(text, {}, {"codigo", "cargos", "votos_lista"});
  ASSERT_TRUE(table);
  struct Lists {
    std::uint32_t seats = 0;
    std::vector<std::int64_t> votes;
    std::vector<std::uint32_t> adjudicated;
  };
  std::map<std::string, Lists> contests;
  for (auto next = table->next(); next && *next; next = table->next()) {
    const auto at = [&](const char* name) {
      return std::string{(*next)->fields[*table->column(name)]};
    };
    Lists& lists = contests[at("codigo")];
    lists.seats = static_cast<std::uint32_t>(std::stoul(at("cargos")));
    lists.votes.push_back(std::stoll(at("votos_lista")));
    lists.adjudicated.push_back(
        static_cast<std::uint32_t>(std::stoul(at("cargos_adjudicados_cne"))));
  }
  EXPECT_EQ(contests.size(), 167u);
  std::size_t seats = 0;
  std::size_t all = 0;
  for (const auto& [code, lists] : contests) {
    ContestRule rule;
    rule.method = ContestMethod::highest_averages;
    rule.seats = lists.seats;
    seats += lists.seats;
    EXPECT_EQ(*seats_of(rule, lists.votes), lists.adjudicated) << code;
    const auto assertions = assertions_of(rule, lists.votes, 0);
    ASSERT_TRUE(assertions) << code;
    const auto with_seats = std::ranges::count_if(lists.adjudicated, [](auto n) { return n > 0; });
    EXPECT_EQ(assertions->size(), static_cast<std::size_t>(with_seats) * (lists.votes.size() - 1));
    all += assertions->size();
    for (const Assertion& a : *assertions) {
      std::vector<std::int64_t> moved = lists.votes;
      const std::int64_t votes = (a.margin + a.best + a.worst - 1) / (a.best + a.worst);
      if (votes > moved[a.winner]) continue;  // a list has not so many
      moved[a.winner] -= votes;
      moved[a.loser] += votes;
      const auto after = seats_of(rule, moved);
      EXPECT_TRUE(!after || *after != lists.adjudicated) << code;
    }
  }
  EXPECT_EQ(seats, 343u);
  EXPECT_EQ(all, 1'745u);
}

TEST(RlaVectors, BravoSizesOfEveryContest) {
  SKIP_WITHOUT_SHARED("vectors/rla/arlo_bravo.json");
  const Json v = json_of("arlo_bravo.json");
  const auto check = [&](const Json& contest, const Json& sample, const Json& expected,
                         const std::string& name) {
    std::vector<std::int64_t> totals;
    std::vector<std::int64_t> seen;
    for (const auto& [key, value] : contest.items()) {
      if (key == "ballots" || key == "numWinners" || key == "votesAllowed") continue;
      totals.push_back(value);
      if (sample.is_object()) seen.push_back(sample["round1"][key]);
    }
    const auto plan = plan_polling(totals, contest["ballots"],
                                   contest["numWinners"].get<std::uint32_t>(), seen, 0.1);
    ASSERT_TRUE(plan) << name;
    if (expected.empty()) return;  // the peer refuses or has finished
    ASSERT_TRUE(*plan) << name;
    if (expected.contains("all-ballots")) {
      EXPECT_TRUE((*plan)->full_count) << name;
      return;
    }
    EXPECT_EQ((*plan)->average, expected["asn"]["size"]) << name;
    for (std::size_t i = 0; const char* q : {"0.7", "0.8", "0.9"}) {
      if (expected.contains(q)) {
        EXPECT_EQ((*plan)->sizes[i], expected[q]["size"]) << name << " " << q;
      }
      ++i;
    }
  };
  for (const auto& [name, contest] : v["bravo_contests"].items()) {
    check(contest, nullptr, v["true_sample_sizes"][name], name);
    check(contest, v["round1_sample_results"][name], v["round2_sample_sizes"][name], name + " 2");
  }
  for (const Json& one : v["bravo_sample_sizes_direct"]) {
    PollingPair pair{one["p_w"], one["p_r"], one.value("sample_w", 0), one.value("sample_r", 0)};
    const std::int64_t size = bravo_size(pair, 0.1, one["completion"]);
    if (one["size"] == 2476) {
      EXPECT_TRUE(size == 2475 || size == 2476);
    } else {
      EXPECT_EQ(size, one["size"]);
    }
  }
}

}  // namespace

}  // namespace sufragio::audit
