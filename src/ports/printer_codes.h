#pragma once

#include "base/error.h"

namespace sufragio::ports {

inline constexpr Code kPrinterLost{'F', 151};  // not there, or it takes no more bytes in time

}  // namespace sufragio::ports
