#include "codec/csv.h"

#include <algorithm>

#include "base/numbers.h"
#include "codec/codes.h"

namespace sufragio::codec {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_ascii(std::string_view text) {
  unsigned char high = 0;
  for (const char c : text) high = static_cast<unsigned char>(high | static_cast<unsigned char>(c));
  return high < 0x80;
}

// Nothing when a byte is not Latin-1 text: 0x80 … 0x9f are controls there, and stand for letters
// and quotes only in other encodings.
bool append_latin1(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80 && byte <= 0x9f) return false;
  if (byte < 0x80) {
    out.push_back(c);
  } else {
    out.push_back(static_cast<char>(0xc0 | byte >> 6));
    out.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
  }
  return true;
}

}  // namespace

tl::unexpected<Error> CsvReader::bad(Code code) {
  Error error{code, {{"line", std::to_string(line_)}}};
  const std::size_t end = text_.find('\n', std::min(at_, text_.size()));
  at_ = end == std::string_view::npos ? text_.size() : end + 1;
  ++line_;
  return fail(std::move(error));
}

bool CsvReader::at_line_end() const {
  if (at_ >= text_.size() || text_[at_] == '\n') return true;
  return text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
}

void CsvReader::skip_blank_lines() {
  if (at_ == 0 && options_.encoding == TextEncoding::utf8 && text_.starts_with(kByteOrderMark)) {
    at_ = kByteOrderMark.size();
  }
  while (at_ < text_.size() && at_line_end()) {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
  }
}

// Remembers the field text_[begin, end) and steps over what stands behind it at at_.
Result<bool> CsvReader::keep(std::size_t begin, std::size_t end, bool escaped) {
  const std::string_view raw = text_.substr(begin, end - begin);
  if (raw.size() > options_.max_field) return bad(kCsvLimit);
  const bool ascii = is_ascii(raw);
  const bool latin1 = options_.encoding == TextEncoding::latin1;
  if (!latin1 && !ascii && !is_utf8(raw)) return bad(kCsvEncoding);
  if (escaped || (latin1 && !ascii)) {
    const std::size_t from = converted_.size();
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (!latin1) {
        converted_.push_back(raw[i]);
      } else if (!append_latin1(converted_, raw[i])) {
        return bad(kCsvEncoding);
      }
      if (escaped && raw[i] == '"') ++i;  // the second one of a pair
    }
    pieces_.push_back({from, converted_.size(), true});
  } else {
    pieces_.push_back({begin, end, false});
  }
  if (at_ < text_.size() && text_[at_] == options_.separator) {
    ++at_;
    return true;
  }
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size()) {
    ++at_;
    ++line_;
  }
  return false;
}

Result<bool> CsvReader::plain_field() {
  const std::size_t begin = at_;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == options_.separator || c == '\n') break;
    if (c == '\r' && at_line_end()) break;
    if (c == '"') return bad(kCsvQuote);
    if (c == '\0') return bad(kCsvNul);
  }
  return keep(begin, at_, false);
}

Result<bool> CsvReader::quoted_field() {
  const std::size_t open_at = at_;
  const std::size_t open_line = line_;
  const auto reopen = [&](Code code) {
    at_ = open_at;
    line_ = open_line;
    return bad(code);
  };
  bool escaped = false;
  for (++at_;; ++at_) {
    if (at_ >= text_.size()) return reopen(kCsvUnterminated);
    if (at_ - open_at > options_.max_field + 1) return reopen(kCsvLimit);
    const char c = text_[at_];
    if (c == '\0') return bad(kCsvNul);
    if (c == '\n') ++line_;
    if (c != '"') continue;
    if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
    escaped = true;
    ++at_;
  }
  const std::size_t end = at_;
  ++at_;
  if (!at_line_end() && text_[at_] != options_.separator) return bad(kCsvQuote);
  return keep(open_at + 1, end, escaped);
}

Result<bool> CsvReader::field() {
  if (pieces_.size() == options_.max_fields) return bad(kCsvLimit);
  if (at_ < text_.size() && text_[at_] == '"') return quoted_field();
  return plain_field();
}

Result<std::optional<CsvRecord>> CsvReader::next() {
  skip_blank_lines();
  if (at_ >= text_.size()) return std::optional<CsvRecord>{};
  pieces_.clear();
  converted_.clear();
  CsvRecord record;
  record.line = line_;
  for (bool more = true; more;) {
    more = TRY(field());
  }
  record.fields.reserve(pieces_.size());
  for (const Piece& piece : pieces_) {
    const std::string_view from = piece.converted ? std::string_view{converted_} : text_;
    record.fields.push_back(from.substr(piece.begin, piece.end - piece.begin));
  }
  return std::optional<CsvRecord>{std::move(record)};
}

Result<CsvTable> CsvTable::open(std::string_view text, const CsvOptions& options,
                                const std::vector<std::string>& needed, bool exact) {
  CsvTable out{CsvReader{text, options}};
  const std::optional<CsvRecord> first = TRY(out.reader_.next());
  const std::size_t line = first ? first->line : 1;
  const auto bad_header = [&](std::string_view column) {
    return fail(kCsvHeader, {{"line", std::to_string(line)}, {"column", std::string{column}}});
  };
  if (first) out.header_.assign(first->fields.begin(), first->fields.end());
  for (auto name = out.header_.begin(); name != out.header_.end(); ++name) {
    const bool twice = std::find(out.header_.begin(), name, *name) != name;
    const bool unknown = exact && std::find(needed.begin(), needed.end(), *name) == needed.end();
    if (twice || unknown) return bad_header(*name);
  }
  for (const std::string& name : needed) {
    if (!out.column(name)) return bad_header(name);
  }
  return out;
}

Result<std::optional<CsvRecord>> CsvTable::next() {
  std::optional<CsvRecord> record = TRY(reader_.next());
  if (record && record->fields.size() != header_.size()) {
    return fail(kCsvColumns, {{"line", std::to_string(record->line)},
                              {"expected", std::to_string(header_.size())},
                              {"got", std::to_string(record->fields.size())}});
  }
  return record;
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

void csv_append(std::string& out, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i != 0) out.push_back(',');
    const std::string& field = fields[i];
    // A record of one empty field would be a blank line, which readers skip. A leading byte-order
    // mark would be taken for the file's own.
    const bool quote = field.find_first_of(",\"\r\n") != std::string::npos ||
                       (fields.size() == 1 && field.empty()) ||
                       field.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0;
    if (!quote) {
      out += field;
      continue;
    }
    out.push_back('"');
    for (const char c : field) {
      if (c == '"') out.push_back('"');
      out.push_back(c);
    }
    out.push_back('"');
  }
  out.push_back('\n');
}

}  // namespace sufragio::codec
