#include "services/ceremony/wrapped.h"

#include "codec/cbor.h"
#include "crypto/passphrase.h"
#include "services/ceremony/codes.h"

namespace sufragio::services {

namespace {

constexpr std::string_view kContext = "sufragio/guardian-key/1";
constexpr std::uint32_t kMaxMemoryKib = 1 << 20;
constexpr std::uint32_t kMaxPasses = 16;

struct Wrapped {
  ByteView salt;
  std::uint32_t passes = 0;
  std::uint32_t memory_kib = 0;
  ByteView sealed;
};

Result<Wrapped> wrapped_of(ByteView bytes) {
  codec::CborReader in{bytes};
  Wrapped out;
  TRY(in.array(5));
  TRY(in.uint(1));
  out.salt = TRY(in.bytes(crypto::kPassphraseSalt));
  const std::uint64_t passes = TRY(in.uint(kMaxPasses));
  const std::uint64_t memory = TRY(in.uint(kMaxMemoryKib));
  out.sealed = TRY(in.bytes());
  TRY(in.end());
  out.passes = static_cast<std::uint32_t>(passes);
  out.memory_kib = static_cast<std::uint32_t>(memory);
  return out;
}

}  // namespace

Result<Bytes> wrap(ByteView plain, std::string_view passphrase, WrapCost cost, Rng& rng) {
  Bytes salt(crypto::kPassphraseSalt);
  rng.fill(salt);
  const std::uint32_t passes = cost == WrapCost::strong ? 3 : 1;
  const std::uint32_t memory_kib = cost == WrapCost::strong ? 256 << 10 : 8;
  const crypto::AeadKey key = TRY(crypto::passphrase_key(passphrase, salt, passes, memory_kib));
  codec::CborWriter out;
  out.array(5);
  out.uint(1);
  out.bytes(salt);
  out.uint(passes);
  out.uint(memory_kib);
  out.bytes(crypto::aead_seal(key, plain, as_bytes(kContext), rng));
  return out.take();
}

Result<Bytes> unwrap(ByteView wrapped, std::string_view passphrase) {
  const auto parts = wrapped_of(wrapped);
  if (!parts) return fail(kCeremonyFile, {{"file", "guardian.key"}});
  const auto key =
      crypto::passphrase_key(passphrase, parts->salt, parts->passes, parts->memory_kib);
  if (!key) return fail(kCeremonyFile, {{"file", "guardian.key"}});
  auto plain = crypto::aead_open(*key, parts->sealed, as_bytes(kContext));
  if (!plain) return fail(kWrongPassphrase);
  return plain;
}

}  // namespace sufragio::services
