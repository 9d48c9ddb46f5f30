// Records of minutiae and of cards (docs/spec/fingerprints.md, part 2): what is accepted is given
// back.
#include "biometrics/fmr.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio::biometrics;
  if (const auto read = decode_fmr({data, size})) {
    const auto again = encode_fmr(read->finger, read->format, {1, 1});
    if (!again) __builtin_trap();
    const auto second = decode_fmr(*again);
    if (!second || second->finger != read->finger || second->format != read->format) {
      __builtin_trap();
    }
  }
  for (const CardFormat format : {CardFormat::normal, CardFormat::compact}) {
    const auto card = decode_card(format, kPpcm500, {data, size});
    if (!card) continue;
    const CardRequest request{format, 255, CardOrder::record};
    const auto bytes = encode_card(*card, card->views[0], request);
    if (!bytes || *decode_card(format, kPpcm500, *bytes) != *card) __builtin_trap();
    const bool exact = format == CardFormat::compact;  // a pixel is finer than its unit
    if (exact && *bytes != sufragio::Bytes(data, data + size)) __builtin_trap();
  }
  return 0;
}
