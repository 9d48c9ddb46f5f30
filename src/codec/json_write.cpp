#include "codec/json_write.h"

#include "base/check.h"
#include "base/numbers.h"

namespace sufragio::codec {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

char short_escape(char c) {  // 0: none
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

}  // namespace

void json_append_string(std::string& out, std::string_view value) {
  out.push_back('"');
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (const char escape = short_escape(c)) {
      out.push_back('\\');
      out.push_back(escape);
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void JsonWriter::new_line() {
  if (indent_ == 0) return;
  out_.push_back('\n');
  out_.append(static_cast<std::size_t>(indent_) * open_.size(), ' ');
}

void JsonWriter::before_value() {
  if (open_.empty()) {
    CHECK(out_.empty());
    return;
  }
  CHECK(open_.back().object == key_given_);
  key_given_ = false;
  if (open_.back().object) return;
  if (!open_.back().empty) out_.push_back(',');
  open_.back().empty = false;
  new_line();
}

JsonWriter& JsonWriter::key(std::string_view name) {
  CHECK(!open_.empty() && open_.back().object && !key_given_);
  CHECK(is_utf8(name));
  if (!open_.back().empty) out_.push_back(',');
  open_.back().empty = false;
  new_line();
  json_append_string(out_, name);
  out_ += indent_ == 0 ? ":" : ": ";
  key_given_ = true;
  return *this;
}

JsonWriter& JsonWriter::open(bool object) {
  before_value();
  out_.push_back(object ? '{' : '[');
  open_.push_back({object, true});
  return *this;
}

JsonWriter& JsonWriter::close(bool object) {
  CHECK(!open_.empty() && open_.back().object == object && !key_given_);
  const bool empty = open_.back().empty;
  open_.pop_back();
  if (!empty) new_line();
  out_.push_back(object ? '}' : ']');
  return *this;
}

JsonWriter& JsonWriter::begin_object() { return open(true); }
JsonWriter& JsonWriter::end_object() { return close(true); }
JsonWriter& JsonWriter::begin_array() { return open(false); }
JsonWriter& JsonWriter::end_array() { return close(false); }

JsonWriter& JsonWriter::string(std::string_view value) {
  CHECK(is_utf8(value));
  before_value();
  json_append_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  before_value();
  out_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  before_value();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  before_value();
  out_ += "null";
  return *this;
}

const std::string& JsonWriter::text() const {
  CHECK(open_.empty() && !out_.empty());
  return out_;
}

}  // namespace sufragio::codec
