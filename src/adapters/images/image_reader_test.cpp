#include "adapters/images/image_reader.h"

#include <gtest/gtest.h>

#include <fstream>

#include "adapters/cairo/drawer.h"
#include "adapters/images/folder_reader.h"
#include "adapters/qrencode/qr_encoder.h"
#include "biometrics/image_codes.h"
#include "ports/codes.h"
#include "sim/rng.h"
#include "tests/support/support.h"

namespace sufragio::adapters {
namespace {

Bytes pgm(const std::string& header, std::size_t pixels) {
  Bytes out = to_bytes(as_bytes(header));
  for (std::size_t i = 0; i < pixels; ++i) out.push_back(static_cast<std::uint8_t>(i * 37));
  return out;
}

Code code_of(ByteView file) {
  FileImageReader reader;
  const Result<ports::GreyImage> image = reader.read(file);
  return image ? Code{} : image.error().code;
}

// A JPEG of 16 x 8 pixels, made with another program, black at the left and white at the right.
Bytes small_jpeg() { return to_bytes(as_bytes(tests::read_file("tests/support/half_black.jpg"))); }

TEST(ImageFiles, APngOfThePaperReadsBackDotByDot) {
  LibQrEncoder encoder;
  const auto drawer = CairoDrawer::create(encoder).value();
  codec::Raster raster{12, 2, {0x80, 0x10, 0x7f, 0xe0}};
  FileImageReader reader;
  const Result<ports::GreyImage> image = reader.read(drawer->png(raster).value());
  ASSERT_TRUE(image.has_value()) << image.error().debug();
  ASSERT_EQ(image->width, 12);
  ASSERT_EQ(image->height, 2);
  for (int i = 0; i < 24; ++i) {
    const int row = i / 12;
    const int column = i % 12;
    const int byte = raster.rows[static_cast<std::size_t>(row * 2 + column / 8)];
    const bool black = (byte >> (7 - column % 8) & 1) != 0;
    EXPECT_EQ(image->grey[static_cast<std::size_t>(i)], black ? 0 : 255) << i;
  }
}

TEST(ImageFiles, AGreyPngIsWrittenWithoutLossAndAWrongSizeRefused) {
  ports::GreyImage image{9, 5, {}};
  for (int i = 0; i < 45; ++i) image.grey.push_back(static_cast<std::uint8_t>(i * 31));
  FileImageReader reader;

  const Result<ports::GreyImage> again = reader.read(write_png_grey(image).value());

  ASSERT_TRUE(again.has_value()) << again.error().debug();
  EXPECT_EQ(again->width, 9);
  EXPECT_EQ(again->grey, image.grey);
  EXPECT_EQ(reader.read(write_png_rgb(3, 5, image.grey).value())->height, 5);
  image.grey.pop_back();
  EXPECT_EQ(write_png_grey(image).error().code, ports::kDrawFailed);
}

TEST(ImageFiles, AJpegIsReadAsGrey) {
  FileImageReader reader;
  const Result<ports::GreyImage> image = reader.read(small_jpeg());
  ASSERT_TRUE(image.has_value()) << image.error().debug();
  ASSERT_EQ(image->width, 16);
  ASSERT_EQ(image->height, 8);
  EXPECT_LT(image->grey[0], 16);
  EXPECT_GT(image->grey[15], 240);
}

TEST(ImageFiles, AJpegCutShortIsRefused) {
  Bytes file = small_jpeg();
  file.resize(file.size() / 2);
  EXPECT_EQ(code_of(file), ports::kBrokenImage);
  file = small_jpeg();
  file.resize(file.size() - 12);
  EXPECT_EQ(code_of(file), ports::kBrokenImage);
}

TEST(ImageFiles, APgmIsReadWithCommentsAndRefusedWhenShort) {
  FileImageReader reader;
  const Result<ports::GreyImage> image = reader.read(pgm("P5\n# a remark\n4 3\n255\n", 12));
  ASSERT_TRUE(image.has_value()) << image.error().debug();
  EXPECT_EQ(image->grey[1], 37);
  EXPECT_EQ(code_of(pgm("P5\n4 3\n255\n", 11)), ports::kBrokenImage);
  EXPECT_EQ(code_of(pgm("P5\n4 3\n65535\n", 24)), ports::kBrokenImage);
  EXPECT_EQ(code_of(pgm("P5\n0 3\n255\n", 24)), ports::kBrokenImage);
}

TEST(ImageFiles, SizesOverTheLimitAreRefusedBeforeMemoryIsTaken) {
  EXPECT_EQ(code_of(pgm("P5\n8001 8000\n255\n", 0)), ports::kImageTooLarge);
  EXPECT_EQ(code_of(pgm("P5\n70000 1\n255\n", 0)), ports::kImageTooLarge);
  EXPECT_EQ(code_of(pgm("P5\n8000 8000\n255\n", 10)), ports::kBrokenImage);
}

TEST(ImageFiles, OtherKindsAreNamedAsSuch) {
  EXPECT_EQ(code_of({}), ports::kNotAnImage);
  EXPECT_EQ(code_of(as_bytes("GIF89a......")), ports::kNotAnImage);
  EXPECT_EQ(code_of(as_bytes("%PDF-1.5")), ports::kNotAnImage);
}

TEST(ImageFiles, DamagedFilesGiveACodeAndNeverACrash) {
  LibQrEncoder encoder;
  const auto drawer = CairoDrawer::create(encoder).value();
  const Bytes png = drawer->png(codec::Raster{16, 4, Bytes(8, 0x5a)}).value();
  sim::SimRng rng{7};
  for (const Bytes& good : {png, small_jpeg()}) {
    for (int i = 0; i < 2'000; ++i) {
      Bytes bad = good;
      bad[rng.below(bad.size())] = static_cast<std::uint8_t>(rng.below(256));
      if (rng.below(4) == 0) bad.resize(rng.below(bad.size()));
      FileImageReader reader;
      const Result<ports::GreyImage> image = reader.read(bad);
      if (image) {
        EXPECT_EQ(image->grey.size(),
                  static_cast<std::size_t>(image->width) * static_cast<std::size_t>(image->height));
      }
    }
  }
}

TEST(FolderOfFingers, GivesEveryImageOnceInTheOrderOfNamesAndThenNobody) {
  const tests::TempFolder folder;
  const auto write = [&](const std::string& name, const Bytes& file) {
    std::ofstream{folder.path() + "/" + name, std::ios::binary} << as_text(file);
  };
  write("2.pgm", pgm("P5\n9 5\n255\n", 45));
  write("1.png", write_png_grey({9, 5, Bytes(45, 3)}).value());
  write("3.png", to_bytes(as_bytes("GIF89a")));
  write("notes.txt", {});
  auto reader = FolderReader::open(folder.path(), 197);
  ASSERT_TRUE(reader) << reader.error().debug();

  const auto first = reader->capture({}, {}), second = reader->capture({}, {});
  const auto third = reader->capture({}, {}), fourth = reader->capture({}, {});

  EXPECT_EQ(first->image, (biometrics::GreyImage{9, 5, 197, Bytes(45, 3)}));
  EXPECT_EQ(second->image.pixels[1], 37);
  EXPECT_EQ(third.error().code, ports::kNotAnImage);
  EXPECT_EQ(fourth.error().code, biometrics::kCaptureTimeout);
  EXPECT_EQ(reader->info().driver, "folder");
}

TEST(FolderOfFingers, IsRefusedWithoutImagesOrResolution) {
  const tests::TempFolder folder;
  EXPECT_EQ(FolderReader::open(folder.path(), 197).error().code, biometrics::kNoReader);
  EXPECT_EQ(FolderReader::open(folder.path() + "/none", 197).error().code, biometrics::kNoReader);
  EXPECT_EQ(FolderReader::open(folder.path(), 0).error().code, biometrics::kBadResolution);
}

}  // namespace
}  // namespace sufragio::adapters
