// From scores to a decision: error rates, calibration, fusion of fingers and tries.
#include <gtest/gtest.h>

#include <cmath>

#include "adapters/toml/toml.h"
#include "biometrics/codes.h"
#include "biometrics/decide.h"
#include "biometrics/metrics.h"
#include "tests/support/support.h"

namespace sufragio::biometrics {
namespace {

TEST(ErrorRates, FollowTheRuleOfTheCompetitionOnAListThatIsCountedByHand) {
  const Comparisons all{{10, 20, 30, 40}, {1, 2, 3, 25}};

  const ErrorRates rates = error_rates(all);

  // At 20: 1 of 4 is missed, 1 of 4 impostors matches. At 26: 2 are missed, none matches.
  EXPECT_EQ(rates.eer, 250'000U);
  EXPECT_EQ(rates.zero_fmr, 500'000U);
  EXPECT_EQ(rates.fmr100, 500'000U);
  const auto curve = det_curve(all);
  EXPECT_EQ(curve.front().threshold, 1U);
  EXPECT_EQ(curve.front().false_matches, 4U);
  EXPECT_EQ(curve.back().threshold, 41U);
  EXPECT_EQ(curve.back().false_non_matches, 4U);
}

TEST(ErrorRates, SmallerGapDecidesBetweenTwoThresholds) {
  // Before: 1/8 missed, 3/8 matched (gap 2/8); after: 5/8 missed, 2/8 matched (gap 3/8).
  const Comparisons all{{1, 5, 5, 5, 5, 9, 9, 9}, {0, 0, 0, 0, 0, 5, 9, 9}};

  EXPECT_EQ(error_rates(all).eer, 250'000U);
}

TEST(ErrorRates, PerfectMatcherHasNone) {
  const ErrorRates rates = error_rates({{10, 11}, {1, 2}});
  EXPECT_EQ(rates.eer, 0U);
  EXPECT_EQ(rates.zero_fmr, 0U);
}

Calibration calibration(std::string_view name) {
  const std::string text = tests::read_file("calibration/" + std::string{name} + ".toml");
  return *Calibration::read(*adapters::parse_toml(text));
}
std::int32_t s_of(const Calibration& c, std::uint32_t raw, int cylinders = 30) {
  return static_cast<std::int32_t>(c.score(RawScore{raw}, cylinders));
}

TEST(CalibratedScore, PublishedTablesAreReadAndInterpolatedInIntegers) {
  const Calibration secugen = calibration("secugen-fvc2002");

  EXPECT_EQ(s_of(secugen, 0), 0);
  EXPECT_EQ(s_of(secugen, 3'984), 0);
  EXPECT_EQ(s_of(secugen, 10'228), 300);
  EXPECT_EQ(s_of(secugen, 24'797), 1'000);
  EXPECT_EQ(s_of(secugen, 171'662), 1'500);
  EXPECT_EQ(s_of(secugen, 10'228, 14), 100);
  EXPECT_EQ(s_of(secugen, 3'984, 14), 0);
  EXPECT_TRUE(secugen.fmr(Score{297}).measured);
  EXPECT_FALSE(secugen.fmr(Score{298}).measured);
  EXPECT_EQ(s_of(calibration("fingerjet-fvc2002"), 10'202), 300);
}

TEST(CalibratedScore, UnknownSensorIsJudgedMoreStrictlyThanBothTables) {
  const Calibration unknown = calibration("unknown");
  EXPECT_EQ(s_of(unknown, 12'228), 300);
  for (std::uint32_t raw = 0; raw < 60'000; raw += 97) {
    EXPECT_LE(s_of(unknown, raw), s_of(calibration("secugen-fvc2002"), raw)) << raw;
  }
  EXPECT_FALSE(unknown.fmr(Score{1}).measured);
}

TEST(CalibratedScore, IsMonotone) {
  const Calibration c = calibration("fingerjet-fvc2002");
  for (std::uint32_t raw = 1; raw < 30'000; ++raw) ASSERT_LE(s_of(c, raw - 1), s_of(c, raw));
}

TEST(CalibratedScore, TableThatDoesNotRiseOrIsOfAnotherMatcherIsRefused) {
  const auto refused = [](std::string_view knots, int version = kMatcher.version) {
    const std::string text =
        "id='a'\nextractor='b'\nsensor='c'\nfamily=1\nversion=" + std::to_string(version) +
        "\nmeasured_to=0\nknots=" + std::string{knots};
    const auto out = Calibration::read(*adapters::parse_toml(text));
    return out ? std::string{} : out.error().code.text();
  };
  EXPECT_EQ(refused("[[1, 0], [2, 5]]"), "");
  EXPECT_EQ(refused("[[1, 0]]"), "Y020");
  EXPECT_EQ(refused("[[1, 0], [1, 5]]"), "Y020");
  EXPECT_EQ(refused("[[1, 5], [2, 5]]"), "Y020");
  EXPECT_EQ(refused("[[1, 0], [2, 1501]]"), "Y020");
  EXPECT_EQ(refused("[[1, 0], 7]"), "Y020");
  EXPECT_EQ(refused("[[-1, 0], [2, 5]]"), "Y020");
  EXPECT_EQ(refused("[[1, 0], [2, 5]]", 1), "Y020");
}

Attempt scored(std::uint8_t finger, std::int32_t score) {
  return {finger, true, Score{score}, Presentation::not_checked};
}

TEST(Decision, ThresholdsPayForEveryTryOfAVoter) {
  const auto policy = DecisionPolicy::of(Score{300}, 3, 4);
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->single, Score{408});
  EXPECT_EQ(policy->pair_sum, Score{508});
  EXPECT_EQ(policy->pair_each, Score{100});
  for (int tries = 1; tries <= 10; ++tries) {
    for (int fingers = 1; fingers <= 10; ++fingers) {
      const auto p = DecisionPolicy::of(Score{300}, static_cast<std::uint8_t>(tries),
                                        static_cast<std::uint8_t>(fingers));
      const double exact = 100 * std::log10(tries * fingers);
      EXPECT_EQ(static_cast<std::int32_t>(p->single), 300 + std::lround(std::ceil(exact - 1e-9)));
    }
  }
}

TEST(Decision, TargetOfARateIsNeverSofterThanTheRate) {
  EXPECT_EQ(*target_of(1, 1'000), Score{300});
  EXPECT_EQ(*target_of(1, 10), Score{100});
  EXPECT_EQ(*target_of(1, 1), Score{0});
  EXPECT_EQ(*target_of(5, 5), Score{0});
  const std::pair<std::int64_t, std::int64_t> rates[] = {
      {1, 3}, {2, 1'000}, {3, 7}, {999, 1'000}, {1, 999'999'999}, {17, 1'000'003}};
  for (const auto& [num, den] : rates) {
    const double exact = 100 * std::log10(static_cast<double>(den) / static_cast<double>(num));
    const auto target = static_cast<double>(static_cast<std::int32_t>(*target_of(num, den)));
    EXPECT_GE(target, exact - 1e-9);
    EXPECT_LT(target, exact + 2);
  }
  EXPECT_EQ(target_of(0, 5).error().code, kBadPolicy);
  EXPECT_EQ(target_of(6, 5).error().code, kBadPolicy);
  EXPECT_EQ(target_of(-1, 5).error().code, kBadPolicy);
}

TEST(Decision, PolicyOutsideOfItsRangeIsRefused) {
  EXPECT_EQ(DecisionPolicy::of(Score{300}, 0, 4).error().code, kBadPolicy);
  EXPECT_EQ(DecisionPolicy::of(Score{300}, 3, 11).error().code, kBadPolicy);
  EXPECT_EQ(DecisionPolicy::of(Score{99}, 3, 4).error().code, kBadPolicy);
  EXPECT_EQ(DecisionPolicy::of(Score{901}, 3, 4).error().code, kBadPolicy);
}

TEST(Decision, OneStrongTryOrTwoFingersTogetherAccept) {
  const DecisionPolicy policy = *DecisionPolicy::of(Score{300}, 3, 4);
  const auto verdict = [&](std::vector<Attempt> attempts) { return decide(policy, attempts); };

  EXPECT_EQ(verdict({}), Verdict::again);
  EXPECT_EQ(verdict({scored(0, 407)}), Verdict::again);
  EXPECT_EQ(verdict({scored(0, 408)}), Verdict::accept);
  EXPECT_EQ(verdict({scored(0, 100), scored(1, 407)}), Verdict::again);
  EXPECT_EQ(verdict({scored(0, 101), scored(1, 407)}), Verdict::accept);
  EXPECT_EQ(verdict({scored(0, 99), scored(1, 407)}), Verdict::again);   // below each
  EXPECT_EQ(verdict({scored(0, 300), scored(0, 300)}), Verdict::again);  // one finger only
  EXPECT_EQ(verdict({scored(0, 10), scored(0, 300), scored(2, 208)}), Verdict::accept);
}

TEST(Decision, TriesBeyondThePolicyNeverAccept) {
  const DecisionPolicy policy = *DecisionPolicy::of(Score{300}, 2, 2);
  const auto verdict = [&](std::vector<Attempt> attempts) { return decide(policy, attempts); };

  EXPECT_EQ(verdict({scored(0, 0), scored(0, 0), scored(0, 1'500)}), Verdict::again);
  EXPECT_EQ(verdict({scored(7, 1'500)}), Verdict::again);  // a finger that is not enrolled
  std::vector<Attempt> five(4, scored(0, 0));
  five[2].finger = five[3].finger = 1;
  EXPECT_EQ(verdict(five), Verdict::exhausted);
  five.push_back(scored(1, 1'500));
  EXPECT_EQ(verdict(five), Verdict::exhausted);
}

TEST(Decision, UnusablePrintUsesATryUpAndAnAttackEndsThem) {
  const DecisionPolicy policy = *DecisionPolicy::of(Score{300}, 1, 2);
  const Attempt unusable{0, false, Score{1'500}, Presentation::not_checked};
  const Attempt attack{1, true, Score{1'500}, Presentation::attack};

  EXPECT_EQ(decide(policy, std::vector{unusable}), Verdict::again);
  EXPECT_EQ(decide(policy, std::vector{unusable, Attempt{1, false}}), Verdict::exhausted);
  EXPECT_EQ(decide(policy, std::vector{attack}), Verdict::attack);
}

}  // namespace
}  // namespace sufragio::biometrics
