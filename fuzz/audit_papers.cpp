// Statements of draws and comparison sheets: whatever is accepted encodes back to the same bytes
// (docs/spec/draw.md, docs/spec/comparison-sheet.md), and a fold of them never breaks.
#include "audit/dossier.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView bytes{data, size};
  if (const auto statement = audit::decode_statement(bytes)) {
    CHECK(equal(audit::encode(*statement), bytes));
    audit::Dossier dossier;
    (void)dossier.add(bytes);
  }
  if (const auto sheet = audit::decode_sheet(bytes)) {
    CHECK(equal(audit::encode(*sheet), bytes));
  }
  return 0;
}
