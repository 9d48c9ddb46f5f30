#include "forensics/homogeneity.h"

#include <algorithm>
#include <cmath>

#include "forensics/draw.h"
#include "stats/distributions.h"

namespace sufragio::forensics {

namespace {

Part total_of(const Centre& centre) {
  Part total;
  for (const Part& mesa : centre) {
    if (mesa.n <= 0) return {};  // an empty mesa: the centre is left out
    total.k += mesa.k;
    total.n += mesa.n;
  }
  return total;
}

bool is_used(const Centre& centre, const Part& total) {
  return centre.size() >= 2 && total.k > 0 && total.k < total.n;
}

double log_choose(std::int64_t n, std::int64_t k) {
  const auto at = [](std::int64_t x) { return stats::log_gamma(static_cast<double>(x) + 1); };
  return at(n) - at(k) - at(n - k);
}

// x of the `take` that one mesa gets out of `size`, of which `marked` are marked: from the mode
// outwards by the ratio of neighbours.
std::int64_t hypergeometric(std::int64_t size, std::int64_t marked, std::int64_t take, Rng& rng) {
  const std::int64_t low = std::max<std::int64_t>(0, take - (size - marked));
  const std::int64_t high = std::min(take, marked);
  if (low >= high) return low;
  const double guess = (static_cast<double>(take) + 1) * (static_cast<double>(marked) + 1) /
                       (static_cast<double>(size) + 2);
  const std::int64_t mode = std::clamp(static_cast<std::int64_t>(guess), low, high);
  const auto ratio = [&](std::int64_t x) {  // P(x + 1) / P(x)
    return static_cast<double>(marked - x) * static_cast<double>(take - x) /
           (static_cast<double>(x + 1) * static_cast<double>(size - marked - take + x + 1));
  };
  const double log_p =
      log_choose(marked, mode) + log_choose(size - marked, take - mode) - log_choose(size, take);
  double left = uniform(rng) / std::exp(log_p) - 1;  // in units of the chance of the mode
  double above = 1;
  double below = 1;
  for (std::int64_t step = 1; left >= 0 && step <= high - low; ++step) {
    if (mode + step <= high) {
      above *= ratio(mode + step - 1);
      left -= above;
      if (left < 0) return mode + step;
    }
    if (mode - step >= low) {
      below /= ratio(mode - step);
      left -= below;
      if (left < 0) return mode - step;
    }
  }
  return mode;
}

}  // namespace

double Homogeneity::dispersion() const {
  return freedom > 0 ? x2 / static_cast<double>(freedom) : 0;
}

double Homogeneity::p() const { return p(1); }

double Homogeneity::p(double control) const {
  if (freedom_p == 0) return 1;
  return stats::chi_squared_tail(x2_p / control, static_cast<double>(freedom_p));
}

Homogeneity homogeneity(std::span<const Centre> centres) {
  Homogeneity out;
  for (const Centre& centre : centres) {
    const Part total = total_of(centre);
    if (!is_used(centre, total)) continue;
    const auto t = static_cast<double>(total.n);
    const double share = static_cast<double>(total.k) / t;
    double sum = 0;
    bool cells = true;
    for (const Part& mesa : centre) {
      const auto size = static_cast<double>(mesa.n);
      const double away = static_cast<double>(mesa.k) - size * share;
      sum += away * away / (size * share * (1 - share));
      cells = cells && size * share >= 5 && size * (1 - share) >= 5;
    }
    const double x2 = sum * (t - 1) / t;
    const std::int64_t freedom = std::ssize(centre) - 1;
    ++out.centres;
    out.x2 += x2;
    out.freedom += freedom;
    if (!cells) continue;
    ++out.centres_p;
    out.x2_p += x2;
    out.freedom_p += freedom;
  }
  return out;
}

std::vector<Centre> spread_anew(std::span<const Centre> centres, Rng& rng) {
  std::vector<Centre> out;
  out.reserve(centres.size());
  for (const Centre& centre : centres) {
    Part left = total_of(centre);
    if (!is_used(centre, left)) {
      out.push_back(centre);
      continue;
    }
    Centre anew;
    for (const Part& mesa : centre) {
      const std::int64_t k = hypergeometric(left.n, left.k, mesa.n, rng);
      anew.push_back({k, mesa.n});
      left.k -= k;
      left.n -= mesa.n;
    }
    out.push_back(std::move(anew));
  }
  return out;
}

}  // namespace sufragio::forensics
