#pragma once

#include "base/error.h"

namespace sufragio::adapters {

// Several processes were started, and this program was built without OpenMPI: each of them would do
// everything.
inline constexpr Code kBuiltWithoutMpi{'F', 451};

}  // namespace sufragio::adapters
