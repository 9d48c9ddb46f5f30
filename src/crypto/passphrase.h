#pragma once

#include <string_view>

#include "crypto/secrets.h"

namespace sufragio::crypto {

inline constexpr std::size_t kPassphraseSalt = 16;

// Argon2id (RFC 9106, libsodium): the dearer, the slower a guess. 1 to 16 passes, 8 KiB to 1 GiB.
// K124 when the numbers are out of range or there is not so much memory.
[[nodiscard]] Result<AeadKey> passphrase_key(std::string_view passphrase, ByteView salt,
                                             std::uint32_t passes, std::uint32_t memory_kib);

}  // namespace sufragio::crypto
