#pragma once

#include <vector>

#include "base/rng.h"
#include "election/definition.h"

// Who comes to the table and what they choose; the machine that serves them: table_machine.h.
namespace sufragio::sim {

// How likely each card of a contest is, as integer weights over the whole country, before each
// mesa's own taste.
using Tastes = std::vector<std::vector<std::uint64_t>>;  // [contest][card]
[[nodiscard]] Tastes draw_tastes(const election::Definition& definition, Rng& rng);

struct TableDay {
  std::int64_t opening_s = 0;  // unix seconds, whole minutes
  std::int64_t closing_s = 0;
};
// Opening and closing of a table on a day that starts at `midnight_s` (local
// midnight in UTC seconds).
[[nodiscard]] TableDay draw_table_day(std::int64_t midnight_s, Rng& rng);

}  // namespace sufragio::sim
