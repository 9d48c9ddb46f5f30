#pragma once

#include "biometrics/compare.h"
#include "biometrics/extract.h"

// Pictures for people and tests: what the extractor saw. They show a finger: treat them as one.
namespace sufragio::biometrics {

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0;
};
// Told apart without colour too: endings are squares, bifurcations are rhombs.
inline constexpr Colour kEndingColour{0xc8, 0x10, 0x2e};
inline constexpr Colour kBifurcationColour{0x00, 0x3d, 0xa5};
// Of a comparison: matched minutiae are full and joined, the others empty.
inline constexpr Colour kMatchedColour{0x00, 0x42, 0x9d};
inline constexpr Colour kUnmatchedColour{0x76, 0x76, 0x76};
inline constexpr Colour kJoinColour{0xb3, 0x59, 0x00};

class Canvas {  // RGB, 8 bits each, row by row; drawing outside of it is cut off
 public:
  Canvas(int width, int height, Colour fill);
  void put(int x, int y, Colour colour);
  void line(int x0, int y0, int x1, int y1, Colour colour);
  void disc(int x, int y, int radius, Colour edge, Colour fill);
  // Every pixel of the image as a square of `scale` pixels, its corner at (x, y).
  void image(const GreyImage& image, int x, int y, int scale);
  // A minutia of a print drawn at (x, y): its mark, and a stroke in its direction.
  void minutia(const Minutia& minutia, int x, int y, int scale);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] const Bytes& rgb() const { return rgb_; }

 private:
  int width_, height_;
  Bytes rgb_;
};

// The print at the left, its ridges and skeleton at the right; then with minutiae on both.
[[nodiscard]] Canvas draw_ridges(const Trace& trace, int scale);
[[nodiscard]] Canvas draw_extraction(const Trace& trace, const Template& finger, int scale);

// Where two prints stand side by side on a picture: each moved so that all its minutiae are seen.
struct SideBySide {
  struct Frame {
    int left = 0, width = 0, top = 0, low_x = 0, low_y = 0, height = 0;
    [[nodiscard]] int x(Point p) const { return left + p.x / 16 - low_x; }
    [[nodiscard]] int y(Point p) const { return top + height - (p.y / 16 - low_y); }
  };
  Frame a, b;
  int width = 0, height = 0;
  static SideBySide of(const PrintView& a, const PrintView& b);
};
[[nodiscard]] Canvas draw_matched(const PrintView& a, const PrintView& b,
                                  std::span<const MatchedPair> pairs, int scale);

}  // namespace sufragio::biometrics
