#pragma once

#include "base/error.h"

namespace sufragio::tally {

// V-codes stand in rules.h. These are the failures of the calls themselves.
inline constexpr Code kNoSuchActa{'T', 101};   // a decision names no quarantined acta
inline constexpr Code kBadBulletin{'T', 102};  // not a bulletin payload
inline constexpr Code kBulletinDiffers{'T',
                                       103};  // recomputing from the rows gives another bulletin
inline constexpr Code kBadRow{'T', 104};      // not a row record

}  // namespace sufragio::tally
