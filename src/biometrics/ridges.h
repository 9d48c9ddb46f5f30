#pragma once

#include <cstdint>
#include <vector>

#include "biometrics/geometry.h"
#include "biometrics/grey.h"

// The middle of the extractor, from grey values to a skeleton (docs/spec/fingerprint-images.md,
// stages E2 … E8). Integers only: the same bytes on every machine. Angles are A12 (1/4096 turn),
// counter-clockwise from +x with y up, although rows are counted downwards.
namespace sufragio::biometrics {

[[nodiscard]] inline int cos14(int a12) { return kCos[a12 & 4'095]; }
[[nodiscard]] inline int sin14(int a12) { return kSin[a12 & 4'095]; }

template <typename T>
struct Plane {
  int width = 0;
  int height = 0;
  Wiped<T> v;  // shows a finger: wiped like one

  Plane() = default;
  Plane(int columns, int rows, T fill = T{})
      : width{columns},
        height{rows},
        v(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), fill) {}
  [[nodiscard]] std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
  }
  [[nodiscard]] T& at(int x, int y) { return v[index(x, y)]; }
  [[nodiscard]] const T& at(int x, int y) const { return v[index(x, y)]; }
  [[nodiscard]] bool inside(int x, int y) const {
    return x >= 0 && y >= 0 && x < width && y < height;
  }
};

inline constexpr int kCell = 8;  // side of a cell of the fields, pixels

struct Doubled {  // a ridge direction as a vector at twice its angle, length <= 2^14
  std::int32_t x = 0;
  std::int32_t y = 0;
};

struct Fields {                      // one value a cell
  Plane<std::uint8_t> mask;          // 1: print
  Plane<Doubled> direction;          // smoothed; its length is the coherence, Q14
  Plane<std::int32_t> period;        // distance of two ridges, 1/16 px
  Plane<std::uint8_t> period_found;  // 1: measured here, 0: from neighbours
};

using Signed = Plane<std::int16_t>;  // ridges positive, valleys negative, 0 in the middle

[[nodiscard]] Signed normalise(const GreyImage& image);
[[nodiscard]] Plane<std::uint8_t> segment(const GreyImage& image);
// `passes`: how often the field is smoothed by (1 2 1) both ways: s.d. sqrt(passes / 2) cells.
[[nodiscard]] Plane<Doubled> directions(const Signed& image, const Plane<std::uint8_t>& mask,
                                        int passes);
void periods(const Signed& image, Fields& fields);

// The direction at a pixel, between the cells.
[[nodiscard]] Doubled direction_at(const Plane<Doubled>& field, int x, int y);
[[nodiscard]] int ridge_angle(const Doubled& direction);  // 0 … 2047: a ridge has no sense

// Even Gabor filters along the field: 32 directions, 16 periods.
[[nodiscard]] Signed enhance(const Signed& image, const Fields& fields);

using Bits = Plane<std::uint8_t>;  // 1 = ridge
// Sign of the response inside the mask; specks and holes of fewer than `speck` pixels change side.
[[nodiscard]] Bits binarise(const Signed& response, const Fields& fields, int speck);
[[nodiscard]] Bits thin(Bits ridges);  // Zhang and Suen 1984, then one pixel wide everywhere

}  // namespace sufragio::biometrics
