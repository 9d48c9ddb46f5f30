#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/rng.h"
#include "services/ceremony/guardian.h"

namespace sufragio::services {

// A secret under a passphrase: Argon2id makes the key, XChaCha20-Poly1305 seals.
// [1, bstr16 salt, passes, memory KiB, bstr sealed]; docs/spec/ceremony.md, part 3.
[[nodiscard]] Result<Bytes> wrap(ByteView plain, std::string_view passphrase, WrapCost cost,
                                 Rng& rng);
[[nodiscard]] Result<Bytes> unwrap(ByteView wrapped, std::string_view passphrase);  // J101, J108

}  // namespace sufragio::services
