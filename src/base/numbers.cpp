#include "base/numbers.h"

#include "base/check.h"
#include "base/codes.h"

namespace sufragio {

namespace {

tl::unexpected<Error> bad_number(std::string_view text) {
  return fail(base_codes::kBadNumber, {{"value", std::string{text}}});
}

int days_in_month(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Length of the UTF-8 sequence that starts with `lead`; 0 when no sequence starts so.
int sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

// The first continuation byte excludes overlong forms, surrogates and values above U+10FFFF (RFC
// 3629).
bool second_byte_ok(unsigned char lead, unsigned char second) {
  if (lead == 0xe0) return second >= 0xa0;
  if (lead == 0xed) return second <= 0x9f;
  if (lead == 0xf0) return second >= 0x90;
  if (lead == 0xf4) return second <= 0x8f;
  return true;
}

}  // namespace

Result<std::uint64_t> parse_padded(std::string_view text, std::uint64_t max) {
  if (text.empty() || text.size() > 20) return bad_number(text);
  std::uint64_t out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return bad_number(text);
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (digit > max || out > (max - digit) / 10) return bad_number(text);
    out = out * 10 + digit;
  }
  return out;
}

Result<std::uint64_t> parse_uint(std::string_view text, std::uint64_t max) {
  if (text.size() > 1 && text.front() == '0') return bad_number(text);
  return parse_padded(text, max);
}

Result<std::string> parse_date(std::string_view text) {
  const auto bad = [&] { return fail(base_codes::kBadDate, {{"value", std::string{text}}}); };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return bad();
  const auto year = parse_padded(text.substr(0, 4), 2199);
  const auto month = parse_padded(text.substr(5, 2), 12);
  const auto day = parse_padded(text.substr(8, 2), 31);
  if (!year || !month || !day || *year < 1900 || *month < 1 || *day < 1) return bad();
  if (static_cast<int>(*day) > days_in_month(static_cast<int>(*year), static_cast<int>(*month))) {
    return bad();
  }
  return std::string{text};
}

std::string zero_padded(std::uint64_t value, int width) {
  std::string digits = std::to_string(value);
  const auto wanted = static_cast<std::size_t>(width);
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
  return digits;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  std::size_t from = 0;
  for (std::size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, from)) {
    out.push_back(text.substr(from, at - from));
    from = at + 1;
  }
  out.push_back(text.substr(from));
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const auto length = static_cast<std::size_t>(sequence_length(lead));
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      if (k == 1 && !second_byte_ok(lead, next)) return false;
    }
    i += length;
  }
  return true;
}

std::int64_t basis_points(std::int64_t part, std::int64_t whole) {
  CHECK(whole >= 1 && part >= 0 && part < (std::int64_t{1} << 62) / 20'000);
  CHECK(whole < (std::int64_t{1} << 62) / 20'000);
  return (part * 20'000 + whole) / (2 * whole);
}

}  // namespace sufragio
