#pragma once

#include "base/bytes.h"

namespace sufragio::ports {

// The one small thing of the machine that changes as a whole or not at all: phase, generation of
// the vault, its key and hash, the counters of paper. docs/spec/vault.md 5.
struct Cell {
  static constexpr std::size_t kSize = 92;
  static constexpr std::uint8_t kVersion = 1;
  // Flags.
  static constexpr std::uint8_t kIntent = 1;
  static constexpr std::uint8_t kMediumAFailed = 2;
  static constexpr std::uint8_t kMediumBFailed = 4;
  static constexpr std::uint8_t kSuspended = 8;

  std::uint8_t phase = 0;
  std::uint8_t flags = 0;
  std::uint64_t generation = 0;
  FixedBytes<struct VaultKeyTag, 32> key;
  Hash32 half_hash;
  std::uint16_t receipts = 0;
  std::uint16_t void_prints = 0;
  std::uint16_t spoiled = 0;
  std::uint16_t abandoned = 0;
  std::uint16_t challenged = 0;
  friend bool operator==(const Cell&, const Cell&) = default;
};

[[nodiscard]] std::array<std::uint8_t, Cell::kSize> encode(const Cell& cell);
[[nodiscard]] Result<Cell> decode_cell(ByteView bytes);  // F141: length, version or CRC-32C

class KeyCell {
 public:
  virtual ~KeyCell() = default;
  [[nodiscard]] virtual Result<Cell> read() = 0;  // F141, F142 (nothing was ever written), F143
  // Returns after it is durable; a power cut leaves the old cell or the new one, never a mix. F143
  [[nodiscard]] virtual Result<void> write(const Cell& cell) = 0;
  [[nodiscard]] virtual Result<void> destroy() = 0;  // its contents cannot be had back afterwards
};

}  // namespace sufragio::ports
