#include <botan/aead.h>
#include <botan/auto_rng.h>
#include <botan/ec_group.h>
#include <botan/ecdsa.h>
#include <botan/ed25519.h>
#include <botan/kdf.h>
#include <botan/pubkey.h>

#include "crypto/keys.h"
#include "crypto/secrets.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

// Botan as a second opinion, in tests only: what we sign it verifies, what it signs we verify (once
// s is low), and both derive the same keys.
namespace sufragio::crypto {
namespace {

using tests::SeededRng;

struct Suite {
  Algorithm algorithm;
  const char* curve;
  const char* padding;
};
constexpr Suite kSuites[] = {{Algorithm::es256, "secp256r1", "EMSA1(SHA-256)"},
                             {Algorithm::es384, "secp384r1", "EMSA1(SHA-384)"}};

Bytes random_bytes(SeededRng& rng, std::size_t size) {
  Bytes out(size);
  rng.fill(out);
  return out;
}

// r‖s with the smaller of s and n - s.
Bytes with_low_s(const Botan::EC_Group& group, const std::vector<std::uint8_t>& signature) {
  const std::size_t half = signature.size() / 2;
  Botan::BigInt s{signature.data() + half, half};
  if (s > group.get_order() / 2) s = group.get_order() - s;
  Bytes out(signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(half));
  const auto low = Botan::BigInt::encode_1363(s, half);
  out.insert(out.end(), low.begin(), low.end());
  return out;
}

TEST(BotanOracle, XChaCha20Poly1305Agrees) {
  SeededRng rng{17};
  for (std::size_t i = 0; i < 400; ++i) {
    const Bytes nonce = random_bytes(rng, 24);
    const Bytes plain = random_bytes(rng, i < 300 ? i : rng.below(10'000));
    const Bytes associated = random_bytes(rng, rng.below(80));
    AeadKey key;
    rng.fill(key.data);
    Bytes ours(plain.size() + kAeadTag);
    aead_seal_at(key, AeadNonce::from(nonce).value(), plain, associated, ours);
    const auto botan = Botan::AEAD_Mode::create("ChaCha20Poly1305", Botan::ENCRYPTION);
    botan->set_key(key.data.data(), key.data.size());
    botan->set_associated_data(associated.data(), associated.size());
    botan->start(nonce.data(), nonce.size());
    Botan::secure_vector<std::uint8_t> theirs(plain.begin(), plain.end());
    botan->finish(theirs);
    EXPECT_EQ(ours, Bytes(theirs.begin(), theirs.end())) << plain.size();

    Bytes altered = ours;
    altered[rng.below(altered.size())] ^= static_cast<std::uint8_t>(1 << rng.below(8));
    Bytes opened(plain.size(), 0xff);
    EXPECT_FALSE(aead_open_at(key, AeadNonce::from(nonce).value(), altered, associated, opened));
    EXPECT_EQ(opened, Bytes(plain.size())) << "what was not authenticated stays";
  }
}

TEST(BotanOracle, EcdsaAgreesBothWays) {
  Botan::AutoSeeded_RNG botan_rng;
  SeededRng rng{11};
  for (const Suite& suite : kSuites) {
    const Botan::EC_Group group{suite.curve};
    for (int i = 0; i < 8; ++i) {
      SoftwareKey ours = SoftwareKey::generate(suite.algorithm, rng);
      const Botan::ECDSA_PrivateKey theirs{
          botan_rng, group, Botan::BigInt{ours.secret().data(), ours.secret().size()}};
      EXPECT_EQ(ours.public_key().bytes, theirs.public_point().encode(Botan::PointGFp::COMPRESSED));
      const Bytes message = random_bytes(rng, rng.below(200));
      const Bytes signature = ours.sign(message).value();
      Botan::PK_Verifier botan_verifier{theirs, suite.padding};
      EXPECT_TRUE(botan_verifier.verify_message(message, signature));

      Botan::PK_Signer botan_signer{theirs, botan_rng, suite.padding};
      const Bytes foreign = with_low_s(group, botan_signer.sign_message(message, botan_rng));
      const Verifier verifier = Verifier::from(ours.public_key()).value();
      EXPECT_TRUE(verifier.verify(message, foreign).has_value());
      EXPECT_EQ(foreign, signature);  // Botan signs by RFC 6979 too
      Bytes altered = foreign;
      altered[rng.below(altered.size())] ^= 4;
      EXPECT_FALSE(verifier.verify(message, altered).has_value());
    }
  }
}

TEST(BotanOracle, Ed25519AgreesBothWays) {
  Botan::AutoSeeded_RNG botan_rng;
  SeededRng rng{12};
  for (int i = 0; i < 16; ++i) {
    SoftwareKey ours = SoftwareKey::generate(Algorithm::ed25519, rng);
    const Botan::secure_vector<std::uint8_t> seed{ours.secret().begin(), ours.secret().end()};
    const Botan::Ed25519_PrivateKey theirs{seed};
    EXPECT_EQ(ours.public_key().bytes, theirs.get_public_key());
    const Bytes message = random_bytes(rng, rng.below(200));
    Botan::PK_Signer botan_signer{theirs, botan_rng, "Pure"};
    EXPECT_EQ(ours.sign(message).value(), botan_signer.sign_message(message, botan_rng));
  }
}

TEST(BotanOracle, HkdfAgrees) {
  SeededRng rng{13};
  const auto botan = Botan::KDF::create_or_throw("HKDF(SHA-256)");
  for (int i = 0; i < 100; ++i) {
    const Bytes material = random_bytes(rng, 1 + rng.below(100));
    const Bytes salt = random_bytes(rng, rng.below(100));
    const Bytes info = random_bytes(rng, rng.below(100));
    const std::size_t length = 1 + rng.below(300);
    const auto theirs = botan->derive_key(length, material.data(), material.size(), salt.data(),
                                          salt.size(), info.data(), info.size());
    EXPECT_EQ(hkdf_sha256(material, salt, as_text(info), length),
              Bytes(theirs.begin(), theirs.end()));
  }
}

}  // namespace
}  // namespace sufragio::crypto
