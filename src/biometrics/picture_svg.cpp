#include "biometrics/picture_svg.h"

#include <fmt/format.h>

#include "codec/text_codes.h"

namespace sufragio::biometrics {
namespace {

std::string hex(Colour c) { return fmt::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b); }

using Attributes = std::initializer_list<std::pair<std::string_view, std::string>>;

std::string tag(std::string_view name, const Attributes& attributes, std::string_view end = "/>") {
  std::string out = "<" + std::string{name};
  for (const auto& [key, value] : attributes) out += fmt::format(" {}=\"{}\"", key, value);
  return out + std::string{end} + "\n";
}

std::string begin(int width, int height) {
  const std::string w = std::to_string(width), h = std::to_string(height);
  return tag("svg",
             {{"xmlns", "http://www.w3.org/2000/svg"},
              {"viewBox", fmt::format("0 0 {} {}", width, height)},
              {"width", w},
              {"height", h}},
             ">") +
         tag("rect", {{"width", w}, {"height", h}, {"fill", "#fff"}});
}

std::string line(int x1, int y1, int x2, int y2, Colour colour) {
  return tag("line", {{"x1", std::to_string(x1)},
                      {"y1", std::to_string(y1)},
                      {"x2", std::to_string(x2)},
                      {"y2", std::to_string(y2)},
                      {"stroke", hex(colour)}});
}

void draw_print(std::string& out, const PrintView& print, const SideBySide::Frame& frame,
                const std::vector<bool>& matched) {
  constexpr int kTail = 12;
  for (std::size_t k = 0; k < print.minutiae; ++k) {
    const int x = frame.x(print.minutia[k]), y = frame.y(print.minutia[k]);
    const Rotation turn = Rotation::by(16 * print.minutia_angle[k]);
    const Colour colour = matched[k] ? kMatchedColour : kUnmatchedColour;
    out += line(x, y, x + kTail * turn.c / 16'384, y - kTail * turn.s / 16'384, colour);
    out += tag("circle", {{"cx", std::to_string(x)},
                          {"cy", std::to_string(y)},
                          {"r", "4"},
                          {"stroke", hex(colour)},
                          {"fill", matched[k] ? hex(colour) : "#fff"}});
  }
}

// A square for an ending, a rhomb for a bifurcation, and a stroke in its direction.
std::string mark(const Minutia& m, int left, int scale) {
  const int x = left + m.x * scale + scale / 2, y = m.y * scale + scale / 2, r = scale + 3;
  const int stroke = 6 * (scale + 1);
  const Rotation turn = Rotation::by(16 * m.angle);
  const bool rhomb = m.type == MinutiaType::bifurcation;
  const std::string shape =
      rhomb ? fmt::format("M{0} {1}l{2} {2} {2} -{2} -{2} -{2}z", x - r * 5 / 4, y, r * 5 / 4)
            : fmt::format("M{} {}h{}v{}h-{}z", x - r, y - r, 2 * r, 2 * r, 2 * r);
  const std::string tail =
      fmt::format("M{} {}l{} {}", x, y, turn.c * stroke / 16'384, -turn.s * stroke / 16'384);
  return tag("path", {{"d", shape + tail},
                      {"fill", "none"},
                      {"stroke-width", "2"},
                      {"stroke", hex(rhomb ? kBifurcationColour : kEndingColour)}});
}

}  // namespace

std::string extraction_svg(const Trace& trace, const Template& finger, ByteView png, int scale) {
  const int width = trace.image.width * scale, height = trace.image.height * scale;
  std::string out = begin(2 * width, height);
  out += tag("image", {{"width", std::to_string(2 * width)},
                       {"height", std::to_string(height)},
                       {"href", "data:image/png;base64," + codec::base64_encode(png)}});
  for (const FingerView& view : finger.views) {
    for (const Minutia& m : view.minutiae) out += mark(m, 0, scale) + mark(m, width, scale);
  }
  return out + "</svg>\n";
}

std::string matched_svg(const PrintView& a, const PrintView& b,
                        std::span<const MatchedPair> pairs) {
  const SideBySide place = SideBySide::of(a, b);
  std::string out = begin(place.width, place.height);
  std::vector<bool> matched_a(a.minutiae), matched_b(b.minutiae);
  for (const MatchedPair& pair : pairs) {
    matched_a[pair.a] = matched_b[pair.b] = true;
    out += line(place.a.x(a.minutia[pair.a]), place.a.y(a.minutia[pair.a]),
                place.b.x(b.minutia[pair.b]), place.b.y(b.minutia[pair.b]), kJoinColour);
  }
  draw_print(out, a, place.a, matched_a);
  draw_print(out, b, place.b, matched_b);
  return out + "</svg>\n";
}

}  // namespace sufragio::biometrics
