#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sufragio {

// The calendar and the clock on the wall: minutes of local legal time since 1970-01-01 00:00,
// without a zone. Deadlines of the law are such minutes.
struct LocalMinute {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(const LocalMinute&, const LocalMinute&) = default;
};

// Days since 1970-01-01 of "YYYY-MM-DD" (CHECK: a date that `parse_date` takes).
[[nodiscard]] std::int64_t days_of_date(std::string_view date);
[[nodiscard]] LocalMinute minute_of(std::string_view date, std::int32_t minute_of_day);
// "YYYY-MM-DD HH:MM", a minute that exists, 1900–2199. B106.
[[nodiscard]] Result<LocalMinute> parse_local_minute(std::string_view text);
[[nodiscard]] std::string local_minute_text(LocalMinute minute);
// Whole years from one date to another (both as `parse_date` takes them): an age.
[[nodiscard]] std::int64_t years_between(std::string_view from, std::string_view to);

}  // namespace sufragio
