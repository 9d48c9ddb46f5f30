#pragma once

#include "base/error.h"

namespace sufragio::adapters::json_codes {

inline constexpr Code kBadJson{'F', 411};          // not JSON: fact line
inline constexpr Code kForbiddenNumber{'F', 412};  // not an integer below 2^63: facts line, value
inline constexpr Code kRepeatedKey{'F', 413};      // a key twice in one object: facts line, key
inline constexpr Code kJsonTooDeep{'F', 414};      // nested deeper than 64: fact line

}  // namespace sufragio::adapters::json_codes
