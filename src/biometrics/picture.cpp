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

Canvas draw_extraction(const Trace& trace, const Template& finger, int scale) {
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
  for (const FingerView& view : finger.views) {
    for (const Minutia& m : view.minutiae) {
      out.minutia(m, 0, 0, scale);
      out.minutia(m, width * scale, 0, scale);
    }
  }
  return out;
}

}  // namespace sufragio::biometrics
