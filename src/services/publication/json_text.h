#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Compact JSON in the order of the calls, as docs/spec/site.md writes it: the same escapes as
// JSON.stringify.
namespace sufragio::services {

class JsonText {
 public:
  JsonText& open(char bracket);          // '{' or '['
  JsonText& close(char bracket);         // '}' or ']'
  JsonText& key(std::string_view name);  // of the next value
  JsonText& text(std::string_view value);
  JsonText& number(std::int64_t value);
  JsonText& number_or_null(std::optional<std::int64_t> value);
  JsonText& boolean(bool value);
  // The whole text with its LF.
  [[nodiscard]] std::string take();

 private:
  void comma();
  std::string out_;
  bool first_ = true;
};

}  // namespace sufragio::services
