#include "machine/day_clock.h"

#include <algorithm>
#include <cstdlib>

namespace sufragio::machine {

DayClock::Now DayClock::at(const ClockReading& reading) {
  Now out;
  if (!anchored_) {
    anchored_ = true;
    const bool plausible =
        reading.wall_s >= std::max(from_s_, known_s_) && reading.wall_s <= until_s_;
    out.time_s = plausible ? reading.wall_s : std::max(from_s_, known_s_);
    out.fault = !plausible;
    offset_s_ = out.time_s - reading.steady_s;
    wall_off_s_ = reading.wall_s - out.time_s;
    return out;
  }
  out.time_s = reading.steady_s + offset_s_;
  const std::int64_t wall_off = reading.wall_s - out.time_s;
  if (std::abs(wall_off - wall_off_s_) > kTolerance_s) {  // said once for each jump
    out.fault = true;
    wall_off_s_ = wall_off;
  }
  return out;
}

Result<void> DayClock::set(std::int64_t time_s, const Officials& who, const ClockReading& reading) {
  if (!who.two()) return fault_error(Fault::quorum);
  if (time_s < from_s_ || time_s > until_s_) return fault_error(Fault::clock);
  anchored_ = true;
  offset_s_ = time_s - reading.steady_s;
  wall_off_s_ = reading.wall_s - time_s;
  return {};
}

}  // namespace sufragio::machine
