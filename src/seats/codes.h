#pragma once

#include "base/error.h"

namespace sufragio::seats {

inline constexpr Code kTooMany{'S', 190};     // more seats or contenders than docs/limits.md allows
inline constexpr Code kNamedTwice{'S', 191};  // one id stands twice
inline constexpr Code kBadVotesFile{'S', 192};  // the file of votes is not `option,votes`

}  // namespace sufragio::seats
