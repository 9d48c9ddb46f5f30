// Package manifest, definition.cbor and mesas.cbor: whatever is accepted encodes back to the same
// bytes (docs/spec/package.md).
#include "base/check.h"
#include "election/package.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView input{data, size};
  const auto manifest = election::decode_manifest(input);
  if (manifest) CHECK(equal(election::encode_manifest(*manifest), input));
  // The first two bytes say where the definition ends and the mesas begin.
  if (size < 2) return 0;
  const std::size_t cut = (std::size_t{data[0]} << 8 | data[1]) % (size - 1);
  const ByteView definition = input.subspan(2, std::min(cut, size - 2));
  const ByteView mesas = input.subspan(2 + definition.size());
  const auto d = election::decode_definition(definition, mesas);
  if (!d) return 0;
  CHECK(equal(election::encode_definition(*d), definition));
  CHECK(equal(election::encode_mesas(*d), mesas));
  for (const auto& style : d->styles) CHECK(!election::encode_ballot(*d, style).empty());
  return 0;
}
