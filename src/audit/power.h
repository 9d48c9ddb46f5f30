#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/product.h"

// What a draw can find (docs/rules/U502.md). Whoever alters mesas chooses the centres, so a draw
// per centre is judged by the worst placement, never by its share of the country.
namespace sufragio::audit {

struct Part {  // `drawn` of `size` mesas, drawn on their own: a centre, or the whole country
  std::int64_t size = 0;
  std::int64_t drawn = 0;
  friend bool operator==(const Part&, const Part&) = default;
};

// The chance that no altered mesa is drawn, for the worst placement of 1, 2, … `most` altered
// mesas: [k-1] is for k. Exact greedy: each next mesa goes where the factor
// (size-k-drawn)/(size-k) is largest, and these factors fall as k grows. Compared as integers. Once
// it is 0 it stays 0.
[[nodiscard]] std::vector<stats::Product> worst_misses(std::span<const Part> parts,
                                                       std::int64_t most);
[[nodiscard]] stats::Product worst_miss(std::span<const Part> parts, std::int64_t altered);

// After nothing differed: the most altered mesas that would still have passed with probability
// above `alpha`, in the worst placement.
[[nodiscard]] std::int64_t altered_at_most(std::span<const Part> parts, double alpha);

// Simple draw of `drawn` of `size` in which `differing` were found to differ (not counted or
// missing ones included): the most altered mesas at level alpha. There is no such bound for a
// draw per centre with differences: go to the risk-limiting audit.
[[nodiscard]] std::int64_t altered_at_most(const Part& whole, std::int64_t differing, double alpha);

}  // namespace sufragio::audit
