#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/rng.h"

namespace sufragio::crypto {

class SystemRng : public Rng {  // the operating system's generator, through libsodium
 public:
  SystemRng();
  void fill(std::span<std::uint8_t> out) override;
};

// HKDF-SHA256 (RFC 5869), 1 to 8,160 bytes.
[[nodiscard]] Bytes hkdf_sha256(ByteView key_material, ByteView salt, std::string_view info,
                                std::size_t length);

// XChaCha20-Poly1305: nonce (24) ‖ ciphertext ‖ tag (16). The nonce is drawn from `rng`.
using AeadKey = FixedBytes<struct AeadKeyTag, 32>;
[[nodiscard]] Bytes aead_seal(const AeadKey& key, ByteView plain, ByteView associated, Rng& rng);
[[nodiscard]] Result<Bytes> aead_open(const AeadKey& key, ByteView sealed,
                                      ByteView associated);  // K110

void wipe(std::span<std::uint8_t> secret);

// The same cipher where the caller names the nonce: only for a key that seals each nonce once.
// `out` takes plain.size() + 16 bytes, `open_at` gives back the plain bytes (sealed.size() - 16).
using AeadNonce = FixedBytes<struct AeadNonceTag, 24>;
inline constexpr std::size_t kAeadTag = 16;
void aead_seal_at(const AeadKey& key, const AeadNonce& nonce, ByteView plain, ByteView associated,
                  std::span<std::uint8_t> out);
[[nodiscard]] bool aead_open_at(const AeadKey& key, const AeadNonce& nonce, ByteView sealed,
                                ByteView associated, std::span<std::uint8_t> out);

// Subkey number `id` of `key` (libsodium crypto_kdf: BLAKE2b with the context as personalisation;
// 8 characters).
[[nodiscard]] AeadKey derive_subkey(const AeadKey& key, std::uint64_t id, std::string_view context);
[[nodiscard]] Hash32 hmac_sha256(ByteView key, ByteView message);

// An anonymous box to a public key (libsodium crypto_box_seal: X25519, XSalsa20-Poly1305): only the
// secret key opens it, 48 bytes longer than what it holds.
using BoxPublicKey = FixedBytes<struct BoxPublicTag, 32>;
using BoxSecretKey = FixedBytes<struct BoxSecretTag, 32>;
struct BoxKeyPair {
  BoxPublicKey public_key;
  BoxSecretKey secret_key;
};
[[nodiscard]] BoxKeyPair box_key_pair(Rng& rng);
[[nodiscard]] Bytes box_seal(const BoxPublicKey& to, ByteView plain);
[[nodiscard]] Result<Bytes> box_open(const BoxKeyPair& keys, ByteView sealed);  // K110

// Memory for what must never reach a disk: page aligned, and where `locked` asks for it, locked
// into RAM and left out of core dumps. Wiped when it goes.
class SecretBuffer {
 public:
  enum class Kind { locked, plain };  // plain: simulator and tests only
  [[nodiscard]] static Result<SecretBuffer> of(std::size_t size, Kind kind);  // K112
  SecretBuffer() = default;
  ~SecretBuffer();
  SecretBuffer(SecretBuffer&& other) noexcept;
  SecretBuffer& operator=(SecretBuffer&& other) noexcept;
  [[nodiscard]] std::span<std::uint8_t> bytes() { return {data_, size_}; }
  [[nodiscard]] ByteView view() const { return {data_, size_}; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  Kind kind_ = Kind::plain;
};

}  // namespace sufragio::crypto
