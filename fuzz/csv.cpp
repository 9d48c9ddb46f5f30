// CSV: any bytes end in records or coded failures, the reader always comes to the end, and a file
// written from good records reads back the same.
#include "codec/csv.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/numbers.h"

namespace {

using namespace sufragio;
using Rows = std::vector<std::vector<std::string>>;

struct Reading {
  Rows rows;
  std::size_t failures = 0;
};

Reading read_all(std::string_view text, const codec::CsvOptions& options) {
  Reading out;
  codec::CsvReader reader{text, options};
  std::size_t last_line = 0;
  for (std::size_t calls = 0;; ++calls) {
    CHECK(calls <= text.size() + 1);  // every call consumes something
    const auto record = reader.next();
    if (!record) {
      CHECK(!record.error().fact("line").empty());
      ++out.failures;
      continue;
    }
    if (!*record) return out;
    CHECK((*record)->line > last_line);
    last_line = (*record)->line;
    out.rows.emplace_back((*record)->fields.begin(), (*record)->fields.end());
    for (const std::string& field : out.rows.back()) CHECK(is_utf8(field));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  codec::CsvOptions options;
  options.encoding = (data[0] & 1) != 0 ? codec::TextEncoding::latin1 : codec::TextEncoding::utf8;
  options.separator = (data[0] & 2) != 0 ? ';' : ',';
  if ((data[0] & 4) != 0) {
    options.max_field = 8;
    options.max_fields = 3;
  }
  const std::string_view text = sufragio::as_text(sufragio::ByteView{data + 1, size - 1});
  const Reading first = read_all(text, options);
  (void)codec::CsvTable::open(text, options, {"a", "b"});
  std::string written;
  for (const auto& row : first.rows) codec::csv_append(written, row);
  const Reading second = read_all(written, codec::CsvOptions{});
  CHECK(second.failures == 0 && second.rows == first.rows);
  return 0;
}
