#include "crypto/keys.h"

#include <sodium.h>

#include "base/check.h"
#include "base/numbers.h"
#include "crypto/codes.h"
#include "crypto/ecdsa.h"
#include "crypto/hash.h"
#include "crypto/secrets.h"

namespace sufragio::crypto {

namespace {

constexpr std::size_t kEdKey = crypto_sign_ed25519_PUBLICKEYBYTES;
constexpr std::size_t kEdSeed = crypto_sign_ed25519_SEEDBYTES;
constexpr std::string_view kPublicPrefix = "sufragio-public-key";
constexpr std::string_view kSecretPrefix = "sufragio-secret-key";

using EdPoint = std::array<std::uint8_t, kEdKey>;

detail::Curve curve_of(Algorithm algorithm) {
  CHECK(algorithm != Algorithm::ed25519);
  return algorithm == Algorithm::es256 ? detail::Curve::p256 : detail::Curve::p384;
}

std::size_t secret_size(Algorithm algorithm) {
  return algorithm == Algorithm::ed25519 ? kEdSeed : detail::scalar_size(curve_of(algorithm));
}

// The digest that ES256 and ES384 sign.
struct Digest {
  Hash32 short_one;
  Hash48 long_one;
  ByteView view;
};

void digest(Algorithm algorithm, ByteView message, Digest& out) {
  if (algorithm == Algorithm::es256) {
    out.short_one = sha256(message);
    out.view = out.short_one.view();
  } else {
    out.long_one = sha384(message);
    out.view = out.long_one.view();
  }
}

// y < 2^255 - 19, so that one key has one text and one kid.
bool is_canonical(ByteView key) {
  if ((key[31] & 0x7f) != 0x7f) return true;
  for (std::size_t i = 30; i >= 1; --i) {
    if (key[i] != 0xff) return true;
  }
  return key[0] < 0xed;
}

// On the curve, canonical, and not of small order: 8·A is not the identity (RFC 8032 section
// 5.1.7 with the strict rule of docs/spec/keys.md).
bool is_good_ed25519(ByteView key) {
  if (key.size() != kEdKey || !is_canonical(key)) return false;
  EdPoint point{};
  std::ranges::copy(key, point.begin());
  for (int doubling = 0; doubling < 3; ++doubling) {
    EdPoint twice{};
    if (crypto_core_ed25519_add(twice.data(), point.data(), point.data()) != 0) return false;
    point = twice;
  }
  EdPoint identity{};
  identity[0] = 1;
  return point != identity;
}

tl::unexpected<Error> bad_key(Algorithm algorithm) {
  return fail(kBadKey, {{"algorithm", std::string{algorithm_name(algorithm)}}});
}

struct KeyText {
  Algorithm algorithm = Algorithm::es256;
  Bytes bytes;
};

Result<KeyText> parse_key_text(std::string_view prefix, std::string_view text) {
  const std::vector<std::string_view> parts = split(trim(text), ':');
  if (parts.size() != 3 || parts[0] != prefix) return fail(kBadKey);
  KeyText out;
  bool known = false;
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::es384, Algorithm::ed25519}) {
    if (parts[1] != algorithm_name(algorithm)) continue;
    out.algorithm = algorithm;
    known = true;
  }
  Result<Bytes> bytes = from_hex(parts[2]);
  if (!known || !bytes) return fail(kBadKey);
  out.bytes = std::move(*bytes);
  return out;
}

std::string key_text(std::string_view prefix, Algorithm algorithm, ByteView bytes) {
  return std::string{prefix} + ":" + std::string{algorithm_name(algorithm)} + ":" + to_hex(bytes);
}

}  // namespace

Kid PublicKey::kid() const {
  const Hash32 hash = sha256(bytes);
  Kid out;
  std::copy_n(hash.data.begin(), Kid::kSize, out.data.begin());
  return out;
}

std::string PublicKey::fingerprint() const {
  const std::string hex = sha256(bytes).hex();
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 4) {
    if (i != 0) out.push_back(' ');
    out.append(hex, i, 4);
  }
  return out;
}

std::string_view algorithm_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::es256:
      return "es256";
    case Algorithm::es384:
      return "es384";
    case Algorithm::ed25519:
      return "ed25519";
  }
  return "";
}

struct Verifier::Parsed {
  std::unique_ptr<const detail::EcKey> curve;  // null for Ed25519
};

Verifier::Verifier(PublicKey key, std::shared_ptr<const Parsed> parsed)
    : key_{std::move(key)}, kid_{key_.kid()}, parsed_{std::move(parsed)} {}

