#pragma once

#include <cstdint>

#include "base/rng.h"

namespace sufragio::tests {

// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same bytes everywhere. For tests
// only: it is no generator for secrets.
class SeededRng : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed) : state_{seed} {}

  void fill(std::span<std::uint8_t> out) override {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (i % 8 == 0) word = step();
      out[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
    }
  }

 private:
  std::uint64_t step() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace sufragio::tests
