#pragma once

#include "base/error.h"

namespace sufragio::services::award_codes {

inline constexpr Code kNotComplete{'G', 101};   // mesas of the contest are missing
inline constexpr Code kRecountOpen{'G', 102};   // the contest is under recount
inline constexpr Code kInQuarantine{'G', 103};  // rows of the contest wait for a decision
inline constexpr Code kInMargin{'G', 104};  // the distance asks for a recount and none is on record
inline constexpr Code kTieOpen{'G', 105};   // a tie without lot
inline constexpr Code kOldBulletin{'G', 106};  // no bulletin, or the rows changed since
inline constexpr Code kActDiffers{'G', 107};   // not the act that follows from the rows
inline constexpr Code kBadPlan{'G', 108};      // the plan of the act names something wrong
inline constexpr Code kBadAct{'G', 109};       // not an act
inline constexpr Code kNeedsActs{'G', 110};  // the signed nominations are not given, or not needed

}  // namespace sufragio::services::award_codes
