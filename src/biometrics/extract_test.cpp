// The extractor on prints whose minutiae are known, on what is no print, and on the given images.
#include "biometrics/extract.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "biometrics/image_codes.h"
#include "biometrics/picture_svg.h"
#include "crypto/hash.h"
#include "tests/support/finger_images.h"
#include "tests/support/fingerprints.h"
#include "tests/support/seeded_rng.h"

namespace sufragio::biometrics {
namespace {

using tests::Fork;
using tests::kForks;
using tests::ridges_with;

bool near(const Minutia& m, const Fork& f, int reach) {
  const int dx = int{m.x} - f.x, dy = int{m.y} - f.y;
  return dx * dx + dy * dy <= reach * reach;
}

TEST(Extractor, EveryMinutiaOfAKnownPrintIsFoundAndNoOther) {
  const auto finger = extract(ridges_with(kForks), {});

  ASSERT_TRUE(finger) << finger.error().debug();
  const auto& minutiae = finger->views[0].minutiae;
  EXPECT_EQ(minutiae.size(), kForks.size());
  for (const Fork& fork : kForks) {
    const auto found = std::find_if(minutiae.begin(), minutiae.end(),
                                    [&](const Minutia& m) { return near(m, fork, 8); });
    ASSERT_NE(found, minutiae.end()) << fork.x << ' ' << fork.y;
    // Into the ridge that begins, or into the valley between the two that part: the same side.
    EXPECT_LE(std::abs(difference8(found->angle, fork.below ? 192U : 64U)), 8);
    EXPECT_GE(found->quality, 50);
  }
  EXPECT_EQ(finger->width, 200);
  EXPECT_EQ(finger->height, 240);
}

TEST(Extractor, APrintWithoutMinutiaeOrWithoutRidgesIsAFailureToAcquire) {
  const auto code = [](const GreyImage& image) {
    const auto out = extract(image, {});
    return out ? std::string{"-"} : out.error().code.text();
  };
  EXPECT_EQ(code(ridges_with({})), kNoPrint.text());
  EXPECT_EQ(code({200, 200, kPpcm500, Bytes(40'000, 200)}), kNoPrint.text());
  EXPECT_EQ(code({200, 200, kPpcm500, Bytes(40'000, 0)}), kNoPrint.text());
  GreyImage almost{200, 200, kPpcm500, Bytes(40'000, 255)};
  for (std::size_t i = 0; i < 1'000; ++i) almost.pixels[i * 37] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(code(almost), kNoPrint.text());
  EXPECT_EQ(code(ridges_with(kForks, 200, 240, 80)), kNoPrint.text());  // too little of it
  EXPECT_EQ(code({40, 240, kPpcm500, Bytes(9'600, 9)}), kBadImageSize.text());
  EXPECT_EQ(code({200, 200, 0, Bytes(40'000, 9)}), kBadResolution.text());
}

TEST(Extractor, AReaderOfAnotherResolutionGivesTheSameMinutiae) {
  const GreyImage image = ridges_with(kForks);
  GreyImage fine{400, 480, 394, {}};
  for (int y = 0; y < 480; ++y) {
    for (int x = 0; x < 400; ++x) {
      fine.pixels.push_back(image.pixels[static_cast<std::size_t>(y / 2 * 200 + x / 2)]);
    }
  }

  const auto finger = extract(fine, {});
  fine.ppcm = 0;
  const auto configured = extract(fine, ExtractorParams{.ppcm = 394});

  EXPECT_EQ(*finger, *extract(image, {}));
  EXPECT_EQ(*configured, *finger);
}

TEST(Extractor, APrintMovedByWholeCellsGivesTheSameMinutiaeMoved) {
  std::vector<Fork> moved = kForks;
  for (Fork& f : moved) f.y += 16;
  const auto plain = extract(ridges_with(kForks, 200, 272, 10), {});
  const auto shifted = extract(ridges_with(moved, 200, 272, 10), {});

  ASSERT_EQ(plain->views[0].minutiae.size(), shifted->views[0].minutiae.size());
  for (const Minutia& m : plain->views[0].minutiae) {
    const auto same = [&](const Minutia& s) {
      return s.x == m.x && s.y == m.y + 16 && s.type == m.type &&
             std::abs(difference8(s.angle, m.angle)) <= 1;
    };
    const auto& list = shifted->views[0].minutiae;
    EXPECT_TRUE(std::any_of(list.begin(), list.end(), same)) << m.x << ' ' << m.y;
  }
}

TEST(Extractor, ImagesOfEveryShapeAndKindEndInARecordOrACode) {
  tests::SeededRng rng{3};
  const std::vector<std::pair<int, int>> sizes{{64, 64}, {65, 640}, {640, 65}, {203, 131}};
  for (const auto& [width, height] : sizes) {
    for (int kind = 0; kind < 5; ++kind) {
      GreyImage image{width, height, kPpcm500, {}};
      for (int i = 0; i < width * height; ++i) {
        const int x = i % width, y = i / width;
        const int value = kind == 0   ? static_cast<int>(rng.below(256))         // noise
                          : kind == 1 ? (x + y) % 2 * 255                        // chessboard
                          : kind == 2 ? x / 5 % 2 * 255                          // bars
                          : kind == 3 ? 128 + (cos14((x * x + y * y) * 2) >> 8)  // rings
                                      : (x / 3 + y / 4) % 3 * 100 + x % 2 * 20;  // tiles
        image.pixels.push_back(static_cast<std::uint8_t>(value));
      }

      const auto finger = extract(image, {});

      if (!finger) {
        EXPECT_EQ(finger.error().code.text(), kNoPrint.text());
        continue;
      }
      EXPECT_TRUE(encode_fmr(*finger, FmrFormat::iso_2005));  // every minutia inside its frame
      EXPECT_LE(finger->views[0].minutiae.size(), 120U);
    }
  }
}

TEST(Extractor, TheRecordIsTheSameOnEveryMachine) {
  const Template finger = *extract(ridges_with(kForks), {});

  EXPECT_EQ(crypto::sha256(*encode_fmr(finger, FmrFormat::iso_2005)).hex(),
            "41881916e3fbe76d4141ba046ab5128beb6fc7479d18d720433d3a1ea1958e59");
}

TEST(Extractor, ThePictureShowsEveryMinutiaOnThePrintAndOnItsRidges) {
  Trace trace;
  const Template finger = *extract(ridges_with(kForks), {}, trace);

  const Canvas picture = draw_extraction(trace, finger, 2);

  ASSERT_EQ(picture.width(), 800);
  ASSERT_EQ(picture.height(), 480);
  for (const Minutia& m : finger.views[0].minutiae) {
    const Colour colour = m.type == MinutiaType::ending ? kEndingColour : kBifurcationColour;
    for (const int left : {0, 400}) {
      const std::size_t x = static_cast<std::size_t>(left + 2 * m.x + 1);
      const std::size_t at = ((2 * m.y + 1U) * 800 + x) * 3;
      EXPECT_EQ(picture.rgb()[at], colour.r);
      EXPECT_EQ(picture.rgb()[at + 2], colour.b);
    }
  }

  const std::string svg = extraction_svg(trace, finger, Bytes{1, 2, 3}, 2);

  std::size_t marks = 0;
  for (std::size_t at = svg.find("<path"); at != std::string::npos;
       at = svg.find("<path", at + 1)) {
    ++marks;
  }
  EXPECT_EQ(marks, 2 * finger.views[0].minutiae.size());
  EXPECT_NE(svg.find("href=\"data:image/png;base64,AQID\""), std::string::npos);
  EXPECT_NE(svg.find("viewBox=\"0 0 800 480\""), std::string::npos);
}

}  // namespace
}  // namespace sufragio::biometrics
