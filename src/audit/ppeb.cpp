#include "audit/ppeb.h"

#include <algorithm>
#include <array>

#include "audit/codes.h"
#include "base/check.h"
#include "crypto/hash.h"

namespace sufragio::audit {

namespace {

// (h * w) >> 256 for a 256-bit h, big-endian, and w < 2^128: schoolbook on 64-bit limbs.
Weight scaled(const Hash32& hash, Weight w) {
  std::array<std::uint64_t, 4> h{};  // least significant first
  for (std::size_t i = 0; i < 32; ++i) h[3 - i / 8] = h[3 - i / 8] << 8 | hash.data[i];
  const std::array<std::uint64_t, 2> factor = {static_cast<std::uint64_t>(w),
                                               static_cast<std::uint64_t>(w >> 64)};
  std::array<std::uint64_t, 6> product{};
  for (std::size_t i = 0; i < 4; ++i) {
    Weight carry = 0;
    for (std::size_t j = 0; j < 2; ++j) {
      const Weight sum = Weight{h[i]} * factor[j] + product[i + j] + carry;
      product[i + j] = static_cast<std::uint64_t>(sum);
      carry = sum >> 64;
    }
    product[i + 2] = static_cast<std::uint64_t>(carry);
  }
  return Weight{product[5]} << 64 | product[4];
}

}  // namespace

Result<WeightedUrn> WeightedUrn::of(std::span<const Weight> weights) {
  WeightedUrn out;
  Weight sum = 0;
  for (const Weight weight : weights) {
    CHECK(weight <= (Weight{1} << 127) - 1 - sum);
    sum += weight;
    out.cumulative_.push_back(sum);
  }
  if (sum == 0) return fail(kNothingToDraw);
  return out;
}

std::vector<WeightedDraw> WeightedUrn::draw(std::string_view seed, std::uint64_t from,
                                            std::uint64_t count) const {
  std::vector<WeightedDraw> out;
  for (std::uint64_t i = from; i < from + count; ++i) {
    const std::string text = std::string{seed} + "|" + std::to_string(i);
    const Weight at = scaled(crypto::sha256(as_bytes(text)), total());
    const auto found = std::ranges::upper_bound(cumulative_, at);
    out.push_back({i, static_cast<std::size_t>(found - cumulative_.begin()), at});
  }
  return out;
}

std::string decimal(Weight value) {
  std::string out;
  do {
    out += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::ranges::reverse(out);
  return out;
}

}  // namespace sufragio::audit
