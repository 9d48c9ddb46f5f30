#include "codec/cbor.h"

#include <array>

#include "base/check.h"
#include "base/numbers.h"
#include "codec/codes.h"

namespace sufragio::codec {

namespace {

constexpr std::uint8_t kUnsigned = 0;
constexpr std::uint8_t kNegative = 1;
constexpr std::uint8_t kBytes = 2;
constexpr std::uint8_t kText = 3;
constexpr std::uint8_t kArray = 4;
constexpr std::uint8_t kMap = 5;
constexpr std::uint8_t kTag = 6;
constexpr std::uint8_t kSimple = 7;

constexpr std::uint8_t kFalse = 0xf4;
constexpr std::uint8_t kTrue = 0xf5;
constexpr std::uint8_t kNull = 0xf6;
constexpr std::uint64_t kSign1Tag = 18;  // COSE_Sign1
constexpr std::uint64_t kSignTag = 98;   // COSE_Sign

// The bytes that follow the initial byte for additional information 24 … 27.
constexpr std::size_t extra_bytes(std::uint8_t info) {
  return info < 24 ? 0 : std::size_t{1} << (info - 24);
}

// What the initial byte alone says: null, or the code of what the profile forbids.
const Code* forbidden_head(std::uint8_t initial) {
  const auto major = static_cast<std::uint8_t>(initial >> 5);
  if ((initial & 31) > 27) return &kCborForbidden;  // reserved, or indefinite length
  if (major == kSimple && (initial < kFalse || initial > kNull)) return &kCborForbidden;
  return nullptr;
}

struct Head {
  std::uint8_t major = 0;
  std::uint64_t argument = 0;
  std::size_t size = 0;  // of the head itself
};

// Reads the head at `at`; null when it is good. Lengths are compared with what is left, so that a
// hostile length never leads to an allocation or a long loop.
const Code* read_head(ByteView data, std::size_t at, Head& head) {
  if (at >= data.size()) return &kCborTruncated;
  const std::uint8_t initial = data[at];
  head.major = static_cast<std::uint8_t>(initial >> 5);
  const auto info = static_cast<std::uint8_t>(initial & 31);
  if (info < 24 && head.major != kSimple) [[likely]] {
    head.argument = info;
    head.size = 1;
  } else {
    if (const Code* bad = forbidden_head(initial)) return bad;
    const std::size_t extra = head.major == kSimple ? 0 : extra_bytes(info);
    if (data.size() - at - 1 < extra) return &kCborTruncated;
    std::uint64_t value = extra == 0 ? info : 0;
    for (std::size_t i = 1; i <= extra; ++i) value = value << 8 | data[at + i];
    const std::uint64_t least = extra <= 1 ? 24 : std::uint64_t{1} << (4 * extra);
    if (extra != 0 && value < least) return &kCborNotShortest;
    head.argument = value;
    head.size = 1 + extra;
  }
  const std::size_t left = data.size() - at - head.size;
  switch (head.major) {
    case kUnsigned:
      return head.argument > INT64_MAX ? &kCborRange : nullptr;
    case kNegative:  // -1 - argument, and |x| < 2^63
      return head.argument >= INT64_MAX ? &kCborRange : nullptr;
    case kMap:
      return head.argument > left / 2 ? &kCborTruncated : nullptr;
    case kTag:
      return head.argument != kSign1Tag && head.argument != kSignTag ? &kCborForbidden : nullptr;
    case kSimple:
      return nullptr;
    default:
      return head.argument > left ? &kCborTruncated : nullptr;
  }
}

struct Fault {
  const Code* code = nullptr;
  std::size_t at = 0;
};

// Walks one item; `at` ends behind it. `depth` counts the arrays and maps around it.
Fault walk(ByteView data, std::size_t& at, int depth, bool tag_allowed) {
  Head head;
  const std::size_t start = at;
  if (const Code* code = read_head(data, at, head)) return {code, start};
  at += head.size;
  switch (head.major) {
    case kText:
      if (!is_utf8(as_text(data.subspan(at, head.argument)))) return {&kCborBadText, start};
      [[fallthrough]];
    case kBytes:
      at += head.argument;
      return {};
    case kTag:
      if (!tag_allowed) return {&kCborForbidden, start};
      return walk(data, at, depth, false);
    case kArray:
    case kMap:
      break;
    default:
      return {};
  }
  if (depth >= kMaxDepth) return {&kCborTooDeep, start};
  std::int64_t last_key = -1;
  for (std::uint64_t i = 0; i < head.argument; ++i) {
    if (head.major == kMap) {
      Head key;
      const std::size_t key_at = at;
      if (const Code* code = read_head(data, at, key)) return {code, key_at};
      if (key.major != kUnsigned) return {&kCborForbidden, key_at};
      if (static_cast<std::int64_t>(key.argument) <= last_key) return {&kCborKeyOrder, key_at};
      last_key = static_cast<std::int64_t>(key.argument);
      at += key.size;
    }
    const Fault fault = walk(data, at, depth + 1, false);
    if (fault.code != nullptr) return fault;
  }
  return {};
}

}  // namespace

void CborWriter::head(std::uint8_t major, std::uint64_t argument) {
  const auto first = static_cast<std::uint8_t>(major << 5);
  if (argument < 24) {
    out_.push_back(static_cast<std::uint8_t>(first | argument));
    return;
  }
  const int info = argument <= 0xff         ? 24
                   : argument <= 0xffff     ? 25
                   : argument <= 0xffffffff ? 26
                                            : 27;
  std::array<std::uint8_t, 9> bytes;
  std::size_t size = 0;
  bytes[size++] = static_cast<std::uint8_t>(first | info);
  for (int shift = 8 * (1 << (info - 24)) - 8; shift >= 0; shift -= 8) {
    bytes[size++] = static_cast<std::uint8_t>(argument >> shift);
  }
  out_.insert(out_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
}

void CborWriter::integer(std::int64_t value) {
  CHECK(value != INT64_MIN);
  if (value >= 0) {
    head(kUnsigned, static_cast<std::uint64_t>(value));
  } else {
    head(kNegative, static_cast<std::uint64_t>(-1 - value));
  }
}

void CborWriter::uint(std::uint64_t value) {
  CHECK(value <= INT64_MAX);
  head(kUnsigned, value);
}

void CborWriter::bytes(ByteView value) {
  head(kBytes, value.size());
  out_.insert(out_.end(), value.begin(), value.end());
}

void CborWriter::text(std::string_view value) {
  CHECK(is_utf8(value));
  head(kText, value.size());
  out_.insert(out_.end(), value.begin(), value.end());
}

void CborWriter::array(std::size_t items) { head(kArray, items); }
void CborWriter::map(std::size_t pairs) { head(kMap, pairs); }
void CborWriter::boolean(bool value) { out_.push_back(value ? kTrue : kFalse); }
void CborWriter::null() { out_.push_back(kNull); }

void CborWriter::tag(std::uint64_t value) {
  CHECK(value == kSign1Tag || value == kSignTag);
  head(kTag, value);
}

void CborWriter::raw(ByteView encoded) { out_.insert(out_.end(), encoded.begin(), encoded.end()); }

Result<std::uint64_t> CborReader::head(std::uint8_t major) {
  if (at_ < data_.size() && major == kUnsigned && data_[at_] < 24) [[likely]] {
    return data_[at_++];  // most figures of an acta are of this kind
  }
  Head head;
  const Code* code = read_head(data_, at_, head);
  // "Another kind than the format has here" says more than "not in its shortest form".
  if (at_ < data_.size() && data_[at_] >> 5 != major && forbidden_head(data_[at_]) == nullptr) {
    code = &kCborWrongType;
  }
  if (code != nullptr) return fail_at(*code, at_);
  at_ += head.size;
  return head.argument;
}

Result<std::int64_t> CborReader::integer() {
  if (at_ < data_.size() && data_[at_] >> 5 == kNegative) {
    const std::uint64_t argument = TRY(head(kNegative));
    return -1 - static_cast<std::int64_t>(argument);
  }
  const std::uint64_t argument = TRY(head(kUnsigned));
  return static_cast<std::int64_t>(argument);
}

Result<std::uint64_t> CborReader::uint(std::uint64_t max) {
  const std::size_t start = at_;
  const std::uint64_t value = TRY(head(kUnsigned));
  if (value > max) return fail_at(kCborRange, start);
  return value;
}

Result<ByteView> CborReader::bytes() {
  const std::uint64_t size = TRY(head(kBytes));
  at_ += size;
  return data_.subspan(at_ - size, size);
}

Result<ByteView> CborReader::bytes(std::size_t exactly) {
  const std::size_t start = at_;
  const ByteView out = TRY(bytes());
  if (out.size() != exactly) return fail_at(kCborRange, start);
  return out;
}

Result<std::string_view> CborReader::text() {
  const std::size_t start = at_;
  const std::uint64_t size = TRY(head(kText));
  const std::string_view out = as_text(data_.subspan(at_, size));
  if (!is_utf8(out)) return fail_at(kCborBadText, start);
  at_ += size;
  return out;
}

Result<std::size_t> CborReader::array() { return head(kArray); }

Result<void> CborReader::array(std::size_t exactly) {
  const std::size_t start = at_;
  const std::size_t items = TRY(array());
  if (items != exactly) return fail_at(kCborRange, start);
  return {};
}

Result<std::size_t> CborReader::map() { return head(kMap); }

Result<void> CborReader::map(std::size_t exactly) {
  const std::size_t start = at_;
  const std::size_t pairs = TRY(map());
  if (pairs != exactly) return fail_at(kCborRange, start);
  return {};
}

Result<void> CborReader::key(std::uint64_t expected) {
  const std::size_t start = at_;
  const std::uint64_t found = TRY(head(kUnsigned));
  if (found != expected) return fail_at(kCborKeyOrder, start);
  return {};
}

Result<bool> CborReader::boolean() {
  const std::size_t start = at_;
  TRY(head(kSimple));
  if (data_[start] == kNull) return fail_at(kCborWrongType, start);
  return data_[start] == kTrue;
}

Result<bool> CborReader::null() {
  if (at_ >= data_.size()) return fail_at(kCborTruncated, at_);
  if (data_[at_] != kNull) return false;
  ++at_;
  return true;
}

Result<void> CborReader::tag(std::uint64_t expected) {
  const std::size_t start = at_;
  const std::uint64_t found = TRY(head(kTag));
  if (found != expected) return fail_at(kCborWrongType, start);
  if (start != 0) return fail_at(kCborForbidden, start);
  return {};
}

Result<ByteView> CborReader::item() {
  std::size_t end = at_;
  const Fault fault = walk(data_, end, 0, at_ == 0);
  if (fault.code != nullptr) return fail_at(*fault.code, fault.at);
  const ByteView out = data_.subspan(at_, end - at_);
  at_ = end;
  return out;
}

Result<void> CborReader::end() const {
  if (at_ != data_.size()) return fail_at(kCborTrailing, at_);
  return {};
}

Result<void> check_cbor(ByteView data, std::size_t max_size) {
  if (data.size() > max_size) {
    return fail(kCborTooLarge,
                {{"size", std::to_string(data.size())}, {"max", std::to_string(max_size)}});
  }
  CborReader reader{data};
  TRY(reader.item());
  return reader.end();
}

}  // namespace sufragio::codec
