#pragma once

#include "base/error.h"

namespace sufragio::services {

inline constexpr Code kMissingKey{'O', 101};         // a key file is missing
inline constexpr Code kRealNeedsHardware{'O', 102};  // a real election with keys in files
inline constexpr Code kNoPackage{'O', 103};          // the folder holds no package
inline constexpr Code kBadFingers{'O', 104};         // fingers.toml does not say what it must
inline constexpr Code kNotOfThisMesa{'O', 105};      // prints of nobody on this roll, or twice

// What the walk finds broken; each names the mesa and, where there is one, the contest.
inline constexpr Code kWalkNoBallot{'W', 101};  // a mesa without a ballot
inline constexpr Code kWalkNoActa{
    'W', 102};  // the acta of a mesa does not fit its record or does not read back
inline constexpr Code kWalkNoQr{'W',
                                103};  // a code of the acta does not fit, or does not read back
inline constexpr Code kWalkNoSum{'W', 104};       // no way from the mesa to the total of a contest
inline constexpr Code kWalkNoSeatRule{'W', 105};  // the law pack cannot decide a contest
inline constexpr Code kWalkNoAddress{'W', 106};   // no page address, or two mesas with one address
inline constexpr Code kWalkNoReceipt{
    'W', 107};  // a receipt that does not tell two choices apart, or is too long
inline constexpr Code kWalkNoStorage{'W', 108};  // the acta or its rows do not fit log or index
inline constexpr Code kWalkNoPaper{'W', 109};    // the acta takes more paper than a roll allows
inline constexpr Code kWalkLongPaper{'W', 110};  // the acta is longer than the office wants: said

}  // namespace sufragio::services
