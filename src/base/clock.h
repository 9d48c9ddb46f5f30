#pragma once

#include <compare>
#include <cstdint>

namespace sufragio {

struct UnixMs {  // milliseconds since 1970-01-01 UTC
  std::int64_t value = 0;
  friend constexpr auto operator<=>(const UnixMs&, const UnixMs&) = default;
};

class Clock {  // the only way to the time; nothing that a vote touches may ask it
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UnixMs now() = 0;
};

}  // namespace sufragio
