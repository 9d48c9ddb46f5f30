#pragma once

#include <array>
#include <cstdint>

#include "base/rng.h"

namespace sufragio::sim {

// The generator of the simulated world: xoshiro256** (Blackman and Vigna), its state filled from
// the seed by splitmix64. The same seed gives the same world on every machine. Never for keys or
// nonces of a real election.
class SimRng : public Rng {
 public:
  explicit SimRng(std::uint64_t seed);
  void fill(std::span<std::uint8_t> out) override;  // little-endian words, the rest of a word lost
  [[nodiscard]] std::uint64_t word();               // the next 64 bits
  // A generator of its own for one part of the world, so that a part that draws more does not
  // change what the others see.
  [[nodiscard]] SimRng fork();

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace sufragio::sim
