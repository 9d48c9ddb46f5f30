#include "crypto/secrets.h"

#include <algorithm>

#include "crypto/codes.h"
#include "crypto/hmac.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::crypto {
namespace {

using tests::hex;

TEST(Hkdf, KnownAnswersOfTheStandard) {  // RFC 5869 appendix A.1, A.2, A.3
  const Bytes info = hex("f0f1f2f3f4f5f6f7f8f9");
  EXPECT_EQ(
      to_hex(hkdf_sha256(Bytes(22, 0x0b), hex("000102030405060708090a0b0c"), as_text(info), 42)),
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  Bytes material(80);
  Bytes salt(80);
  Bytes long_info(80);
  for (std::size_t i = 0; i < 80; ++i) {
    material[i] = static_cast<std::uint8_t>(i);
    salt[i] = static_cast<std::uint8_t>(0x60 + i);
    long_info[i] = static_cast<std::uint8_t>(0xb0 + i);
  }
  EXPECT_EQ(
      to_hex(hkdf_sha256(material, salt, as_text(long_info), 82)),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e"
      "590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
  EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0b), {}, "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  EXPECT_EQ(hkdf_sha256(material, salt, "x", 8'160).size(), 8'160u);
}

TEST(Hmac, KnownAnswers) {  // RFC 4231 test cases 2 and 6
  std::array<std::uint8_t, 32> short_one{};
  std::array<std::uint8_t, 48> long_one{};
  const std::array<ByteView, 2> parts{as_bytes("what do ya want "), as_bytes("for nothing?")};
  detail::hmac_sha256(as_bytes("Jefe"), parts, short_one);
  EXPECT_EQ(to_hex(short_one), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  detail::hmac_sha384(as_bytes("Jefe"), parts, long_one);
  EXPECT_EQ(
      to_hex(long_one),
      "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ec"
      "fab21649");
  const Bytes key(131, 0xaa);
  const std::array<ByteView, 1> one{
      as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")};
  detail::hmac_sha256(key, one, short_one);
  EXPECT_EQ(to_hex(short_one), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Aead, OpensOnlyWhatWasSealed) {
  tests::SeededRng rng{1};
  AeadKey key;
  rng.fill(key.data);
  const ByteView plain = as_bytes("una boleta");
  const ByteView associated = as_bytes("mesa 1");
  const Bytes sealed = aead_seal(key, plain, associated, rng);
  EXPECT_EQ(sealed.size(), 24 + plain.size() + 16);
  EXPECT_EQ(as_text(aead_open(key, sealed, associated).value()), "una boleta");
  EXPECT_NE(aead_seal(key, plain, associated, rng), sealed);  // a new nonce
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes altered = sealed;
    altered[i] ^= 1;
    EXPECT_EQ(aead_open(key, altered, associated).error().code, kDecryptFailed);
  }
  EXPECT_FALSE(aead_open(key, sealed, as_bytes("mesa 2")).has_value());
  AeadKey other = key;
  other.data[0] ^= 1;
  EXPECT_FALSE(aead_open(other, sealed, associated).has_value());
  EXPECT_FALSE(aead_open(key, ByteView{sealed}.first(39), associated).has_value());
  EXPECT_TRUE(aead_open(key, aead_seal(key, {}, {}, rng), {}).value().empty());
}

TEST(Aead, KnownAnswer) {  // draft-irtf-cfrg-xchacha-03 appendix A.3.1
  AeadKey key;
  for (std::size_t i = 0; i < 32; ++i) key.data[i] = static_cast<std::uint8_t>(0x80 + i);
  const Bytes sealed =
      hex("404142434445464748494a4b4c4d4e4f5051525354555657"
          "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f"
          "4eda7e39"
          "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b23835"
          "65d3fff9"
          "21f9664c97637da9768812f615c68b13b52e"
          "c0875924c1c7987947deafd8780acf49");
  EXPECT_EQ(as_text(aead_open(key, sealed, hex("50515253c0c1c2c3c4c5c6c7")).value()),
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
            "future, sunscreen would be it.");
}

TEST(SystemRng, FillsDifferently) {
  SystemRng rng;
  Bytes a(64);
  Bytes b(64);
  rng.fill(a);
  rng.fill(b);
  EXPECT_NE(a, b);
  wipe(a);
  EXPECT_TRUE(std::ranges::all_of(a, [](std::uint8_t byte) { return byte == 0; }));
}

}  // namespace
}  // namespace sufragio::crypto
