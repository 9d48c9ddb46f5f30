#pragma once

#include "base/clock.h"

namespace sufragio::sim {

// Virtual time: it moves only when the world moves it, forwards or (a fault) backwards.
class SimClock : public Clock {
 public:
  explicit SimClock(UnixMs start) : now_{start} {}
  [[nodiscard]] UnixMs now() override { return now_; }
  void advance_ms(std::int64_t delta_ms) { now_.value += delta_ms; }
  void set(UnixMs now) { now_ = now; }

 private:
  UnixMs now_;
};

}  // namespace sufragio::sim
