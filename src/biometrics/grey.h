#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "biometrics/template.h"

// Grey images of fingers (docs/spec/fingerprint-images.md). Nothing here is ever stored at a mesa.
namespace sufragio::biometrics {

struct GreyImage {  // 8 bits a pixel, row by row, 0 = black = ridge
  int width = 0;
  int height = 0;
  std::uint16_t ppcm = 0;  // pixels per centimetre; 0: unknown
  Bytes pixels;
  friend bool operator==(const GreyImage&, const GreyImage&) = default;
};

inline constexpr int kMaxSide = 2'048;                            // as in templates: section 2.6
inline constexpr int kMinSide = 64;                               // below it no print can be judged
inline constexpr std::uint16_t kLeastPpcm = 98, kMostPpcm = 590;  // 250 and 1,500 dpi

// Y050 size or number of pixels, Y051 resolution neither unknown nor 98 … 590 pixels per cm.
[[nodiscard]] Result<void> check_grey(const GreyImage& image);

// Binary PGM (netpbm "P5"), 8 bits. `# ppcm 197` as the first comment carries the resolution;
// without it the resolution is unknown. Y052 another kind or not 8 bits, Y053 cut or with more
// bytes than the header says, Y050 and Y051 as above.
[[nodiscard]] Result<GreyImage> read_pgm(ByteView file);
[[nodiscard]] Bytes write_pgm(const GreyImage& image);

// The same print at 500 dpi: unchanged where the resolution is within 1 % of it. Shrinks by area,
// grows by linear interpolation, in integers. Y051 where the resolution is unknown, Y050 where
// the result would be larger than 2,048 pixels a side.
[[nodiscard]] Result<GreyImage> at_500_dpi(const GreyImage& image);
[[nodiscard]] Result<GreyImage> at_500_dpi(const GreyImage& image, std::uint16_t ppcm);

}  // namespace sufragio::biometrics
