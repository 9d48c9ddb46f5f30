#include "stats/many.h"

#include <algorithm>
#include <numeric>

namespace sufragio::stats {

std::vector<double> false_discovery(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> out(p.size(), 1.0);
  double best = 1;
  for (std::size_t rank = p.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    best = std::min(best, p[i] * static_cast<double>(p.size()) / static_cast<double>(rank));
    out[i] = best;
  }
  return out;
}

}  // namespace sufragio::stats
