#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace sufragio::codec {

// What a TOML or JSON text says, with its lines. The parsers are adapters; the rooms read
// documents.
class Document {
 public:
  using Array = std::vector<Document>;
  using Table =
      std::vector<std::pair<std::string, Document>>;  // in the order of the text, keys unique
  using Value = std::variant<std::monostate, bool, std::int64_t, std::string, Array, Table>;

  Document() = default;
  Document(Value value, int line) : value_{std::move(value)}, line_{line} {}

  [[nodiscard]] const Value& value() const { return value_; }
  [[nodiscard]] int line() const { return line_; }  // 0: unknown

  // Typed access; C140 with the facts "key" and "line" when the type differs, C141 when the key is
  // missing.
  [[nodiscard]] Result<std::string> string(std::string_view key) const;
  [[nodiscard]] Result<std::int64_t> integer(std::string_view key) const;
  [[nodiscard]] Result<bool> boolean(std::string_view key) const;
  [[nodiscard]] Result<const Document*> table(std::string_view key) const;
  [[nodiscard]] Result<const Array*> array(std::string_view key) const;
  [[nodiscard]] const Document* find(
      std::string_view key) const;  // null: not a table, or no such key
  [[nodiscard]] Result<void> only(
      const std::vector<std::string_view>& known) const;  // C142 names the unknown key

 private:
  Value value_;
  int line_ = 0;
};

}  // namespace sufragio::codec