Result<Verifier> Verifier::from(const PublicKey& key) {
  CHECK(sodium_init() >= 0);
  auto parsed = std::make_shared<Parsed>();
  if (key.algorithm == Algorithm::ed25519) {
    if (!is_good_ed25519(key.bytes)) return bad_key(key.algorithm);
  } else {
    parsed->curve = detail::EcKey::from_public(curve_of(key.algorithm), key.bytes);
    if (parsed->curve == nullptr) return bad_key(key.algorithm);
  }
  return Verifier{key, std::move(parsed)};
}

Result<void> Verifier::verify(ByteView message, ByteView signature) const {
  bool good = false;
  if (key_.algorithm == Algorithm::ed25519) {
    good = signature.size() == crypto_sign_ed25519_BYTES &&
           crypto_sign_ed25519_verify_detached(signature.data(), message.data(), message.size(),
                                               key_.bytes.data()) == 0;
  } else {
    Digest hash;
    digest(key_.algorithm, message, hash);
    good = parsed_->curve->verify(hash.view, signature);
  }
  if (!good) return fail(kBadSignature, {{"kid", kid_.hex()}});
  return {};
}

struct SoftwareKey::Parsed {
  std::unique_ptr<const detail::EcKey> curve;                         // null for Ed25519
  std::array<std::uint8_t, crypto_sign_ed25519_SECRETKEYBYTES> ed{};  // seed ‖ public key

  Parsed() = default;
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
  ~Parsed() { wipe(ed); }
};

SoftwareKey::SoftwareKey(PublicKey key, Bytes secret, std::unique_ptr<const Parsed> parsed)
    : public_key_{std::move(key)}, secret_{std::move(secret)}, parsed_{std::move(parsed)} {}

SoftwareKey::~SoftwareKey() { wipe(secret_); }
SoftwareKey::SoftwareKey(SoftwareKey&&) noexcept = default;

SoftwareKey& SoftwareKey::operator=(SoftwareKey&& other) noexcept {
  wipe(secret_);
  public_key_ = std::move(other.public_key_);
  secret_ = std::move(other.secret_);
  parsed_ = std::move(other.parsed_);
  return *this;
}

Result<SoftwareKey> SoftwareKey::from_secret(Algorithm algorithm, ByteView secret) {
  CHECK(sodium_init() >= 0);
  if (secret.size() != secret_size(algorithm)) return bad_key(algorithm);
  auto parsed = std::make_unique<Parsed>();
  PublicKey key{algorithm, {}};
  if (algorithm == Algorithm::ed25519) {
    key.bytes.resize(kEdKey);
    crypto_sign_ed25519_seed_keypair(key.bytes.data(), parsed->ed.data(), secret.data());
  } else {
    parsed->curve = detail::EcKey::from_secret(curve_of(algorithm), secret);
    if (parsed->curve == nullptr) return bad_key(algorithm);
    key.bytes = parsed->curve->public_bytes();
  }
  return SoftwareKey{std::move(key), to_bytes(secret), std::move(parsed)};
}

SoftwareKey SoftwareKey::generate(Algorithm algorithm, Rng& rng) {
  Bytes secret(secret_size(algorithm));
  for (;;) {  // uniform in [1, n-1] by rejection
    rng.fill(secret);
    Result<SoftwareKey> key = from_secret(algorithm, secret);
    if (!key) continue;
    wipe(secret);
    return std::move(*key);
  }
}

Result<Bytes> SoftwareKey::sign(ByteView message) {
  CHECK(parsed_ != nullptr);
  if (public_key_.algorithm == Algorithm::ed25519) {
    Bytes out(crypto_sign_ed25519_BYTES);
    crypto_sign_ed25519_detached(out.data(), nullptr, message.data(), message.size(),
                                 parsed_->ed.data());
    return out;
  }
  Digest hash;
  digest(public_key_.algorithm, message, hash);
  return parsed_->curve->sign(hash.view);
}

std::string to_text(const PublicKey& key) {
  return key_text(kPublicPrefix, key.algorithm, key.bytes);
}

Result<PublicKey> public_key_from_text(std::string_view text) {
  KeyText parsed = TRY(parse_key_text(kPublicPrefix, text));
  const PublicKey key{parsed.algorithm, std::move(parsed.bytes)};
  TRY(Verifier::from(key));
  return key;
}

std::string secret_to_text(const SoftwareKey& key) {
  return key_text(kSecretPrefix, key.public_key().algorithm, key.secret());
}

Result<SoftwareKey> secret_key_from_text(std::string_view text) {
  KeyText parsed = TRY(parse_key_text(kSecretPrefix, text));
  Result<SoftwareKey> key = SoftwareKey::from_secret(parsed.algorithm, parsed.bytes);
  wipe(parsed.bytes);
  return key;
}

}  // namespace sufragio::crypto
