#pragma once

#include "base/error.h"

namespace sufragio::services {

inline constexpr Code kNoSuchMesa{'H', 301};  // a proof of a mesa that the definition does not have
inline constexpr Code kBadCardVotes{'H', 302};  // votes by card that are not in their form
inline constexpr Code kOtherLogo{'H', 303};     // a picture that is not the registered logo
inline constexpr Code kLogoMissing{'H', 304};   // a card's logo is registered, its picture missing

}  // namespace sufragio::services
