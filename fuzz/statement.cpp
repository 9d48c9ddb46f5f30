// Statements: whatever is accepted encodes back to the same bytes, and its JSON gives it back
// (docs/spec/statement.md).
#include "adapters/json/json.h"
#include "base/check.h"
#include "statement/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView bytes{data, size};
  if (const auto all = statement::decode_file(bytes)) {
    CHECK(equal(statement::encode_file(*all), bytes));
    const auto document = adapters::parse_json(statement::json_file(*all));
    CHECK(document.has_value());
    const auto back = statement::read_json_file(*document);
    CHECK(back.has_value() && *back == *all);
  } else if (const auto document = adapters::parse_json(as_text(bytes))) {
    (void)statement::read_json_file(*document);
  }
  return 0;
}
