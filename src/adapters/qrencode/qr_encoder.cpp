#include "adapters/qrencode/qr_encoder.h"

#include <qrencode.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "ports/codes.h"

namespace sufragio::adapters {

namespace {

constexpr std::string_view kAlphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

QRecLevel level_of(char level) {
  switch (level) {
    case 'L':
      return QR_ECLEVEL_L;
    case 'Q':
      return QR_ECLEVEL_Q;
    case 'H':
      return QR_ECLEVEL_H;
    default:
      return QR_ECLEVEL_M;
  }
}

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

Result<ports::QrModules> LibQrEncoder::encode(const codec::QrCode& code) {
  const auto refused = [&] {
    return fail(ports::kCodeTooLong, {{"characters", std::to_string(code.text.size())}});
  };
  const bool plain = std::all_of(code.text.begin(), code.text.end(), [](char c) {
    return kAlphanumeric.find(c) != std::string_view::npos;
  });
  const bool has_nul = code.text.find('\0') != std::string::npos;
  if (code.text.empty() || has_nul || (code.alphanumeric && !plain)) return refused();
  // Mode 8 as the hint: the library finds the alphanumeric mode itself; QR_MODE_AN as the hint
  // gives null.
  const std::unique_ptr<QRcode, FreeCode> made{
      QRcode_encodeString(code.text.c_str(), 0, level_of(code.level), QR_MODE_8, 1)};
  if (!made || made->version > max_version_) return refused();
  ports::QrModules out;
  out.size = made->width;
  const auto count = static_cast<std::size_t>(made->width) * static_cast<std::size_t>(made->width);
  out.dark.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out.dark.push_back(made->data[i] & 1U);
  return out;
}

}  // namespace sufragio::adapters
