#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace sufragio::crypto {

// HMAC-SHA256 (RFC 2104) of many messages under one public key of 32 bytes: the two blocks of the
// key are hashed once. For secrets use hkdf_sha256.
class KeyedHash {
 public:
  explicit KeyedHash(const Hash32& key);

  class Message {  // in pieces
   public:
    Message& byte(std::uint8_t value);
    Message& uint32(std::uint32_t value);  // big-endian
    Message& bytes(ByteView data);
    [[nodiscard]] Hash32 finish();  // once

   private:
    friend class KeyedHash;
    explicit Message(const KeyedHash& key);
    // OpenSSL's SHA256_CTX: 112 bytes.
    alignas(8) std::array<std::uint8_t, 112> inner_{};
    const KeyedHash* key_;
  };
  [[nodiscard]] Message message() const { return Message{*this}; }  // must not outlive the key

 private:
  alignas(8) std::array<std::uint8_t, 112> inner_{};
  alignas(8) std::array<std::uint8_t, 112> outer_{};
};

// expand_message_xmd of RFC 9380 5.3.1 with SHA-256; 1 to 255 bytes of `dst`, 1 to 8,160 of `out`.
void expand_message_xmd(ByteView message, ByteView dst, std::span<std::uint8_t> out);

}  // namespace sufragio::crypto
