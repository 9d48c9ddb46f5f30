#include "adapters/images/folder_reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/images/image_reader.h"
#include "biometrics/image_codes.h"

namespace sufragio::adapters {

Result<FolderReader> FolderReader::open(const std::string& folder, std::uint16_t ppcm) {
  if (ppcm < biometrics::kLeastPpcm || ppcm > biometrics::kMostPpcm) {
    return fail(Error{biometrics::kBadResolution}.with("ppcm", ppcm));
  }
  std::error_code error;
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator at{folder, error}, end; !error && at != end;
       at.increment(error)) {
    const std::string kind = at->path().extension().string();
    const bool image = kind == ".png" || kind == ".pgm" || kind == ".jpg";
    if (image) files.push_back(at->path().filename().string());
  }
  if (files.empty()) return fail(Error{biometrics::kNoReader}.with("folder", folder));
  std::sort(files.begin(), files.end());
  return FolderReader{folder, std::move(files), ppcm};
}

ports::ReaderInfo FolderReader::info() const { return {"folder", folder_, "", ppcm_}; }

Result<ports::CapturedFinger> FolderReader::capture(const ports::CaptureRequest&,
                                                    std::stop_token stop) {
  if (stop.stop_requested()) return fail(biometrics::kCaptureStopped);
  if (next_ == files_.size()) return fail(biometrics::kCaptureTimeout);
  const std::string path = folder_ + "/" + files_[next_++];
  std::ifstream in{path, std::ios::binary};
  const Bytes file{std::istreambuf_iterator<char>{in}, {}};
  FileImageReader reader;
  ports::GreyImage image = TRY(annotate(reader.read(file), "file", std::string_view{path}));
  ports::CapturedFinger out;
  out.image = {image.width, image.height, ppcm_, std::move(image.grey)};
  TRY(biometrics::check_grey(out.image));
  return out;
}

}  // namespace sufragio::adapters
