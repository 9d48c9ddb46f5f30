#include "stats/distributions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sufragio::stats {

namespace {

constexpr double kTiny = 1e-300;
constexpr double kClose = 1e-16;
constexpr int kMaxSteps = 100'000;

// The x in [low, high] where the rising function reaches `target`.
template <typename F>
double solve(double low, double high, double target, F rising) {
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (rising(middle) < target ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

double away_from_zero(double x) { return std::fabs(x) < kTiny ? kTiny : x; }

double beta_fraction(double a, double b, double x) {  // A&S 26.5.8 by Lentz's method
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double out = d;
  for (int m = 1; m < kMaxSteps; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    out *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    out *= d * c;
    if (std::fabs(d * c - 1) < kClose) break;
  }
  return out;
}

double gamma_series(double a, double x) {  // P(a, x) for x < a + 1
  double term = 1 / a;
  double sum = term;
  for (int n = 1; n < kMaxSteps && term > sum * kClose; ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * std::exp(-x + a * std::log(x) - log_gamma(a));
}

double gamma_fraction(double a, double x) {  // Q(a, x) for x >= a + 1, A&S 6.5.31 by Lentz
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / away_from_zero(b);
  double out = d;
  for (int n = 1; n < kMaxSteps; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = 1 / away_from_zero(an * d + b);
    c = away_from_zero(b + an / c);
    out *= d * c;
    if (std::fabs(d * c - 1) < kClose) break;
  }
  return out * std::exp(-x + a * std::log(x) - log_gamma(a));
}

}  // namespace

double log_gamma(double x) {
  // Stirling's series (A&S 6.1.40) from 12 on; below, G(x) = G(x+n) / (x (x+1) … ).
  double shift = 1;
  while (x < 12) shift *= x++;
  const double y = 1 / (x * x);
  const double series =
      (1.0 / 12 -
       y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188 - y * (691.0 / 360360 -
                                                                                   y / 156.0)))))) /
      x;
  return (x - 0.5) * std::log(x) - x + 0.918938533204672741780 + series - std::log(shift);
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

double normal_quantile(double p) {
  if (p > 0.5) return -normal_quantile(1 - p);
  return solve(-40, 0.5, p, [](double x) { return normal_cdf(x); });
}

double chi_squared_tail(double x, double freedom) {
  if (x <= 0) return 1;
  const double a = freedom / 2;
  const double half = x / 2;
  return half < a + 1 ? 1 - gamma_series(a, half) : gamma_fraction(a, half);
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) +
                                b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_cdf(double t, double freedom) {
  const double tail = incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;
  return t < 0 ? tail : 1 - tail;
}

double student_quantile(double p, double freedom) {
  if (p < 0.5) return -student_quantile(1 - p, freedom);
  double high = 2;
  while (student_cdf(high, freedom) < p && high < 1e300) high *= 2;
  return solve(0, high, p, [&](double t) { return student_cdf(t, freedom); });
}

double binomial_cdf(std::int64_t k, std::int64_t n, double p) {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incomplete_beta(static_cast<double>(n - k), static_cast<double>(k + 1), 1 - p);
}

std::int64_t binomial_quantile(double q, std::int64_t n, double p) {
  std::int64_t low = 0;
  std::int64_t high = n;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (binomial_cdf(middle, n, p) >= q) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

std::vector<double> binomial_probabilities(std::int64_t n, double p) {
  std::vector<double> out(static_cast<std::size_t>(n) + 1, 0.0);
  if (p <= 0 || p >= 1) {
    out[p <= 0 ? 0 : static_cast<std::size_t>(n)] = 1;
    return out;
  }
  // From the mode outwards, so that nothing underflows that matters.
  const auto mode = std::min(n, static_cast<std::int64_t>(static_cast<double>(n + 1) * p));
  const double real_n = static_cast<double>(n);
  const double real_mode = static_cast<double>(mode);
  out[static_cast<std::size_t>(mode)] = std::exp(
      log_gamma(real_n + 1) - log_gamma(real_mode + 1) - log_gamma(real_n - real_mode + 1) +
      real_mode * std::log(p) + (real_n - real_mode) * std::log1p(-p));
  const double odds = p / (1 - p);
  for (std::int64_t k = mode; k < n; ++k) {
    out[static_cast<std::size_t>(k) + 1] = out[static_cast<std::size_t>(k)] *
                                           static_cast<double>(n - k) / static_cast<double>(k + 1) *
                                           odds;
  }
  for (std::int64_t k = mode; k > 0; --k) {
    out[static_cast<std::size_t>(k) - 1] = out[static_cast<std::size_t>(k)] *
                                           static_cast<double>(k) / static_cast<double>(n - k + 1) /
                                           odds;
  }
  return out;
}

}  // namespace sufragio::stats
