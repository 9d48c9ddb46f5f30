// QR-B, its parts and QR-C: what is accepted is written back as the same text (docs/spec/qr.md).
// The input is one text per line.
#include "acta/qr.h"
#include "base/check.h"
#include "base/numbers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const std::string_view text = as_text(ByteView{data, size});
  if (const auto record = acta::parse_qr_b(text)) CHECK(acta::qr_b_text(*record) == text);
  if (const auto path = acta::parse_qr_c(text)) {
    CHECK(acta::qr_c_text(path->certificate, path->assignment) == text);
  }
  std::vector<std::string> parts;
  for (const std::string_view line : split(text, '\n')) parts.emplace_back(line);
  if (const auto record = acta::join_qr_b_parts(parts)) {
    CHECK(record->size() <= acta::kMaxActa);
    CHECK(!acta::qr_b_parts(*record).empty());
  }
  return 0;
}
