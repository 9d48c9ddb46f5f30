#include "services/words/format.h"

#include <algorithm>

#include "base/numbers.h"

namespace sufragio::services {

std::string grouped(std::int64_t value, Language language) {
  const std::string digits = std::to_string(value < 0 ? -value : value);
  std::string out = value < 0 ? "−" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += language == Language::es ? '.' : ',';
    out += digits[i];
  }
  return out;
}

std::string percent(std::int64_t basis_points, Language language) {
  return grouped(basis_points / 100, language) + (language == Language::es ? "," : ".") +
         zero_padded(static_cast<std::uint64_t>(basis_points % 100), 2) + "\u00a0%";
}

std::string share(std::int64_t part, std::int64_t whole, Language language) {
  if (whole <= 0) return "–";
  return percent(sufragio::basis_points(part, whole), language);
}

std::string date_words(std::string_view date, std::string_view months, Language language) {
  const Result<std::string> good = parse_date(date);
  if (!good) return std::string{date};
  const std::vector<std::string_view> names = split(months, ' ');
  const auto month = static_cast<std::size_t>((date[5] - '0') * 10 + (date[6] - '0'));
  if (names.size() != 12) return std::string{date};
  const std::string name{names[month - 1]};
  const std::string day{date[8] == '0' ? date.substr(9) : date.substr(8)};
  const std::string year{date.substr(0, 4)};
  const std::string_view joint = language == Language::es ? " de " : " ";
  return day + std::string{joint} + name + std::string{joint} + year;
}

// Days to civil date: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
std::string civil_time(std::int64_t unix_s, std::int32_t offset_min) {
  const std::int64_t local = unix_s + offset_min * 60;
  std::int64_t day = local / 86'400;
  std::int64_t rest = local % 86'400;
  if (rest < 0) {
    rest += 86'400;
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
  const auto two = [](std::int64_t v) { return zero_padded(static_cast<std::uint64_t>(v), 2); };
  return zero_padded(static_cast<std::uint64_t>(year), 4) + "-" + two(month) + "-" +
         two(of_year - (153 * m + 2) / 5 + 1) + " " + two(rest / 3'600) + ":" + two(rest / 60 % 60);
}

std::string with_decimal_sign(std::string number, Language language) {
  if (language == Language::es) std::ranges::replace(number, '.', ',');
  return number;
}

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace sufragio::services
