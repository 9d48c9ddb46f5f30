#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sufragio::codec {

// Writes RFC 8259 text: same calls, same bytes. Objects keep the order of the calls; no floats
// exist. With indent 0 the text is one line without blanks; else every item stands on its own
// line. A wrong order of calls (a value without a key, an object left open) is a bug (CHECK).
class JsonWriter {
 public:
  explicit JsonWriter(int indent = 0) : indent_{indent} {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);  // UTF-8 (CHECK)
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();

  [[nodiscard]] const std::string& text() const;  // CHECK: one finished value

 private:
  struct Level {
    bool object = false;
    bool empty = true;
  };
  void before_value();
  void new_line();
  JsonWriter& open(bool object);
  JsonWriter& close(bool object);

  int indent_;
  std::string out_;
  std::vector<Level> open_;
  bool key_given_ = false;
};

// A JSON string with its quotes: `"`, `\` and controls below 0x20 are escaped, all else stands as
// it is: the same text that JSON.stringify makes (docs/spec/site.md).
void json_append_string(std::string& out, std::string_view value);

}  // namespace sufragio::codec
