#pragma once

#include "base/error.h"

namespace sufragio::machine {

inline constexpr Code kFault{'M', 101};  // a fault of the manual; the fact "fault" names its page
inline constexpr Code kBadRollState{'M', 104};  // neither copy of the roll state opens
inline constexpr Code kBrokenChain{'M', 105};   // an entry of the official log that does not follow
inline constexpr Code kNoToken{'M', 106};       // not a queue token of this mesa, or used before
inline constexpr Code kBadScript{'M', 107};     // a line of a day's script that says nothing
inline constexpr Code kBadMessage{'M', 108};    // between processes of the machine (fault 9102)

}  // namespace sufragio::machine
