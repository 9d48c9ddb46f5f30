#include "codec/text_codes.h"

#include "codec/codes.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::codec {
namespace {

using tests::hex;

TEST(Base45, KnownAnswersOfTheStandard) {  // RFC 9285 section 4
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"AB", "BB8"},
                                                          {"Hello!!", "%69 VD92EX0"},
                                                          {"base-45", "UJCLQE7W581"},
                                                          {"ietf!", "QED8WEX0"}};
  for (const auto& [text, encoded] : examples) {
    EXPECT_EQ(base45_encode(as_bytes(text)), encoded);
    EXPECT_EQ(as_text(base45_decode(encoded).value()), text);
  }
  EXPECT_EQ(base45_encode(hex("ffff")), "FGW");
  EXPECT_EQ(base45_encode(hex("ff")), "U5");
}

TEST(Base45, RefusesOverflowWrongLengthsAndOtherCharacters) {
  for (const char* bad : {"GGW", ":::", "V5", "::", "0", "0000", "bb8", "BB8 ", " BB8", "BB8\n",
                          "B_8", "BB\xc3", "\"00"}) {
    EXPECT_EQ(base45_decode(bad).error().code, kBase45) << bad;
  }
  EXPECT_EQ(base45_decode("BB8BBa").error().fact("offset"), "5");
}

TEST(Base45, ASpaceIsADigit) {
  const Bytes bytes =
      hex("006c"
          "09a8");
  const std::string text = base45_encode(bytes);
  EXPECT_EQ(base45_decode(text).value(), bytes);
  EXPECT_EQ(base45_decode(" 00").value(), hex("0024"));
  EXPECT_FALSE(base45_decode("00").value() == base45_decode(" 00").value());
}

TEST(Crockford, ReadsWhatPeopleWrite) {
  const Bytes bytes = hex("90551faea7fd7d1448fc");
  EXPECT_EQ(crockford_encode(bytes), "J1AHZBN7ZNYH8J7W");
  for (const char* same :
       {"J1AH-ZBN7-ZNYH-8J7W", "j1ah-zbn7-znyh-8j7w", "jIAhzbn7znyh8j7w", "JlAHZBN7ZNYH8J7W"}) {
    EXPECT_EQ(crockford_decode(same).value(), bytes) << same;
  }
  EXPECT_EQ(crockford_decode("o0").value(), hex("00"));
}

TEST(Crockford, RefusesOtherCharactersAndFillBits) {
  for (const char* bad : {"U0", "J1AH ZBN7", "J1*H", "0", "000", "01",
                          "\xc3\xb1"
                          "0"}) {
    EXPECT_EQ(crockford_decode(bad).error().code, kBase32) << bad;
  }
}

TEST(Base64, KnownAnswersOfTheStandard) {  // RFC 4648 section 10
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, encoded] : examples) {
    EXPECT_EQ(base64_encode(as_bytes(text)), encoded);
    EXPECT_EQ(as_text(base64_decode(encoded).value()), text);
  }
}

TEST(Base64, RefusesWhatDoesNotEncodeBack) {
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm9v\n", "Zm-_",
                          "=m9v", "Zm9v===="}) {
    EXPECT_EQ(base64_decode(bad).error().code, kBase64) << bad;
  }
}

TEST(TextCodes, EveryByteStringGoesRound) {
  tests::SeededRng rng{7};
  for (int i = 0; i < 5'000; ++i) {
    Bytes bytes(rng.below(60));
    rng.fill(bytes);
    EXPECT_EQ(base45_decode(base45_encode(bytes)).value(), bytes);
    EXPECT_EQ(crockford_decode(crockford_encode(bytes)).value(), bytes);
    EXPECT_EQ(base64_decode(base64_encode(bytes)).value(), bytes);
  }
}

}  // namespace
}  // namespace sufragio::codec
