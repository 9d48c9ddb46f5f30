// Bulletin payloads and decisions: foreign bytes give a value or a coded error
// (docs/spec/bulletin.md).
#include "tally/bulletin.h"

#include "base/check.h"
#include "services/totalization/night.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView bytes{data, size};
  const Result<tally::BulletinFields> fields = tally::decode_bulletin(bytes);
  CHECK(!fields || fields->number > 0);
  const crypto::ElectionHandle election;
  const Result<tally::Decision> decision = services::decode_decision(bytes, election);
  if (decision) CHECK(equal(services::encode_decision(election, *decision), bytes));
  return 0;
}
