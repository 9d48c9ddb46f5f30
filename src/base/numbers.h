#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sufragio {

// Only ASCII digits, no sign, no leading zero but "0" itself, at most `max`. B105.
[[nodiscard]] Result<std::uint64_t> parse_uint(std::string_view text, std::uint64_t max);
// As above, but leading zeros are allowed (codes padded to a width). B105.
[[nodiscard]] Result<std::uint64_t> parse_padded(std::string_view text, std::uint64_t max);
// "YYYY-MM-DD", a date that exists, 1900–2199. B106.
[[nodiscard]] Result<std::string> parse_date(std::string_view text);

[[nodiscard]] std::string zero_padded(std::uint64_t value, int width);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string_view trim(std::string_view text);  // ASCII blanks at both ends
[[nodiscard]] bool is_utf8(std::string_view text);

// part / whole in hundredths of a percent (67.09 % = 6709), rounded half away from zero in exact
// integers: the one rounding rule of the project. whole >= 1, 0 <= part; both below 2^62 / 20'000.
[[nodiscard]] std::int64_t basis_points(std::int64_t part, std::int64_t whole);

}  // namespace sufragio
