// The roll of a mesa: what decodes encodes to the same bytes.
#include "roll/roll.h"

#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sufragio::ByteView bytes{data, size};
  const auto roll = sufragio::roll::decode(bytes);
  if (roll) CHECK(sufragio::equal(sufragio::roll::encode(*roll), bytes));
  return 0;
}
