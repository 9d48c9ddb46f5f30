#pragma once

#include "adapters/images/image_reader.h"
#include "biometrics/picture.h"
#include "files.h"

namespace sufragio::app {

inline Result<void> write_picture(const std::string& path, const biometrics::Canvas& canvas) {
  const Bytes png = TRY(adapters::write_png_rgb(canvas.width(), canvas.height(), canvas.rgb()));
  return write_whole(path, png);
}

}  // namespace sufragio::app
