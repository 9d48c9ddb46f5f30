#pragma once

#include <cstdint>
#include <span>

namespace sufragio {

class Rng {  // the only way to randomness
 public:
  virtual ~Rng() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  [[nodiscard]] std::uint64_t next();                  // 64 uniform bits
  [[nodiscard]] std::uint64_t below(std::uint64_t n);  // uniform in [0, n) by rejection; n >= 1
};

}  // namespace sufragio
