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

}  // namespace sufragio::crypto
