#pragma once

#include "base/error.h"

namespace sufragio::services {

// A file of finished work, or an answer of another process, is not what this program writes.
inline constexpr Code kKeptUnit{'E', 508};

}  // namespace sufragio::services
