#include "biometrics/matched_svg.h"

#include <fmt/format.h>

#include <algorithm>

namespace sufragio::biometrics {
namespace {

constexpr int kMargin = 20, kGap = 40;

struct Frame {  // px of a print, and where it stands on the picture
  int left = 0, width = 0, top = 0, low_x = 0, low_y = 0, height = 0;
  [[nodiscard]] int x(Point p) const { return left + p.x / 16 - low_x; }
  [[nodiscard]] int y(Point p) const { return top + height - (p.y / 16 - low_y); }
};

Frame frame_of(const PrintView& print, int left) {
  Frame out;
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

using Attributes = std::initializer_list<std::pair<std::string_view, std::string>>;

std::string tag(std::string_view name, const Attributes& attributes, std::string_view end = "/>") {
  std::string out = "<" + std::string{name};
  for (const auto& [key, value] : attributes) out += fmt::format(" {}=\"{}\"", key, value);
  return out + std::string{end} + "\n";
}

std::string line(int x1, int y1, int x2, int y2, std::string_view colour) {
  return tag("line", {{"x1", std::to_string(x1)},
                      {"y1", std::to_string(y1)},
                      {"x2", std::to_string(x2)},
                      {"y2", std::to_string(y2)},
                      {"stroke", std::string{colour}}});
}

void draw_print(std::string& out, const PrintView& print, const Frame& frame,
                const std::vector<bool>& matched) {
  constexpr int kTail = 12;
  for (std::size_t k = 0; k < print.minutiae; ++k) {
    const int x = frame.x(print.minutia[k]), y = frame.y(print.minutia[k]);
    const Rotation turn = Rotation::by(16 * print.minutia_angle[k]);
    const std::string colour = matched[k] ? "#00429d" : "#767676";
    out += line(x, y, x + kTail * turn.c / 16'384, y - kTail * turn.s / 16'384, colour);
    out += tag("circle", {{"cx", std::to_string(x)},
                          {"cy", std::to_string(y)},
                          {"r", "4"},
                          {"stroke", colour},
                          {"fill", matched[k] ? colour : "#fff"}});
  }
}

}  // namespace

std::string matched_svg(const PrintView& a, const PrintView& b,
                        std::span<const MatchedPair> pairs) {
  const Frame left = frame_of(a, kMargin);
  const Frame right = frame_of(b, kMargin + left.width + kGap);
  const std::string width = std::to_string(right.left + right.width + kMargin);
  const std::string height = std::to_string(std::max(left.height, right.height) + 2 * kMargin);
  std::string out = tag("svg",
                        {{"xmlns", "http://www.w3.org/2000/svg"},
                         {"viewBox", fmt::format("0 0 {} {}", width, height)},
                         {"width", width},
                         {"height", height}},
                        ">");
  out += tag("rect", {{"width", width}, {"height", height}, {"fill", "#fff"}});
  std::vector<bool> matched_a(a.minutiae), matched_b(b.minutiae);
  for (const MatchedPair& pair : pairs) {
    matched_a[pair.a] = matched_b[pair.b] = true;
    out += line(left.x(a.minutia[pair.a]), left.y(a.minutia[pair.a]), right.x(b.minutia[pair.b]),
                right.y(b.minutia[pair.b]), "#b35900");
  }
  draw_print(out, a, left, matched_a);
  draw_print(out, b, right, matched_b);
  return out + "</svg>\n";
}

}  // namespace sufragio::biometrics
