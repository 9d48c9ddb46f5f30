#include "services/claims/claim.h"

#include <gtest/gtest.h>

#include <map>

#include "services/claims/codes.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

// [R177]: any figure somebody states gets its rows, denominator, rounding and verdict.
namespace sufragio::services {
namespace {

ClaimResult check(std::string_view text) {
  const Result<Claim> claim = parse_claim(text);
  EXPECT_TRUE(claim) << text;
  return claim ? check_claim(*claim) : ClaimResult{};
}

TEST(Claim, ShowsAShareThatDoesNotFollowFromItsCounts) {  // [R118]
  const ClaimResult out = check("4,317,819 of 6,227,690 = 69.32 %");
  EXPECT_EQ(out.verdict, Verdict::misprinted);
  EXPECT_EQ(decimal_text(*out.computed), "69.33");
}

TEST(Claim, ShowsARoundedShare) {
  const ClaimResult out = check("5,150,092 of 10,058,774 = 51.2 %");
  EXPECT_EQ(out.verdict, Verdict::rounded);
  EXPECT_EQ(out.rounding, Rounding::nearest);
  EXPECT_EQ(check("1 of 4 = 25 %").verdict, Verdict::exact);
  EXPECT_EQ(check("1 of 4 = 25.0 %").verdict, Verdict::exact);
  EXPECT_EQ(check("2 de 3 = 66,67 %").verdict, Verdict::rounded);
  EXPECT_EQ(check("2 of 3 = 66 %").rounding, Rounding::down);
  EXPECT_EQ(check("2 of 3 = 66 %").verdict, Verdict::misprinted);
  EXPECT_EQ(check("1 of 3 = 34 %").rounding, Rounding::up);
}

TEST(Claim, GivesTheCountsThatAShareAloneAllows) {  // [R114]
  const ClaimResult out = check("51.2 % of 10,058,774");
  EXPECT_EQ(out.verdict, Verdict::not_derivable);
  EXPECT_EQ(out.nearest, 5'150'092);
  EXPECT_EQ(*out.highest - *out.lowest + 1, 10'059);
  EXPECT_EQ(check("44.2 % of 10,058,774").nearest, 4'445'978);
  EXPECT_EQ(check("4,6 % de 10.058.774").nearest, 462'704);
  EXPECT_EQ(check("51.2 % of 10").verdict, Verdict::impossible);  // no whole number prints so
  EXPECT_EQ(check("42 %").verdict, Verdict::not_derivable);
}

TEST(Claim, ShowsWhatCannotBe) {
  EXPECT_EQ(check("7 of 6 = 99 %").verdict, Verdict::impossible);
  EXPECT_EQ(check("6 of 7 = 101 %").verdict, Verdict::impossible);
  EXPECT_EQ(check("0 of 0 = 0 %").verdict, Verdict::impossible);
  EXPECT_EQ(check("100.1 %").verdict, Verdict::impossible);
  EXPECT_EQ(check("50 % of 0").verdict, Verdict::impossible);
}

TEST(Claim, ComparesSumsAndRows) {
  EXPECT_EQ(check("23 + 335 + 253 + 2,471 = 3,082").verdict, Verdict::exact);  // [R1]
  EXPECT_EQ(check("48 + 96 + 130 + 3 = 277").verdict, Verdict::exact);         // [R6]
  EXPECT_EQ(check("48 + 96 + 130 = 277").verdict, Verdict::misprinted);
  EXPECT_EQ(check("276,655 - 275,184 = 1,471").verdict, Verdict::exact);
  const ClaimResult rows = check("1,471 from rows 1,306");  // [R121]
  EXPECT_EQ(rows.verdict, Verdict::not_derivable);
  EXPECT_EQ(rows.sum, 1'306);
  EXPECT_EQ(check("1.306 de filas 1.306").verdict, Verdict::exact);
  EXPECT_EQ(check("70 % from rows 7,303,480 of 10,887,262").verdict, Verdict::not_derivable);
  EXPECT_EQ(check("67.1 % from rows 7,303,480 of 10,887,262").verdict, Verdict::rounded);
}

TEST(Claim, RefusesWhatIsNoClaim) {
  for (const std::string_view text :
       {"", "hello", "51.2", "51.2 of 10", "1,23 of 4 = 5 %", "1 of 2", "1 of 2 = 3", "51. %",
        "1 of 2 = 50 % x", "-1 of 2 = 50 %", "1 + = 2", "= 1", "1,000,00 of 3 = 1 %",
        "99999999999999999999 of 3 = 1 %", "51.23456 %", "1 from rows", "1 of of 2 = 3 %"}) {
    const Result<Claim> claim = parse_claim(text);
    ASSERT_FALSE(claim) << text;
    EXPECT_EQ(claim.error().code, claim_codes::kNotAClaim);
  }
}

TEST(Claim, AgreesWithCountingForSmallNumbers) {
  for (std::int64_t whole = 1; whole <= 60; ++whole) {
    for (std::int64_t units = 0; units <= 1'000; ++units) {
      const Claim only{ClaimForm::share_only, {}, whole, Decimal{units, 1}, {}, {}};
      const ClaimResult range = check_claim(only);
      std::int64_t first = -1, last = -1;
      for (std::int64_t part = 0; part <= whole; ++part) {
        if ((2 * part * 1'000 + whole) / (2 * whole) != units) continue;
        if (first < 0) first = part;
        last = part;
      }
      ASSERT_EQ(range.verdict == Verdict::impossible, first < 0) << units << " of " << whole;
      if (first < 0) continue;
      ASSERT_EQ(range.lowest, first);
      ASSERT_EQ(range.highest, last);
    }
  }
}

TEST(Claim, SurvivesAnyText) {
  tests::SeededRng rng{177};
  constexpr std::string_view kLetters = "0123456789,.% =+-ofdermws";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::uint64_t n = rng.below(30); n > 0; --n) text += kLetters[rng.below(kLetters.size())];
    if (const Result<Claim> claim = parse_claim(text)) static_cast<void>(check_claim(*claim));
  }
}

TEST(Claim, EveryPublishedFigureIsRecomputed) {
  const auto claims = read_claims(tests::read_file("claims/claims.csv"));
  ASSERT_TRUE(claims) << claims.error().debug();
  EXPECT_GE(claims->size(), 40U);
  std::map<Verdict, int> verdicts;
  std::map<std::string, int> elections;
  for (const PublishedClaim& published : *claims) {
    const ClaimResult result = check(published.claim);
    EXPECT_EQ(verdict_name(result.verdict), verdict_name(published.verdict)) << published.id;
    ++verdicts[result.verdict];
    ++elections[published.election];
  }
  EXPECT_GE(verdicts.size(), 4U);
  EXPECT_GE(elections.size(), 4U);
}

TEST(Claim, ATableOutsideItsFormIsRefused) {
  const std::string header =
      "id,election,source_es,source_en,claim,verdict,statement_es,statement_en,note_es,note_en\n";
  EXPECT_TRUE(read_claims(header + "a,e,s,t,42 %,not_derivable,x,y,,\n"));
  for (const std::string_view line :
       {"a b,e,s,t,42 %,not_derivable,x,y,,\n", "a,e,s,t,42,not_derivable,x,y,,\n",
        "a,e,s,t,42 %,maybe,x,y,,\n", "a,e,s,t,42 %,not_derivable,,y,,\n"}) {
    EXPECT_EQ(read_claims(header + std::string{line}).error().code, claim_codes::kBadTable) << line;
  }
  const std::string line = "a,e,s,t,42 %,not_derivable,x,y,,\n";
  EXPECT_FALSE(read_claims(header + line + line));
  EXPECT_FALSE(read_claims("id\n"));
}

}  // namespace
}  // namespace sufragio::services
