#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

// Deterministic CBOR (RFC 8949 section 4.2.1), stricter: docs/spec/cbor.md.
//   allowed   unsigned and negative integers (|x| < 2^63), byte strings, UTF-8 text, arrays, maps
//   with unsigned keys in
//             ascending order, false, true, null; tags 18 and 98 at the very top
//   refused   everything else, with the offset of the first bad byte: decode then encode always
//   gives the same bytes
// What a writer makes, the reader of the same calls accepts.
namespace sufragio::codec {

inline constexpr int kMaxDepth = 8;

class CborWriter {
 public:
  CborWriter() = default;
  // Room for so many bytes, in `memory`, whose contents are lost.
  explicit CborWriter(std::size_t expected, Bytes memory = {}) : out_{std::move(memory)} {
    out_.clear();
    out_.reserve(expected);
  }
  void integer(std::int64_t value);
  void uint(std::uint64_t value);  // < 2^63
  void bytes(ByteView value);
  void text(std::string_view value);  // must be UTF-8 (CHECK)
  void array(std::size_t items);
  void map(
      std::size_t pairs);  // then `uint(key)`, value … in ascending key order (the caller's duty)
  void boolean(bool value);
  void null();
  void tag(std::uint64_t value);
  void raw(ByteView encoded);  // one item that is already encoded

  [[nodiscard]] const Bytes& view() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  void head(std::uint8_t major, std::uint64_t argument);
  Bytes out_;
};

// Reads what the format says comes next. Every call fails with a C1xx code and the fact "offset",
// and the reader is then spent. Views point into the bytes given. The caller's format bounds the
// depth; `item` and `check` enforce kMaxDepth.
class CborReader {
 public:
  explicit CborReader(ByteView data) : data_{data} {}

  [[nodiscard]] Result<std::int64_t> integer();
  [[nodiscard]] Result<std::uint64_t> uint(std::uint64_t max = INT64_MAX);  // C110 above max
  [[nodiscard]] Result<ByteView> bytes();
  [[nodiscard]] Result<ByteView> bytes(std::size_t exactly);  // C110 for another length
  [[nodiscard]] Result<std::string_view> text();
  [[nodiscard]] Result<std::size_t> array();
  [[nodiscard]] Result<void> array(std::size_t exactly);
  [[nodiscard]] Result<std::size_t> map();
  [[nodiscard]] Result<void> map(std::size_t exactly);
  [[nodiscard]] Result<void> key(std::uint64_t expected);
  [[nodiscard]] Result<bool> boolean();
  [[nodiscard]] Result<bool>
  null();  // true and consumed when null is next; false and untouched otherwise
  [[nodiscard]] Result<void> tag(std::uint64_t expected);
  [[nodiscard]] Result<ByteView> item();   // any one well-formed item, as its encoded bytes
  [[nodiscard]] Result<void> end() const;  // C106 unless everything was read
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  [[nodiscard]] Result<std::uint64_t> head(std::uint8_t major);
  ByteView data_;
  std::size_t at_ = 0;
};

// Is this exactly one deterministic item of at most `max_size` bytes, tags only at the top?
[[nodiscard]] Result<void> check_cbor(ByteView data, std::size_t max_size);

// For people and logs: RFC 8949 diagnostic notation of one valid item ("{1: h'00ff', 2: [3,
// null]}").
[[nodiscard]] Result<std::string> cbor_diagnostic(ByteView data);

}  // namespace sufragio::codec
