#include "adapters/qrencode/qr_encoder.h"

#include <gtest/gtest.h>

#include "ports/codes.h"

namespace sufragio::adapters {
namespace {

int version_of(std::size_t characters, char level) {
  LibQrEncoder encoder{40};
  codec::QrCode code;
  for (std::size_t i = 0; i < characters; ++i) code.text.push_back("A1B2 %"[i % 6]);
  code.level = level;
  code.alphanumeric = true;
  const Result<ports::QrModules> made = encoder.encode(code);
  return made ? (made->size - 17) / 4 : 0;
}

// [R110] Versions at L and M for the texts of six sizes of election (docs/spec/qr.md).
TEST(QrEncoder, GivesTheVersionsOfTheTableForEverySizeOfActa) {
  struct Line {
    std::size_t characters;
    int l, m;
  };
  for (const Line line : {Line{519, 12, 14}, Line{595, 13, 15}, Line{736, 15, 18},
                          Line{910, 17, 20}, Line{1096, 19, 22}, Line{1410, 22, 25}}) {
    EXPECT_EQ(version_of(line.characters, 'L'), line.l) << line.characters;
    EXPECT_EQ(version_of(line.characters, 'M'), line.m) << line.characters;
  }
}

TEST(QrEncoder, RefusesWhatFitsNoAllowedVersion) {
  LibQrEncoder encoder{10};
  codec::QrCode code;
  code.text = std::string(600, 'A');
  const auto made = encoder.encode(code);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ports::kCodeTooLong);
}

TEST(QrEncoder, RefusesALowerCaseLetterInAnAlphanumericCode) {
  LibQrEncoder encoder;
  codec::QrCode code;
  code.text = "VE1:abc";
  code.alphanumeric = true;
  EXPECT_FALSE(encoder.encode(code).has_value());
  code.alphanumeric = false;
  EXPECT_TRUE(encoder.encode(code).has_value());
}

}  // namespace
}  // namespace sufragio::adapters
