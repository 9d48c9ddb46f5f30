#include "adapters/zbar/zbar_reader.h"

#include <zbar.h>

#include <algorithm>
#include <memory>

#include "ports/codes.h"

namespace sufragio::adapters {

namespace {

struct FreeScanner {
  void operator()(zbar::zbar_image_scanner_t* scanner) const {
    zbar::zbar_image_scanner_destroy(scanner);
  }
};
struct FreeImage {
  void operator()(zbar::zbar_image_t* image) const { zbar::zbar_image_destroy(image); }
};

}  // namespace

Result<std::vector<std::string>> ZbarReader::read(int width, int height, ByteView grey) {
  const auto failed = [] { return fail(ports::kReaderFailed, {{"reader", "zbar"}}); };
  if (width <= 0 || height <= 0 ||
      grey.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    return failed();
  }
  const std::unique_ptr<zbar::zbar_image_scanner_t, FreeScanner> scanner{
      zbar::zbar_image_scanner_create()};
  const std::unique_ptr<zbar::zbar_image_t, FreeImage> image{zbar::zbar_image_create()};
  if (!scanner || !image) return failed();
  zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
  zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_ENABLE, 1);
  // Without it bytes from 0x80 on come out as other bytes.
  zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_BINARY, 1);
  zbar::zbar_image_set_format(image.get(), zbar_fourcc('Y', '8', '0', '0'));
  zbar::zbar_image_set_size(image.get(), static_cast<unsigned>(width),
                            static_cast<unsigned>(height));
  zbar::zbar_image_set_data(image.get(), grey.data(), grey.size(), nullptr);
  if (zbar::zbar_scan_image(scanner.get(), image.get()) < 0) return failed();
  std::vector<std::string> out;
  for (const zbar::zbar_symbol_t* symbol = zbar::zbar_image_first_symbol(image.get());
       symbol != nullptr; symbol = zbar::zbar_symbol_next(symbol)) {
    if (zbar::zbar_symbol_get_type(symbol) != zbar::ZBAR_QRCODE) continue;
    out.emplace_back(zbar::zbar_symbol_get_data(symbol), zbar::zbar_symbol_get_data_length(symbol));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace sufragio::adapters
