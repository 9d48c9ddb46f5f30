#include "sim/people.h"

namespace sufragio::sim {

namespace {

// Exponential-like waiting time in minutes with about this mean, from integers: how often a fair
// 1-in-`mean` event fails.
std::int64_t wait_minutes(std::int64_t mean, Rng& rng) {
  std::int64_t minutes = 0;
  while (minutes < mean * 8 && rng.below(static_cast<std::uint64_t>(mean)) != 0) ++minutes;
  return minutes;
}

}  // namespace

Tastes draw_tastes(const election::Definition& definition, Rng& rng) {
  Tastes out;
  for (const election::Contest& contest : definition.contests) {
    std::vector<std::uint64_t> weights;
    for (std::size_t card = 0; card < contest.cards.size(); ++card) {
      // A few large cards and many small ones, in random places.
      const std::uint64_t scale = rng.below(8) == 0 ? 400 : 12;
      weights.push_back(1 + rng.below(scale));
    }
    out.push_back(std::move(weights));
  }
  return out;
}

TableDay draw_table_day(std::int64_t midnight_s, Rng& rng) {
  TableDay day;
  const std::int64_t late = rng.below(100) < 8 ? static_cast<std::int64_t>(rng.below(120)) : 0;
  day.opening_s = midnight_s + (6 * 60 + static_cast<std::int64_t>(rng.below(20)) + late) * 60;
  const std::uint64_t kind = rng.below(1'000);
  std::int64_t after = static_cast<std::int64_t>(rng.below(13));
  if (kind >= 549 && kind < 865) after = 12 + wait_minutes(55, rng);  // voters still in line
  if (kind >= 865) after = 12 + wait_minutes(35, rng);                // kept open without voters
  day.closing_s = midnight_s + (18 * 60 + after) * 60;
  return day;
}

}  // namespace sufragio::sim
