#include "audit/power.h"

#include <algorithm>
#include <queue>

#include "stats/combinatorics.h"

namespace sufragio::audit {

namespace {

struct Place {            // a centre with k altered mesas so far: the next factor is free / left
  std::int64_t left = 0;  // size - k
  std::int64_t free = 0;  // size - k - drawn
};

bool worse_for_the_alterer(const Place& a, const Place& b) {
  return a.free * b.left < b.free * a.left;  // below 2^63: sizes are below 2^31
}

// Calls each(chance after this mesa) until `each` returns false or nothing is left to alter.
template <typename F>
void place_greedily(std::span<const Part> parts, F each) {
  std::priority_queue<Place, std::vector<Place>, decltype(&worse_for_the_alterer)> places{
      &worse_for_the_alterer};
  for (const Part& part : parts) {
    if (part.size > 0) places.push({part.size, part.size - part.drawn});
  }
  stats::Product chance;
  while (!places.empty()) {
    Place top = places.top();
    places.pop();
    if (top.free <= 0) {
      chance = stats::Product{0};
    } else {
      chance.multiply(static_cast<double>(top.free));
      chance.divide(static_cast<double>(top.left));
    }
    if (!each(chance)) return;
    --top.left;
    --top.free;
    if (top.left > 0) places.push(top);
  }
}

}  // namespace

std::vector<stats::Product> worst_misses(std::span<const Part> parts, std::int64_t most) {
  std::vector<stats::Product> out;
  if (most <= 0) return out;
  place_greedily(parts, [&](const stats::Product& chance) {
    out.push_back(chance);
    return static_cast<std::int64_t>(out.size()) < most;
  });
  while (static_cast<std::int64_t>(out.size()) < most) out.emplace_back(0.0);
  return out;
}

stats::Product worst_miss(std::span<const Part> parts, std::int64_t altered) {
  if (altered <= 0) return {};
  stats::Product last{0};
  std::int64_t placed = 0;
  place_greedily(parts, [&](const stats::Product& chance) {
    last = chance;
    return ++placed < altered && !chance.is_zero();
  });
  return placed < altered ? stats::Product{0} : last;
}

std::int64_t altered_at_most(std::span<const Part> parts, double alpha) {
  std::int64_t out = 0;
  place_greedily(parts, [&](const stats::Product& chance) {
    if (chance.value() <= alpha) return false;
    ++out;
    return true;
  });
  return out;
}

std::int64_t altered_at_most(const Part& whole, std::int64_t differing, double alpha) {
  return stats::most_marked(whole.size, whole.drawn, differing, alpha);
}

}  // namespace sufragio::audit
