#pragma once

#include "base/error.h"

namespace sufragio::adapters::httplib_codes {

inline constexpr Code kNoPort{'F', 421};  // the address cannot be taken: facts host, port

}  // namespace sufragio::adapters::httplib_codes
