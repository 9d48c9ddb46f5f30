// The one translation unit that includes toml++ (slow to compile).
namespace {
struct BrokenAssumption {};  // toml++ met a text that its authors did not think of
[[noreturn]] void broken_assumption() { throw BrokenAssumption{}; }
}  // namespace
// toml++ 3.3 asserts some of what it should refuse. Its assertions become exceptions, so that no
// text ends the process; with TOML_EXCEPTIONS 0 its functions would be noexcept.
#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(expr) (static_cast<bool>(expr) ? void() : broken_assumption())
#define TOML_ENABLE_FORMATTERS 0
#include "adapters/toml/toml.h"

#include <toml++/toml.h>

#include <fmt/format.h>

#include <algorithm>

#include "adapters/toml/codes.h"

#include "base/numbers.h"

namespace sufragio::adapters {

namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

Result<codec::Document> convert(const toml::node& node, std::string_view key);

Result<codec::Document> convert_table(const toml::table& table) {
  struct Entry {
    toml::source_position at;
    std::string name;
    const toml::node* node;
  };
  std::vector<Entry> entries;
  for (const auto& item : table) {
    entries.push_back({item.first.source().begin, std::string{item.first.str()}, &item.second});
  }
  // toml++ keeps tables sorted by key; people read them in the order of the text.
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.at.line != b.at.line ? a.at.line < b.at.line : a.at.column < b.at.column;
  });
  codec::Document::Table out;
  for (const Entry& entry : entries) {
    codec::Document value = TRY(convert(*entry.node, entry.name));
    out.emplace_back(entry.name, std::move(value));
  }
  return codec::Document{std::move(out), line_of(table)};
}

Result<codec::Document> convert_array(const toml::array& array, std::string_view key) {
  codec::Document::Array out;
  for (const toml::node& item : array) {
    codec::Document value = TRY(convert(item, key));
    out.push_back(std::move(value));
  }
  return codec::Document{std::move(out), line_of(array)};
}

std::string date_text(const toml::date& date) {
  return zero_padded(date.year, 4) + "-" + zero_padded(date.month, 2) + "-" +
         zero_padded(date.day, 2);
}

Result<codec::Document> convert(const toml::node& node, std::string_view key) {
  const int line = line_of(node);
  if (const toml::table* table = node.as_table()) return convert_table(*table);
  if (const toml::array* array = node.as_array()) return convert_array(*array, key);
  if (const auto* text = node.as_string()) return codec::Document{text->get(), line};
  if (const auto* integer = node.as_integer()) {
    return codec::Document{std::int64_t{integer->get()}, line};
  }
  if (const auto* boolean = node.as_boolean()) return codec::Document{boolean->get(), line};
  if (const auto* date = node.as_date()) return codec::Document{date_text(date->get()), line};
  return fail(toml_codes::kForbiddenToml,
              {{"line", std::to_string(line)}, {"key", std::string{key}}});
}

tl::unexpected<Error> bad_toml(int line, std::string_view detail) {
  return fail(toml_codes::kBadToml,
              {{"line", std::to_string(line)}, {"detail", std::string{detail}}});
}

// One code point of valid UTF-8, as TOML escapes it; `at` moves to its last byte.
std::string escaped(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  std::uint32_t point = lead & (0x3fu >> more);
  for (int k = 0; k < more; ++k) {
    point = point << 6 | (static_cast<unsigned char>(text[++at]) & 0x3fu);
  }
  return fmt::format("\\U{:08X}", point);
}

// The same document in ASCII, line by line: toml++ 3.3 runs into undefined behaviour on most
// characters from U+00A0 to U+0499 where a token may start or go on (found by fuzz_law_pack), so
// it never sees one. Texts become basic strings with escapes, comments lose what is not ASCII,
// and anything else outside ASCII is no TOML. Strings over several lines are refused: our files
// have none. F401.
class AsciiToml {
 public:
  explicit AsciiToml(std::string_view text) : text_{text} {}

  Result<std::string> write() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        quote_ = 0;
        comment_ = false;
        out_ += c;
      } else if (quote_ != 0) {
        TRY(in_string(c));
      } else {
        TRY(outside_strings(c));
      }
    }
    return std::move(out_);
  }

 private:
  static bool ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

  Result<void> outside_strings(char c) {
    if (!ascii(c)) {
      if (!comment_) return bad_toml(line_, "not-ascii");
    } else if (!comment_ && (c == '"' || c == '\'')) {
      if (text_.substr(at_, 3) == std::string(3, c)) return bad_toml(line_, "multi-line-string");
      quote_ = c;
      out_ += '"';
    } else {
      comment_ = comment_ || c == '#';
      out_ += c;
    }
    return {};
  }

  Result<void> in_string(char c) {
    if (!ascii(c)) {
      out_ += escaped(text_, at_);
    } else if (c == quote_) {
      quote_ = 0;
      out_ += '"';
    } else if (c == '\\' && quote_ == '"') {
      return escape_sequence();
    } else {
      if (c == '\\' || c == '"') out_ += '\\';  // plain in a literal string
      out_ += c;
    }
    return {};
  }

  Result<void> escape_sequence() {
    const bool more = at_ + 1 < text_.size();
    if (!more || text_[at_ + 1] == '\n' || !ascii(text_[at_ + 1])) return bad_toml(line_, "escape");
    out_ += text_.substr(at_++, 2);
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  char quote_ = 0;  // the quote that closes the string we are in
  bool comment_ = false;
  std::string out_;
};

Result<std::string> ascii_toml(std::string_view text) {
  int line = 0;
  for (const std::string_view part : split(text, '\n')) {
    ++line;
    if (!is_utf8(part)) return bad_toml(line, "not-utf-8");
  }
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return AsciiToml{text}.write();
}

}  // namespace

Result<codec::Document> parse_toml(std::string_view text) {
  const std::string ascii = TRY(ascii_toml(text));
  try {
    return convert_table(toml::parse(ascii));
  } catch (const toml::parse_error& error) {
    return bad_toml(static_cast<int>(error.source().begin.line), error.description());
  } catch (const BrokenAssumption&) {
    return bad_toml(0, "unexpected");
  }
}

}  // namespace sufragio::adapters
