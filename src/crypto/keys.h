#pragma once

#include <compare>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/rng.h"

// Signatures of docs/spec/keys.md: ES256 and ES384 (SEC1 compressed keys, r‖s, low s only), Ed25519
// (strict rule).
namespace sufragio::crypto {

enum class Algorithm : std::int8_t { es256 = -7, es384 = -35, ed25519 = -8 };  // COSE numbers

using Kid = FixedBytes<struct KidTag,
                       8>;  // first 8 bytes of SHA-256(public key); finds a key, proves nothing

struct PublicKey {  // 33 bytes (es256), 49 (es384), 32 (ed25519)
  Algorithm algorithm = Algorithm::es256;
  Bytes bytes;

  [[nodiscard]] Kid kid() const;
  [[nodiscard]] std::string fingerprint()
      const;  // SHA-256 as 16 groups of 4 hex digits, for comparing aloud
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

// A public key made ready for many verifications. Immutable; may be shared between threads.
class Verifier {
 public:
  [[nodiscard]] static Result<Verifier> from(const PublicKey& key);  // K101
  // K102 unless `signature` is the canonical signature of `message`: 64, 96 or 64 bytes; high s is
  // refused.
  [[nodiscard]] Result<void> verify(ByteView message, ByteView signature) const;
  [[nodiscard]] const PublicKey& key() const { return key_; }
  [[nodiscard]] const Kid& kid() const { return kid_; }

 private:
  struct Parsed;
  Verifier(PublicKey key, std::shared_ptr<const Parsed> parsed);
  PublicKey key_;
  Kid kid_;
  std::shared_ptr<const Parsed> parsed_;
};

// Whoever can sign: a key in a file, a token, a TPM. Sign once and keep the bytes: a TPM signs
// differently each time.
class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual const PublicKey& public_key() const = 0;
  [[nodiscard]] virtual Result<Bytes> sign(ByteView message) = 0;  // canonical (low s)
};

// A private key in memory; nonces by RFC 6979, so the same message gives the same bytes. For
// drills, tests and the simulator, and behind the `files` key store; real machines sign in their
// TPM.
class SoftwareKey : public Signer {
 public:
  [[nodiscard]] static SoftwareKey generate(Algorithm algorithm, Rng& rng);
  [[nodiscard]] static Result<SoftwareKey> from_secret(Algorithm algorithm,
                                                       ByteView secret);  // K101
  ~SoftwareKey() override;
  SoftwareKey(SoftwareKey&&) noexcept;
  SoftwareKey& operator=(SoftwareKey&&) noexcept;
  [[nodiscard]] const PublicKey& public_key() const override { return public_key_; }
  [[nodiscard]] Result<Bytes> sign(ByteView message) override;
  [[nodiscard]] ByteView secret() const { return secret_; }  // 32, 48 or 32 bytes (seed)

 private:
  struct Parsed;
  SoftwareKey(PublicKey key, Bytes secret, std::unique_ptr<const Parsed> parsed);
  PublicKey public_key_;
  Bytes secret_;  // wiped on destruction
  std::unique_ptr<const Parsed> parsed_;
};

// PEM-like text of a key for a file: "sufragio-secret-key:es256:<hex>" /
// "sufragio-public-key:es256:<hex>".
[[nodiscard]] std::string to_text(const PublicKey& key);
[[nodiscard]] Result<PublicKey> public_key_from_text(std::string_view text);
[[nodiscard]] std::string secret_to_text(const SoftwareKey& key);
[[nodiscard]] Result<SoftwareKey> secret_key_from_text(std::string_view text);
[[nodiscard]] std::string_view algorithm_name(Algorithm algorithm);  // "es256", "es384", "ed25519"

}  // namespace sufragio::crypto
