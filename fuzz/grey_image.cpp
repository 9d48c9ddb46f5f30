// Grey images of fingers, PGM and ISO/IEC 19794-4 (docs/spec/fingerprint-images.md): what is
// accepted is given back, and what shows a print ends in minutiae inside its frame.
#include "biometrics/extract.h"
#include "biometrics/fmr.h"
#include "biometrics/image_record.h"

namespace {

void look(const sufragio::biometrics::GreyImage& image) {
  using namespace sufragio::biometrics;
  if (image.pixels.size() > 40'000) return;  // the rest of the time is better spent
  const auto finger = extract(image, ExtractorParams{.ppcm = kPpcm500});
  if (finger && !encode_fmr(*finger, FmrFormat::iso_2005)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio::biometrics;
  if (const auto image = read_pgm({data, size})) {
    const auto again = read_pgm(write_pgm(*image));
    if (!again || *again != *image) __builtin_trap();
    look(*image);
  }
  if (const auto record = decode_image_record({data, size})) {
    const auto bytes = encode_image_record(*record);
    if (!bytes || *bytes != sufragio::Bytes(data, data + size)) __builtin_trap();
    for (std::size_t i = 0; i < record->images.size(); ++i) {
      if (const auto image = grey_of(*record, i)) look(*image);
    }
  }
  return 0;
}
