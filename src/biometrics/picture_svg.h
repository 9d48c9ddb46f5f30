#pragma once

#include "biometrics/picture.h"

// The pictures of picture.h as SVG, for documents and for a closer look. A picture of a finger is
// as sensitive as the finger.
namespace sufragio::biometrics {

// What `draw_extraction` shows; `png` is the picture of `draw_ridges` with the same scale.
[[nodiscard]] std::string extraction_svg(const Trace& trace, const Template& finger, ByteView png,
                                         int scale);
// What `draw_matched` shows.
[[nodiscard]] std::string matched_svg(const PrintView& a, const PrintView& b,
                                      std::span<const MatchedPair> pairs);

}  // namespace sufragio::biometrics
