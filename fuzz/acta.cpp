// Signed actas: any bytes end in a coded failure, and what parses is one canonical payload
// (docs/spec/acta.md).
#include "acta/acta.h"
#include "acta/qr.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView input{data, size};
  if (const auto payload = acta::decode(input)) CHECK(equal(acta::encode(*payload), input));
  if (const auto record = acta::parse(input)) {
    CHECK(equal(record->record(), input));
    CHECK(record->verification_code().size() == 19);
    for (std::size_t i = 0; i < record->acta().contests.size(); ++i) {
      (void)acta::qr_a_text(acta::qr_a_of(record->acta(), i));
    }
  }
  return 0;
}
