#include "adapters/cairo/drawer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/qrencode/qr_encoder.h"
#include "ports/codes.h"

namespace sufragio::adapters {
namespace {

using codec::Align;
using codec::Cell;
using codec::Drawing;
using codec::Raster;

class CairoDrawerTest : public ::testing::Test {
 protected:
  CairoDrawerTest() : drawer_{CairoDrawer::create(encoder_).value()} {}

  static bool black(const Raster& raster, int x, int y) {
    const auto stride = static_cast<std::size_t>((raster.width + 7) / 8);
    const std::uint8_t byte =
        raster.rows[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x / 8)];
    return (byte >> (7 - x % 8) & 1) != 0;
  }

  struct Ink {  // smallest rectangle with all black dots
    int left = INT32_MAX;
    int top = INT32_MAX;
    int right = -1;
    int bottom = -1;
  };
  static Ink ink_of(const Raster& raster) {
    Ink ink;
    for (int y = 0; y < raster.height; ++y) {
      for (int x = 0; x < raster.width; ++x) {
        if (!black(raster, x, y)) continue;
        ink.left = std::min(ink.left, x);
        ink.right = std::max(ink.right, x);
        ink.top = std::min(ink.top, y);
        ink.bottom = std::max(ink.bottom, y);
      }
    }
    return ink;
  }

  static Drawing line_of(std::string text, Align align, bool tabular = false) {
    Drawing drawing;
    codec::TextRow row;
    Cell cell;
    cell.text = std::move(text);
    cell.align = align;
    cell.tabular = tabular;
    row.cells.push_back(cell);
    drawing.blocks.emplace_back(row);
    return drawing;
  }

