#include "crypto/passphrase.h"

#include <sodium.h>

#include "base/check.h"
#include "crypto/codes.h"

namespace sufragio::crypto {

static_assert(kPassphraseSalt == crypto_pwhash_SALTBYTES);

Result<AeadKey> passphrase_key(std::string_view passphrase, ByteView salt, std::uint32_t passes,
                               std::uint32_t memory_kib) {
  CHECK(sodium_init() >= 0);
  const bool good = salt.size() == kPassphraseSalt && passes >= 1 && passes <= 16 &&
                    memory_kib >= 8 && memory_kib <= 1 << 20;
  AeadKey out;
  if (!good || crypto_pwhash(out.data.data(), out.data.size(), passphrase.data(), passphrase.size(),
                             salt.data(), passes, std::size_t{memory_kib} << 10,
                             crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(kPassphraseCost);
  }
  return out;
}

}  // namespace sufragio::crypto
