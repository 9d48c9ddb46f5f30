#include "sim/rng.h"

#include <bit>

namespace sufragio::sim {

SimRng::SimRng(std::uint64_t seed) {
  // splitmix64, Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
  for (std::uint64_t& part : state_) {
    seed += 0x9e3779b97f4a7c15U;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    part = z ^ (z >> 31);
  }
}

std::uint64_t SimRng::word() {
  const std::uint64_t out = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return out;
}

void SimRng::fill(std::span<std::uint8_t> out) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) bits = word();
    out[i] = static_cast<std::uint8_t>(bits >> (8 * (i % 8)));
  }
}

SimRng SimRng::fork() { return SimRng{word()}; }

}  // namespace sufragio::sim
