#pragma once

#include <span>
#include <vector>

namespace sufragio::stats {

// Benjamini and Hochberg (1995): q[i] = min over p[j] >= p[i] of p[j] * m / rank(p[j]), at most 1.
// Rejecting every q <= level keeps the expected share of false rejections at or below level. Equal
// values get equal q; the order of input changes nothing.
[[nodiscard]] std::vector<double> false_discovery(std::span<const double> p);

}  // namespace sufragio::stats
