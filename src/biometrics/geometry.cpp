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
  const std::int64_t margin2 = margin * margin;
  bool inside = n >= 3;
  for (std::size_t k = 0; k < n; ++k) {
    const Point a = hull[k];
    const Point b = hull[k + 1 == n ? 0 : k + 1];
    // From outside of a convex hull the nearest edge is one of those that are seen from there.
    if (n >= 3 && cross(b - a, p - a) >= 0) continue;
    inside = false;
    if (near_edge(a, b, p, margin2)) return true;
  }
  return inside;
}

HullZone::HullZone(std::span<const Point> hull, std::int64_t margin)
    : hull_{hull}, margin_{margin} {
  if (hull.empty()) return;
  Point low = hull[0], high = hull[0];
  for (const Point p : hull) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const auto beyond = static_cast<std::int32_t>(margin);
  outer_ = {low - Point{beyond, beyond}, high + Point{beyond, beyond}};
  const Point middle{(low.x + high.x) / 2, (low.y + high.y) / 2};
  for (int part = 12; part >= 8; --part) {  // of a sixteenth; an ellipse holds 11 of them
    const Point half{(outer_.high.x - middle.x) / 16 * part,
                     (outer_.high.y - middle.y) / 16 * part};
    const Box box{middle - half, middle + half};
    const bool inside = has(box.low) && has(box.high) && has({box.low.x, box.high.y}) &&
                        has({box.high.x, box.low.y});
    if (!inside) continue;
    core_ = box;
    return;
  }
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
