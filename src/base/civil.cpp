#include "base/civil.h"

#include "base/check.h"
#include "base/codes.h"
#include "base/numbers.h"

namespace sufragio {

namespace {

constexpr std::int64_t kDayMin = 24 * 60;

std::int64_t number_in(std::string_view text) {
  const auto value = parse_padded(text, 9'999);
  CHECK(value.has_value());
  return static_cast<std::int64_t>(*value);
}

std::string two(std::int64_t value) { return zero_padded(static_cast<std::uint64_t>(value), 2); }

}  // namespace

// H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil, exact in integers.
std::int64_t days_of_date(std::string_view date) {
  CHECK(parse_date(date).has_value());
  const std::int64_t month = number_in(date.substr(5, 2));
  const std::int64_t day = number_in(date.substr(8, 2));
  const std::int64_t year = number_in(date.substr(0, 4)) - (month <= 2 ? 1 : 0);
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

LocalMinute minute_of(std::string_view date, std::int32_t minute_of_day) {
  return {days_of_date(date) * kDayMin + minute_of_day};
}

Result<LocalMinute> parse_local_minute(std::string_view text) {
  const auto bad = [&] { return fail(base_codes::kBadDate, {{"value", std::string{text}}}); };
  if (text.size() != 16 || text[10] != ' ' || text[13] != ':') return bad();
  const auto hours = parse_padded(text.substr(11, 2), 23);
  const auto minutes = parse_padded(text.substr(14), 59);
  if (!hours || !minutes || !parse_date(text.substr(0, 10))) return bad();
  return minute_of(text.substr(0, 10), static_cast<std::int32_t>(*hours * 60 + *minutes));
}

// civil_from_days of the same source.
std::string local_minute_text(LocalMinute minute) {
  std::int64_t day = minute.value / kDayMin;
  std::int64_t rest = minute.value % kDayMin;
  if (rest < 0) {
    rest += kDayMin;
    --day;
  }
  const std::int64_t shifted = day + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t m = (5 * of_year + 2) / 153;
  const std::int64_t month = m < 10 ? m + 3 : m - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return zero_padded(static_cast<std::uint64_t>(year), 4) + "-" + two(month) + "-" +
         two(of_year - (153 * m + 2) / 5 + 1) + " " + two(rest / 60) + ":" + two(rest % 60);
}

std::int64_t years_between(std::string_view from, std::string_view to) {
  const std::int64_t years = number_in(to.substr(0, 4)) - number_in(from.substr(0, 4));
  return to.substr(5) < from.substr(5) ? years - 1 : years;
}

}  // namespace sufragio
