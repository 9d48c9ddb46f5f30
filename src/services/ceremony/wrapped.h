#pragma once

#include "base/bytes.h"
#include "base/rng.h"
#include "services/ceremony/guardian.h"

namespace sufragio::services {

// What a wrapped secret is on disk.
struct WrappedSecret {
  Bytes salt;
  std::uint32_t passes = 0;
  std::uint32_t memory_kib = 0;
  Bytes ephemeral;  // empty: no card
  Bytes card;       // the first bytes of H256(its public key)
  Bytes sealed;
};
[[nodiscard]] Bytes encode(const WrappedSecret& wrapped);
[[nodiscard]] Result<WrappedSecret> read_wrapped(ByteView bytes);  // J101, C1xx

// A secret under a passphrase and, where the guardian has one, the key of a card: both are needed.
// Argon2id makes the key of the passphrase, ECDH that of the card, XChaCha20-Poly1305 seals;
// docs/spec/ceremony.md, part 3. The failures of the card.
[[nodiscard]] Result<Bytes> wrap(ByteView plain, const GuardianSelf& self, Rng& rng);
// J101, J108, J113, J114.
[[nodiscard]] Result<Bytes> unwrap(ByteView wrapped, const GuardianSelf& self);

}  // namespace sufragio::services
