#include "biometrics/similarity.h"

#include <algorithm>
#include <bit>

#include "biometrics/similarity_lanes.h"

namespace sufragio::biometrics {
namespace {

std::uint32_t similarity(const PrintView& a, std::size_t i, const PrintView& b, std::size_t j) {
  const int turn = difference8(a.column_angle[i], b.column_angle[j]);
  const std::uint64_t common = a.mask[i] & b.mask[j];
  if (turn < -kQuarterTurn || turn > kQuarterTurn || std::popcount(common) < kCommonCells) return 0;
  int pa = 0, pb = 0, px = 0;
  for (std::size_t k = 0; k < kSections; ++k) {
    const std::uint64_t wa = a.words[k * a.padded + i] & common;
    const std::uint64_t wb = b.words[k * b.padded + j] & common;
    pa += std::popcount(wa);
    pb += std::popcount(wb);
    px += std::popcount(wa ^ wb);
  }
  if (pa + pb == 0) return 0;
  const std::uint64_t difference = std::uint64_t{kRoot[px]} << 15;
  return 32'768 - static_cast<std::uint32_t>(difference / (kRoot[pa] + kRoot[pb]));
}

void row_portable(const PrintView& a, std::size_t row, const PrintView& b, std::uint16_t* out) {
  for (std::size_t j = 0; j < b.padded; ++j) {
    out[j] = static_cast<std::uint16_t>(similarity(a, row, b, j));
  }
}

std::uint32_t best_portable(const PrintView& a, std::size_t row, const PrintView& b) {
  std::uint32_t best = 0;
  for (std::size_t j = 0; j < b.cylinders; ++j) {
    best = std::max(best, ranked(similarity(a, row, b, j), b.rank[j]));
  }
  return best;
}

constexpr Kernel kPortable{row_portable, best_portable};

}  // namespace

const Kernel& kernel_of(Lanes lanes) {
  if (lanes == Lanes::avx512) return avx512_kernel();
  if (lanes == Lanes::avx2) return avx2_kernel();
  return kPortable;
}

bool available(Lanes lanes) {
  if (lanes == Lanes::avx512) return has_avx512();
  return lanes == Lanes::portable || has_avx2();
}

Lanes best_lanes() {
  static const Lanes best = available(Lanes::avx512) ? Lanes::avx512
                            : available(Lanes::avx2) ? Lanes::avx2
                                                     : Lanes::portable;
  return best;
}

std::string_view name_of(Lanes lanes) {
  if (lanes == Lanes::avx512) return "AVX-512";
  return lanes == Lanes::avx2 ? "AVX2" : "portable";
}

}  // namespace sufragio::biometrics
