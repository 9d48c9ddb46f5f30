#pragma once

#include "base/error.h"

namespace sufragio::adapters {

inline constexpr Code kNoModule{'F', 461};     // not a PKCS#11 module: fact module
inline constexpr Code kNoToken{'F', 462};      // which of these? facts label, labels
inline constexpr Code kWrongPin{'F', 463};     // wrong, or blocked after too many: fact label
inline constexpr Code kTokenFailed{'F', 464};  // facts call, answer (the number of the standard)

}  // namespace sufragio::adapters
