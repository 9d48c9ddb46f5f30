#pragma once

#include <memory>
#include <vector>

#include "ports/fingerprint_reader.h"

namespace sufragio::adapters {

// A reader behind libfprint (docs/spec/fingerprint-images.md, part 5). Opened once, used by one
// thread, which lends GLib its default main context while a call lasts.
class LibfprintReader : public ports::FingerprintReader {
 public:
  struct Allowed {
    std::string driver;      // "uru4000", or "virtual_image" where the simulated device is wanted
    std::uint16_t ppcm = 0;  // of its images, where the driver does not say
  };
  // The first device whose driver stands on the list. Y070 no device at all, Y071 the devices that
  // are there stand on no list or give no images (match-on-chip), Y074 it cannot be opened.
  [[nodiscard]] static Result<std::unique_ptr<LibfprintReader>> open(
      const std::vector<Allowed>& list);
  ~LibfprintReader() override;
  LibfprintReader(const LibfprintReader&) = delete;
  LibfprintReader& operator=(const LibfprintReader&) = delete;

  [[nodiscard]] ports::ReaderInfo info() const override;
  [[nodiscard]] Result<ports::CapturedFinger> capture(const ports::CaptureRequest& request,
                                                      std::stop_token stop) override;

 private:
  struct Device;
  explicit LibfprintReader(std::unique_ptr<Device> device);
  std::unique_ptr<Device> device_;
};

}  // namespace sufragio::adapters
