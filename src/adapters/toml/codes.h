#pragma once

#include "base/error.h"

namespace sufragio::adapters::toml_codes {

inline constexpr Code kBadToml{'F', 401};  // not TOML: facts line, detail (the parser's words)
inline constexpr Code kForbiddenToml{'F',
                                     402};  // a float, a time or an offset date: facts line, key

}  // namespace sufragio::adapters::toml_codes
