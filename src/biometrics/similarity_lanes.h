#pragma once

#include "biometrics/similarity.h"

namespace sufragio::biometrics {

inline constexpr int kQuarterTurn = 64, kCommonCells = 32;  // 60 % of 52

[[nodiscard]] bool has_avx2();    // with POPCNT
[[nodiscard]] bool has_avx512();  // F, DQ, BW, VL and VPOPCNTDQ
// On other processors than x86-64 the portable kernel.
[[nodiscard]] const Kernel& avx2_kernel();
[[nodiscard]] const Kernel& avx512_kernel();

}  // namespace sufragio::biometrics