  LibQrEncoder encoder_;
  std::unique_ptr<CairoDrawer> drawer_;
};

TEST_F(CairoDrawerTest, CapitalsOfTheMainTextAreThreeAndAHalfMillimetres) {
  const Ink ink = ink_of(drawer_->raster(line_of("H", Align::left)).value());
  EXPECT_GE(ink.bottom - ink.top + 1, 28);
  EXPECT_LE(ink.bottom - ink.top + 1, 30);
}

TEST_F(CairoDrawerTest, TabularFiguresStandInColumnsAtTheRightEdge) {
  const Ink ones = ink_of(drawer_->raster(line_of("1111", Align::right, true)).value());
  const Ink eights = ink_of(drawer_->raster(line_of("8888", Align::right, true)).value());
  EXPECT_LE(std::abs(ones.left - eights.left), 8);
  EXPECT_LE(eights.right, 567);
  EXPECT_GE(eights.right, 560);
}

TEST_F(CairoDrawerTest, LongTextWrapsInsideTheMarginsAndIsNeverCut) {
  const std::string words = "MOVIMIENTO DE LOS AMIGOS DEL ARAGUANEY Y DEL TURPIAL ";
  const Raster one = drawer_->raster(line_of("H", Align::left)).value();
  const Raster many = drawer_->raster(line_of(words + words + words, Align::left)).value();
  EXPECT_GT(many.height, 4 * one.height);
  const Ink ink = ink_of(many);
  EXPECT_GE(ink.left, 8);
  EXPECT_LT(ink.right, 568);
  EXPECT_LT(ink.bottom, many.height);
  const Ink unbroken = ink_of(drawer_->raster(line_of(std::string(60, 'M'), Align::left)).value());
  EXPECT_LT(unbroken.right, 568);
}

TEST_F(CairoDrawerTest, TheSameDrawingGivesTheSameBytes) {
  Drawing drawing = line_of("ACTA DE ESCRUTINIO 0123456789", Align::centre);
  drawing.stamp = "SIN VALOR";
  drawing.title = "ACTA 990101001.01";
  drawing.time_s = 1'796'595'900;
  codec::QrCode code;
  code.text = "VE1:ABC";
  drawing.blocks.emplace_back(codec::CodesRow{{code}});
  drawing.blocks.emplace_back(codec::Boxes{{{"FIRMA", 0}, {"HUELLA", 180}}, 96});
  const std::unique_ptr<CairoDrawer> other = CairoDrawer::create(encoder_).value();
  EXPECT_EQ(drawer_->pdf(drawing).value(), other->pdf(drawing).value());
  EXPECT_EQ(drawer_->raster(drawing).value().rows, other->raster(drawing).value().rows);
  const Bytes pdf = drawer_->pdf(drawing).value();
  EXPECT_NE(as_text(pdf).find("/CreationDate (20261206222500Z"), std::string_view::npos);
}

TEST_F(CairoDrawerTest, ACodeKeepsAWhiteQuietZoneOverTheStamp) {
  Drawing drawing;
  drawing.stamp = "SIN VALOR";
  codec::QrCode code;
  code.text = std::string(400, 'A');
  code.alphanumeric = true;
  drawing.blocks.emplace_back(codec::CodesRow{{code}});
  const Raster raster = drawer_->raster(drawing).value();
  const int side = (encoder_.encode(code).value().size + 8) * 4;
  const int left = (576 - side) / 2;
  for (int y = 8; y < 8 + side; ++y) {
    for (int x = left; x < left + 16; ++x) ASSERT_FALSE(black(raster, x, y)) << x << ' ' << y;
  }
  EXPECT_TRUE(black(raster, left + 16, 8 + 16));  // the corner of the first finder
}

TEST_F(CairoDrawerTest, CodesThatDoNotFitSideBySideStandBelowEachOther) {
  codec::QrCode small;
  small.text = "VE1:ABC";
  codec::QrCode large;
  large.text = std::string(700, 'A');
  large.alphanumeric = true;
  const auto height = [this](const std::vector<codec::QrCode>& codes) {
    Drawing drawing;
    drawing.blocks.emplace_back(codec::CodesRow{codes});
    return drawer_->raster(drawing).value().height;
  };
  EXPECT_EQ(height({small, small}), height({small}));
  EXPECT_GT(height({large, large}), 2 * height({large}) - 40);
}

TEST_F(CairoDrawerTest, ACodeWiderThanThePaperIsRefused) {
  LibQrEncoder any{40};
  const std::unique_ptr<CairoDrawer> drawer = CairoDrawer::create(any).value();
  codec::QrCode code;
  code.text = std::string(2'000, 'A');
  Drawing drawing;
  drawing.blocks.emplace_back(codec::CodesRow{{code}});
  EXPECT_EQ(drawer->raster(drawing).error().code, ports::kCodeTooLong);
  EXPECT_EQ(drawer->pdf(drawing).error().code, ports::kCodeTooLong);
}

TEST_F(CairoDrawerTest, APageLongerThanFourMetresIsRefused) {
  Drawing drawing;
  drawing.blocks.emplace_back(codec::Space{40'000});
  EXPECT_EQ(drawer_->raster(drawing).error().code, ports::kDrawFailed);
}

TEST_F(CairoDrawerTest, AMissingFontIsNamed) {
  FontFiles files;
  files.bold = "/nowhere/Inter-Bold.otf";
  const auto drawer = CairoDrawer::create(encoder_, files);
  ASSERT_FALSE(drawer.has_value());
  EXPECT_EQ(drawer.error().code, ports::kFontMissing);
  EXPECT_EQ(drawer.error().fact("file"), "/nowhere/Inter-Bold.otf");
}

TEST_F(CairoDrawerTest, APngOfTheWrongSizeIsRefused) {
  EXPECT_EQ(drawer_->png(Raster{8, 2, {0}}).error().code, ports::kDrawFailed);
}

Drawing card_with(std::vector<std::uint8_t> png) {
  codec::Grid grid;
  grid.columns = 2;
  grid.picture = 80;
  Cell number;
  number.text = "1";
  grid.cells.push_back({{number}, std::move(png)});
  grid.cells.push_back({{number}, {}});
  Drawing out;
  out.blocks.emplace_back(std::move(grid));
  return out;
}

// Twice as wide as high: it fills the width of its square and half of the height, in the middle.
TEST_F(CairoDrawerTest, APictureStandsInTheUpperRightCornerOfItsCell) {
  const Raster dark{32, 16, Bytes(4 * 16, 0xff)};
  const Raster page = drawer_->raster(card_with(drawer_->png(dark).value())).value();
  const int right = 8 + 276 - 16;  // margin, half of the page, padding
  const int top = 8 + 16;
  EXPECT_TRUE(black(page, right - 2, top + 40));
  EXPECT_TRUE(black(page, right - 78, top + 40));
  EXPECT_FALSE(black(page, right - 40, top + 10)) << "above the picture";
  EXPECT_FALSE(black(page, right - 90, top + 40)) << "left of it";
  EXPECT_FALSE(black(page, right + 284 - 40, top + 40)) << "the other cell has none";
  const Bytes pdf = drawer_->pdf(card_with(drawer_->png(dark).value())).value();
  EXPECT_NE(as_text(pdf).find("/Image"), std::string_view::npos);
}

TEST_F(CairoDrawerTest, WhatIsNoPictureIsRefused) {
  const Raster dark{32, 16, Bytes(4 * 16, 0xff)};
  const Bytes good = drawer_->png(dark).value();
  Bytes other = good;
  other[1] = 'J';
  Bytes wide = good;
  wide[18] = 0x10;  // 4,128 pixels, by its header
  Bytes damaged = good;
  damaged[20] ^= 1;  // the height: the checksum of the chunk is another
  const Bytes short_of(good.begin(), good.begin() + 40);
  for (const Bytes& png : {other, wide, damaged, short_of}) {
    const auto page = drawer_->raster(card_with(png));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, ports::kDrawFailed);
  }
}

}  // namespace
}  // namespace sufragio::adapters
