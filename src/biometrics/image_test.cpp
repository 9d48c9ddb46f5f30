// Grey images: PGM, ISO/IEC 19794-4 and 500 dpi, every way to be wrong.
#include <gtest/gtest.h>

#include "biometrics/image_codes.h"
#include "biometrics/image_record.h"
#include "tests/support/support.h"

namespace sufragio::biometrics {
namespace {

GreyImage grey(int width, int height, std::uint16_t ppcm = kPpcm500) {
  GreyImage out{width, height, ppcm, {}};
  for (int i = 0; i < width * height; ++i) {
    out.pixels.push_back(static_cast<std::uint8_t>(i * 37 + i / width));
  }
  return out;
}

Code pgm_code(ByteView file) {
  const auto out = read_pgm(file);
  return out ? Code{'-', 0} : out.error().code;
}
Code pgm_code(const std::string& header, std::size_t pixels) {
  Bytes file = to_bytes(as_bytes(header));
  file.resize(file.size() + pixels, 7);
  return pgm_code(file);
}
Code record_code(ByteView bytes) {
  const auto out = decode_image_record(bytes);
  return out ? Code{'-', 0} : out.error().code;
}
#define EXPECT_IMAGE_CODE(got, code) EXPECT_EQ((got).text(), (code).text())

TEST(GreyImages, APgmCarriesItsResolutionAndComesBackEqual) {
  for (const std::uint16_t ppcm : {std::uint16_t{0}, kPpcm500, std::uint16_t{590}}) {
    const GreyImage image = grey(13, 7, ppcm);

    const auto again = read_pgm(write_pgm(image));

    ASSERT_TRUE(again) << again.error().debug();
    EXPECT_EQ(*again, image);
  }
  EXPECT_EQ(read_pgm(as_bytes("P5 # of another program\n2 1 255\nab"))->ppcm, 0);
}

TEST(GreyImages, APgmThatIsNoneIsRefusedWithItsCode) {
  EXPECT_IMAGE_CODE(pgm_code({}), kNotAPgm);
  EXPECT_IMAGE_CODE(pgm_code("P2\n4 3\n255\n", 12), kNotAPgm);
  EXPECT_IMAGE_CODE(pgm_code("P54 3\n255\n", 12), kNotAPgm);
  EXPECT_IMAGE_CODE(pgm_code("P5\n4 3\n65535\n", 24), kNotAPgm);
  EXPECT_IMAGE_CODE(pgm_code("P5\n4 3\n15\n", 12), kNotAPgm);
  EXPECT_IMAGE_CODE(pgm_code("P5\n4 x\n255\n", 12), kBrokenGrey);
  EXPECT_IMAGE_CODE(pgm_code("P5\n4 3\n255\n", 11), kBrokenGrey);
  EXPECT_IMAGE_CODE(pgm_code("P5\n4 3\n255\n", 13), kBrokenGrey);
  EXPECT_IMAGE_CODE(pgm_code("P5\n4 3\n255", 0), kBrokenGrey);
  EXPECT_IMAGE_CODE(pgm_code("P5\n99999999999999 3\n255\n", 0), kBrokenGrey);
  EXPECT_IMAGE_CODE(pgm_code("P5\n0 3\n255\n", 0), kBadImageSize);
  EXPECT_IMAGE_CODE(pgm_code("P5\n2049 3\n255\n", 0), kBadImageSize);
  EXPECT_IMAGE_CODE(pgm_code("P5\n# ppcm 97\n4 3\n255\n", 12), kBadResolution);
}

TEST(GreyImages, ResolutionsAreBroughtTo500Dpi) {
  GreyImage even = grey(100, 60, 197);
  EXPECT_EQ(at_500_dpi(even)->pixels, even.pixels);
  even.ppcm = 198;  // within 1 %: pixels are not touched
  EXPECT_EQ(at_500_dpi(even)->pixels, even.pixels);
  EXPECT_EQ(at_500_dpi(even)->ppcm, kPpcm500);

  const auto smaller = at_500_dpi(GreyImage{200, 120, 394, Bytes(24'000, 99)});
  const auto larger = at_500_dpi(GreyImage{100, 60, 98, Bytes(6'000, 99)});

  EXPECT_EQ(smaller->width, 100);
  EXPECT_EQ(smaller->height, 60);
  EXPECT_EQ(smaller->pixels, Bytes(6'000, 99));
  EXPECT_EQ(larger->width, 201);
  EXPECT_EQ(larger->pixels, Bytes(201 * 121, 99));
  EXPECT_IMAGE_CODE(at_500_dpi(grey(4, 4, 0)).error().code, kBadResolution);
  EXPECT_IMAGE_CODE(at_500_dpi(GreyImage{2'000, 9, 98, Bytes(18'000)}).error().code, kBadImageSize);
}

TEST(GreyImages, HalvingTakesTheMeanOfFourPixels) {
  const auto half = at_500_dpi(GreyImage{4, 2, 394, {10, 20, 0, 0, 30, 40, 255, 255}});

  ASSERT_TRUE(half);
  EXPECT_EQ(half->pixels, (Bytes{25, 128}));
}

TEST(ImageRecord, TheHeaderIsWrittenByteByByte) {
  const ImageRecord record = *raw_record(grey(5, 4), 2);

  const Bytes bytes = *encode_image_record(record);

  ASSERT_EQ(bytes.size(), 32U + 14 + 20);
  EXPECT_EQ(to_hex(ByteView{bytes}.first(46)),
            "4649520030313000"
            "000000000042"
            "0000"
            "001f"
            "01"
            "02"
            "00c500c5"
            "00c500c5"
            "08"
            "00"
            "0000"
            "00000022"
            "02"
            "01"
            "01"
            "fe"
            "00"
            "0005"
            "0004"
            "00");
  EXPECT_EQ(*decode_image_record(bytes), record);
  EXPECT_EQ(*grey_of(record, 0), grey(5, 4));
}

ImageRecord two_fingers() {
  ImageRecord record = *raw_record(grey(5, 4), 2);
  record.images[0].views = 2;
  record.images.push_back(record.images[0]);
  record.images[1].view = 2;
  record.images.push_back(record.images[0]);
  record.images[2].position = 7;
  record.images[2].views = 1;
  return record;
}

TEST(ImageRecord, SeveralViewsOfSeveralFingersComeBackEqual) {
  const Bytes bytes = *encode_image_record(two_fingers());

  EXPECT_EQ(bytes[18], 2);  // fingers
  EXPECT_EQ(*decode_image_record(bytes), two_fingers());
}

TEST(ImageRecord, EveryCutAndEveryWrongLengthIsRefused) {
  const Bytes good = *encode_image_record(two_fingers());
  for (std::size_t n = 0; n < good.size(); ++n) {
    EXPECT_IMAGE_CODE(record_code(ByteView{good}.first(n)),
                      n < 8 ? kNotAnImageRecord : kImageRecordCut);
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_IMAGE_CODE(record_code(longer), kImageRecordCut);
  for (const std::size_t at : {8U, 13U, 32U, 35U}) {
    Bytes bad = good;
    bad[at] ^= 1;
    EXPECT_IMAGE_CODE(record_code(bad), kImageRecordCut);
  }
}

TEST(ImageRecord, EveryFieldOutsideItsRangeIsRefused) {
  const Bytes good = *encode_image_record(two_fingers());
  const std::vector<std::pair<std::size_t, std::uint8_t>> fields{
      {18, 3}, {19, 0},  {19, 3}, {21, 0}, {25, 0}, {28, 0},   {28, 17}, {29, 6}, {30, 1},
      {31, 1}, {36, 15}, {36, 3}, {37, 0}, {38, 2}, {39, 101}, {40, 9},  {45, 1}};
  for (const auto& [at, value] : fields) {
    Bytes bad = good;
    bad[at] = value;
    EXPECT_IMAGE_CODE(record_code(bad), kImageRecordField) << at;
  }
  Bytes bad = good;
  bad[42] = 6;  // wider than its pixels
  EXPECT_IMAGE_CODE(record_code(bad), kImageRecordCut);
  bad = good;
  bad[0] = 'f';
  EXPECT_IMAGE_CODE(record_code(bad), kNotAnImageRecord);
  bad = good;
  bad[5] = '2';
  EXPECT_IMAGE_CODE(record_code(bad), kNotAnImageRecord);
}

TEST(ImageRecord, OtherCodingsAreKeptAndNamedButNotRead) {
  ImageRecord record = *raw_record(grey(5, 4), 2);
  for (const ImageCoding coding : {ImageCoding::wsq, ImageCoding::jpeg, ImageCoding::jpeg_2000}) {
    record.coding = coding;
    const auto again = decode_image_record(*encode_image_record(record));
    ASSERT_TRUE(again);
    EXPECT_IMAGE_CODE(grey_of(*again, 0).error().code, kImageRecordCoding);
  }
  record.coding = ImageCoding::png;
  EXPECT_IMAGE_CODE(grey_of(record, 0).error().code, kImageRecordCoding);
  const GreyImage decoded = grey(5, 4), other = grey(4, 5);
  EXPECT_EQ(*grey_of(record, 0, &decoded), decoded);
  EXPECT_IMAGE_CODE(grey_of(record, 0, &other).error().code, kPngOfAnotherSize);
  EXPECT_IMAGE_CODE(grey_of(record, 1, &decoded).error().code, kImageRecordField);
}

TEST(ImageRecord, ResolutionIsReadInBothUnits) {
  ImageRecord record = *raw_record(grey(5, 4), 2);
  record.unit = ImageUnit::per_inch;
  record.image_x = record.image_y = 500;
  EXPECT_EQ(grey_of(record, 0)->ppcm, 197);
  record.image_y = 512;
  EXPECT_IMAGE_CODE(grey_of(record, 0).error().code, kImageRecordField);
  record.image_x = record.image_y = 100;
  EXPECT_IMAGE_CODE(grey_of(record, 0).error().code, kBadResolution);
}

TEST(CodedFile, WsqAndJpeg2000AreRefusedByName) {
  const auto refused = [](std::initializer_list<std::uint8_t> bytes) -> std::string {
    const auto done = refuse_coded(Bytes{bytes});
    if (done) return "";
    EXPECT_IMAGE_CODE(done.error().code, kCodedImage);
    return done.error().context.at(0).value;
  };

  EXPECT_EQ(refused({0xff, 0xa0, 0xff, 0xa8, 0, 2}), "WSQ");
  EXPECT_EQ(refused({0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10, 0x87, 10}), "JPEG 2000");
  EXPECT_EQ(refused({0xff, 0x4f, 0xff, 0x51, 0, 47}), "JPEG 2000");
  EXPECT_EQ(refused({0xff, 0xa0}), "");
  EXPECT_EQ(refused({0xff, 0xd8, 0xff}), "");
  EXPECT_EQ(refused({}), "");
}

}  // namespace
}  // namespace sufragio::biometrics
