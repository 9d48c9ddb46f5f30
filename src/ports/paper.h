#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "codec/drawing.h"

namespace sufragio::ports {

class Drawer {  // one drawing routine for the PDF and the paper
 public:
  virtual ~Drawer() = default;
  // As one page, whatever its `sheets` say.
  [[nodiscard]] virtual Result<codec::Raster> raster(const codec::Drawing& drawing) = 0;
  // As it is printed: cut into sheets where it is longer than one.
  [[nodiscard]] virtual Result<std::vector<codec::Raster>> sheets(
      const codec::Drawing& drawing) = 0;
  [[nodiscard]] virtual Result<Bytes> pdf(const codec::Drawing& drawing) = 0;
  [[nodiscard]] virtual Result<Bytes> png(const codec::Raster& raster) = 0;
};

struct QrModules {  // row by row, 1 = dark, without quiet zone
  int size = 0;     // modules per side: 17 + 4 x version
  std::vector<std::uint8_t> dark;
};

class QrEncoder {
 public:
  virtual ~QrEncoder() = default;
  [[nodiscard]] virtual Result<QrModules> encode(const codec::QrCode& code) = 0;  // F307
};

struct GreyImage {  // 8 bits per pixel, row by row, 0 = black
  int width = 0;
  int height = 0;
  Bytes grey;
};

class ImageReader {  // the bytes of an image file
 public:
  virtual ~ImageReader() = default;
  [[nodiscard]] virtual Result<GreyImage> read(ByteView file) = 0;  // F301-F303
};

class QrReader {  // reads every QR code of an image
 public:
  virtual ~QrReader() = default;
  // 8-bit grey, row by row. The texts found, sorted, each once.
  [[nodiscard]] virtual Result<std::vector<std::string>> read(int width, int height,
                                                              ByteView grey) = 0;
};

}  // namespace sufragio::ports
