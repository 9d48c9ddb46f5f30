#pragma once

#include "ports/paper.h"

namespace sufragio::adapters {

// PNG, JPEG and PGM (P5, 8 bits) as grey. The kind is found in the bytes, never in a file name.
// F301 another kind, F302 over the limits, F303 damaged. Foreign images belong in a sandbox.
class FileImageReader : public ports::ImageReader {
 public:
  [[nodiscard]] Result<ports::GreyImage> read(ByteView file) override;
};

inline constexpr std::int64_t kMaxPixels = 64'000'000;
inline constexpr std::int64_t kMaxSide = 65'500;
inline constexpr std::size_t kMaxImageFile = std::size_t{64} << 20;

// An RGB picture, 8 bits each, row by row, as PNG without metadata. F305 when libpng refuses.
[[nodiscard]] Result<Bytes> write_png_rgb(int width, int height, ByteView rgb);
[[nodiscard]] Result<Bytes> write_png_grey(const ports::GreyImage& image);

namespace images {  // one file each, because of their libraries
[[nodiscard]] Result<void> check_size(std::int64_t width, std::int64_t height);  // F302, F303
[[nodiscard]] Result<ports::GreyImage> read_png(ByteView file);
[[nodiscard]] Result<ports::GreyImage> read_jpeg(ByteView file);
[[nodiscard]] Result<ports::GreyImage> read_pgm(ByteView file);
}  // namespace images

}  // namespace sufragio::adapters
