#pragma once

#include "base/error.h"

namespace sufragio::machine {

inline constexpr Code kFault{'M', 101};  // a fault of the manual; the fact "fault" names its page
inline constexpr Code kBadRollState{'M', 104};  // neither copy of the roll state opens

}  // namespace sufragio::machine
