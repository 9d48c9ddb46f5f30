#include "forensics/percentages.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace sufragio::forensics {

namespace {

__extension__ typedef __int128 Wide;

constexpr std::int64_t kMaxCount = 1'000'000'000'000;

std::int64_t hundred_at(int decimals) {  // units of a percentage that make the whole
  CHECK(decimals >= 0 && decimals <= kMaxDecimals);
  std::int64_t out = 100;
  for (int i = 0; i < decimals; ++i) out *= 10;
  return out;
}

std::int64_t sum_of(std::span<const std::int64_t> counts) {
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) {
    if (count < 0 || count > kMaxCount) return 0;
    sum += count;
  }
  return counts.size() > 1'000 ? 0 : sum;
}

std::int64_t nearest_unit(std::int64_t count, std::int64_t sum, std::int64_t hundred) {
  return static_cast<std::int64_t>((2 * Wide{count} * hundred + sum) / (2 * Wide{sum}));
}

// The counts that a rounding makes of units of percentage.
std::vector<std::int64_t> rounded(const std::vector<std::int64_t>& units, std::int64_t sum,
                                  std::int64_t hundred, Rounding rounding) {
  std::vector<std::int64_t> out;
  std::vector<std::pair<Wide, std::size_t>> rest;
  std::int64_t left = sum;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const Wide product = Wide{units[i]} * sum;
    Wide count = product / hundred;
    const Wide remainder = product % hundred;
    if (rounding == Rounding::nearest && 2 * remainder >= hundred) ++count;
    if (rounding == Rounding::ceiling && remainder > 0) ++count;
    out.push_back(static_cast<std::int64_t>(count));
    rest.emplace_back(-remainder, i);
    left -= out.back();
  }
  if (rounding != Rounding::largest_remainder || left < 0) return out;
  std::ranges::sort(rest);
  for (std::size_t i = 0; i < rest.size() && left > 0; ++i, --left) ++out[rest[i].second];
  return out;
}

std::vector<std::int64_t> units_of(std::span<const std::int64_t> counts, std::int64_t sum,
                                   std::int64_t hundred) {
  std::vector<std::int64_t> out;
  for (const std::int64_t count : counts) out.push_back(nearest_unit(count, sum, hundred));
  return out;
}

}  // namespace

bool computed_from_percentages(std::span<const std::int64_t> counts, int decimals,
                               Rounding rounding) {
  const std::int64_t sum = sum_of(counts);
  if (sum == 0 || counts.size() < 2) return false;
  const std::int64_t hundred = hundred_at(decimals);
  const auto made = rounded(units_of(counts, sum, hundred), sum, hundred, rounding);
  return std::ranges::equal(made, counts);
}

// One list at a time: ways[s] = vectors of the lists so far with sum s above their least counts.
// Each step is a window sum, so only positive terms are added.
Compatible compatible(std::span<const std::int64_t> counts, int decimals) {
  Compatible out;
  const std::int64_t sum = sum_of(counts);
  if (sum == 0) return out;
  const std::int64_t hundred = hundred_at(decimals);
  std::vector<std::int64_t> widths;
  std::int64_t room = sum;
  for (const std::int64_t count : counts) {
    const std::int64_t unit = nearest_unit(count, sum, hundred);
    // unit <= count · hundred / sum + 1/2 < unit + 1
    const Wide low =
        std::max<Wide>((2 * Wide{unit} - 1) * sum + 2 * hundred - 1, 0) / (2 * hundred);
    const Wide high = std::min<Wide>(((2 * Wide{unit} + 1) * sum - 1) / (2 * hundred), sum);
    widths.push_back(static_cast<std::int64_t>(high - low));
    room -= static_cast<std::int64_t>(low);
  }
  std::int64_t reach = std::accumulate(widths.begin(), widths.end(), std::int64_t{0});
  if (room < 0 || room > reach) return out;
  room = std::min(room, reach - room);  // the count is symmetric
  constexpr std::int64_t kMaxRoom = 50'000'000;
  if (room > kMaxRoom) return out;
  std::vector<long double> ways(static_cast<std::size_t>(room) + 1, 0);
  std::vector<long double> sums(ways.size() + 1, 0);
  ways[0] = 1;
  for (const std::int64_t width : widths) {
    for (std::size_t s = 0; s < ways.size(); ++s) sums[s + 1] = sums[s] + ways[s];
    for (std::size_t s = 0; s < ways.size(); ++s) {
      const std::size_t from =
          s > static_cast<std::size_t>(width) ? s - static_cast<std::size_t>(width) : 0;
      ways[s] = sums[s + 1] - sums[from];
    }
  }
  out.count = ways[static_cast<std::size_t>(room)];
  // Every value so far was a whole number; a long double holds those below 2^63 exactly.
  if (sums[ways.size()] < 0x1p62L) out.exact = static_cast<std::int64_t>(out.count);
  return out;
}

std::int64_t nearest_triples(std::int64_t sum, int decimals) {
  CHECK(decimals <= 1 && sum >= 0 && sum <= kMaxCount);
  const std::int64_t hundred = hundred_at(decimals);
  const auto count_of = [&](std::int64_t unit) {
    return static_cast<std::int64_t>((2 * Wide{unit} * sum + hundred) / (2 * hundred));
  };
  std::vector<std::int64_t> counts;  // each whole number once
  for (std::int64_t unit = 0; unit <= hundred; ++unit) {
    const std::int64_t count = count_of(unit);
    if (counts.empty() || counts.back() != count) counts.push_back(count);
  }
  std::int64_t out = 0;
  for (const std::int64_t a : counts) {
    for (const std::int64_t b : counts) {
      if (a + b > sum) break;
      out += std::ranges::binary_search(counts, sum - a - b) ? 1 : 0;
    }
  }
  return out;
}

std::optional<Shape> best_shape(std::span<const std::int64_t> counts) {
  std::optional<Shape> best;
  for (int decimals = 0; decimals <= kMaxDecimals; ++decimals) {
    for (const Rounding rounding :
         {Rounding::nearest, Rounding::floor, Rounding::ceiling, Rounding::largest_remainder}) {
      if (!computed_from_percentages(counts, decimals, rounding)) continue;
      Shape shape{decimals, rounding, compatible(counts, decimals), 1};
      if (shape.compatible.count <= 0) continue;
      const long double p = static_cast<long double>(kShapes) / shape.compatible.count;
      shape.p = p < 1 ? static_cast<double>(p) : 1;
      if (!best || shape.p < best->p) best = shape;
    }
  }
  return best;
}

}  // namespace sufragio::forensics
