#include "base/rng.h"

#include <array>

#include "base/check.h"

namespace sufragio {

std::uint64_t Rng::next() {
  std::array<std::uint8_t, 8> raw{};
  fill(raw);
  std::uint64_t out = 0;
  for (const std::uint8_t byte : raw) out = out << 8 | byte;
  return out;
}

std::uint64_t Rng::below(std::uint64_t n) {
  CHECK(n >= 1);
  const std::uint64_t whole = UINT64_MAX - UINT64_MAX % n;  // the largest multiple of n that fits
  std::uint64_t value = next();
  while (value >= whole) value = next();
  return value % n;
}

}  // namespace sufragio
