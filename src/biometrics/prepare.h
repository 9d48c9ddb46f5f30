#pragma once

#include <array>
#include <cstdint>

#include "biometrics/geometry.h"
#include "biometrics/template.h"
#include "crypto/secrets.h"

namespace sufragio::biometrics {

// A print made ready for comparison: docs/spec/fingerprints.md, part 4.2. In the order of falling
// quality stand at most 120 minutiae and the cylinders of those that have one. The bits of the
// cylinders stand once more in the order of direction, because prints that are turned by more than
// a quarter turn never match: half of the columns need no look.
inline constexpr std::size_t kMaxMinutiae = 120;
inline constexpr std::size_t kSections = 6;
inline constexpr std::size_t kPlanes = 3;             // of a number 0 … 6 in binary
inline constexpr std::uint16_t kFewestCylinders = 8;  // fewer: quality too low, no decision

struct PrintView {                             // reads a block of bytes, owns nothing
  const std::uint64_t* words = nullptr;        // by section, then column: bit 8j + i is cell (i, j)
  const std::uint64_t* planes = nullptr;       // by bit, then column: in how many words a cell is
  const std::uint64_t* mask = nullptr;         // by column: the valid cells; 0 in the padding
  const std::uint8_t* column_angle = nullptr;  // ascending
  const std::uint8_t* rank = nullptr;          // of the column's cylinder by quality
  const Point* cylinder = nullptr;             // by rank
  const std::uint8_t* cylinder_angle = nullptr;
  const Point* minutia = nullptr;  // by rank
  const std::uint8_t* minutia_angle = nullptr;
  const Point* hull = nullptr;
  std::uint16_t cylinders = 0, padded = 0, minutiae = 0, hull_points = 0;
};

// The planes of one cylinder. Under a mask they give the number of bits in all six words with half
// the counting: popcount(planes[0]) + 2 popcount(planes[1]) + 4 popcount(planes[2]).
[[nodiscard]] std::array<std::uint64_t, kPlanes> planes_of(
    std::span<const std::uint64_t, kSections> words);

// Memory as sensitive as the finger itself: in a buffer that is wiped, and at the gate locked.
class Prepared {
 public:
  [[nodiscard]] PrintView view() const;
  [[nodiscard]] ByteView block() const;  // what a shard of the duplicate search holds
  [[nodiscard]] int cylinders() const { return view().cylinders; }

 private:
  friend Result<Prepared> prepare(const Template&, const FingerView&, crypto::SecretBuffer::Kind);
  crypto::SecretBuffer memory_;
  std::size_t size_ = 0;
};

// Y007: a minutia outside of the frame, or a frame that no record has. K112: no memory to lock.
[[nodiscard]] Result<Prepared> prepare(const Template& finger, const FingerView& view,
                                       crypto::SecretBuffer::Kind kind);

inline constexpr std::size_t kBlockAlignment = 64;
// The view of a block that `Prepared::block` gave, aligned to 64 bytes. Y017: the bytes are none.
[[nodiscard]] Result<PrintView> view_block(ByteView block);

}  // namespace sufragio::biometrics
