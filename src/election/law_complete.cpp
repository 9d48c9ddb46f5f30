#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "election/law_pack.h"
#include "election/law_schema.h"
#include "election/law_values.h"

// `extends` (docs/spec/law-pack.md): two texts become one complete text, line by line.
namespace sufragio::election {

namespace {

using codec::Document;

const Document* at_path(const Document& root, std::string_view table, std::string_view key) {
  const Document* at = &root;
  for (const std::string_view part : split(table, '.')) {
    at = at->find(part);
    if (at == nullptr) return nullptr;
  }
  return at->find(key);
}

// Does the line hold the whole parameter? Braces inside texts do not count.
bool is_whole(std::string_view line) {
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      break;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return depth == 0 && quote == 0;
}

class Completer {
 public:
  Completer(const LawText& child, const LawText& parent)
      : child_{child},
        parent_{parent},
        child_lines_{split(child.text, '\n')},
        parent_lines_{split(parent.text, '\n')} {}

  Result<std::string> run() {
    TRY(head());
    TRY(known_keys(child_.document, ""));
    for (const ParameterRule& rule : law_schema()) TRY(parameter(rule));
    std::string names;
    for (const std::string& key : overrides_) {
      names += (names.empty() ? "\"" : ", \"") + key + "\"";
    }
    return "# " + id_ + " > " + parent_id_ + "\n\n[pack]\nid = \"" + id_ +
           "\"\nversion = " + std::to_string(version_) + "\ntitle = \"" + title_ +
           "\"\nextends = \"" + parent_id_ + "\"\nextends_hash = \"" +
           crypto::sha256(as_bytes(parent_.text)).hex() + "\"\noverrides = [" + names + "]\n" +
           body_;
  }

 private:
  static tl::unexpected<Error> bad(std::string_view key, int line, std::string_view expected) {
    return fail(kBadLawPack, {{"key", std::string{key}},
                              {"line", std::to_string(line)},
                              {"expected", std::string{expected}}});
  }

  Result<void> head() {
    const Document* pack = child_.document.find("pack");
    const Document* above = parent_.document.find("pack");
    if (pack == nullptr || above == nullptr) return bad("pack", 0, "[pack]");
    const auto id = pack->string("id");
    const auto title = pack->string("title");
    const auto version = pack->integer("version");
    const auto extends = pack->string("extends");
    const auto parent = above->string("id");
    if (!id || !parse_slug(*id)) return bad("pack.id", pack->line(), "id");
    if (!version) return bad("pack.version", pack->line(), "1…1000000");
    if (!title || title->find_first_of("\"\\\n") != std::string::npos) {
      return bad("pack.title", pack->line(), "\"…\"");
    }
    const bool whole = above->find("extends") == nullptr;  // one generation only
    if (!extends || !parent || *extends != *parent || *id == *parent || !whole) {
      return fail(kIncompleteLaw, {{"key", "pack.extends"},
                                   {"line", std::to_string(pack->line())},
                                   {"got", parent ? *parent : std::string{}},
                                   {"expected", extends ? *extends : std::string{}}});
    }
    id_ = *id;
    title_ = *title;
    version_ = *version;
    parent_id_ = *parent;
    return {};
  }

  static bool is_known(std::string_view path) {
    if (path == "pack" || path == "pack.id" || path == "pack.version" || path == "pack.title" ||
        path == "pack.extends") {
      return true;
    }
    for (const ParameterRule& rule : law_schema()) {
      const std::string key = std::string{rule.table} + "." + std::string{rule.key};
      const std::string_view tail = std::string_view{key}.substr(std::min(path.size(), key.size()));
      if (key.starts_with(path) && (tail.empty() || tail.front() == '.')) return true;
    }
    return false;
  }
  static bool is_parameter(std::string_view path) {
    if (path.starts_with("pack.")) return true;
    for (const ParameterRule& rule : law_schema()) {
      if (std::string{rule.table} + "." + std::string{rule.key} == path) return true;
    }
    return false;
  }

  // The reader of the complete text sees only keys of the schema: the child's own are judged here.
  static Result<void> known_keys(const Document& table, const std::string& path) {
    const Document::Table* entries = table_of(table);
    if (entries == nullptr) return bad(path, table.line(), "[ ]");
    for (const auto& [name, value] : *entries) {
      const std::string inner = path.empty() ? name : path + "." + name;
      if (!is_known(inner)) return bad(inner, value.line(), "–");
      if (!is_parameter(inner)) TRY(known_keys(value, inner));
    }
    return {};
  }

  static Result<std::string> line_of(const std::vector<std::string_view>& lines,
                                     const Document& entry, const std::string& key,
                                     std::string_view name) {
    const auto number = static_cast<std::size_t>(entry.line());
    std::string_view line = number >= 1 && number <= lines.size() ? lines[number - 1] : "";
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with(name) || !is_whole(line)) {
      return bad(key, entry.line(), std::string{name} + " = { value, source, source_es, certain }");
    }
    return std::string{line};
  }

  Result<void> parameter(const ParameterRule& rule) {
    const std::string key = std::string{rule.table} + "." + std::string{rule.key};
    const Document* mine = at_path(child_.document, rule.table, rule.key);
    const Document* above = at_path(parent_.document, rule.table, rule.key);
    if (mine == nullptr && above == nullptr) return {};  // the reader says what is missing
    if (table_ != rule.table && rule.table != "pack") {
      body_ += "\n[" + std::string{rule.table} + "]\n";
    }
    table_ = rule.table;
    std::string line;
    if (above != nullptr) line = TRY(line_of(parent_lines_, *above, key, rule.key));
    if (mine == nullptr) {
      body_ += line + "\n";
      return {};
    }
    const std::string own = TRY(line_of(child_lines_, *mine, key, rule.key));
    overrides_.push_back(key);
    body_ +=
        "# " + parent_id_ + ": " + (line.empty() ? std::string{"–"} : line) + "\n" + own + "\n";
    return {};
  }

  const LawText& child_;
  const LawText& parent_;
  std::vector<std::string_view> child_lines_;
  std::vector<std::string_view> parent_lines_;
  std::string id_;
  std::string title_;
  std::int64_t version_ = 0;
  std::string parent_id_;
  std::string_view table_;
  std::string body_;
  std::vector<std::string> overrides_;
};

}  // namespace

std::optional<std::string> parent_of(const Document& document) {
  const Document* pack = document.find("pack");
  if (pack == nullptr || pack->find("extends_hash") != nullptr) return std::nullopt;
  const auto parent = pack->string("extends");
  return parent ? std::optional{*parent} : std::nullopt;
}

Result<std::string> complete_law(const LawText& child, const LawText& parent) {
  return Completer{child, parent}.run();
}

}  // namespace sufragio::election
