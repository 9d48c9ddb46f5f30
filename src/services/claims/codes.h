#pragma once

#include "base/error.h"

namespace sufragio::services::claim_codes {

inline constexpr Code kNotAClaim{'I', 301};  // no form of docs/spec/claim.md
inline constexpr Code kBadTable{'I', 302};   // a line of the table of claims is not in its form

}  // namespace sufragio::services::claim_codes
