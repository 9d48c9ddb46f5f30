#pragma once

#include "base/rng.h"

namespace sufragio::forensics {

// In [0, 1), from the 53 upper bits: for simulations that calibrate a test, never for a draw.
[[nodiscard]] inline double uniform(Rng& rng) {
  return static_cast<double>(rng.next() >> 11) * 0x1p-53;
}

}  // namespace sufragio::forensics
