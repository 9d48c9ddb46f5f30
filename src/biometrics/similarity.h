#pragma once

#include <span>

#include "biometrics/prepare.h"

// The similarity of cylinders (docs/spec/fingerprints.md, part 4.4), 0 … 32768: the one loop worth
// the machine's wide registers. `portable` is the definition; the others give the same integers.
namespace sufragio::biometrics {

enum class Lanes : std::uint8_t { portable, avx2, avx512 };
[[nodiscard]] bool available(Lanes lanes);  // on this processor
[[nodiscard]] Lanes best_lanes();
[[nodiscard]] std::string_view name_of(Lanes lanes);  // "AVX-512", for reports

// Of the bits that two cylinders set in their common cells: how many each, and how many only one
// of them. Not defined without any bit. With the table of roots the largest product fits 36 bits.
[[nodiscard]] inline std::uint32_t similarity_of(std::uint32_t pa, std::uint32_t pb,
                                                 std::uint32_t px) {
  const std::uint64_t difference = std::uint64_t{kRoot[px]} << 15;
  return 32'768 - static_cast<std::uint32_t>(difference / (kRoot[pa] + kRoot[pb]));
}

inline constexpr std::uint32_t kRankBits = 7;
// A similarity with the rank of its column, so that the largest is the first of the best:
// similarity << 7 | (127 - rank).
[[nodiscard]] inline std::uint32_t ranked(std::uint32_t similarity, std::uint32_t rank) {
  return similarity << kRankBits | (127 - rank);
}

// Of the columns of a row only the best counts in searches, and of the rows only the best few: a
// sketch finds them without a quotient. `ratio` is the smallest of the row's (px / (sqrt pa + sqrt
// pb)^2, infinite where nothing can match), `columns` has a bit for each column within kSlack of
// it. A ratio larger than another by more than kSlack is that of a smaller similarity, whatever the
// rounding of roots, quotients and binary32: so nothing that is the best is lost.
inline constexpr float kSlack = 1.0F / 4'096;
struct RowSketch {
  float ratio;
  std::uint64_t columns[2];
};

struct Kernel {
  // Similarities of column `row` of `a` with all columns of `b` (padding too), in order of columns.
  void (*row)(const PrintView& a, std::size_t row, const PrintView& b, std::uint16_t* out);
  RowSketch (*sketch)(const PrintView& a, std::size_t row, const PrintView& b);
  // The similarity of two columns that a sketch named.
  std::uint32_t (*at)(const PrintView& a, std::size_t i, const PrintView& b, std::size_t j);

  // The largest `ranked` of a row that was sketched; 127 where nothing matches.
  [[nodiscard]] std::uint32_t best(const PrintView& a, std::size_t i, const PrintView& b,
                                   const RowSketch& sketched) const;
};
[[nodiscard]] const Kernel& kernel_of(Lanes lanes);

}  // namespace sufragio::biometrics
