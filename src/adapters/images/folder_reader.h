#pragma once

#include <vector>

#include "ports/fingerprint_reader.h"

namespace sufragio::adapters {

// A folder of images (PNG, JPEG, PGM) in place of a reader, for the demo and for rehearsals: every
// capture gives the next one in the order of names. After the last nobody comes any more (Y072).
// It says what it is in its info: a gate must never take it for a reader on election day.
class FolderReader : public ports::FingerprintReader {
 public:
  // Y070 no folder, or no image in it; Y051 a resolution that no reader has.
  [[nodiscard]] static Result<FolderReader> open(const std::string& folder, std::uint16_t ppcm);

  [[nodiscard]] ports::ReaderInfo info() const override;  // driver "folder"
  // F301-F303 where a file is no whole image, Y050 where it is no finger's size.
  [[nodiscard]] Result<ports::CapturedFinger> capture(const ports::CaptureRequest& request,
                                                      std::stop_token stop) override;

 private:
  FolderReader(std::string folder, std::vector<std::string> files, std::uint16_t ppcm)
      : folder_{std::move(folder)}, files_{std::move(files)}, ppcm_{ppcm} {}
  std::string folder_;
  std::vector<std::string> files_;
  std::uint16_t ppcm_;
  std::size_t next_ = 0;
};

}  // namespace sufragio::adapters
