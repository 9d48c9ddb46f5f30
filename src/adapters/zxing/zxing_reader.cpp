#define ZX_USE_UTF8 1
#include "adapters/zxing/zxing_reader.h"

#include <ReadBarcode.h>

#include <algorithm>
#include <exception>

#include "ports/codes.h"

namespace sufragio::adapters {

Result<std::vector<std::string>> ZxingReader::read(int width, int height, ByteView grey) {
  if (width <= 0 || height <= 0 ||
      grey.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    return fail(ports::kReaderFailed, {{"reader", "zxing"}});
  }
  std::vector<std::string> out;
  try {
    const ZXing::ImageView view{grey.data(), width, height, ZXing::ImageFormat::Lum};
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode)
        .setTryHarder(true)
        .setTryRotate(true)
        .setTryDownscale(true);
    for (const ZXing::Result& result : ZXing::ReadBarcodes(view, hints)) {
      if (!result.isValid()) continue;
      // `text()` would guess a character set and change bytes.
      const ZXing::ByteArray& bytes = result.bytes();
      out.emplace_back(bytes.begin(), bytes.end());
    }
  } catch (const std::exception& error) {
    return fail(ports::kReaderFailed, {{"reader", "zxing"}, {"detail", error.what()}});
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace sufragio::adapters
