#include "stats/combinatorics.h"

#include <algorithm>
#include <numeric>

namespace sufragio::stats {

std::optional<Wide> binomial_exact(std::uint64_t n, std::uint64_t k) {
  if (k > n) return Wide{0};
  k = std::min(k, n - k);
  Wide out = 1;
  for (std::uint64_t i = 1; i <= k; ++i) {  // out = C(n-k+i, i) after each step
    std::uint64_t factor = n - k + i;
    std::uint64_t divisor = i;
    const std::uint64_t common = std::gcd(factor, divisor);
    factor /= common;
    divisor /= common;
    out /= divisor;  // what is left of i divides: it has no factor in common with `factor`
    if (factor != 0 && out > ~Wide{0} / factor) return std::nullopt;
    out *= factor;
  }
  return out;
}

Product binomial(std::uint64_t n, std::uint64_t k) {
  if (k > n) return Product{0};
  k = std::min(k, n - k);
  Product out;
  for (std::uint64_t i = 1; i <= k; ++i) {
    out.multiply(static_cast<double>(n - k + i));
    out.divide(static_cast<double>(i));
  }
  return out;
}

Product none_drawn(const Urn& urn) {
  // The formula is symmetric in `marked` and `drawn`: take the shorter product.
  const std::int64_t few = std::min(urn.marked, urn.drawn);
  const std::int64_t many = std::max(urn.marked, urn.drawn);
  if (few + many > urn.size) return Product{0};
  Product out;
  for (std::int64_t i = 0; i < few; ++i) {
    out.multiply(static_cast<double>(urn.size - many - i));
    out.divide(static_cast<double>(urn.size - i));
  }
  return out;
}

namespace {

double ratio(const Urn& urn, std::int64_t j) {  // P(j + 1) / P(j)
  const double up = static_cast<double>(urn.marked - j) * static_cast<double>(urn.drawn - j);
  const double down =
      static_cast<double>(j + 1) * static_cast<double>(urn.size - urn.marked - urn.drawn + j + 1);
  return up / down;
}

std::int64_t fewest(const Urn& urn) {
  return std::max<std::int64_t>(0, urn.marked + urn.drawn - urn.size);
}

Product at_fewest(const Urn& urn) {
  if (urn.marked + urn.drawn <= urn.size) return none_drawn(urn);
  // Every unmarked thing is drawn: C(marked, marked+drawn-size) / C(size, drawn), which is the
  // chance that the size-drawn things left over are all marked.
  return none_drawn({urn.size, urn.size - urn.marked, urn.size - urn.drawn});
}

}  // namespace

Product exactly_drawn(const Urn& urn, std::int64_t x) {
  const std::int64_t low = fewest(urn);
  if (x < low || x > std::min(urn.marked, urn.drawn)) return Product{0};
  Product out = at_fewest(urn);
  for (std::int64_t j = low; j < x; ++j) out.multiply(ratio(urn, j));
  return out;
}

double at_most_drawn(const Urn& urn, std::int64_t x) {
  const std::int64_t low = fewest(urn);
  const std::int64_t high = std::min({x, urn.marked, urn.drawn});
  if (x >= std::min(urn.marked, urn.drawn)) return 1;
  Product term = at_fewest(urn);
  double sum = 0;
  for (std::int64_t j = low; j <= high; ++j) {
    sum += term.value();
    term.multiply(ratio(urn, j));
  }
  return std::min(sum, 1.0);
}

double none_noticed(const Urn& urn, double notice) {
  const std::int64_t low = fewest(urn);
  const std::int64_t high = std::min(urn.marked, urn.drawn);
  Product term = at_fewest(urn);
  for (std::int64_t j = 0; j < low; ++j) term.multiply(1 - notice);
  double sum = 0;
  for (std::int64_t j = low; j <= high; ++j) {
    sum += term.value();
    term.multiply(ratio(urn, j));
    term.multiply(1 - notice);
  }
  return std::min(sum, 1.0);
}

std::int64_t most_marked(std::int64_t size, std::int64_t drawn, std::int64_t x, double alpha) {
  // P(at most x | marked) falls as `marked` grows.
  std::int64_t low = 0;
  std::int64_t high = size;
  while (low < high) {
    const std::int64_t middle = low + (high - low + 1) / 2;
    if (at_most_drawn({size, middle, drawn}, x) > alpha) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

std::int64_t sample_to_draw_one(std::int64_t size, std::int64_t marked, double confidence) {
  std::int64_t low = 0;
  std::int64_t high = size;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (none_drawn({size, marked, middle}).value() <= 1 - confidence) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace sufragio::stats
