#include "biometrics/similarity.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "biometrics/similarity_lanes.h"

namespace sufragio::biometrics {
namespace {

std::uint32_t bits(std::uint64_t word) { return static_cast<std::uint32_t>(std::popcount(word)); }

std::uint32_t similarity(const PrintView& a, std::size_t i, const PrintView& b, std::size_t j) {
  const int turn = difference8(a.column_angle[i], b.column_angle[j]);
  const std::uint64_t common = a.mask[i] & b.mask[j];
  if (turn < -kQuarterTurn || turn > kQuarterTurn || std::popcount(common) < kCommonCells) return 0;
  std::uint32_t pa = 0, pb = 0, px = 0;
  for (std::size_t k = 0; k < kSections; ++k) {
    const std::uint64_t wa = a.words[k * a.padded + i] & common;
    const std::uint64_t wb = b.words[k * b.padded + j] & common;
    pa += bits(wa);
    pb += bits(wb);
    px += bits(wa ^ wb);
  }
  return pa + pb == 0 ? 0 : similarity_of(pa, pb, px);
}

void row_portable(const PrintView& a, std::size_t row, const PrintView& b, std::uint16_t* out) {
  for (std::size_t j = 0; j < b.padded; ++j) {
    out[j] = static_cast<std::uint16_t>(similarity(a, row, b, j));
  }
}

// Exact: the columns that have the largest similarity.
RowSketch sketch_portable(const PrintView& a, std::size_t row, const PrintView& b) {
  std::uint32_t best = 1;
  RowSketch out{std::numeric_limits<float>::infinity(), {}};
  for (std::size_t j = 0; j < b.cylinders; ++j) {
    const std::uint32_t s = similarity(a, row, b, j);
    if (s < best) continue;
    if (s > best) out = {};
    best = s;
    out.ratio = static_cast<float>(32'768 - s) / 32'768;
    out.columns[j / 64] |= std::uint64_t{1} << (j % 64);
  }
  return out;
}

constexpr Kernel kPortable{row_portable, sketch_portable, similarity};

}  // namespace

std::uint32_t Kernel::best(const PrintView& a, std::size_t i, const PrintView& b,
                           const RowSketch& sketched) const {
  std::uint32_t out = 127;  // the first column by rank
  for (std::size_t word = 0; word < 2; ++word) {
    for (std::uint64_t left = sketched.columns[word]; left != 0; left &= left - 1) {
      const std::size_t column = 64 * word + static_cast<std::size_t>(std::countr_zero(left));
      out = std::max(out, ranked(at(a, i, b, column), b.rank[column]));
    }
  }
  return out;
}

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
