#pragma once

#include "machine/life.h"

// The time of the day of the panel (fault 1106). The wall clock of a machine may be dead, wrong or
// jump; what runs evenly is the counter since the start of the machine. The wall clock is believed
// once, when it is plausible; from then on the day goes by the counter, until president and member
// set it. So no jump opens or closes a mesa.
namespace sufragio::machine {

struct ClockReading {
  std::int64_t wall_s = 0;    // unix seconds, as the machine has them
  std::int64_t steady_s = 0;  // since its start: even, never back
};

class DayClock {
 public:
  static constexpr std::int64_t kTolerance_s = 60;  // between wall and counter
  // `from_s` … `until_s`: the days of this election, when a wall clock may be right at all.
  // `known_s`: the newest time of the official log; nothing happens before it.
  DayClock(std::int64_t from_s, std::int64_t until_s, std::int64_t known_s)
      : from_s_{from_s}, until_s_{until_s}, known_s_{known_s} {}

  struct Now {
    std::int64_t time_s = 0;
    bool fault = false;  // 1106 is to be said now: dead, implausible, or a jump
  };
  [[nodiscard]] Now at(const ClockReading& reading);
  // President and member read the hour from a watch. 1201 without both, 1106 outside of the days.
  [[nodiscard]] Result<void> set(std::int64_t time_s, const Officials& who,
                                 const ClockReading& reading);

 private:
  std::int64_t from_s_;
  std::int64_t until_s_;
  std::int64_t known_s_;
  bool anchored_ = false;
  std::int64_t offset_s_ = 0;    // time of the day minus counter
  std::int64_t wall_off_s_ = 0;  // wall minus time of the day, as last said
};

}  // namespace sufragio::machine
