#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// Were counts computed from percentages? The equality is a fact; how rare it is among all counts
// with the same percentages is a model (docs/spec/forensics.md). All in integers but the count of
// lattice points above 2^127. [R114]
namespace sufragio::forensics {

enum class Rounding { nearest, floor, ceiling, largest_remainder };
inline constexpr int kMaxDecimals = 3;
inline constexpr int kShapes = 16;  // 0-3 decimals times four roundings

// Are all counts the rounded shares of their sum? The share of each is its percentage nearest with
// `decimals` decimals; the count is that percentage of the sum, rounded. Counts 0 … 10^12.
[[nodiscard]] bool computed_from_percentages(std::span<const std::int64_t> counts, int decimals,
                                             Rounding rounding);

struct Compatible {
  std::optional<std::int64_t> exact;  // where it fits
  long double count = 0;
};
// How many vectors of counts with the same sum have the same percentages with `decimals` decimals.
[[nodiscard]] Compatible compatible(std::span<const std::int64_t> counts, int decimals);

// Of three counts with this sum: how many triples are all the nearest whole numbers to percentages
// with `decimals` decimals (0 or 1), whatever these are.
[[nodiscard]] std::int64_t nearest_triples(std::int64_t sum, int decimals);

struct Shape {
  int decimals = 0;
  Rounding rounding = Rounding::nearest;
  Compatible compatible;
  double p = 1;  // min(1, 16 / compatible): 16 shapes are tried
};
// The shape that fits with the smallest p; nothing when none does.
[[nodiscard]] std::optional<Shape> best_shape(std::span<const std::int64_t> counts);

}  // namespace sufragio::forensics
