#include "services/publication/json_text.h"

#include <utility>

namespace sufragio::services {

namespace {

void append_escaped(std::string& out, std::string_view value) {
  static constexpr char kHex[] = "0123456789abcdef";
  static constexpr std::string_view kShort = "\b\t\n\f\r";
  static constexpr std::string_view kShortNames = "btnfr";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t brief = kShort.find(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (brief != std::string_view::npos) {
      out += '\\';
      out += kShortNames[brief];
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
}

}  // namespace

void JsonText::comma() {
  if (!first_) out_ += ',';
  first_ = false;
}

JsonText& JsonText::open(char bracket) {
  comma();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonText& JsonText::key(std::string_view name) {
  text(name);
  out_ += ':';
  first_ = true;
  return *this;
}

JsonText& JsonText::text(std::string_view value) {
  comma();
  out_ += '"';
  append_escaped(out_, value);
  out_ += '"';
  return *this;
}

JsonText& JsonText::number(std::int64_t value) {
  comma();
  out_ += std::to_string(value);
  return *this;
}

JsonText& JsonText::number_or_null(std::optional<std::int64_t> value) {
  if (value) return number(*value);
  comma();
  out_ += "null";
  return *this;
}

JsonText& JsonText::boolean(bool value) {
  comma();
  out_ += value ? "true" : "false";
  return *this;
}

std::string JsonText::take() {
  out_ += '\n';
  return std::move(out_);
}

}  // namespace sufragio::services
