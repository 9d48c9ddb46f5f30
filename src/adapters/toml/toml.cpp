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

// toml++ 3.3 runs into undefined behaviour on most characters from U+00A0 to U+0499 where a token
// may start (found by fuzz_law_pack). Outside of strings and comments TOML has only ASCII, so
// anything else is refused before the parser sees it. Strings over several lines, where the same
// happens after a backslash at the end of a line, are refused too: our files have none.
Result<void> check_plain(std::string_view text) {
  int line = 1;
  char quote = 0;  // the quote that closes the string we are in
  bool comment = false;
  const auto bad = [&](const char* detail) {
    return fail(toml_codes::kBadToml, {{"line", std::to_string(line)}, {"detail", detail}});
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      quote = 0;
      comment = false;
    } else if (comment) {
      continue;
    } else if (quote != 0) {
      if (quote == '"' && c == '\\') {
        ++i;
        if (i < text.size() && text[i] == '\n') ++line;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '#') {
      comment = true;
    } else if (c == '"' || c == '\'') {
      const std::string three(3, c);
      if (text.substr(i, 3) == three) return bad("multi-line-string");
      quote = c;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      const bool mark = i < 3 && text.starts_with("\xef\xbb\xbf");
      if (!mark) return bad("not-ascii");
    }
  }
  return {};
}

}  // namespace

Result<codec::Document> parse_toml(std::string_view text) {
  TRY(check_plain(text));
  try {
    return convert_table(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return fail(toml_codes::kBadToml, {{"line", std::to_string(error.source().begin.line)},
                                       {"detail", std::string{error.description()}}});
  } catch (const BrokenAssumption&) {
    return fail(toml_codes::kBadToml, {{"line", "0"}, {"detail", "unexpected"}});
  }
}

}  // namespace sufragio::adapters
