// QR-A: what is accepted is written back as the same bytes, but for one line end
// (docs/spec/qr.md).
#include "acta/qr.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const std::string_view text = as_text(ByteView{data, size});
  const Votes limit = Votes::from(1'500).value();
  for (const std::size_t cards : {1U, 2U, 5U, 38U}) {
    const auto code = acta::parse_qr_a(text, cards, limit);
    if (!code) continue;
    const std::string again = acta::qr_a_text(*code);
    CHECK(text.substr(0, again.size()) == again && text.size() - again.size() <= 2);
    CHECK(code->count.cards.size() == cards);
  }
  return 0;
}
