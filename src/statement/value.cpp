#include "statement/value.h"

#include <cmath>

#include "base/check.h"
#include "base/numbers.h"
#include "statement/codes.h"

namespace sufragio::statement {

namespace {

__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 Unsigned;

constexpr int kMaxDecimals = 9;
constexpr int kSmallest = 12;  // below 10^-12 nothing is told apart
constexpr std::int64_t kMaxUnits = std::int64_t{1} << 62;

std::int64_t power10(int exponent) {
  std::int64_t out = 1;
  for (int i = 0; i < exponent; ++i) out *= 10;
  return out;
}

}  // namespace

std::string decimal_text(const Decimal& value) {
  CHECK(value.decimals >= 0 && value.decimals <= kMaxDecimals);
  const auto one = static_cast<std::uint64_t>(power10(value.decimals));
  const bool negative = value.units < 0;
  const std::uint64_t units = negative ? 0 - static_cast<std::uint64_t>(value.units)
                                       : static_cast<std::uint64_t>(value.units);
  std::string out = negative ? "-" : "";
  out += std::to_string(units / one);
  if (value.decimals > 0) out += "." + zero_padded(units % one, value.decimals);
  return out;
}

Decimal nearest(double value, int decimals) {
  const double units = value * static_cast<double>(power10(decimals));
  CHECK(std::isfinite(units) && std::abs(units) < static_cast<double>(kMaxUnits));
  return {std::llround(units), decimals};
}

Decimal ratio(std::int64_t num, std::int64_t den, int decimals) {
  CHECK(den > 0);
  const Wide scaled = 2 * static_cast<Wide>(num) * power10(decimals);
  const Wide half = num < 0 ? scaled - den : scaled + den;
  const Wide units = half / (2 * static_cast<Wide>(den));
  if (units > kMaxUnits) return {kMaxUnits, decimals};
  if (units < -kMaxUnits) return {-kMaxUnits, decimals};
  return {static_cast<std::int64_t>(units), decimals};
}

Probability Probability::at_most(double p) {
  CHECK(p >= 0);
  Probability out;
  if (p >= 1) return out;
  constexpr long double kNoise = 1e-12L;
  for (int exponent = 2; exponent <= kSmallest + 1; ++exponent) {
    const long double scaled =
        static_cast<long double>(p) * static_cast<long double>(power10(exponent));
    if (scaled < 10 * (1 - kNoise)) continue;
    const auto digits = static_cast<int>(std::ceil(scaled * (1 - kNoise)));
    if (digits >= 100) return *from(10, exponent - 1);
    out.digits_ = digits;
    out.exponent_ = exponent;
    return out;
  }
  out.digits_ = 0;
  out.exponent_ = kSmallest;
  return out;
}

Probability Probability::at_most(std::uint64_t num, std::uint64_t den) {
  CHECK(den > 0);
  Probability out;
  if (num >= den) return out;
  Unsigned scaled = static_cast<Unsigned>(num) * 10;
  for (int exponent = 2; exponent <= kSmallest + 1; ++exponent) {
    scaled *= 10;
    if (scaled < static_cast<Unsigned>(den) * 10) continue;
    const auto digits = static_cast<int>((scaled + den - 1) / den);
    if (digits >= 100) return *from(10, exponent - 1);
    out.digits_ = digits;
    out.exponent_ = exponent;
    return out;
  }
  out.digits_ = 0;
  out.exponent_ = kSmallest;
  return out;
}

Result<Probability> Probability::from(std::int64_t digits, std::int64_t exponent) {
  const bool one = digits == 10 && exponent == 1;
  const bool below = digits == 0 && exponent == kSmallest;
  const bool between = digits >= 10 && digits <= 99 && exponent >= 2 && exponent <= kSmallest + 1;
  if (!one && !below && !between) {
    return fail(kBadFigure, {{"value", std::to_string(digits) + "e-" + std::to_string(exponent)}});
  }
  Probability out;
  out.digits_ = static_cast<int>(digits);
  out.exponent_ = static_cast<int>(exponent);
  return out;
}

std::string Probability::text() const {
  constexpr int kPlain = 6;  // 0.000010; smaller ones as a power of ten
  if (digits_ == 0) return "< 1e-12";
  if (exponent_ == 1) return "1";
  if (exponent_ <= kPlain) {
    return "0." + zero_padded(static_cast<std::uint64_t>(digits_), exponent_);
  }
  return std::to_string(digits_ / 10) + "." + std::to_string(digits_ % 10) + "e-" +
         std::to_string(exponent_ - 1);
}

}  // namespace sufragio::statement
