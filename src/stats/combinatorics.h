#pragma once

#include <cstdint>
#include <optional>

#include "stats/product.h"

namespace sufragio::stats {

__extension__ using Wide = unsigned __int128;

// C(n, k), exact; 0 for k > n; nothing when it does not fit in 128 bits.
[[nodiscard]] std::optional<Wide> binomial_exact(std::uint64_t n, std::uint64_t k);
// C(n, k) as a product of min(k, n-k) factors; 0 for k > n. Relative error below 2^-52 per factor.
[[nodiscard]] Product binomial(std::uint64_t n, std::uint64_t k);

// Things of two kinds in one urn: `drawn` of `size` without replacement, `marked` of them marked.
// 0 <= marked, drawn <= size < 2^53.
struct Urn {
  std::int64_t size = 0;
  std::int64_t marked = 0;
  std::int64_t drawn = 0;
};
// P(no marked thing is drawn) = prod_{i < marked} (size-drawn-i)/(size-i).
[[nodiscard]] Product none_drawn(const Urn& urn);
// P(exactly x marked things are drawn).
[[nodiscard]] Product exactly_drawn(const Urn& urn, std::int64_t x);
// P(at most x marked things are drawn).
[[nodiscard]] double at_most_drawn(const Urn& urn, std::int64_t x);
// P(no drawn marked thing is noticed), when each is noticed on its own with chance `notice`.
[[nodiscard]] double none_noticed(const Urn& urn, double notice);
// The most marked things that still leave P(at most x drawn) > alpha; `marked` of the urn is not
// read. Below it nothing can be excluded at this level.
[[nodiscard]] std::int64_t most_marked(std::int64_t size, std::int64_t drawn, std::int64_t x,
                                       double alpha);
// The smallest sample that draws at least one of `marked` with probability >= confidence.
[[nodiscard]] std::int64_t sample_to_draw_one(std::int64_t size, std::int64_t marked,
                                              double confidence);

}  // namespace sufragio::stats
