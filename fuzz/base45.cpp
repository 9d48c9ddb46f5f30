// Base45, Crockford base32 and base64: what decodes encodes back to the same text, and every byte
// string survives the round trip (docs/spec/text-codes.md).
#include "base/check.h"
#include "codec/text_codes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView input{data, size};
  const std::string_view text = as_text(input);
  if (const auto bytes = codec::base45_decode(text)) CHECK(codec::base45_encode(*bytes) == text);
  if (const auto bytes = codec::base64_decode(text)) CHECK(codec::base64_encode(*bytes) == text);
  if (const auto bytes = codec::crockford_decode(text)) {  // forgiving input, one meaning
    CHECK(codec::crockford_decode(codec::crockford_encode(*bytes)).value() == *bytes);
  }
  const Bytes bytes = to_bytes(input);
  CHECK(codec::base45_decode(codec::base45_encode(bytes)).value() == bytes);
  CHECK(codec::base64_decode(codec::base64_encode(bytes)).value() == bytes);
  CHECK(codec::crockford_decode(codec::crockford_encode(bytes)).value() == bytes);
  return 0;
}
