// Log entries: what decodes encodes to the same bytes.
#include "base/check.h"
#include "log/entry.h"

using namespace sufragio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes{data, size};
  const Result<log::Entry> entry = log::decode_entry(bytes);
  if (!entry) return 0;
  const Result<Bytes> again = log::encode(*entry);
  CHECK(again && equal(*again, bytes));
  return 0;
}
