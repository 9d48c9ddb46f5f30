#pragma once

#include "ports/paper.h"

namespace sufragio::adapters {

class ZbarReader : public ports::QrReader {  // libzbar in binary mode
 public:
  // F306 when the bytes are not width x height, or the library fails.
  [[nodiscard]] Result<std::vector<std::string>> read(int width, int height,
                                                      ByteView grey) override;
};

}  // namespace sufragio::adapters
