#pragma once

#include <array>
#include <memory>

#include "base/bytes.h"

struct ec_key_st;  // OpenSSL's EC_KEY

// ECDSA over P-256 and P-384 for this room only. All OpenSSL curve calls stand in ecdsa.cpp.
namespace sufragio::crypto::detail {

enum class Curve { p256, p384 };

[[nodiscard]] constexpr std::size_t scalar_size(Curve curve) {
  return curve == Curve::p256 ? 32 : 48;
}

// A parsed key. Constant after it is made; may be shared between threads.
class EcKey {
 public:
  // Null unless the bytes are a SEC1 compressed point of the curve (not the identity).
  [[nodiscard]] static std::unique_ptr<const EcKey> from_public(Curve curve, ByteView compressed);
  // Null unless 1 <= secret < n, big-endian, full length.
  [[nodiscard]] static std::unique_ptr<const EcKey> from_secret(Curve curve, ByteView secret);
  ~EcKey();
  EcKey(const EcKey&) = delete;
  EcKey& operator=(const EcKey&) = delete;

  // 1 <= r < n, 1 <= s <= (n-1)/2 (BIP-62 style low s), and the equation holds.
  [[nodiscard]] bool verify(ByteView digest, ByteView signature) const;
  // r‖s with the nonce of RFC 6979 and low s. Only for a key made by from_secret.
  [[nodiscard]] Bytes sign(ByteView digest) const;
  [[nodiscard]] Bytes public_bytes() const;  // SEC1 compressed

 private:
  explicit EcKey(Curve curve);
  [[nodiscard]] bool in_range(ByteView scalar) const;  // 1 <= scalar < n

  using Scalar = std::array<std::uint8_t, 48>;  // big-endian in the first size_ bytes
  Curve curve_;
  std::size_t size_;
  ec_key_st* key_;
  Scalar order_{};
  Scalar half_order_{};  // (n-1)/2
  Scalar secret_{};
};

}  // namespace sufragio::crypto::detail
