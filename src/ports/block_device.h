#pragma once

#include "base/bytes.h"

namespace sufragio::ports {

// A raw partition without a file system. Offsets and lengths are multiples of kBlock; the memory
// that is given is aligned to it. A power cut during `write`, or between `write` and `sync`, leaves
// each block old, new or torn, in any order. A read goes past every cache.
class BlockDevice {
 public:
  static constexpr std::size_t kBlock = 4'096;

  virtual ~BlockDevice() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  [[nodiscard]] virtual Result<void> read(std::uint64_t offset,
                                          std::span<std::uint8_t> out) = 0;           // F131
  [[nodiscard]] virtual Result<void> write(std::uint64_t offset, ByteView data) = 0;  // F132
  [[nodiscard]] virtual Result<void> sync() = 0;  // F133: what is on it is not known, no second try
};

}  // namespace sufragio::ports
