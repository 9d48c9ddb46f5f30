#include "codec/cbor.h"

namespace sufragio::codec {

namespace {

void append_text(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {  // control characters must not reach a terminal
      out += "\\u00";
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

Result<void> append_item(std::string& out, CborReader& reader, ByteView data);

Result<void> append_array(std::string& out, CborReader& reader, ByteView data) {
  const std::size_t items = TRY(reader.array());
  out.push_back('[');
  for (std::size_t i = 0; i < items; ++i) {
    if (i != 0) out += ", ";
    TRY(append_item(out, reader, data));
  }
  out.push_back(']');
  return {};
}

Result<void> append_map(std::string& out, CborReader& reader, ByteView data) {
  const std::size_t pairs = TRY(reader.map());
  out.push_back('{');
  for (std::size_t i = 0; i < pairs; ++i) {
    if (i != 0) out += ", ";
    const std::uint64_t key = TRY(reader.uint());
    out += std::to_string(key) + ": ";
    TRY(append_item(out, reader, data));
  }
  out.push_back('}');
  return {};
}

Result<void> append_tagged(std::string& out, CborReader& reader, ByteView data) {
  const bool single = data[reader.offset()] == 0xd2;  // the one-byte head of tag 18
  TRY(reader.tag(single ? 18 : 98));
  out += single ? "18(" : "98(";
  TRY(append_item(out, reader, data));
  out.push_back(')');
  return {};
}

// `data` was checked before, so depth and lengths are bounded.
Result<void> append_item(std::string& out, CborReader& reader, ByteView data) {
  switch (data[reader.offset()] >> 5) {
    case 0:
    case 1: {
      const std::int64_t value = TRY(reader.integer());
      out += std::to_string(value);
      return {};
    }
    case 2: {
      const ByteView value = TRY(reader.bytes());
      out += "h'" + to_hex(value) + "'";
      return {};
    }
    case 3: {
      const std::string_view value = TRY(reader.text());
      append_text(out, value);
      return {};
    }
    case 4:
      return append_array(out, reader, data);
    case 5:
      return append_map(out, reader, data);
    case 6:
      return append_tagged(out, reader, data);
    default: {
      const bool is_null = TRY(reader.null());
      if (is_null) {
        out += "null";
        return {};
      }
      const bool value = TRY(reader.boolean());
      out += value ? "true" : "false";
      return {};
    }
  }
}

}  // namespace

Result<std::string> cbor_diagnostic(ByteView data) {
  TRY(check_cbor(data, data.size()));
  std::string out;
  CborReader reader{data};
  TRY(append_item(out, reader, data));
  return out;
}

}  // namespace sufragio::codec
