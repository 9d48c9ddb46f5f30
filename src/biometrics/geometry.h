#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>

#include "biometrics/tables.h"

// Integer geometry of docs/spec/fingerprints.md, part 3. Places in Q4 (1/16 px at 500 dpi, y up),
// angles in A8 (1/256 turn) or A12 (1/4096 turn).
namespace sufragio::biometrics {

struct Point {
  std::int32_t x = 0, y = 0;
  friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend bool operator==(const Point&, const Point&) = default;
};

[[nodiscard]] inline std::int64_t dot(Point a, Point b) {
  return std::int64_t{a.x} * b.x + std::int64_t{a.y} * b.y;
}
[[nodiscard]] inline std::int64_t cross(Point a, Point b) {
  return std::int64_t{a.x} * b.y - std::int64_t{a.y} * b.x;
}
[[nodiscard]] inline std::int64_t squared(Point a) { return dot(a, a); }

[[nodiscard]] inline int difference8(unsigned a, unsigned b) {  // a - b, -128 … 127
  return static_cast<std::int8_t>(a - b);
}
[[nodiscard]] inline int wrap12(int d) { return ((d + 2'048) & 4'095) - 2'048; }

// The floor of the root. The hardware's root of a double is corrected by integers, so that the
// result is exact whatever it says.
[[nodiscard]] inline std::int64_t isqrt(std::int64_t n) {
  auto root = static_cast<std::int64_t>(__builtin_sqrt(static_cast<double>(n)));
  while (root * root > n) --root;
  while ((root + 1) * (root + 1) <= n) ++root;
  return root;
}

// Direction of (x, y) in A12; 0 for the zero vector.
[[nodiscard]] inline int atan2_12(std::int64_t y, std::int64_t x) {
  if (x == 0 && y == 0) return 0;
  const std::int64_t ax = std::abs(x), ay = std::abs(y);
  int t = ax >= ay ? kAtan[((ay << 12) + ax / 2) / ax] : 1'024 - kAtan[((ax << 12) + ay / 2) / ay];
  if (x < 0) t = 2'048 - t;
  if (y < 0) t = -t;
  return t & 4'095;
}

struct Rotation {  // by an angle in A12
  std::int32_t c, s;
  static Rotation by(int a12) { return {kCos[a12 & 4'095], kSin[a12 & 4'095]}; }
  [[nodiscard]] Point turn(Point p) const {
    return {rounded(std::int64_t{c} * p.x - std::int64_t{s} * p.y),
            rounded(std::int64_t{s} * p.x + std::int64_t{c} * p.y)};
  }
  [[nodiscard]] Point back(Point p) const {
    return {rounded(std::int64_t{c} * p.x + std::int64_t{s} * p.y),
            rounded(std::int64_t{c} * p.y - std::int64_t{s} * p.x)};
  }

 private:
  static std::int32_t rounded(std::int64_t q14) {
    return static_cast<std::int32_t>((q14 + 8'192) >> 14);
  }
};

// Inside of the hull (counter-clockwise, at least 3 points) or at most `margin` away from an edge.
[[nodiscard]] bool near_hull(std::span<const Point> hull, Point p, std::int64_t margin);

// The points that `near_hull` accepts, for many questions about one hull: they are a convex set, so
// that a box with its corners in it is all in it.
class HullZone {
 public:
  HullZone(std::span<const Point> hull, std::int64_t margin);
  [[nodiscard]] bool has(Point p) const {
    if (core_.has(p)) return true;
    return outer_.has(p) && near_hull(hull_, p, margin_);
  }

 private:
  struct Box {
    Point low{1, 1}, high{0, 0};
    [[nodiscard]] bool has(Point p) const {
      return p.x >= low.x && p.x <= high.x && p.y >= low.y && p.y <= high.y;
    }
  };
  std::span<const Point> hull_;
  std::int64_t margin_;
  Box core_, outer_;
};

// Monotone chain, counter-clockwise. Sorts `points`; writes at most points.size() + 1 to `out` and
// returns how many belong to the hull. Fewer than 3 points are their own hull.
[[nodiscard]] std::size_t convex_hull(std::span<Point> points, std::span<Point> out);

}  // namespace sufragio::biometrics
