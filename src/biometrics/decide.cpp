#include "biometrics/decide.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "biometrics/codes.h"

namespace sufragio::biometrics {
namespace {

constexpr std::size_t kMostFingers = 10, kMostTries = 10;
constexpr std::int32_t kDecade = 100;

// n^100 as mantissa and power of ten, 15 digits, rounded up or down: 10^(s/100) against n would
// need libm, 10^s against n^100 needs integers only.
struct Hundredth {
  std::uint64_t mantissa = 1;
  std::int32_t exponent = 0;
};
Hundredth hundredth_power(std::uint64_t n, bool up) {
  constexpr std::uint64_t kDigits = 1'000'000'000'000'000;  // 10^15
  __extension__ typedef unsigned __int128 Wide;
  Hundredth out;
  for (int k = 0; k < 100; ++k) {
    Wide product = Wide{out.mantissa} * n;
    while (product >= kDigits) {
      product = (product + (up ? 9 : 0)) / 10;
      ++out.exponent;
    }
    out.mantissa = static_cast<std::uint64_t>(product);
  }
  return out;
}

// The least s with 10^(s/100) >= n: hundredths of a decade, rounded up.
std::int32_t decades_up(std::uint64_t n) {
  const Hundredth power = hundredth_power(n, true);
  std::int32_t digits = 0;
  for (std::uint64_t ten = 1; ten < power.mantissa; ten *= 10) ++digits;
  return power.exponent + digits;
}

// The greatest s with 10^(s/100) <= n.
std::int32_t decades_down(std::uint64_t n) {
  const Hundredth power = hundredth_power(n, false);
  std::int32_t digits = 0;
  for (std::uint64_t left = power.mantissa; left >= 10; left /= 10) ++digits;
  return power.exponent + digits;
}

std::int32_t value(Score score) { return static_cast<std::int32_t>(score); }

}  // namespace

Result<DecisionPolicy> DecisionPolicy::of(Score target, std::uint8_t tries, std::uint8_t fingers) {
  const bool sound = tries >= 1 && tries <= kMostTries && fingers >= 1 && fingers <= kMostFingers &&
                     value(target) >= 100 && value(target) <= 900;
  if (!sound) {
    return fail(Error{kBadPolicy}
                    .with("target", value(target))
                    .with("tries", tries)
                    .with("fingers", fingers));
  }
  const std::int32_t single = value(target) + decades_up(std::uint64_t{tries} * fingers);
  DecisionPolicy out;
  out.single = Score{single};
  out.pair_sum = Score{single + kDecade};
  out.pair_each = Score{kDecade};
  out.tries = tries;
  out.fingers = fingers;
  return out;
}

Result<Score> target_of(std::int64_t num, std::int64_t den) {
  if (num < 1 || den < num) return fail(Error{kBadPolicy}.with("num", num).with("den", den));
  const std::int64_t common = std::gcd(num, den);
  return Score{decades_up(static_cast<std::uint64_t>(den / common)) -
               decades_down(static_cast<std::uint64_t>(num / common))};
}

Verdict decide(const DecisionPolicy& policy, std::span<const Attempt> attempts) {
  std::array<std::size_t, kMostFingers> made{};
  std::array<std::int32_t, kMostFingers> best{};
  const std::size_t fingers = std::min<std::size_t>(policy.fingers, kMostFingers);
  std::size_t used = 0;
  for (const Attempt& attempt : attempts) {
    ++used;
    if (attempt.presentation == Presentation::attack) return Verdict::attack;
    if (attempt.finger >= fingers || ++made[attempt.finger] > policy.tries) continue;
    if (used > fingers * policy.tries || !attempt.acquired) continue;
    std::int32_t& top = best[attempt.finger];
    top = std::max(top, value(attempt.score));
    if (top >= value(policy.single)) return Verdict::accept;
  }
  std::array<std::int32_t, 2> two{};  // the best of two different fingers
  for (const std::int32_t score : best) {
    if (score >= value(policy.pair_each) && score > 0) {
      two[1] = std::max(two[1], std::min(two[0], score));
      two[0] = std::max(two[0], score);
    }
  }
  if (two[1] > 0 && two[0] + two[1] >= value(policy.pair_sum)) return Verdict::accept;
  return used >= fingers * policy.tries ? Verdict::exhausted : Verdict::again;
}

}  // namespace sufragio::biometrics
