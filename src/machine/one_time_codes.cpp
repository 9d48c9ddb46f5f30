#include "machine/one_time_codes.h"

#include "base/check.h"
#include "base/numbers.h"
#include "crypto/secrets.h"

namespace sufragio::machine {

namespace {

constexpr std::uint64_t kSpace = 100'000'000;
constexpr std::uint16_t kWrongBeforeWait = 5;
constexpr std::int64_t kLongestWait_s = 480;

constexpr std::uint8_t kDamm[10][10] = {
    {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}};

void put_be(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

std::uint8_t damm_digit(std::string_view digits) {
  std::uint8_t interim = 0;
  for (const char digit : digits) {
    CHECK(digit >= '0' && digit <= '9');
    interim = kDamm[interim][digit - '0'];
  }
  return interim;
}

std::string one_time_code(ByteView mesa_code_key, const CodeOf& of, CodeList list,
                          std::uint16_t index) {
  const auto number = static_cast<std::uint8_t>(list);
  const std::string info = "sufragio/otc/" + std::to_string(number);
  Bytes key = crypto::hkdf_sha256(mesa_code_key, {}, info, 32);
  Bytes message = to_bytes(of.election.view());
  put_be(message, of.mesa.centre.value(), 4);
  put_be(message, of.mesa.mesa.value(), 1);
  put_be(message, number, 1);
  put_be(message, index, 2);
  const Hash32 tag = crypto::hmac_sha256(key, message);
  crypto::wipe(key);
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < 8; ++i) first = first << 8 | tag.data[i];
  const std::string digits = zero_padded(first % kSpace, 8);
  return digits.substr(0, 4) + "-" + digits.substr(4) + "-" + std::to_string(damm_digit(digits));
}

bool CodeDesk::enter(CodeList list, std::uint16_t index, std::string_view typed,
                     std::int64_t now_s) {
  if (now_s < wait_until_s_) return false;
  std::string digits;
  for (const char c : typed) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  std::string code;
  for (const char c : one_time_code(key_, of_, list, index)) {
    if (c != '-') code.push_back(c);
  }
  std::uint8_t differ = digits.size() == code.size() && index < kCodesOfAList ? 0 : 1;
  for (std::size_t n = 0; n < code.size() && n < digits.size(); ++n) {
    differ = static_cast<std::uint8_t>(differ | (digits[n] ^ code[n]));
  }
  std::uint32_t& used = used_[static_cast<std::size_t>(list) - 1];
  if (differ == 0 && (used >> index & 1U) == 0) {
    used |= 1U << index;
    wrong_ = 0;
    wait_s_ = 60;
    return true;
  }
  if (++wrong_ >= kWrongBeforeWait) {
    wrong_ = 0;
    wait_until_s_ = now_s + wait_s_;
    wait_s_ = std::min(2 * wait_s_, kLongestWait_s);
  }
  return false;
}

}  // namespace sufragio::machine
