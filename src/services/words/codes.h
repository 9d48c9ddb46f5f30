#pragma once

#include "base/error.h"

namespace sufragio::services {

inline constexpr Code kWordTwice{'P', 130};    // a key of a catalogue stands twice
inline constexpr Code kWordMissing{'P', 131};  // a text asks for a key that the catalogue lacks

}  // namespace sufragio::services
