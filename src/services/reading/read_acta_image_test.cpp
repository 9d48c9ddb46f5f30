#include "services/reading/read_acta_image.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "acta/codes.h"
#include "acta/qr.h"
#include "tally/rules.h"
#include "tests/acta_support/acta_country.h"

namespace sufragio::services {
namespace {

using Texts = std::vector<std::string>;

class ToldReader : public ports::QrReader {  // says what the test tells it
 public:
  explicit ToldReader(Texts texts) : texts_{std::move(texts)} {
    std::sort(texts_.begin(), texts_.end());
  }
  Result<Texts> read(int, int, ByteView) override { return texts_; }

 private:
  Texts texts_;
};

Result<ActaCodes> read(const Texts& first, const Texts& second) {
  ToldReader a{first};
  ToldReader b{second};
  return read_acta_image(ports::GreyImage{1, 1, {255}}, a, b);
}

class ReadActaImage : public ::testing::Test {
 protected:
  ReadActaImage()
      : country_{{election::ElectionKind::drill, {38, 5}, 99}}, acta_{country_.signed_acta()} {
    qr_b_ = acta::qr_b_text(acta_.record());
    president_ = acta::qr_a_text(acta::qr_a_of(acta_.acta(), 0));
    council_ = acta::qr_a_text(acta::qr_a_of(acta_.acta(), 1));
  }
  static void expect_disagreement(const Result<ActaCodes>& codes, std::string_view detail) {
    ASSERT_FALSE(codes.has_value());
    EXPECT_EQ(codes.error().code, acta::kCodesDisagree);
    EXPECT_EQ(codes.error().fact("detail"), detail);
  }

  tests::ActaCountry country_;
  acta::SignedActa acta_;
  std::string qr_b_, president_, council_;
};

TEST_F(ReadActaImage, GivesTheSignedActaAndTheUnsignedCodes) {
  const Texts all = {qr_b_, president_, council_, "https://example.org/other"};
  const Result<ActaCodes> codes = read(all, all);
  ASSERT_TRUE(codes.has_value()) << codes.error().debug();
  EXPECT_EQ(codes->signed_acta->record(), acta_.record());
  EXPECT_EQ(codes->qr_a.size(), 2U);
  EXPECT_FALSE(codes->one_reader_only);
}

TEST_F(ReadActaImage, ACodeThatOneReaderFindsIsTakenAndSaid) {
  const Result<ActaCodes> more = read({qr_b_, president_}, {president_, council_});
  ASSERT_TRUE(more.has_value()) << more.error().debug();
  EXPECT_EQ(more->qr_a.size(), 2U);
  // Each found another unsigned code: perhaps two contests, perhaps one code read in two ways.
  expect_disagreement(read({president_}, {council_}), "qr_a");
  const Result<ActaCodes> signed_by_one = read({qr_b_, president_}, {president_});
  ASSERT_TRUE(signed_by_one.has_value()) << signed_by_one.error().debug();
  EXPECT_TRUE(signed_by_one->one_reader_only);
  EXPECT_TRUE(signed_by_one->signed_acta.has_value());
}

TEST_F(ReadActaImage, TwoValuesOfOneThingAreAnError) {
  acta::Acta other = acta_.acta();
  other.counters.assisted = Persons::from(6).value();
  const std::string other_b = acta::qr_b_text(acta::sign(other, country_.machine_key).value());
  expect_disagreement(read({qr_b_}, {other_b}), "qr_b");
  expect_disagreement(read({qr_b_, other_b}, {qr_b_, other_b}), "qr_b");
  std::string changed = president_;
  changed.back() = '1';
  expect_disagreement(read({president_}, {changed}), "qr_a");
  std::string elsewhere = council_;
  elsewhere.replace(10, 2, "02");
  expect_disagreement(read({president_, elsewhere}, {president_, elsewhere}), "qr_a_mesa");
}

TEST_F(ReadActaImage, AnUnsignedCodeThatTheSignedActaDoesNotContainIsAnError) {
  std::string changed = president_;
  changed.back() = '1';
  const auto codes = read({qr_b_, changed}, {qr_b_, changed});
  ASSERT_FALSE(codes.has_value());
  EXPECT_EQ(codes.error().code, tally::code_of(tally::Rule::printed_differs));
  EXPECT_EQ(codes.error().fact("code"), changed);
}

TEST_F(ReadActaImage, WithoutACodeOfAnActaItSaysSo) {
  EXPECT_EQ(read({}, {}).error().code, acta::kNoCodeFound);
  EXPECT_EQ(read({"https://example.org"}, {"VE2:ABC"}).error().code, acta::kNoCodeFound);
}

TEST_F(ReadActaImage, JoinsPartsOfBothReadersAndNamesTheMissingOne) {
  tests::ActaCountry large{{election::ElectionKind::drill, {100, 100, 100, 100, 100, 100}, 99}};
  const acta::SignedActa acta = large.signed_acta();
  const Texts parts = acta::qr_b_parts(acta.record());
  ASSERT_EQ(parts.size(), 3U);
  const Result<ActaCodes> whole = read({parts[0], parts[2]}, {parts[1]});
  ASSERT_TRUE(whole.has_value()) << whole.error().debug();
  EXPECT_EQ(whole->signed_acta->record(), acta.record());
  const Result<ActaCodes> missing = read({parts[0]}, {parts[1]});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, acta::kQrParts);
  EXPECT_EQ(missing.error().fact("missing"), "3/3");
  const std::string unsigned_code = acta::qr_a_text(acta::qr_a_of(acta.acta(), 0));
  const Result<ActaCodes> unsigned_only = read({parts[0], unsigned_code}, {unsigned_code});
  ASSERT_TRUE(unsigned_only.has_value());
  EXPECT_FALSE(unsigned_only->signed_acta.has_value());
}

TEST_F(ReadActaImage, ReadsTheKeyPath) {
  const std::string path =
      acta::qr_c_text(country_.certificate(country_.machine, country_.machine_key.public_key()),
                      country_.assignment(country_.machine));
  const Result<ActaCodes> codes = read({path, qr_b_}, {path});
  ASSERT_TRUE(codes.has_value()) << codes.error().debug();
  EXPECT_EQ(codes->key_path->assignment, country_.assignment(country_.machine));
}

}  // namespace
}  // namespace sufragio::services
