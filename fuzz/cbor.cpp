// Deterministic CBOR: whatever is accepted encodes back to the same bytes (docs/spec/cbor.md).
#include "codec/cbor.h"
#include "base/check.h"

namespace {

using namespace sufragio;
using codec::CborReader;
using codec::CborWriter;

bool must(Result<void> result) { return result.has_value(); }

// Decodes an item that `check_cbor` accepted and encodes it again.
void copy_item(ByteView data, CborReader& reader, CborWriter& out) {
  switch (data[reader.offset()] >> 5) {
    case 0:
    case 1:
      return out.integer(reader.integer().value());
    case 2:
      return out.bytes(reader.bytes().value());
    case 3:
      return out.text(reader.text().value());
    case 4: {
      const std::size_t items = reader.array().value();
      out.array(items);
      for (std::size_t i = 0; i < items; ++i) copy_item(data, reader, out);
      return;
    }
    case 5: {
      const std::size_t pairs = reader.map().value();
      out.map(pairs);
      for (std::size_t i = 0; i < pairs; ++i) {
        out.uint(reader.uint().value());
        copy_item(data, reader, out);
      }
      return;
    }
    case 6: {
      const std::uint64_t tag = data[reader.offset()] == 0xd2 ? 18 : 98;
      CHECK(must(reader.tag(tag)));
      out.tag(tag);
      return copy_item(data, reader, out);
    }
    default:
      if (reader.null().value()) return out.null();
      return out.boolean(reader.boolean().value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const bool good = codec::check_cbor(input, 65'536).has_value();
  CHECK(codec::cbor_diagnostic(input).has_value() == good);
  if (!good) return 0;
  CborReader reader{input};
  CborWriter out;
  copy_item(input, reader, out);
  CHECK(must(reader.end()));
  CHECK(equal(out.view(), input));
  return 0;
}
