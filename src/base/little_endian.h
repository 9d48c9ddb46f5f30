#pragma once

#include "base/bytes.h"

// Integers in raw layouts (vault, key cell, compact choices): little-endian, `bytes` of them.
namespace sufragio {

inline void put_le(std::span<std::uint8_t> out, std::size_t at, std::uint64_t value,
                   std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

[[nodiscard]] inline std::uint64_t get_le(ByteView in, std::size_t at, std::size_t bytes) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < bytes; ++i) out |= std::uint64_t{in[at + i]} << (8 * i);
  return out;
}

}  // namespace sufragio
