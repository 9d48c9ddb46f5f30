#include "biometrics/picture.h"

#include <algorithm>
#include <cstdlib>

namespace sufragio::biometrics {

Canvas::Canvas(int width, int height, Colour fill) : width_{width}, height_{height} {
  rgb_.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  for (int i = 0; i < width * height; ++i) rgb_.insert(rgb_.end(), {fill.r, fill.g, fill.b});
}

void Canvas::put(int x, int y, Colour colour) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
  const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                          static_cast<std::size_t>(x)) *
                         3;
  rgb_[at] = colour.r;
  rgb_[at + 1] = colour.g;
  rgb_[at + 2] = colour.b;
}

void Canvas::line(int x0, int y0, int x1, int y1, Colour colour) {
  const int steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
  for (int i = 0; i <= steps; ++i) {
    put(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps, colour);
  }
}

void Canvas::disc(int x, int y, int radius, Colour edge, Colour fill) {
  const int outer = radius * radius + radius, inner = (radius - 1) * (radius - 1) + radius - 1;
  for (int dy = -radius; dy <= radius; ++dy) {
    for (int dx = -radius; dx <= radius; ++dx) {
      const int d2 = dx * dx + dy * dy;
      if (d2 <= outer) put(x + dx, y + dy, d2 <= inner ? fill : edge);
    }
  }
}

void Canvas::image(const GreyImage& image, int x, int y, int scale) {
  for (int row = 0; row < image.height * scale; ++row) {
    for (int column = 0; column < image.width * scale; ++column) {
      const std::uint8_t v = image.pixels[static_cast<std::size_t>(row / scale) *
                                              static_cast<std::size_t>(image.width) +
                                          static_cast<std::size_t>(column / scale)];
      put(x + column, y + row, {v, v, v});
    }
  }
}

void Canvas::minutia(const Minutia& m, int x, int y, int scale) {
  const bool ending = m.type != MinutiaType::bifurcation;
  const Colour colour = ending ? kEndingColour : kBifurcationColour;
  const int cx = x + m.x * scale + scale / 2, cy = y + m.y * scale + scale / 2;
  const int side = scale + 3, stroke = 6 * (scale + 1);
  for (int thick = 0; thick < 2; ++thick) {
    const int r = side + thick, diagonal = r * 5 / 4;
    if (ending) {
      for (const int s : {-r, r}) line(cx - r, cy + s, cx + r, cy + s, colour);
      for (const int s : {-r, r}) line(cx + s, cy - r, cx + s, cy + r, colour);
    } else {
      for (const int s : {-diagonal, diagonal}) {
        line(cx - diagonal, cy, cx, cy + s, colour);
        line(cx + diagonal, cy, cx, cy + s, colour);
      }
    }
    const int c = cos14(m.angle * 16), s = sin14(m.angle * 16);
    line(cx + thick, cy, cx + thick + (c * stroke >> 14), cy - (s * stroke >> 14), colour);
  }
}

Canvas draw_ridges(const Trace& trace, int scale) {
  constexpr Colour kGlass{0xd8, 0xe2, 0xf0}, kValley{255, 255, 255}, kRidge{0xa0, 0xa0, 0xa0};
  constexpr Colour kLine{0, 0, 0};
  const int width = trace.image.width, height = trace.image.height;
  Canvas out{2 * width * scale, height * scale, kGlass};
  out.image(trace.image, 0, 0, scale);
  const auto dot = [&](int x, int y, Colour colour) {
    for (int i = 0; i < scale * scale; ++i) {
      out.put((width + x) * scale + i % scale, y * scale + i / scale, colour);
    }
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (trace.ridges.at(x, y) != 0) {
        dot(x, y, kRidge);
      } else if (trace.fields.mask.at(x / kCell, y / kCell) != 0) {
        dot(x, y, kValley);
      }
    }
  }
  for (const RidgeEdge& edge : trace.graph.edges) {
    for (const Pixel& p : edge.line) {
      if (edge.alive) dot(p.x, p.y, kLine);
    }
  }
  return out;
}

Canvas draw_extraction(const Trace& trace, const Template& finger, int scale) {
  Canvas out = draw_ridges(trace, scale);
  for (const FingerView& view : finger.views) {
    for (const Minutia& m : view.minutiae) {
      out.minutia(m, 0, 0, scale);
      out.minutia(m, trace.image.width * scale, 0, scale);
    }
  }
  return out;
}

namespace {

constexpr int kMargin = 20, kGap = 40;

SideBySide::Frame frame_of(const PrintView& print, int left) {
  SideBySide::Frame out;
  out.left = left;
  out.top = kMargin;
  if (print.minutiae == 0) return out;
  Point low = print.minutia[0], high = low;
  for (std::size_t k = 0; k < print.minutiae; ++k) {
    const Point p = print.minutia[k];
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  out.low_x = low.x / 16;
  out.low_y = low.y / 16;
  out.width = high.x / 16 - out.low_x;
  out.height = high.y / 16 - out.low_y;
  return out;
}

// The marks of the first print of each pair, or of the second.
void draw_print(Canvas& out, const PrintView& print, const SideBySide::Frame& frame,
                std::span<const MatchedPair> pairs, std::uint8_t MatchedPair::*side, int scale) {
  constexpr Colour kWhite{255, 255, 255};
  constexpr int kTail = 12, kRadius = 4;
  for (std::size_t k = 0; k < print.minutiae; ++k) {
    const bool matched = std::any_of(pairs.begin(), pairs.end(),
                                     [&](const MatchedPair& pair) { return pair.*side == k; });
    const Colour colour = matched ? kMatchedColour : kUnmatchedColour;
    const int x = frame.x(print.minutia[k]) * scale, y = frame.y(print.minutia[k]) * scale;
    const Rotation turn = Rotation::by(16 * print.minutia_angle[k]);
    const int dx = kTail * scale * turn.c / 16'384, dy = kTail * scale * turn.s / 16'384;
    for (int thick = 0; thick < scale; ++thick) {
      out.line(x + thick, y, x + thick + dx, y - dy, colour);
    }
    out.disc(x, y, kRadius * scale, colour, matched ? colour : kWhite);
  }
}

}  // namespace

SideBySide SideBySide::of(const PrintView& a, const PrintView& b) {
  SideBySide out;
  out.a = frame_of(a, kMargin);
  out.b = frame_of(b, kMargin + out.a.width + kGap);
  out.width = out.b.left + out.b.width + kMargin;
  out.height = std::max(out.a.height, out.b.height) + 2 * kMargin;
  return out;
}

Canvas draw_matched(const PrintView& a, const PrintView& b, std::span<const MatchedPair> pairs,
                    int scale) {
  const SideBySide place = SideBySide::of(a, b);
  Canvas out{place.width * scale, place.height * scale, {255, 255, 255}};
  for (const MatchedPair& pair : pairs) {
    out.line(place.a.x(a.minutia[pair.a]) * scale, place.a.y(a.minutia[pair.a]) * scale,
             place.b.x(b.minutia[pair.b]) * scale, place.b.y(b.minutia[pair.b]) * scale,
             kJoinColour);
  }
  draw_print(out, a, place.a, pairs, &MatchedPair::a, scale);
  draw_print(out, b, place.b, pairs, &MatchedPair::b, scale);
  return out;
}

}  // namespace sufragio::biometrics
