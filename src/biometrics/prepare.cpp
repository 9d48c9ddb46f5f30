#include "biometrics/prepare.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "biometrics/codes.h"
#include "biometrics/fmr.h"

namespace sufragio::biometrics {
namespace {

constexpr int kSide = 8;
constexpr std::int32_t kCellHalf = 140;              // half the side of a cell, Q4
constexpr std::int64_t kReach = 448;                 // of a minutia around a cell: 28 px
constexpr std::int64_t kNeighbourhood = 1'568;       // 98 px
constexpr std::int64_t kHullMargin = 800;            // 50 px
constexpr std::uint64_t kBitThreshold = 42'949'673;  // 0.01 * 2^32
constexpr int kFewestCells = 39;                     // 75 % of 52
constexpr std::size_t kFewestNeighbours = 2;
constexpr std::uint32_t kBlockMagic = 0x32505253;  // "SRP2"

struct Header {
  std::uint32_t magic, size;
  std::uint16_t cylinders, minutiae, hull_points, reserved;
};

std::size_t aligned(std::size_t n, std::size_t to) { return (n + to - 1) / to * to; }

// Where each part of a block stands: docs/spec/fingerprints.md, part 4.2.
struct Layout {
  std::size_t padded, words, planes, mask, cylinder, minutia, hull, column_angle, rank,
      cylinder_angle, minutia_angle, size;
};

Layout layout_of(std::size_t cylinders, std::size_t minutiae, std::size_t hull) {
  Layout out{};
  std::size_t at = kBlockAlignment;
  const auto take = [&at](std::size_t bytes) {
    at += bytes;
    return at - bytes;
  };
  out.padded = aligned(cylinders, 8);
  out.words = take(kSections * 8 * out.padded);
  out.planes = take(kPlanes * 8 * out.padded);
  out.mask = take(8 * out.padded);
  out.cylinder = take(8 * cylinders);
  out.minutia = take(8 * minutiae);
  out.hull = take(8 * hull);
  out.column_angle = take(out.padded);
  out.rank = take(out.padded);
  out.cylinder_angle = take(cylinders);
  out.minutia_angle = take(minutiae);
  out.size = aligned(at, kBlockAlignment);
  return out;
}

struct Cylinder {
  std::array<std::uint64_t, kSections> words;
  std::uint64_t mask;
  std::uint8_t minutia;
};

// The minutiae that can touch a cell of `own`: a cell's middle is at most 70 px away, and reaches
// 28 px. Rounding can move a middle by a unit.
struct Near {
  std::size_t count = 0, neighbours = 0;
  std::array<Point, kMaxMinutiae> place;
  std::array<std::uint8_t, kMaxMinutiae> turn;
};

// What a print is while it is prepared. Wiped when it goes.
struct Workshop {
  std::size_t minutiae = 0, cylinders = 0, hull_points = 0;
  std::array<Point, kMaxMinutiae> place;
  std::array<std::uint8_t, kMaxMinutiae> angle;
  std::array<Point, 2 * kMaxMinutiae> hull;
  std::array<Point, kMaxMinutiae> sorted;
  std::array<Cylinder, kMaxMinutiae> cylinder;
  Near near;
  Workshop() = default;
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() { crypto::wipe({reinterpret_cast<std::uint8_t*>(this), sizeof *this}); }
};

std::int32_t to_q4(unsigned px, unsigned ppcm) {
  return static_cast<std::int32_t>((2U * 16 * kPpcm500 * px + ppcm) / (2 * ppcm));
}

Result<void> place_minutiae(const Template& finger, const FingerView& view, Workshop& work) {
  if (finger.width == 0 || finger.height == 0 || finger.width > kMaxFrame ||
      finger.height > kMaxFrame || finger.ppcm_x < kMinPpcm || finger.ppcm_y < kMinPpcm) {
    return fail(Error{kFrame}.with("at", 0).with("field", "frame").with("value", finger.width));
  }
  std::vector<std::uint16_t> order(view.minutiae.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<std::uint16_t>(k);
  std::stable_sort(order.begin(), order.end(), [&](std::uint16_t a, std::uint16_t b) {
    return view.minutiae[a].quality > view.minutiae[b].quality;
  });
  work.minutiae = std::min(order.size(), kMaxMinutiae);
  for (std::size_t k = 0; k < work.minutiae; ++k) {
    const Minutia& m = view.minutiae[order[k]];
    if (m.x >= finger.width || m.y >= finger.height) {
      return fail(Error{kFrame}.with("at", 0).with("field", "minutia").with("value", m.x));
    }
    work.place[k] = {to_q4(m.x, finger.ppcm_x), to_q4(finger.height - 1U - m.y, finger.ppcm_y)};
    work.angle[k] = m.angle;
    work.sorted[k] = work.place[k];
  }
  work.hull_points = convex_hull({work.sorted.data(), work.minutiae}, work.hull);
  return {};
}

void find_near(const Workshop& work, std::size_t own, Near& out) {
  constexpr std::int64_t kTouch = kNeighbourhood + 4;
  out.count = out.neighbours = 0;
  for (std::size_t k = 0; k < work.minutiae; ++k) {
    const auto d2 = squared(work.place[k] - work.place[own]);
    if (k == own || d2 > kTouch * kTouch) continue;
    out.neighbours += d2 <= kNeighbourhood * kNeighbourhood ? 1 : 0;
    out.place[out.count] = work.place[k];
    out.turn[out.count++] = static_cast<std::uint8_t>(work.angle[own] - work.angle[k]);
  }
}

void fill_cell(const Near& near, Point centre, std::uint64_t bit, Cylinder& out) {
  std::array<std::uint64_t, kSections> sum{};
  for (std::size_t r = 0; r < near.count; ++r) {
    const auto d2 = squared(near.place[r] - centre);
    if (d2 > kReach * kReach) continue;
    const std::uint64_t weight = kSpatial[d2 >> 8];
    for (std::size_t k = 0; k < kSections; ++k) {
      sum[k] += weight * kDirection[256 * k + near.turn[r]];
    }
  }
  for (std::size_t k = 0; k < kSections; ++k) {
    if (sum[k] >= kBitThreshold) out.words[k] |= bit;
  }
}

bool build_cylinder(const Workshop& work, const HullZone& zone, std::size_t own, Near& near,
                    Cylinder& out) {
  find_near(work, own, near);
  if (near.neighbours < kFewestNeighbours) return false;
  out = {{}, 0, static_cast<std::uint8_t>(own)};
  const Rotation turn = Rotation::by(16 * work.angle[own]);
  for (int j = 0; j < kSide; ++j) {
    for (int i = 0; i < kSide; ++i) {
      const int a = 2 * i - 7, b = 2 * j - 7;
      if (a * a + b * b > 64) continue;
      const Point centre = work.place[own] + turn.turn({kCellHalf * a, kCellHalf * b});
      if (!zone.has(centre)) continue;
      const std::uint64_t bit = std::uint64_t{1} << (8 * j + i);
      out.mask |= bit;
      fill_cell(near, centre, bit, out);
    }
  }
  return std::popcount(out.mask) >= kFewestCells;
}

template <typename T>
T* part(std::span<std::uint8_t> block, std::size_t at) {
  return reinterpret_cast<T*>(block.data() + at);
}

void write_block(const Workshop& work, const Layout& at, std::span<std::uint8_t> block) {
  const Header header{kBlockMagic,
                      static_cast<std::uint32_t>(at.size),
                      static_cast<std::uint16_t>(work.cylinders),
                      static_cast<std::uint16_t>(work.minutiae),
                      static_cast<std::uint16_t>(work.hull_points),
                      0};
  std::memcpy(block.data(), &header, sizeof header);
  std::array<std::uint8_t, kMaxMinutiae> column{};  // ranks by direction
  for (std::size_t k = 0; k < work.cylinders; ++k) column[k] = static_cast<std::uint8_t>(k);
  const auto angle_of = [&](std::size_t rank) { return work.angle[work.cylinder[rank].minutia]; };
  std::stable_sort(column.begin(), column.begin() + static_cast<std::ptrdiff_t>(work.cylinders),
                   [&](std::uint8_t a, std::uint8_t b) { return angle_of(a) < angle_of(b); });
  for (std::size_t j = 0; j < work.cylinders; ++j) {
    const Cylinder& c = work.cylinder[column[j]];
    for (std::size_t k = 0; k < kSections; ++k) {
      part<std::uint64_t>(block, at.words)[k * at.padded + j] = c.words[k];
    }
    const auto planes = planes_of(c.words);
    for (std::size_t k = 0; k < kPlanes; ++k) {
      part<std::uint64_t>(block, at.planes)[k * at.padded + j] = planes[k];
    }
    part<std::uint64_t>(block, at.mask)[j] = c.mask;
    block[at.column_angle + j] = angle_of(column[j]);
    block[at.rank + j] = column[j];
    part<Point>(block, at.cylinder)[j] = work.place[work.cylinder[j].minutia];
    block[at.cylinder_angle + j] = angle_of(j);
  }
  std::copy_n(work.place.begin(), work.minutiae, part<Point>(block, at.minutia));
  std::copy_n(work.angle.begin(), work.minutiae, block.data() + at.minutia_angle);
  std::copy_n(work.hull.begin(), work.hull_points, part<Point>(block, at.hull));
}

}  // namespace

std::array<std::uint64_t, kPlanes> planes_of(std::span<const std::uint64_t, kSections> words) {
  std::array<std::uint64_t, kPlanes> out{};
  for (const std::uint64_t word : words) {  // counts in every cell at once
    const std::uint64_t carry = out[0] & word;
    out[2] |= out[1] & carry;
    out[1] ^= carry;
    out[0] ^= word;
  }
  return out;
}

Result<Prepared> prepare(const Template& finger, const FingerView& view,
                         crypto::SecretBuffer::Kind kind) {
  Workshop work;
  TRY(place_minutiae(finger, view, work));
  const HullZone zone{{work.hull.data(), work.hull_points}, kHullMargin};
  for (std::size_t k = 0; k < work.minutiae; ++k) {
    Cylinder& next = work.cylinder[work.cylinders];
    work.cylinders += build_cylinder(work, zone, k, work.near, next) ? 1 : 0;
  }
  const Layout at = layout_of(work.cylinders, work.minutiae, work.hull_points);
  Prepared out;
  out.memory_ = TRY(crypto::SecretBuffer::of(at.size, kind));
  out.size_ = at.size;
  write_block(work, at, out.memory_.bytes());
  return out;
}

Result<PrintView> view_block(ByteView block) {
  Header header{};
  const auto bad = [&] {
    return fail(Error{kBadBlock}.with("bytes", static_cast<std::int64_t>(block.size())));
  };
  if (block.size() < sizeof header) return bad();
  std::memcpy(&header, block.data(), sizeof header);
  if (header.magic != kBlockMagic || header.minutiae > kMaxMinutiae ||
      header.cylinders > header.minutiae || header.hull_points > header.minutiae) {
    return bad();
  }
  const Layout at = layout_of(header.cylinders, header.minutiae, header.hull_points);
  if (at.size != header.size || at.size > block.size()) return bad();
  const auto bytes = [&](std::size_t from) { return block.data() + from; };
  PrintView out;
  out.words = reinterpret_cast<const std::uint64_t*>(bytes(at.words));
  out.planes = reinterpret_cast<const std::uint64_t*>(bytes(at.planes));
  out.mask = reinterpret_cast<const std::uint64_t*>(bytes(at.mask));
  out.column_angle = bytes(at.column_angle);
  out.rank = bytes(at.rank);
  out.cylinder = reinterpret_cast<const Point*>(bytes(at.cylinder));
  out.cylinder_angle = bytes(at.cylinder_angle);
  out.minutia = reinterpret_cast<const Point*>(bytes(at.minutia));
  out.minutia_angle = bytes(at.minutia_angle);
  out.hull = reinterpret_cast<const Point*>(bytes(at.hull));
  out.cylinders = header.cylinders;
  out.padded = static_cast<std::uint16_t>(at.padded);
  out.minutiae = header.minutiae;
  out.hull_points = header.hull_points;
  for (std::size_t k = 0; k < header.cylinders; ++k) {
    if (out.rank[k] >= header.cylinders) return bad();
  }
  return out;
}

ByteView Prepared::block() const { return memory_.view().first(size_); }
PrintView Prepared::view() const { return *view_block(block()); }

}  // namespace sufragio::biometrics
