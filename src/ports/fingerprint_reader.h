#pragma once

#include <stop_token>
#include <string>

#include "biometrics/decide.h"
#include "biometrics/grey.h"

namespace sufragio::ports {

struct ReaderInfo {
  std::string driver;      // "uru4000"
  std::string name;        // as the maker calls it
  std::string device;      // which of them: as the driver tells it
  std::uint16_t ppcm = 0;  // pixels per cm of its images; 0: nobody knows, nothing is compared
};

struct CapturedFinger {
  biometrics::GreyImage image;  // with its resolution
  // What the reader's own detection says. There is no liveness in software here: without hardware
  // for it, two persons watch the finger.
  biometrics::Presentation presentation = biometrics::Presentation::not_checked;
};

struct CaptureRequest {
  std::int32_t timeout_ms = 10'000;
};

// A reader that gives images. One that compares inside itself is refused when it is opened: the
// roll is matched on the host, where parties can recheck it.
class FingerprintReader {
 public:
  virtual ~FingerprintReader() = default;
  [[nodiscard]] virtual ReaderInfo info() const = 0;
  // Y060 a finger but no print, Y072 nobody came in time, Y073 stopped, Y074 the reader fails.
  [[nodiscard]] virtual Result<CapturedFinger> capture(const CaptureRequest& request,
                                                       std::stop_token stop) = 0;
};

}  // namespace sufragio::ports
