#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sufragio::codec {

enum class TextEncoding { utf8, latin1 };

struct CsvOptions {
  TextEncoding encoding = TextEncoding::utf8;  // utf8: one byte-order mark at the start is skipped
  char separator = ',';
  std::size_t max_field = 65'536;
  std::size_t max_fields = 1'024;
};

// A record starts on `line` (1-based; quoted fields may span lines). The fields are UTF-8 and live
// until the next call.
struct CsvRecord {
  std::size_t line = 0;
  std::vector<std::string_view> fields;
};

// RFC 4180 with LF or CRLF. Blank lines are skipped. Nothing is repaired: a stray quote, a NUL, a
// byte outside the encoding, an unterminated quote or a limit is a C13x failure with the fact
// "line" (where the bad byte stands; an unterminated quote: where it opens), and reading can go on
// at the line after that one. A carriage return that no line feed follows is an ordinary character.
// Latin-1 has no 0x80 … 0x9f: those bytes are a file in another encoding.
class CsvReader {
 public:
  CsvReader(std::string_view text, CsvOptions options) : text_{text}, options_{options} {}
  [[nodiscard]] Result<std::optional<CsvRecord>> next();

 private:
  struct Piece {  // a slice of the text, or of `converted_`
    std::size_t begin = 0;
    std::size_t end = 0;
    bool converted = false;
  };
  void skip_blank_lines();
  [[nodiscard]] bool at_line_end() const;
  [[nodiscard]] Result<bool> field();  // is there a further field in this record?
  [[nodiscard]] Result<bool> plain_field();
  [[nodiscard]] Result<bool> quoted_field();
  [[nodiscard]] Result<bool> keep(std::size_t begin, std::size_t end, bool escaped);
  [[nodiscard]] tl::unexpected<Error> bad(Code code);  // and moves to the next line

  std::string_view text_;
  CsvOptions options_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<Piece> pieces_;
  std::string converted_;  // fields that are not a plain slice of the text
};

// A table with a header: fields by column name.
class CsvTable {
 public:
  // C136 when a needed column is missing or a column stands twice; further columns are allowed
  // unless `exact`.
  [[nodiscard]] static Result<CsvTable> open(std::string_view text, const CsvOptions& options,
                                             const std::vector<std::string>& needed,
                                             bool exact = false);
  [[nodiscard]] Result<std::optional<CsvRecord>>
  next();  // C133 when the number of fields is not the header's
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }

 private:
  explicit CsvTable(CsvReader reader) : reader_{std::move(reader)} {}
  CsvReader reader_;
  std::vector<std::string> header_;
};

// Writes one record with LF, quoting only where RFC 4180 asks for it.
void csv_append(std::string& out, const std::vector<std::string>& fields);

}  // namespace sufragio::codec
