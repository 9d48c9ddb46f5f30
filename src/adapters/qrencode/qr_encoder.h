#pragma once

#include "ports/paper.h"

namespace sufragio::adapters {

// libqrencode. A code that says `alphanumeric` is refused (F307) when a character is outside the QR
// alphanumeric set: it would silently grow into byte mode.
class LibQrEncoder : public ports::QrEncoder {
 public:
  // `max_version`: 1–40. versions up to 28 fit on 72 mm at 4 dots (docs/spec/qr.md).
  explicit LibQrEncoder(int max_version = 28) : max_version_{max_version} {}
  [[nodiscard]] Result<ports::QrModules> encode(const codec::QrCode& code) override;

 private:
  int max_version_;
};

}  // namespace sufragio::adapters
