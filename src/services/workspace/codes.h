#pragma once

#include "base/error.h"

namespace sufragio::services::workspace_codes {

inline constexpr Code kMissingFile{'I', 201};  // not a workspace: a file is missing
inline constexpr Code kBadValue{'I', 202};     // a value that the format does not have
inline constexpr Code kUnknownName{'I', 203};  // a row of a contest or source that is not there
inline constexpr Code kOtherLaw{'I', 204};     // law.toml is not the law of the definition

}  // namespace sufragio::services::workspace_codes
