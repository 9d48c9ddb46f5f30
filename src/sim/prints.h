#pragma once

#include "biometrics/ridges.h"

// Prints of fingers that nobody has, for tests, faults and the demo
// (docs/spec/fingerprint-images.md, part 7): a field of directions from cores and deltas, ridges
// grown along it with the extractor's own filters, then every impression turned, moved, stretched,
// pressed and soiled. They support no claim about accuracy: extractor and generator share their
// filters.
namespace sufragio::sim {

enum class Skin : std::uint8_t { normal, dry, wet };

struct Press {               // how a finger lies on the glass
  int turn_a12 = 0;          // 1/4096 turn
  int right = 0, up = 0;     // pixels
  int radius_percent = 100;  // of the usual contact area
  Skin skin = Skin::normal;
  std::uint64_t seed = 1;  // of noise and stretch
};

class Finger {
 public:
  explicit Finger(std::uint64_t seed);  // every seed another finger
  // 288 x 384 pixels at 500 dpi.
  [[nodiscard]] biometrics::GreyImage press(const Press& press) const;
  // As people press: some turn, some shift, now and then dry or wet skin, all from `seed`.
  [[nodiscard]] biometrics::GreyImage press_somehow(std::uint64_t seed) const;

 private:
  biometrics::Signed ridges_;  // larger than an impression
};

}  // namespace sufragio::sim
