#pragma once

#include "base/error.h"

namespace sufragio::roll {

inline constexpr Code kBadCedula{'N', 101};  // not the number of an identity card
inline constexpr Code kBadRoll{'N', 102};    // not a roll of docs/spec/roll.md
inline constexpr Code kRollOrder{'N', 103};  // cards out of order, or one stands twice
inline constexpr Code kRollSize{'N', 104};   // no elector, or more than a mesa may have

}  // namespace sufragio::roll
