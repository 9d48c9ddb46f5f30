#include "crypto/secrets.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "crypto/codes.h"
#include "crypto/hmac.h"

namespace sufragio::crypto {

namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kAuthTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

}  // namespace

SystemRng::SystemRng() { CHECK(sodium_init() >= 0); }

void SystemRng::fill(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

Bytes hkdf_sha256(ByteView key_material, ByteView salt, std::string_view info, std::size_t length) {
  CHECK(length >= 1 && length <= 255 * 32);
  std::array<std::uint8_t, 32> extracted{};
  const std::array<ByteView, 1> material{key_material};
  detail::hmac_sha256(salt, material, extracted);  // an empty salt and 32 zeros are the same key
  Bytes out;
  out.reserve(length + 32);
  std::array<std::uint8_t, 32> block{};
  for (std::uint8_t counter = 1; out.size() < length; ++counter) {
    const ByteView previous = counter == 1 ? ByteView{} : ByteView{block};
    const std::array<ByteView, 3> parts{previous, as_bytes(info), ByteView{&counter, 1}};
    detail::hmac_sha256(extracted, parts, block);
    out.insert(out.end(), block.begin(), block.end());
  }
  wipe(std::span{out}.subspan(length));
  out.resize(length);
  wipe(block);
  wipe(extracted);
  return out;
}

Bytes aead_seal(const AeadKey& key, ByteView plain, ByteView associated, Rng& rng) {
  Bytes out(kNonce + plain.size() + kAuthTag);
  rng.fill(std::span{out}.first(kNonce));
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kNonce, &written, plain.data(),
                                             plain.size(), associated.data(), associated.size(),
                                             nullptr, out.data(), key.data.data());
  CHECK(written == plain.size() + kAuthTag);
  return out;
}

Result<Bytes> aead_open(const AeadKey& key, ByteView sealed, ByteView associated) {
  if (sealed.size() < kNonce + kAuthTag) return fail(kDecryptFailed);
  const ByteView body = sealed.subspan(kNonce);
  Bytes out(body.size() - kAuthTag);
  unsigned long long written = 0;
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      out.data(), &written, nullptr, body.data(), body.size(), associated.data(), associated.size(),
      sealed.data(), key.data.data());
  if (failed != 0) return fail(kDecryptFailed);
  return out;
}

void wipe(std::span<std::uint8_t> secret) { sodium_memzero(secret.data(), secret.size()); }

}  // namespace sufragio::crypto
