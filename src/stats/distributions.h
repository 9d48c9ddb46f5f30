#pragma once

#include <cstdint>
#include <vector>

// Continuous distributions and the binomial, by the continued fractions and series of the
// incomplete beta and gamma functions (Abramowitz and Stegun 26.4, 26.5; Lentz). Relative error
// below 1e-12 for parameters up to 1,000, below 1e-9 up to 10^7. They use `log` and `exp` of the C
// library: a last bit may differ between machines, so they plan and describe, and never decide a
// stop.
namespace sufragio::stats {

[[nodiscard]] double log_gamma(double x);  // x > 0
[[nodiscard]] double normal_cdf(double x);
[[nodiscard]] double normal_quantile(double p);  // 0 < p < 1
// Upper tail of chi-squared with `freedom` degrees. x >= 0, freedom > 0.
[[nodiscard]] double chi_squared_tail(double x, double freedom);
[[nodiscard]] double student_cdf(double t, double freedom);
[[nodiscard]] double student_quantile(double p, double freedom);  // 0 < p < 1
// I_x(a, b), the regularised incomplete beta function. 0 <= x <= 1, a, b > 0.
[[nodiscard]] double incomplete_beta(double a, double b, double x);

// Binomial: n >= 0, 0 <= p <= 1.
[[nodiscard]] double binomial_cdf(std::int64_t k, std::int64_t n, double p);  // P(X <= k)
// The smallest k with P(X <= k) >= q.
[[nodiscard]] std::int64_t binomial_quantile(double q, std::int64_t n, double p);
// P(X = k) for k = 0 … n.
[[nodiscard]] std::vector<double> binomial_probabilities(std::int64_t n, double p);

}  // namespace sufragio::stats
