// Deprecated low-level calls, as in hash.cpp.
#include "crypto/hmac.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

namespace sufragio::crypto::detail {

namespace {

struct Digest256 {
  using Context = SHA256_CTX;
  static constexpr std::size_t kBlock = 64;
  static constexpr std::size_t kSize = 32;
  static void init(Context& c) { SHA256_Init(&c); }
  static void update(Context& c, ByteView data) { SHA256_Update(&c, data.data(), data.size()); }
  static void final(Context& c, std::uint8_t* out) { SHA256_Final(out, &c); }
};

struct Digest384 {
  using Context = SHA512_CTX;
  static constexpr std::size_t kBlock = 128;
  static constexpr std::size_t kSize = 48;
  static void init(Context& c) { SHA384_Init(&c); }
  static void update(Context& c, ByteView data) { SHA384_Update(&c, data.data(), data.size()); }
  static void final(Context& c, std::uint8_t* out) { SHA384_Final(out, &c); }
};

template <typename Digest>
void hmac(ByteView key, std::span<const ByteView> parts, std::uint8_t* out) {
  typename Digest::Context context;
  std::array<std::uint8_t, Digest::kBlock> pad{};
  if (key.size() > Digest::kBlock) {
    Digest::init(context);
    Digest::update(context, key);
    Digest::final(context, pad.data());
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }
  for (std::uint8_t& byte : pad) byte ^= 0x36;
  Digest::init(context);
  Digest::update(context, pad);
  for (const ByteView part : parts) Digest::update(context, part);
  std::array<std::uint8_t, Digest::kSize> inner{};
  Digest::final(context, inner.data());
  for (std::uint8_t& byte : pad) byte ^= 0x36 ^ 0x5c;
  Digest::init(context);
  Digest::update(context, pad);
  Digest::update(context, inner);
  Digest::final(context, out);
  OPENSSL_cleanse(&context, sizeof context);
  OPENSSL_cleanse(pad.data(), pad.size());
  OPENSSL_cleanse(inner.data(), inner.size());
}

}  // namespace

void hmac_sha256(ByteView key, std::span<const ByteView> parts, std::span<std::uint8_t, 32> out) {
  hmac<Digest256>(key, parts, out.data());
}

void hmac_sha384(ByteView key, std::span<const ByteView> parts, std::span<std::uint8_t, 48> out) {
  hmac<Digest384>(key, parts, out.data());
}

}  // namespace sufragio::crypto::detail
