#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "crypto/wiping.h"

namespace sufragio::biometrics {

using crypto::Wiped;  // what is derived from a finger is treated as the finger itself

// One decoded type for all formats of minutiae (ISO/IEC 19794-2, ANSI 378, on-card), in the terms
// of ISO/IEC 19794-2:2005. docs/spec/fingerprints.md, part 2.

enum class MinutiaType : std::uint8_t { other = 0, ending = 1, bifurcation = 2 };

struct Minutia {
  std::uint16_t x = 0, y = 0;  // px of the frame; origin top left, y down
  std::uint8_t angle = 0;  // 1/256 turn, counter-clockwise from +x; into the ridge (ending) or the
                           // valley between the branches (bifurcation)
  MinutiaType type = MinutiaType::other;
  std::uint8_t quality = 0;  // 1 … 100; 0: not reported
  friend bool operator==(const Minutia&, const Minutia&) = default;
};

inline constexpr std::uint16_t kPpcm500 = 197;  // px/cm: 500 dpi, the frame of all matching

struct FingerView {
  std::uint8_t position = 0;     // 0 unknown, 1 … 5 right thumb to little finger, 6 … 10 left
  std::uint8_t view = 0;         // number of the view of this finger
  std::uint8_t impression = 0;   // 0 live plain, 1 live rolled, 2, 3 the same not live, 8 swipe
  std::uint8_t quality = 0;      // of the finger, 0 … 100
  Wiped<Minutia> minutiae;       // 0 … 255
  Wiped<std::uint8_t> extended;  // as it stands in the record: {type 2, length 2, data} repeated
  friend bool operator==(const FingerView&, const FingerView&) = default;
};

struct Template {
  std::uint16_t device = 0;             // 4 bits equipment certification, 12 bits device type
  std::uint16_t width = 0, height = 0;  // px
  std::uint16_t ppcm_x = kPpcm500, ppcm_y = kPpcm500;  // px/cm
  std::vector<FingerView> views;
  friend bool operator==(const Template&, const Template&) = default;
};

}  // namespace sufragio::biometrics
