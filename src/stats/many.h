#pragma once

#include <span>
#include <string>
#include <vector>

namespace sufragio::stats {

// Benjamini and Hochberg (1995): q[i] = min over p[j] >= p[i] of p[j] * m / rank(p[j]), at most 1.
// Rejecting every q <= level keeps the expected share of false rejections at or below level. Equal
// values get equal q; the order of input changes nothing.
[[nodiscard]] std::vector<double> false_discovery(std::span<const double> p);

// A probability for people: rounded UP to two significant digits, "0.51", "0.048", "3.9e-4"; "1"
// from 0.995 on; "< 1e-12" below that and for 0: never 0. The value is first taken to 12
// significant digits, so that the binary 0.05 prints "0.05". A NaN prints "1".
[[nodiscard]] std::string probability_text(double p);

}  // namespace sufragio::stats
