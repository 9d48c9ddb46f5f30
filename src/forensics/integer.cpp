#include "forensics/integer.h"

#include <algorithm>
#include <cmath>

#include "forensics/draw.h"
#include "stats/distributions.h"

namespace sufragio::forensics {

namespace {

constexpr double kDeviations = 10;  // beyond it a binomial has less than 1e-20

bool usable(const Part& part, std::int64_t min_n) {
  return part.n >= min_n && part.k > 0 && part.k < part.n;
}

// Calls visit(j, P(X = j) / P(X = k)) for the counts around k, X ~ Binomial(n, k/n), by the ratio
// of neighbours; k is the mode, so the weights fall from 1.
template <typename Visit>
void around(const Part& part, Visit visit) {
  const double odds = static_cast<double>(part.k) / static_cast<double>(part.n - part.k);
  const double deviation =
      std::sqrt(static_cast<double>(part.k) * static_cast<double>(part.n - part.k) /
                static_cast<double>(part.n));
  const auto reach = static_cast<std::int64_t>(kDeviations * deviation) + 10;
  visit(part.k, 1.0);
  double weight = 1;
  for (std::int64_t j = part.k; j < part.n && j < part.k + reach; ++j) {
    weight *= static_cast<double>(part.n - j) / static_cast<double>(j + 1) * odds;
    visit(j + 1, weight);
  }
  weight = 1;
  for (std::int64_t j = part.k; j > 0 && j > part.k - reach; --j) {
    weight *= static_cast<double>(j) / static_cast<double>(part.n - j + 1) / odds;
    visit(j - 1, weight);
  }
}

// P(sum of independent Bernoulli(q_i) >= near).
double upper_tail(const std::vector<double>& q, std::int64_t near) {
  std::vector<double> ways{1};
  for (const double chance : q) {
    ways.push_back(0);
    for (std::size_t i = ways.size() - 1; i > 0; --i) {
      ways[i] = ways[i] * (1 - chance) + ways[i - 1] * chance;
    }
    ways[0] *= 1 - chance;
  }
  double out = 0;
  for (std::size_t i = ways.size(); i-- > static_cast<std::size_t>(near);) out += ways[i];
  return std::min(out, 1.0);
}

}  // namespace

bool near_integer(std::int64_t k, std::int64_t n) {
  const std::int64_t r = 100 * k % n;
  return 20 * std::min(r, n - r) <= n;
}

double near_probability(const Part& part) {
  double all = 0;
  double near = 0;
  std::int64_t expected = -1;  // j whose remainder is known
  std::int64_t r = 0;
  const std::int64_t step = 100 % part.n;
  around(part, [&](std::int64_t j, double weight) {
    all += weight;
    // 100 j mod n moves by the same step from one count to the next.
    if (j == expected + 1) {
      r += step;
      if (r >= part.n) r -= part.n;
    } else if (j == expected - 1) {
      r -= step;
      if (r < 0) r += part.n;
    } else {
      r = 100 * j % part.n;
    }
    expected = j;
    if (j > 0 && j < part.n && 20 * std::min(r, part.n - r) <= part.n) near += weight;
  });
  return near / all;
}

double NearChances::of(const Part& part) {
  constexpr std::int64_t kLargest = 3'000;  // larger units are few, and their rows long
  if (part.n > kLargest) return near_probability(part);
  const auto n = static_cast<std::size_t>(part.n);
  if (known_.size() <= n) known_.resize(n + 1);
  if (known_[n].empty()) known_[n].assign(n + 1, -1);
  double& out = known_[n][static_cast<std::size_t>(part.k)];
  if (out < 0) out = near_probability(part);
  return out;
}

IntegerCount integer_percentages(std::span<const Part> parts, std::int64_t min_n,
                                 NearChances* chances) {
  constexpr std::int64_t kExactBelow = 20;
  IntegerCount out;
  std::vector<double> first;  // the chances of the first mesas, for the exact tail
  for (const Part& part : parts) {
    if (!usable(part, min_n)) continue;
    const double q = chances == nullptr ? near_probability(part) : chances->of(part);
    ++out.mesas;
    out.near += near_integer(part.k, part.n) ? 1 : 0;
    out.mean += q;
    out.variance += q * (1 - q);
    if (out.mesas < kExactBelow) first.push_back(q);
  }
  if (out.mesas == 0) return out;
  if (out.variance > 0)
    out.z = (static_cast<double>(out.near) - out.mean) / std::sqrt(out.variance);
  out.p = out.mesas < kExactBelow ? upper_tail(first, out.near) : stats::normal_cdf(-out.z);
  return out;
}

namespace {

// A count of Binomial(n, k/n): the unit interval is cut into the chances of k, k + 1, k - 1, … so
// that few steps are needed.
std::int64_t binomial_draw(const Part& part, Rng& rng) {
  const auto n = static_cast<double>(part.n);
  const auto k = static_cast<double>(part.k);
  const double log_p = stats::log_gamma(n + 1) - stats::log_gamma(k + 1) -
                       stats::log_gamma(n - k + 1) + k * std::log(k / n) +
                       (n - k) * std::log1p(-k / n);
  const double odds = k / (n - k);
  double left = uniform(rng) / std::exp(log_p) - 1;  // in units of the chance of k
  double above = 1;
  double below = 1;
  for (std::int64_t step = 1; left >= 0 && step <= part.n; ++step) {
    const std::int64_t up = part.k + step;
    const std::int64_t down = part.k - step;
    if (up <= part.n) {
      above *= static_cast<double>(part.n - up + 1) / static_cast<double>(up) * odds;
      left -= above;
      if (left < 0) return up;
    }
    if (down >= 0) {
      below *= static_cast<double>(down + 1) / static_cast<double>(part.n - down) / odds;
      left -= below;
      if (left < 0) return down;
    }
  }
  return part.k;
}

}  // namespace

std::vector<Part> resampled(std::span<const Part> parts, Rng& rng) {
  std::vector<Part> out;
  out.reserve(parts.size());
  for (const Part& part : parts) {
    const bool fixed = part.k <= 0 || part.k >= part.n;
    out.push_back(fixed ? part : Part{binomial_draw(part, rng), part.n});
  }
  return out;
}

Fractions fractions(std::span<const Part> parts, std::size_t bins, std::int64_t min_n) {
  Fractions out;
  out.counted.assign(bins, 0);
  std::vector<double> expected(bins, 0);
  const auto bin = [&](std::int64_t k, std::int64_t n) {
    // (100k/n + half a cell) mod 1, in cells
    const auto cells = static_cast<std::int64_t>(bins);
    const std::int64_t scaled = (2 * cells * (100 * k % n) + n) % (2 * cells * n);
    return static_cast<std::size_t>(scaled / (2 * n));
  };
  for (const Part& part : parts) {
    if (!usable(part, min_n)) continue;
    ++out.counted[bin(part.k, part.n)];
    double all = 0;
    around(part, [&](std::int64_t j, double weight) {
      if (j > 0 && j < part.n) all += weight;
    });
    around(part, [&](std::int64_t j, double weight) {
      if (j > 0 && j < part.n) expected[bin(j, part.n)] += weight / all;
    });
  }
  for (const double value : expected) {
    out.expected_thousandths.push_back(std::llround(value * 1'000));
  }
  return out;
}

}  // namespace sufragio::forensics
