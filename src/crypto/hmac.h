#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"

// HMAC (RFC 2104) of this room only: for HKDF and for the nonces of RFC 6979. Keys and messages are
// secret: everything is wiped. `parts` are hashed one after the other.
namespace sufragio::crypto::detail {

inline constexpr std::size_t kMaxHash = 48;

void hmac_sha256(ByteView key, std::span<const ByteView> parts, std::span<std::uint8_t, 32> out);
void hmac_sha384(ByteView key, std::span<const ByteView> parts, std::span<std::uint8_t, 48> out);

}  // namespace sufragio::crypto::detail
