#include <gtest/gtest.h>

#include "audit/codes.h"
#include "audit/ppeb.h"
#include "audit/sample_rule.h"
#include "tests/support/support.h"

namespace sufragio::audit {

namespace {

std::vector<std::string> letters(std::string_view text) {
  std::vector<std::string> out;
  for (const char c : text) out.emplace_back(1, c);
  return out;
}

std::string names(const std::vector<TicketDraw>& draws, const std::vector<std::string>& ids) {
  std::string out;
  for (const TicketDraw& draw : draws) out += (out.empty() ? "" : " ") + ids[draw.index];
  return out;
}

Universe small_universe(const std::vector<int>& sizes) {
  std::vector<MesaId> mesas;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    for (int m = 1; m <= sizes[c]; ++m) {
      mesas.push_back({CentreCode{static_cast<std::uint32_t>(10101001 + c)},
                       MesaNumber{static_cast<std::uint16_t>(m)}});
    }
  }
  return *Universe::of(mesas);
}

SampleRule rule(std::string_view text) {
  const Result<SampleRule> out = parse_rule(text);
  EXPECT_TRUE(out) << text;
  return out ? *out : SampleRule{};
}

TEST(TheWeightedUrn, DrawsThePublishedSequence) {
  const std::vector<Weight> weights = {3, 0, 5, 1, 11};
  const Result<WeightedUrn> urn = WeightedUrn::of(weights);
  ASSERT_TRUE(urn);

  std::string drawn;
  for (const WeightedDraw& draw : urn->draw("41|ppeb:test", 1, 20)) {
    drawn += static_cast<char>('A' + draw.index);
  }
  EXPECT_EQ(drawn, "EEECECECCEAECEEEEECA");
  EXPECT_EQ(urn->draw("41|ppeb:test", 11, 1), (std::vector{urn->draw("41|ppeb:test", 1, 20)[10]}));
  EXPECT_EQ(urn->total(), 20);
  EXPECT_EQ(WeightedUrn::of(std::vector<Weight>{0, 0}).error().code, kNothingToDraw);
}

TEST(TheWeightedUrn, DrawsInProportionWithWeightsOfMoreThanSixtyFourBits) {
  const std::vector<Weight> weights = {Weight{1} << 100, Weight{3} << 100};
  const Result<WeightedUrn> urn = WeightedUrn::of(weights);

  std::int64_t second = 0;
  for (const WeightedDraw& draw : urn->draw("9", 1, 4'000)) {
    second += static_cast<std::int64_t>(draw.index);
  }
  EXPECT_NEAR(static_cast<double>(second), 3'000, 5 * 27.4);  // five standard deviations
}

TEST(Tickets, ExtendAndSubsetsAgreeWithTheWhole) {
  const Universe universe = small_universe({5, 9, 3, 2});
  const std::vector<std::string> ids = universe.ids();
  const auto whole = lowest_tickets("1|statutory", ids, ids.size());

  const auto seven = lowest_tickets("1|statutory", ids, 7);
  EXPECT_TRUE(std::equal(seven.begin(), seven.end(), whole.begin()));

  std::vector<std::string> shuffled(ids.rbegin(), ids.rend());
  EXPECT_EQ(names(lowest_tickets("1|statutory", shuffled, 7), shuffled), names(seven, ids));
  for (const TicketDraw& draw : whole) {
    EXPECT_EQ(draw.ticket, first_ticket("1|statutory", ids[draw.index]));
  }
}

TEST(Tickets, WithReplacementRiseForEver) {
  const auto ids = letters("abc");
  std::string last;
  std::map<std::size_t, std::uint32_t> times;
  for (const TicketDraw& draw : tickets_with_replacement("x", ids, 200)) {
    EXPECT_LT(last, draw.ticket);
    EXPECT_EQ(draw.time, ++times[draw.index]);
    last = draw.ticket;
  }
  EXPECT_EQ(times.size(), 3u);
}

TEST(Tickets, OfReceiptsAreThoseOfTheirIds) {
  const std::vector<std::string> mesas = {"010101001.01", "010101001.02", "010101002.01"};
  const std::vector<std::int64_t> ballots = {700, 0, 900};
  std::vector<std::string> ids;
  for (std::size_t m = 0; m < mesas.size(); ++m) {
    for (std::int64_t r = 1; r <= ballots[m]; ++r)
      ids.push_back(mesas[m] + "/" + std::to_string(r));
  }
  for (const std::size_t n : {0u, 1u, 25u, 1'600u, 2'000u}) {
    const auto expected = lowest_tickets("7|polling:c", ids, n);
    const auto drawn = lowest_receipts("7|polling:c", mesas, ballots, n);
    ASSERT_EQ(drawn.size(), expected.size());
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      EXPECT_EQ(drawn[i].ticket, expected[i].ticket);
      EXPECT_EQ(mesas[drawn[i].mesa] + "/" + std::to_string(drawn[i].receipt),
                ids[expected[i].index]);
    }
  }
}

TEST(SampleRules, TakeAShareOfEachStateButTwoAtLeast) {
  std::vector<MesaId> mesas;
  for (const std::uint32_t centre : {10101001u, 10101002u, 20101001u, 30101001u}) {
    for (std::uint16_t m = 1; m <= (centre == 30101001u ? 1 : 40); ++m) {
      mesas.push_back({CentreCode{centre}, MesaNumber{m}});
    }
  }
  const Universe universe = *Universe::of(mesas);
  const auto parts = sample_parts(rule("states:1/20"), universe);
  EXPECT_EQ(*parts, (std::vector<Part>{{80, 4}, {40, 2}, {1, 1}}));
  EXPECT_EQ(draw_by_rule(rule("states:1/20"), universe, "7|quick-count")->size(), 7u);
  EXPECT_EQ(rule("states:1/20").text(), "states:1/20");
}

// [R130] [R137] [R140]
TEST(SampleRules, RoundSharesUpInIntegers) {
  EXPECT_EQ(share_of(30'026, rule("0.5%").share), 151);
  EXPECT_EQ(share_of(30'026, rule("1%").share), 301);
  EXPECT_EQ(share_of(30'026, rule("54.4%").share), 16'335);
  EXPECT_EQ(share_of(30'026, rule("share:68/125").share), 16'335);
  EXPECT_EQ(share_of(30'026, rule("all").share), 30'026);
  EXPECT_EQ(share_of(29'600, rule("1%").share), 296);
  EXPECT_EQ(share_of(1, rule("0.5%").share), 1);
}

TEST(SampleRules, TakeFromEachCentreWhatTheTableSays) {
  const Universe universe = small_universe({1, 4, 5, 8, 9, 11, 12, 25});
  const auto table = sample_parts(rule("table:1-4=1,5-8=2,9-11=3,12-999=4"), universe);
  const auto half = sample_parts(rule("half"), universe);

  std::string from_table;
  std::string from_half;
  for (const Part& part : *table) from_table += std::to_string(part.drawn) + " ";
  for (const Part& part : *half) from_half += std::to_string(part.drawn) + " ";

  EXPECT_EQ(from_table, "1 1 2 2 3 3 4 4 ");
  EXPECT_EQ(from_half, "1 2 2 4 4 5 6 12 ");
}

TEST(SampleRules, ADrawPerCentreTakesTheLowestTicketsOfEachCentre) {
  const Universe universe = small_universe({4, 6, 12});
  const auto drawn = draw_by_rule(rule("table:1-4=1,5-8=2,9-11=3,12-999=4"), universe, "7|phase2");
  ASSERT_TRUE(drawn);

  std::map<CentreCode, int> count;
  for (const TicketDraw& draw : *drawn) ++count[universe.mesas()[draw.index].centre];
  EXPECT_EQ(count[CentreCode{10101001}], 1);
  EXPECT_EQ(count[CentreCode{10101002}], 2);
  EXPECT_EQ(count[CentreCode{10101003}], 4);
  EXPECT_TRUE(std::ranges::is_sorted(*drawn, {}, &TicketDraw::ticket));
}

class RulesThatAreNone : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(SampleRules, RulesThatAreNone,
                         testing::Values("", "third", "101%", "-1%", ".5%", "5.%", "share:3/2",
                                         "share:1/0", "share:1", "count:-1", "count:",
                                         "table:2-4=1", "table:1-4=1,6-8=2", "table:1-4=2",
                                         "table:1-4", "table:", "count:99999999999999999999"));
TEST_P(RulesThatAreNone, AreRefused) {
  EXPECT_EQ(parse_rule(GetParam()).error().code, kBadRule) << GetParam();
}

TEST(SampleRules, ThatDoNotFitTheUniverseAreRefused) {
  const Universe universe = small_universe({5});
  EXPECT_EQ(sample_parts(rule("table:1-4=1"), universe).error().code, kCentreNotInTable);
  EXPECT_EQ(sample_parts(rule("count:6"), universe).error().code, kMoreThanThere);
}

TEST(SampleRules, WriteTheTextThatTheyAreReadFrom) {
  for (const char* text : {"half", "share:544/1000", "count:150", "table:1-4=1,5-8=2"}) {
    EXPECT_EQ(rule(text).text(), text);
  }
}

TEST(Seeds, HaveTheDigitsThatTheRuleAsks) {
  EXPECT_EQ(*draw_seed("83561029471156203984", "statutory"), "83561029471156203984|statutory");
  EXPECT_EQ(draw_seed("8356102947115620398", "statutory").error().code, kBadSeed);
  EXPECT_EQ(draw_seed("8356102947115620398x", "statutory").error().code, kBadSeed);
  EXPECT_EQ(draw_seed("", "statutory").error().code, kBadSeed);
  EXPECT_EQ(draw_seed("83561029471156203984", "").error().code, kBadPurpose);
  EXPECT_EQ(draw_seed("83561029471156203984", "ppeb:").error().code, kBadPurpose);
  EXPECT_EQ(draw_seed("83561029471156203984", "ppeb:a b").error().code, kBadPurpose);
}

TEST(Universes, HoldEachMesaOnce) {
  const MesaId mesa = *MesaId::parse("201301006.01");
  EXPECT_EQ(Universe::of({mesa, mesa}).error().code, kTwice);
  EXPECT_EQ(Universe::of({}).error().code, kNothingToDraw);

  const Universe universe = small_universe({2, 12});
  EXPECT_EQ(Universe::parse(universe.text())->mesas(), universe.mesas());
  EXPECT_EQ(Universe::parse("").error().code, kNothingToDraw);
  EXPECT_EQ(Universe::parse("201301006.01\n201301006.01").error().code, kTwice);
  EXPECT_EQ(Universe::parse("201301006.02\n201301006.01").error().code, kBadUniverse);
  EXPECT_EQ(Universe::parse("201301006.01\n").error().code, kBadUniverse);
  EXPECT_EQ(Universe::parse("201301006.1").error().code, kBadUniverse);
}

TEST(Power, TheWorstPlacementIsFoundByTryingAll) {
  const std::vector<Part> parts = {{4, 1}, {8, 2}, {3, 1}, {2, 1}, {1, 1}};
  // Every way to alter k mesas, by brute force over how many in each centre.
  std::vector<double> best(19, 0.0);
  for (int code = 0; code < 5 * 9 * 4 * 3 * 2; ++code) {
    int rest = code;
    int k = 0;
    stats::Product chance;
    for (const Part& part : parts) {
      const int here = rest % static_cast<int>(part.size + 1);
      rest /= static_cast<int>(part.size + 1);
      k += here;
      for (int i = 0; i < here; ++i) {
        const auto free = std::max<std::int64_t>(0, part.size - i - part.drawn);
        chance.multiply(static_cast<double>(free) / static_cast<double>(part.size - i));
      }
    }
    best[static_cast<std::size_t>(k)] = std::max(best[static_cast<std::size_t>(k)], chance.value());
  }
  const auto worst = worst_misses(parts, 18);
  for (std::size_t k = 1; k <= 18; ++k) {
    EXPECT_NEAR(worst[k - 1].value(), best[k], 1e-14) << k;
    EXPECT_EQ(worst_miss(parts, static_cast<std::int64_t>(k)).value(), worst[k - 1].value());
  }
  EXPECT_EQ(worst_miss(parts, 0).value(), 1);
  EXPECT_EQ(worst_miss(parts, 19).value(), 0);
}

TEST(Power, MoreDifferencesLeaveALargerBound) {
  const Part whole{30'026, 16'335};
  const std::vector<std::int64_t> found = {0, 1, 2, 3, 5, 10};
  const std::vector<std::int64_t> at5 = {3, 6, 9, 11, 16, 27};
  const std::vector<std::int64_t> at1 = {5, 8, 11, 14, 19, 31};
  const std::vector<std::int64_t> at01 = {8, 12, 15, 18, 23, 36};
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(altered_at_most(whole, found[i], 0.05), at5[i]);
    EXPECT_EQ(altered_at_most(whole, found[i], 0.01), at1[i]);
    EXPECT_EQ(altered_at_most(whole, found[i], 0.001), at01[i]);
  }
  EXPECT_EQ(altered_at_most(std::vector<Part>{whole}, 0.05), 3);
}

}  // namespace

}  // namespace sufragio::audit
