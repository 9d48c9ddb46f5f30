#include "biometrics/geometry.h"

#include <algorithm>

namespace sufragio::biometrics {
namespace {

__extension__ typedef __int128 Wide;

bool near_edge(Point a, Point b, Point p, std::int64_t margin2) {
  const Point e = b - a;
  const Point q = p - a;
  const std::int64_t along = dot(e, q);
  const std::int64_t length2 = squared(e);
  if (along <= 0) return squared(q) <= margin2;
  if (along >= length2) return squared(q - e) <= margin2;
  const Wide across = cross(e, q);
  return across * across <= Wide{margin2} * length2;
}

}  // namespace

bool near_hull(std::span<const Point> hull, Point p, std::int64_t margin) {
  const std::size_t n = hull.size();
  if (n == 0) return false;
  if (n >= 3) {
    bool inside = true;
    for (std::size_t k = 0; k < n && inside; ++k) {
      const Point a = hull[k];
      const Point b = hull[k + 1 == n ? 0 : k + 1];
      inside = cross(b - a, p - a) >= 0;
    }
    if (inside) return true;
  }
  const std::int64_t margin2 = margin * margin;
  for (std::size_t k = 0; k < n; ++k) {
    if (near_edge(hull[k], hull[k + 1 == n ? 0 : k + 1], p, margin2)) return true;
  }
  return false;
}

std::size_t convex_hull(std::span<Point> points, std::span<Point> out) {
  std::sort(points.begin(), points.end(),
            [](Point a, Point b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
  if (points.size() < 3) {
    std::copy(points.begin(), points.end(), out.begin());
    return points.size();
  }
  std::size_t n = 0;
  const auto add = [&](Point p, std::size_t keep) {
    while (n >= keep + 2 && cross(out[n - 1] - out[n - 2], p - out[n - 2]) <= 0) --n;
    out[n++] = p;
  };
  for (const Point p : points) add(p, 0);
  const std::size_t lower = n - 1;
  for (std::size_t k = points.size() - 1; k-- > 0;) add(points[k], lower);
  return n - 1;
}

}  // namespace sufragio::biometrics
