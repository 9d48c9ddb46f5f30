#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"

// Draws proportional to an error bound, with replacement, in integers (docs/spec/draw.md section
// 4): draw i takes h = SHA-256(seed | decimal i) as a 256-bit number, r = h * W >> 256, and the
// first thing whose cumulative weight exceeds r. Nobody needs the generator of a language.
namespace sufragio::audit {

__extension__ using Weight = unsigned __int128;

struct WeightedDraw {
  std::uint64_t number = 0;  // 1-based
  std::size_t index = 0;     // of the thing drawn
  Weight at = 0;             // r
  friend bool operator==(const WeightedDraw&, const WeightedDraw&) = default;
};

class WeightedUrn {
 public:
  // U102 when all weights are 0. Their sum must stay below 2^127 (CHECK).
  [[nodiscard]] static Result<WeightedUrn> of(std::span<const Weight> weights);
  // Draws `from` … `from + count - 1`, 1-based: a draw can be extended without end.
  [[nodiscard]] std::vector<WeightedDraw> draw(std::string_view seed, std::uint64_t from,
                                               std::uint64_t count) const;
  [[nodiscard]] Weight total() const { return cumulative_.back(); }

 private:
  std::vector<Weight> cumulative_;
};

[[nodiscard]] std::string decimal(Weight value);

}  // namespace sufragio::audit
