#pragma once

#include "base/error.h"

namespace sufragio::services {

// The duplicate search (docs/spec/duplicates.md).
inline constexpr Code kBadSearchPlan{'Y', 101};  // not a plan, or of another matcher
inline constexpr Code kBadShard{'Y', 102};       // not there, or not the bytes that the plan names
inline constexpr Code kBadTile{'Y', 103};        // a result that is none
inline constexpr Code kBadCaseList{'Y', 104};    // not a work list of an examiner
inline constexpr Code kSmallBank{'Y', 105};      // too few people to measure or to search
inline constexpr Code kExaminers{'Y', 106};      // not exactly two different ones

}  // namespace sufragio::services
