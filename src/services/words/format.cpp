#include "services/words/format.h"

#include <algorithm>

#include "base/civil.h"
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

std::string civil_time(std::int64_t unix_s, std::int32_t offset_min) {
  const std::int64_t local = unix_s + offset_min * 60;
  return local_minute_text({(local - (local % 60 + 60) % 60) / 60});
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
