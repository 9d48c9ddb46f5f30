#pragma once

#include "base/bytes.h"

namespace sufragio::biometrics {

// Big-endian reading with a position; the caller asks for `left` first.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_{bytes} {}
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  std::uint8_t u8() { return bytes_[at_++]; }
  std::uint16_t u16() {
    const unsigned high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }
  ByteView take(std::size_t n) {
    const ByteView out = bytes_.subspan(at_, n);
    at_ += n;
    return out;
  }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

class ByteWriter {
 public:
  void u8(unsigned value) { out_.push_back(static_cast<std::uint8_t>(value)); }
  void u16(unsigned value) {
    u8(value >> 8 & 0xff);
    u8(value & 0xff);
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value & 0xffff);
  }
  void bytes(ByteView data) { out_.insert(out_.end(), data.begin(), data.end()); }
  void put_u32(std::size_t at, std::uint32_t value) {
    for (std::size_t k = 0; k < 4; ++k) {
      out_[at + k] = static_cast<std::uint8_t>(value >> (24 - 8 * k));
    }
  }
  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

}  // namespace sufragio::biometrics
