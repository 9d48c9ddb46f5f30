// Deprecated low-level calls, as in hash.cpp.
#include "crypto/keyed_hash.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace sufragio::crypto {

namespace {

static_assert(sizeof(SHA256_CTX) == 112);

// The bytes of a context are kept as bytes so that no header of the library is in ours.
SHA256_CTX* context(std::array<std::uint8_t, 112>& bytes) {
  return reinterpret_cast<SHA256_CTX*>(bytes.data());
}

}  // namespace

KeyedHash::KeyedHash(const Hash32& key) {
  std::array<std::uint8_t, 64> pad{};
  std::copy(key.data.begin(), key.data.end(), pad.begin());
  for (std::uint8_t& byte : pad) byte ^= 0x36;
  SHA256_Init(context(inner_));
  SHA256_Update(context(inner_), pad.data(), pad.size());
  for (std::uint8_t& byte : pad) byte ^= 0x36 ^ 0x5c;
  SHA256_Init(context(outer_));
  SHA256_Update(context(outer_), pad.data(), pad.size());
}

KeyedHash::Message::Message(const KeyedHash& key) : inner_{key.inner_}, key_{&key} {}

KeyedHash::Message& KeyedHash::Message::byte(std::uint8_t value) {
  SHA256_Update(context(inner_), &value, 1);
  return *this;
}

KeyedHash::Message& KeyedHash::Message::uint32(std::uint32_t value) {
  const std::array<std::uint8_t, 4> big{
      static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
      static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  SHA256_Update(context(inner_), big.data(), big.size());
  return *this;
}

KeyedHash::Message& KeyedHash::Message::bytes(ByteView data) {
  SHA256_Update(context(inner_), data.data(), data.size());
  return *this;
}

Hash32 KeyedHash::Message::finish() {
  CHECK(key_ != nullptr);
  Hash32 out;
  SHA256_Final(out.data.data(), context(inner_));
  auto outer = key_->outer_;
  key_ = nullptr;
  SHA256_Update(context(outer), out.data.data(), out.data.size());
  SHA256_Final(out.data.data(), context(outer));
  return out;
}

void expand_message_xmd(ByteView message, ByteView dst, std::span<std::uint8_t> out) {
  CHECK(!dst.empty() && dst.size() <= 255 && !out.empty() && out.size() <= 255 * 32);
  const auto dst_size = static_cast<std::uint8_t>(dst.size());
  const std::array<std::uint8_t, 64> zeros{};
  const std::array<std::uint8_t, 3> length{static_cast<std::uint8_t>(out.size() >> 8),
                                           static_cast<std::uint8_t>(out.size()), 0};
  std::array<std::uint8_t, 32> first{};
  SHA256_CTX hash;
  SHA256_Init(&hash);
  SHA256_Update(&hash, zeros.data(), zeros.size());
  SHA256_Update(&hash, message.data(), message.size());
  SHA256_Update(&hash, length.data(), length.size());
  SHA256_Update(&hash, dst.data(), dst.size());
  SHA256_Update(&hash, &dst_size, 1);
  SHA256_Final(first.data(), &hash);
  std::array<std::uint8_t, 32> block{};
  for (std::size_t at = 0, i = 1; at < out.size(); at += 32, ++i) {
    for (std::size_t b = 0; b < 32; ++b) block[b] ^= first[b];
    const auto number = static_cast<std::uint8_t>(i);
    SHA256_Init(&hash);
    SHA256_Update(&hash, block.data(), block.size());
    SHA256_Update(&hash, &number, 1);
    SHA256_Update(&hash, dst.data(), dst.size());
    SHA256_Update(&hash, &dst_size, 1);
    SHA256_Final(block.data(), &hash);
    std::copy_n(block.begin(), std::min<std::size_t>(32, out.size() - at),
                out.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

}  // namespace sufragio::crypto
