#pragma once

#include "biometrics/extract.h"

// Pictures for people and tests: what the extractor saw. They show a finger: treat them as one.
namespace sufragio::biometrics {

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0;
};
// Told apart without colour too: endings are squares, bifurcations are rhombs.
inline constexpr Colour kEndingColour{0xc8, 0x10, 0x2e};
inline constexpr Colour kBifurcationColour{0x00, 0x3d, 0xa5};

class Canvas {  // RGB, 8 bits each, row by row; drawing outside of it is cut off
 public:
  Canvas(int width, int height, Colour fill);
  void put(int x, int y, Colour colour);
  void line(int x0, int y0, int x1, int y1, Colour colour);
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

// The print with its minutiae at the left, its ridges and skeleton at the right.
[[nodiscard]] Canvas draw_extraction(const Trace& trace, const Template& finger, int scale);

}  // namespace sufragio::biometrics
