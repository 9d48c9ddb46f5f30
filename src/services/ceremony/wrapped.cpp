#include "services/ceremony/wrapped.h"

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "crypto/p256.h"
#include "crypto/passphrase.h"
#include "services/ceremony/codes.h"

namespace sufragio::services {

namespace {

constexpr std::string_view kContext = "sufragio/guardian-key/1";
constexpr std::string_view kCardInfo = "sufragio/guardian-key/2";
constexpr std::uint32_t kMaxMemoryKib = 1 << 20;
constexpr std::uint32_t kMaxPasses = 16;
constexpr std::size_t kKid = 8;

}  // namespace

// [1, salt, passes, memory, sealed], or with a card [2, salt, passes, memory, ephemeral, card,
// sealed].
Bytes encode(const WrappedSecret& wrapped) {
  const bool card = !wrapped.ephemeral.empty();
  codec::CborWriter out;
  out.array(card ? 7 : 5);
  out.uint(card ? 2 : 1);
  out.bytes(wrapped.salt);
  out.uint(wrapped.passes);
  out.uint(wrapped.memory_kib);
  if (card) {
    out.bytes(wrapped.ephemeral);
    out.bytes(wrapped.card);
  }
  out.bytes(wrapped.sealed);
  return out.take();
}

Result<WrappedSecret> read_wrapped(ByteView bytes) {
  codec::CborReader in{bytes};
  WrappedSecret out;
  const std::size_t items = TRY(in.array());
  const std::uint64_t version = TRY(in.uint(2));
  if (version == 0 || items != (version == 2 ? 7u : 5u)) return fail(kCeremonyFile);
  const ByteView salt = TRY(in.bytes(crypto::kPassphraseSalt));
  const std::uint64_t passes = TRY(in.uint(kMaxPasses));
  const std::uint64_t memory = TRY(in.uint(kMaxMemoryKib));
  if (version == 2) {
    const ByteView ephemeral = TRY(in.bytes(crypto::P256::kElementSize));
    const ByteView card = TRY(in.bytes(kKid));
    out.ephemeral = to_bytes(ephemeral);
    out.card = to_bytes(card);
  }
  const ByteView sealed = TRY(in.bytes());
  TRY(in.end());
  out.salt = to_bytes(salt);
  out.sealed = to_bytes(sealed);
  out.passes = static_cast<std::uint32_t>(passes);
  out.memory_kib = static_cast<std::uint32_t>(memory);
  return out;
}

namespace {

Bytes kid_of(const ports::KeyToken& token) {
  const Hash32 hash = crypto::sha256(token.public_key());
  return to_bytes(hash.view().first(kKid));
}

// The key of the passphrase alone, or mixed with what the card and the ephemeral key agree on.
Result<crypto::AeadKey> key_of(const WrappedSecret& wrapped, const GuardianSelf& self,
                               Bytes agreed) {
  auto key = TRY(
      crypto::passphrase_key(self.passphrase, wrapped.salt, wrapped.passes, wrapped.memory_kib));
  if (agreed.empty()) return key;
  Bytes both = to_bytes(key.view());
  both.insert(both.end(), agreed.begin(), agreed.end());
  Bytes mixed = crypto::hkdf_sha256(both, wrapped.salt, kCardInfo, 32);
  key = crypto::AeadKey::from(mixed).value();
  crypto::wipe(mixed);
  crypto::wipe(both);
  crypto::wipe(agreed);
  return key;
}

}  // namespace

Result<Bytes> wrap(ByteView plain, const GuardianSelf& self, Rng& rng) {
  WrappedSecret out;
  out.salt.resize(crypto::kPassphraseSalt);
  rng.fill(out.salt);
  out.passes = self.cost == WrapCost::strong ? 3 : 1;
  out.memory_kib = self.cost == WrapCost::strong ? 256 << 10 : 8;
  Bytes agreed;
  if (self.token != nullptr) {
    crypto::P256Work work;
    const crypto::P256Element card = TRY(work.decode(self.token->public_key()));
    const crypto::Secret once = crypto::ScalarField::p256().random(rng);
    out.ephemeral = to_bytes(work.encode(crypto::P256Base::generator().power(once, work)));
    out.card = kid_of(*self.token);
    auto point = work.encode(work.power(card, once));
    agreed.assign(point.begin() + 1, point.end());
    crypto::wipe(point);
  }
  auto key = TRY(key_of(out, self, std::move(agreed)));
  out.sealed = crypto::aead_seal(key, plain, as_bytes(kContext), rng);
  crypto::wipe(key.data);
  return encode(out);
}

Result<Bytes> unwrap(ByteView bytes, const GuardianSelf& self) {
  const auto wrapped = read_wrapped(bytes);
  if (!wrapped) return fail(kCeremonyFile, {{"file", "guardian.key"}});
  Bytes agreed;
  if (!wrapped->ephemeral.empty()) {
    if (self.token == nullptr) return fail(kNeedsToken);
    if (kid_of(*self.token) != wrapped->card) return fail(kOtherToken);
    agreed = TRY(self.token->agree(wrapped->ephemeral));
  }
  auto key = key_of(*wrapped, self, std::move(agreed));
  if (!key) return fail(kCeremonyFile, {{"file", "guardian.key"}});
  auto plain = crypto::aead_open(*key, wrapped->sealed, as_bytes(kContext));
  crypto::wipe(key->data);
  if (!plain) return fail(kWrongPassphrase);
  return plain;
}

}  // namespace sufragio::services
