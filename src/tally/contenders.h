#pragma once

#include <cstdint>
#include <vector>

#include "election/definition.h"
#include "seats/seats.h"

namespace sufragio::tally {

// The options of a contest as contenders for its seats. Whoever allocates from totals begins here:
// bulletins, irreversibility, acts of award, imports.
struct OptionSums {
  std::vector<seats::Contender> contenders;  // in the order of `by_option`
  Votes valid;                               // their sum: what a threshold is a share of
};
// `votes` by card, of the contest as the law counts it. B110 where the sum does not fit.
[[nodiscard]] Result<OptionSums> contenders_of(const election::Contest& contest,
                                               const std::vector<std::int64_t>& votes);

}  // namespace sufragio::tally
