#pragma once

#include <array>
#include <cstdint>

#include "base/rng.h"

namespace sufragio::stats {

// Takes the bytes of a generator in blocks: for simulations that draw millions of numbers.
class BufferedRng {
 public:
  explicit BufferedRng(Rng& source) : source_{source} {}
  [[nodiscard]] std::uint32_t below(std::uint32_t n) {  // uniform in [0, n) by rejection; n >= 1
    std::uint64_t product = std::uint64_t{next()} * n;  // Lemire, "Fast random integers" (2019)
    if (static_cast<std::uint32_t>(product) < n) {
      const std::uint32_t least = (0U - n) % n;
      while (static_cast<std::uint32_t>(product) < least) product = std::uint64_t{next()} * n;
    }
    return static_cast<std::uint32_t>(product >> 32);
  }

 private:
  std::uint32_t next() {
    if (at_ == block_.size()) refill();
    const std::size_t i = at_;
    at_ += 4;
    return std::uint32_t{block_[i]} << 24 | std::uint32_t{block_[i + 1]} << 16 |
           std::uint32_t{block_[i + 2]} << 8 | std::uint32_t{block_[i + 3]};
  }
  void refill();

  Rng& source_;
  std::array<std::uint8_t, 4'096> block_{};
  std::size_t at_ = block_.size();
};

}  // namespace sufragio::stats
