#pragma once

#include "ports/paper.h"

namespace sufragio::adapters {

class ZxingReader : public ports::QrReader {  // zxing-cpp: bytes(), never text()
 public:
  // F306 when the bytes are not width x height, or the library fails.
  [[nodiscard]] Result<std::vector<std::string>> read(int width, int height,
                                                      ByteView grey) override;
};

}  // namespace sufragio::adapters
