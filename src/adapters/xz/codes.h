#pragma once

#include "base/error.h"

namespace sufragio::xz_codes {

inline constexpr Code kNotXz{
    'F', 201};  // not an xz file, or damaged, cut short, or followed by other bytes
inline constexpr Code kTooLarge{'F', 202};  // unpacks to more than the limit
inline constexpr Code kMemory{'F', 203};    // asks for more memory than the limit

}  // namespace sufragio::xz_codes
