#pragma once

#include "base/error.h"

namespace sufragio::base_codes {

inline constexpr Code kBadHex{'B', 101};
inline constexpr Code kWrongLength{'B', 102};
inline constexpr Code kBadSlug{'B', 103};
inline constexpr Code kBadMesaId{'B', 104};
inline constexpr Code kBadNumber{'B', 105};
inline constexpr Code kBadDate{'B', 106};
inline constexpr Code kCountOutOfRange{'B', 110};

}  // namespace sufragio::base_codes
