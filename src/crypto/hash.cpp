// OpenSSL 3.0 looks the algorithm up on every one-shot call; the low-level interface does not, and
// a tree of a million nodes notices. It is deprecated, not removed; this file is the place to
// change.
#include "crypto/hash.h"

#include <openssl/sha.h>
#include <sodium.h>

#include "base/check.h"

namespace sufragio::crypto {

Hash32 sha256(ByteView data) {
  Hash32 out;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(out.data.data(), &context);
  return out;
}

Hash48 sha384(ByteView data) {
  Hash48 out;
  SHA512_CTX context;
  SHA384_Init(&context);
  SHA384_Update(&context, data.data(), data.size());
  SHA384_Final(out.data.data(), &context);
  return out;
}

std::uint64_t short_hash(const std::array<std::uint8_t, 16>& key, ByteView data) {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  std::uint64_t out = 0;
  std::array<std::uint8_t, 8> bytes{};
  crypto_shorthash(bytes.data(), data.data(), data.size(), key.data());
  for (const std::uint8_t byte : bytes) out = (out << 8) | byte;
  return out;
}

struct Sha256::State {
  SHA256_CTX context;
  bool finished = false;
};

Sha256::Sha256() : state_{std::make_unique<State>()} { SHA256_Init(&state_->context); }
Sha256::~Sha256() = default;

void Sha256::update(ByteView data) {
  CHECK(!state_->finished);
  SHA256_Update(&state_->context, data.data(), data.size());
}

Hash32 Sha256::finish() {
  CHECK(!state_->finished);
  state_->finished = true;
  Hash32 out;
  SHA256_Final(out.data.data(), &state_->context);
  return out;
}

}  // namespace sufragio::crypto
