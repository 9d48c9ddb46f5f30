#pragma once

#include "base/error.h"

namespace sufragio::tally {

// V-codes stand in rules.h. These are the failures of the calls themselves.
inline constexpr Code kNoSuchActa{'T', 101};   // a decision names no quarantined acta
inline constexpr Code kBadBulletin{'T', 102};  // not a bulletin payload
inline constexpr Code kBulletinDiffers{'T',
                                       103};   // recomputing from the rows gives another bulletin
inline constexpr Code kBadRow{'T', 104};       // not a row record
inline constexpr Code kCannotCount{'T', 105};  // no decision can count this acta (shape, zero acta)
inline constexpr Code kBadDecision{'T', 106};  // not a decision statement
inline constexpr Code kUnexpectedEntry{'T', 107};  // a log entry that contradicts its own record
inline constexpr Code kOtherMesas{'T', 108};  // the list of expected mesas is not the package's

}  // namespace sufragio::tally
