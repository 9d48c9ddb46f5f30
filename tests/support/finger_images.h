#pragma once

#include <vector>

#include "biometrics/ridges.h"

// Prints whose minutiae are known, for tests: no image of a person, no file.
namespace sufragio::tests {

struct Fork {  // where there is one ridge more on one side: below it, or above
  int x, y;
  bool below;
};

// Upright ridges 9 pixels apart, and one more below (or above) each fork: a wave whose phase turns
// once around every minutia (Larkin and Fletcher, "A coherent framework for fingerprint analysis",
// 2007). Only the constant tables are used: the same image everywhere.
inline biometrics::GreyImage ridges_with(const std::vector<Fork>& forks, int width = 200,
                                         int height = 240, int margin = 10) {
  biometrics::GreyImage out{width, height, biometrics::kPpcm500, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      int phase = x * 4'096 / 9;
      for (const Fork& f : forks) {
        phase += (f.below ? 1 : -1) * biometrics::atan2_12(2 * (f.y - y) + 1, 2 * (x - f.x) + 1);
      }
      const bool inside = x >= margin && y >= margin && x < width - margin && y < height - margin;
      out.pixels.push_back(
          inside ? static_cast<std::uint8_t>(128 + (biometrics::cos14(phase) * 100 >> 14)) : 230);
    }
  }
  return out;
}

inline const std::vector<Fork> kForks{{60, 70, true}, {130, 90, false}, {95, 170, true}};

}  // namespace sufragio::tests
