#include "base/bytes.h"

#include <algorithm>

#include "base/codes.h"

namespace sufragio {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool equal(ByteView a, ByteView b) { return std::ranges::equal(a, b); }

std::string to_hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(base_codes::kBadHex);
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) {
      return fail(base_codes::kBadHex, {{"offset", std::to_string(i)}});
    }
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

tl::unexpected<Error> wrong_length(std::size_t expected, std::size_t got) {
  return fail(base_codes::kWrongLength,
              {{"expected", std::to_string(expected)}, {"got", std::to_string(got)}});
}

}  // namespace sufragio
