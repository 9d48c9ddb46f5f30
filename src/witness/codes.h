#pragma once

#include "base/error.h"

namespace sufragio::witness {

inline constexpr Code kOtherElection{'R', 101};  // the two sets share no contest of the same name
inline constexpr Code kOtherOptions{'R', 102};   // a contest whose options differ on the two sides
inline constexpr Code kUnknownOption{'R',
                                     103};     // an announced figure of an option that is not there
inline constexpr Code kOptionTwice{'R', 104};  // the announcement names an option twice

}  // namespace sufragio::witness
