#pragma once

#include <string>

#include "biometrics/compare.h"

namespace sufragio::biometrics {

// Two prints side by side as SVG, upright: each minutia as a circle with its direction, matched
// ones filled and joined by a line. What the verification of the score laid on each other.
[[nodiscard]] std::string matched_svg(const PrintView& a, const PrintView& b,
                                      std::span<const MatchedPair> pairs);

}  // namespace sufragio::biometrics
