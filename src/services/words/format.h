#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Numbers and dates as people read them, in integers only (docs/decisions/0011). Spanish is es-VE:
// 1.234 and 67,09 %; English: 1,234 and 67.09 %. The blank before % never breaks.
namespace sufragio::services {

enum class Language { es, en };

[[nodiscard]] std::string grouped(std::int64_t value, Language language);
// Hundredths of a percent: 6709 → "67,09 %".
[[nodiscard]] std::string percent(std::int64_t basis_points, Language language);
// part of whole by the one rounding rule of the project; "–" when whole is 0.
[[nodiscard]] std::string share(std::int64_t part, std::int64_t whole, Language language);
// "2024-07-28" → "28 de julio de 2024", with the month's name taken from `months`: twelve names
// joined by blanks.
[[nodiscard]] std::string date_words(std::string_view date, std::string_view months,
                                     Language language);
// Unix seconds at an offset in minutes → "2024-07-28 18:00".
[[nodiscard]] std::string civil_time(std::int64_t unix_s, std::int32_t offset_min);
// "69.33" with the decimal sign of the language: "69,33".
[[nodiscard]] std::string with_decimal_sign(std::string number, Language language);
[[nodiscard]] std::string html_escape(std::string_view text);

}  // namespace sufragio::services
