#pragma once

#include <cstdint>

#include "roll/roll.h"

namespace sufragio::ports {

enum class Capture : std::uint8_t {
  match,
  no_match,
  low_quality,  // no usable image in time
  attack,       // the sensor's own presentation-attack detection objects
  fault         // the reader does not answer
};

// The gate's question about a finger: one capture, compared with the enrolled finger `finger` (0 …
// 3, in order of stored quality) of the elector on line `elector`. Images and templates never leave
// the implementation.
class FingerCheck {
 public:
  virtual ~FingerCheck() = default;
  [[nodiscard]] virtual Capture capture(roll::RollIndex elector, std::uint8_t finger) = 0;
  // The elector is decided or has left: what was opened for the comparison is wiped.
  virtual void release() {}
};

}  // namespace sufragio::ports
