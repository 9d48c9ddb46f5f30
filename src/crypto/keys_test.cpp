#include "crypto/keys.h"

#include "crypto/codes.h"
#include "crypto/hash.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::crypto {
namespace {

using tests::hex;
using tests::SeededRng;

constexpr std::string_view kOrder256 =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
constexpr std::string_view kOrder256Plus1 =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552";
constexpr std::string_view kHalf256Plus1 =
    "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9";

SoftwareKey key_from(Algorithm algorithm, std::string_view secret) {
  return std::move(SoftwareKey::from_secret(algorithm, hex(secret)).value());
}

Verifier verifier_of(const SoftwareKey& key) { return Verifier::from(key.public_key()).value(); }

Bytes joined(ByteView a, ByteView b) {
  Bytes out = to_bytes(a);
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

// n - s, big-endian.
Bytes minus(ByteView order, ByteView s) {
  Bytes out(order.size());
  int borrow = 0;
  for (std::size_t i = order.size(); i-- > 0;) {
    int digit = order[i] - s[i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    out[i] = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  return out;
}

TEST(Ecdsa, TheNoncesOfRfc6979) {  // appendix A.2.5 and A.2.6, message "sample"; s is made low
  SoftwareKey p256 = key_from(Algorithm::es256,
                              "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  const Bytes r256 = hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
  const Bytes s256 = hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  EXPECT_EQ(to_hex(p256.public_key().bytes).substr(2),
            "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
  EXPECT_EQ(p256.sign(as_bytes("sample")).value(), joined(r256, minus(hex(kOrder256), s256)));

  SoftwareKey p384 = key_from(Algorithm::es384,
                              "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5"
                              "724e4c70a825f872c9ea60d2edf5");
  const Bytes r384 =
      hex("94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e"
          "80fabe46");
  const Bytes s384 =
      hex("99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a"
          "38628ac8");
  const Bytes n384 =
      hex("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196a"
          "ccc52973");
  EXPECT_EQ(to_hex(p384.public_key().bytes).substr(2),
            "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254"
            "515480bc13");
  EXPECT_EQ(p384.sign(as_bytes("sample")).value(), joined(r384, minus(n384, s384)));
  EXPECT_FALSE(verifier_of(p384).verify(as_bytes("sample"), joined(r384, s384)).has_value());
}

TEST(Ecdsa, TheMessageTestHasALowSOfItsOwn) {  // RFC 6979 appendix A.2.5, message "test"
  SoftwareKey key = key_from(Algorithm::es256,
                             "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  EXPECT_EQ(to_hex(key.sign(as_bytes("test")).value()),
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
            "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
}

TEST(Ecdsa, RefusesEverySecondFormOfASignature) {  // one acta, one id: docs/spec/keys.md
  SeededRng rng{1};
  SoftwareKey key = SoftwareKey::generate(Algorithm::es256, rng);
  const Verifier verifier = verifier_of(key);
  const ByteView message = as_bytes("acta");
  const Bytes good = key.sign(message).value();
  const ByteView r = ByteView{good}.first(32);
  const ByteView s = ByteView{good}.last(32);
  ASSERT_TRUE(verifier.verify(message, good).has_value());

  std::vector<Bytes> bad;
  bad.push_back(joined(r, minus(hex(kOrder256), s)));  // valid for OpenSSL, high for us
  for (const std::string_view scalar :
       {std::string_view{"0000000000000000000000000000000000000000000000000000000000000000"},
        kOrder256, kOrder256Plus1,
        std::string_view{"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
        kHalf256Plus1}) {
    bad.push_back(joined(hex(scalar), s));
    bad.push_back(joined(r, hex(scalar)));
    bad.push_back(joined(hex(scalar), hex(scalar)));
  }
  bad.push_back(Bytes{good.begin(), good.end() - 1});
  bad.push_back(joined(good, Bytes{0}));
  bad.push_back(joined(Bytes{0}, good));
  bad.push_back({});
  Bytes der =
      hex("3044"
          "0220");
  der = joined(joined(der, r), joined(hex("0220"), s));
  bad.push_back(der);
  bad.push_back(Bytes{good.begin(), good.begin() + 63});
  for (const Bytes& signature : bad) {
    EXPECT_EQ(verifier.verify(message, signature).error().code, kBadSignature) << to_hex(signature);
  }
  EXPECT_FALSE(verifier.verify(as_bytes("acta "), good).has_value());
}

TEST(Ecdsa, RefusesPublicKeysThatAreNoPoints) {
  SeededRng rng{2};
  const Bytes good = SoftwareKey::generate(Algorithm::es256, rng).public_key().bytes;
  const auto code = [](Algorithm algorithm, const Bytes& bytes) {
    const auto out = Verifier::from(PublicKey{algorithm, bytes});
    return out ? std::string{"ok"} : out.error().code.text();
  };
  EXPECT_EQ(code(Algorithm::es256, good), "ok");
  Bytes prefix = good;
  for (const int byte : {0, 1, 4, 5, 6, 7, 255}) {
    prefix[0] = static_cast<std::uint8_t>(byte);
    EXPECT_EQ(code(Algorithm::es256, prefix), "K101") << byte;
  }
  EXPECT_EQ(code(Algorithm::es256, {0}), "K101");  // the identity
  EXPECT_EQ(code(Algorithm::es256, Bytes(33)), "K101");
  EXPECT_EQ(code(Algorithm::es256, Bytes(33, 255)), "K101");
  EXPECT_EQ(code(Algorithm::es256, joined(good, Bytes{0})), "K101");
  EXPECT_EQ(code(Algorithm::es384, good), "K101");
  EXPECT_EQ(code(Algorithm::ed25519, good), "K101");
  EXPECT_EQ(code(Algorithm::es256, {}), "K101");
  // x = p + 5 is 5 again, not canonical; x = 5 itself is on the curve.
  EXPECT_EQ(code(Algorithm::es256,
                 hex("020000000000000000000000000000000000000000000000000000000000000005")),
            "ok");
  EXPECT_EQ(code(Algorithm::es256,
                 hex("02ffffffff00000001000000000000000000000001000000000000000000000004")),
            "K101");
  int off_curve = 0;  // about half of all x are on no point
  for (int i = 0; i < 200; ++i) {
    Bytes random(33);
    rng.fill(random);
    random[0] = 2;
    if (code(Algorithm::es256, random) == "K101") ++off_curve;
  }
  EXPECT_GT(off_curve, 60);
  EXPECT_LT(off_curve, 140);
}

TEST(Ed25519, KnownAnswerOfTheStandard) {  // RFC 8032 section 7.1, test 2
  SoftwareKey key = key_from(Algorithm::ed25519,
                             "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  EXPECT_EQ(to_hex(key.public_key().bytes),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(to_hex(key.sign(hex("72")).value()),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(Keys, SecretsOutOfRangeAreRefused) {
  EXPECT_FALSE(SoftwareKey::from_secret(Algorithm::es256, Bytes(32)).has_value());
  EXPECT_FALSE(SoftwareKey::from_secret(Algorithm::es256, hex(kOrder256)).has_value());
  EXPECT_FALSE(SoftwareKey::from_secret(Algorithm::es256, Bytes(31, 1)).has_value());
  EXPECT_FALSE(SoftwareKey::from_secret(Algorithm::es384, Bytes(32, 1)).has_value());
  EXPECT_FALSE(SoftwareKey::from_secret(Algorithm::ed25519, Bytes(33, 1)).has_value());
}

class ScriptedRng : public Rng {  // gives the prepared bytes, one answer after the other
 public:
  explicit ScriptedRng(std::vector<Bytes> answers) : answers_{std::move(answers)} {}
  void fill(std::span<std::uint8_t> out) override {
    ASSERT_LT(next_, answers_.size());
    ASSERT_EQ(out.size(), answers_[next_].size());
    std::copy(answers_[next_].begin(), answers_[next_].end(), out.begin());
    ++next_;
  }
  [[nodiscard]] std::size_t used() const { return next_; }

 private:
  std::vector<Bytes> answers_;
  std::size_t next_ = 0;
};

TEST(Keys, GenerationRejectsWhatIsOutOfRange) {
  ScriptedRng rng{{Bytes(32), hex(kOrder256), Bytes(32, 255), Bytes(32, 5)}};
  const SoftwareKey key = SoftwareKey::generate(Algorithm::es256, rng);
  EXPECT_EQ(to_bytes(key.secret()), Bytes(32, 5));
  EXPECT_EQ(rng.used(), 4u);
}

TEST(Keys, EachAlgorithmSignsTheSameBytesTwiceAndGoesThroughText) {
  SeededRng rng{3};
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::es384, Algorithm::ed25519}) {
    SoftwareKey key = SoftwareKey::generate(algorithm, rng);
    const Bytes signature = key.sign(as_bytes("message")).value();
    EXPECT_EQ(key.sign(as_bytes("message")).value(), signature);
    EXPECT_TRUE(verifier_of(key).verify(as_bytes("message"), signature).has_value());
    SoftwareKey again = std::move(secret_key_from_text(secret_to_text(key) + "\n").value());
    EXPECT_EQ(again.public_key(), key.public_key());
    EXPECT_EQ(again.sign(as_bytes("message")).value(), signature);
    EXPECT_EQ(public_key_from_text(to_text(key.public_key())).value(), key.public_key());
    EXPECT_EQ(to_text(key.public_key()),
              "sufragio-public-key:" + std::string{algorithm_name(algorithm)} + ":" +
                  to_hex(key.public_key().bytes));
    SoftwareKey moved = std::move(key);
    again = std::move(moved);
    EXPECT_EQ(again.sign(as_bytes("message")).value(), signature);
  }
}

TEST(Keys, RefusesTextsThatAreNoKeys) {
  for (const char* bad :
       {"", "sufragio-public-key", "sufragio-public-key:es256:", "sufragio-public-key:es256:02",
        "sufragio-public-key:rsa:02", "sufragio-public-key:es256:zz", "es256:02:03",
        "sufragio-secret-key:ed25519:"
        "0101010101010101010101010101010101010101010101010101010101010101"}) {
    EXPECT_EQ(public_key_from_text(bad).error().code, kBadKey) << bad;
  }
  EXPECT_EQ(secret_key_from_text("sufragio-secret-key:es256:00").error().code, kBadKey);
}

TEST(Keys, TheFingerprintIsReadInGroups) {
  const PublicKey key{Algorithm::es256,
                      hex("03a1adc05ca7cda5fdaa02c3e6cb6ff3f10244ed14f5fb8012f0403556540b1903")};
  EXPECT_EQ(key.kid().hex(), "105088f8f6a56239");
  EXPECT_TRUE(key.fingerprint().starts_with("1050 88f8 f6a5 6239 "));
  EXPECT_EQ(key.fingerprint().size(), 16 * 4 + 15u);
}

TEST(Hash, KnownAnswers) {  // FIPS 180-4, "abc"
  EXPECT_EQ(sha256(as_bytes("abc")).hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha384(as_bytes("abc")).hex(),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
  Sha256 pieces;
  pieces.update(as_bytes("a"));
  pieces.update({});
  pieces.update(as_bytes("bc"));
  EXPECT_EQ(pieces.finish(), sha256(as_bytes("abc")));
  EXPECT_DEATH((void)pieces.finish(), "finished");
}

}  // namespace
}  // namespace sufragio::crypto
