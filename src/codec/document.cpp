#include "codec/document.h"

#include <algorithm>

#include "codec/codes.h"

namespace sufragio::codec {

namespace {

tl::unexpected<Error> at_key(Code code, std::string_view key, int line) {
  return fail(code, {{"key", std::string{key}}, {"line", std::to_string(line)}});
}

template <typename T>
Result<const T*> typed(const Document& table, std::string_view key) {
  const Document* found = table.find(key);
  if (found == nullptr) return at_key(kDocumentMissing, key, table.line());
  const T* out = std::get_if<T>(&found->value());
  if (out == nullptr) return at_key(kDocumentType, key, found->line());
  return out;
}

}  // namespace

const Document* Document::find(std::string_view key) const {
  const auto* table = std::get_if<Table>(&value_);
  if (table == nullptr) return nullptr;
  for (const auto& entry : *table) {
    if (entry.first == key) return &entry.second;
  }
  return nullptr;
}

Result<std::string> Document::string(std::string_view key) const {
  const std::string* out = TRY(typed<std::string>(*this, key));
  return *out;
}

Result<std::int64_t> Document::integer(std::string_view key) const {
  const std::int64_t* out = TRY(typed<std::int64_t>(*this, key));
  return *out;
}

Result<bool> Document::boolean(std::string_view key) const {
  const bool* out = TRY(typed<bool>(*this, key));
  return *out;
}

Result<const Document*> Document::table(std::string_view key) const {
  TRY(typed<Table>(*this, key));
  return find(key);
}

Result<const Document::Array*> Document::array(std::string_view key) const {
  return typed<Array>(*this, key);
}

Result<void> Document::only(const std::vector<std::string_view>& known) const {
  const auto* table = std::get_if<Table>(&value_);
  if (table == nullptr) return at_key(kDocumentType, "", line_);
  for (const auto& entry : *table) {
    if (std::find(known.begin(), known.end(), entry.first) == known.end()) {
      return at_key(kDocumentUnknown, entry.first, entry.second.line());
    }
  }
  return {};
}

}  // namespace sufragio::codec
