#pragma once

#include "base/error.h"

namespace sufragio::seats {

inline constexpr Code kTooMany{'S', 190};     // more seats or contenders than docs/limits.md allows
inline constexpr Code kNamedTwice{'S', 191};  // one id stands twice
inline constexpr Code kBadVotesFile{'S', 192};  // votes, cards, lots or parts: a bad line
inline constexpr Code kOtherLot{'S', 193};      // a lot that is not of the tie that is open
inline constexpr Code kIdleLot{'S', 194};       // a lot for which there is no tie
inline constexpr Code kPartsDiffer{'S', 195};   // the parts of a body are not those of the law pack

}  // namespace sufragio::seats
