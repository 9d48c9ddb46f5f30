#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "codec/drawing.h"

namespace sufragio::ports {

class Drawer {  // one drawing routine for the PDF and the paper
 public:
  virtual ~Drawer() = default;
  [[nodiscard]] virtual Result<codec::Raster> raster(const codec::Drawing& drawing) = 0;
  [[nodiscard]] virtual Result<Bytes> pdf(const codec::Drawing& drawing) = 0;
  [[nodiscard]] virtual Result<Bytes> png(const codec::Raster& raster) = 0;
};

class QrReader {  // reads every QR code of an image
 public:
  virtual ~QrReader() = default;
  // 8-bit grey, row by row. The texts found, sorted, each once.
  [[nodiscard]] virtual Result<std::vector<std::string>> read(int width, int height,
                                                              ByteView grey) = 0;
};

}  // namespace sufragio::ports
