#include "codec/text_codes.h"

#include "codec/codes.h"

namespace sufragio::codec {

namespace {

constexpr std::string_view kBase45Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr std::string_view kCrockfordAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kNone = 255;
using ValueTable = std::array<std::uint8_t, 256>;

constexpr ValueTable values_of(std::string_view alphabet) {
  ValueTable out{};
  for (std::uint8_t& value : out) value = kNone;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return out;
}

constexpr ValueTable crockford_values() {
  ValueTable out = values_of(kCrockfordAlphabet);
  for (const char c : {'I', 'L'}) out[static_cast<unsigned char>(c)] = 1;
  out['O'] = 0;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) out[c + ('a' - 'A')] = out[c];
  return out;
}

constexpr ValueTable kBase45Values = values_of(kBase45Alphabet);
constexpr ValueTable kCrockfordValues = crockford_values();
constexpr ValueTable kBase64Values = values_of(kBase64Alphabet);

std::uint32_t value_at(const ValueTable& table, std::string_view text, std::size_t at) {
  return table[static_cast<unsigned char>(text[at])];
}

}  // namespace

std::string base45_encode(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() * 3 + 1) / 2);
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) {
    const std::uint32_t n = bytes[i] * 256u + bytes[i + 1];
    out.push_back(kBase45Alphabet[n % 45]);
    out.push_back(kBase45Alphabet[n / 45 % 45]);
    out.push_back(kBase45Alphabet[n / 2025]);
  }
  if (i < bytes.size()) {
    out.push_back(kBase45Alphabet[bytes[i] % 45u]);
    out.push_back(kBase45Alphabet[bytes[i] / 45u]);
  }
  return out;
}

Result<Bytes> base45_decode(std::string_view text) {
  if (text.size() % 3 == 1) return fail_at(kBase45, text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (value_at(kBase45Values, text, i) == kNone) return fail_at(kBase45, i);
  }
  Bytes out;
  out.reserve(text.size() / 3 * 2 + 1);
  std::size_t i = 0;
  for (; i + 2 < text.size(); i += 3) {
    const std::uint32_t n = value_at(kBase45Values, text, i) +
                            45 * value_at(kBase45Values, text, i + 1) +
                            2025 * value_at(kBase45Values, text, i + 2);
    if (n > 0xffff) return fail_at(kBase45, i);
    out.push_back(static_cast<std::uint8_t>(n >> 8));
    out.push_back(static_cast<std::uint8_t>(n));
  }
  if (i < text.size()) {
    const std::uint32_t n =
        value_at(kBase45Values, text, i) + 45 * value_at(kBase45Values, text, i + 1);
    if (n > 0xff) return fail_at(kBase45, i);
    out.push_back(static_cast<std::uint8_t>(n));
  }
  return out;
}

std::string crockford_encode(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      out.push_back(kCrockfordAlphabet[bits >> held & 31]);
    }
  }
  if (held > 0) out.push_back(kCrockfordAlphabet[bits << (5 - held) & 31]);
  return out;
}

Result<Bytes> crockford_decode(std::string_view text) {
  Bytes out;
  out.reserve(text.size() * 5 / 8);
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-') continue;
    const std::uint32_t value = value_at(kCrockfordValues, text, i);
    if (value == kNone) return fail_at(kBase32, i);
    bits = bits << 5 | value;
    held += 5;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> held));
    }
  }
  const std::uint32_t fill = bits & ((1u << held) - 1);
  if (held >= 5 || fill != 0) return fail_at(kBase32, text.size());
  return out;
}

std::string base64_encode(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t n =
        bytes[i] * 65536u + (left > 1 ? bytes[i + 1] * 256u : 0u) + (left > 2 ? bytes[i + 2] : 0u);
    out.push_back(kBase64Alphabet[n >> 18]);
    out.push_back(kBase64Alphabet[n >> 12 & 63]);
    out.push_back(left > 1 ? kBase64Alphabet[n >> 6 & 63] : '=');
    out.push_back(left > 2 ? kBase64Alphabet[n & 63] : '=');
  }
  return out;
}

Result<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return fail_at(kBase64, text.size());
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::size_t digits = 4;
    if (i + 4 == text.size()) {
      if (text[i + 3] == '=') digits = text[i + 2] == '=' ? 2 : 3;
    }
    std::uint32_t n = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::uint32_t value = k < digits ? value_at(kBase64Values, text, i + k) : 0;
      if (value == kNone) return fail_at(kBase64, i + k);
      n = n << 6 | value;
    }
    out.push_back(static_cast<std::uint8_t>(n >> 16));
    if (digits > 2) out.push_back(static_cast<std::uint8_t>(n >> 8));
    if (digits > 3) out.push_back(static_cast<std::uint8_t>(n));
    const bool fill_is_zero = digits == 4 || (n & (digits == 3 ? 0xffu : 0xffffu)) == 0;
    if (!fill_is_zero) return fail_at(kBase64, i);
  }
  return out;
}

}  // namespace sufragio::codec
