#include <map>

#include "base/bytes.h"
#include "base/codes.h"
#include "base/count.h"
#include "base/ids.h"
#include "base/numbers.h"
#include "base/rng.h"
#include "tests/support/support.h"

namespace sufragio {
namespace {

class CountingRng : public Rng {  // bytes 0, 1, 2 …
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Code{'B', 199}, {{"value", std::to_string(n)}});
  return n / 2;
}

Result<int> quarter(int n) {
  const int once = TRY(half(n));
  return TRY(half(once));
}

TEST(Result, TryReturnsTheFirstFailure) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().debug(), "B199 value=3");
  EXPECT_EQ(annotate(quarter(6), "line", std::int64_t{7}).error().debug(), "B199 value=3 line=7");
}

TEST(Count, NeverNegativeNeverOverTheBound) {  // [R118]
  const Votes ten = Votes::from(10).value();
  EXPECT_EQ(ten.plus(ten).value().value(), 20);
  EXPECT_EQ(Votes::from(-1).error().code, base_codes::kCountOutOfRange);
  EXPECT_FALSE(ten.minus(ten.plus(ten).value()).has_value());
  EXPECT_FALSE(Votes::from(Votes::kMax).value().plus(ten).has_value());
  EXPECT_FALSE(Votes::from(Votes::kMax).value().times(INT64_MAX).has_value());
}

TEST(MesaId, ReadsOnlyItsOwnText) {
  const MesaId mesa = MesaId::parse("010113042.01").value();
  EXPECT_EQ(mesa.text(), "010113042.01");
  for (const char* bad : {"", "10113042.01", "010113042.1", "010113042.00", "010113042.001",
                          "010113042,01", "01011304x.01", "010113042.01 "}) {
    EXPECT_EQ(MesaId::parse(bad).error().code, base_codes::kBadMesaId) << bad;
  }
}

TEST(Numbers, RefuseSignsBlanksLeadingZerosAndOverflow) {
  EXPECT_EQ(parse_uint("0", 9).value(), 0u);
  EXPECT_EQ(parse_uint("18446744073709551615", UINT64_MAX).value(), UINT64_MAX);
  for (const char* bad : {"", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "18446744073709551616",
                          "99999999999999999999"}) {
    EXPECT_FALSE(parse_uint(bad, UINT64_MAX).has_value()) << bad;
  }
  EXPECT_FALSE(parse_uint("10", 9).has_value());
  EXPECT_EQ(parse_padded("0042", 99).value(), 42u);
}

TEST(Numbers, DatesMustExist) {
  EXPECT_TRUE(parse_date("2024-02-29").has_value());
  for (const char* bad : {"2023-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "24-01-01"}) {
    EXPECT_EQ(parse_date(bad).error().code, base_codes::kBadDate) << bad;
  }
}

TEST(Numbers, OneRoundingRule) {  // [R118] shares of the vote table of 2020
  EXPECT_EQ(basis_points(4'317'819, 6'227'690), 6933);
  EXPECT_EQ(basis_points(1'101'816, 6'227'690), 1769);
  EXPECT_EQ(basis_points(260'604, 6'227'690), 418);
  EXPECT_EQ(basis_points(1, 2), 5000);
  EXPECT_EQ(basis_points(1, 20'000), 1);  // exactly half a hundredth goes up
}

TEST(Numbers, Utf8IsCheckedByTheStandard) {
  EXPECT_TRUE(is_utf8("Ñuñoa, Yaracuy €"));
  for (const char* bad : {"\xd1", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Bytes, HexRoundTrip) {
  EXPECT_EQ(to_hex(from_hex("00ffA5").value()), "00ffa5");
  EXPECT_EQ(from_hex("0").error().code, base_codes::kBadHex);
  EXPECT_EQ(from_hex("0g").error().code, base_codes::kBadHex);
  EXPECT_EQ(Hash32::parse("00").error().code.text(), "B102");
}

TEST(Rng, BelowIsInRange) {
  CountingRng rng;
  std::map<std::uint64_t, int> seen;
  for (int i = 0; i < 1000; ++i) ++seen[rng.below(7)];
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_LT(seen.rbegin()->first, 7u);
}

}  // namespace
}  // namespace sufragio
