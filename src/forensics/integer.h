#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.h"

// Integer percentages (MODEL; Kobak, Shpilkin, Pshenichnikov, arXiv 1410.6059): do more mesas lie
// within .05 points of a whole percentage than binomial counts would?
namespace sufragio::forensics {

struct Part {  // k of n
  std::int64_t k = 0;
  std::int64_t n = 0;
};

// Within .05 points of a whole percentage: with r = 100k mod n, 20 · min(r, n - r) <= n. n > 0.
[[nodiscard]] bool near_integer(std::int64_t k, std::int64_t n);

// P(a Binomial(n, k/n) count in 0 < j < n is near), over the counts within ten standard deviations
// of k. 0 < k < n.
[[nodiscard]] double near_probability(const Part& part);

// Chances that were computed before: simulations ask for the same counts again and again.
class NearChances {
 public:
  [[nodiscard]] double of(const Part& part);

 private:
  std::vector<std::vector<double>> known_;  // by n, then k; negative: not yet
};

struct IntegerCount {
  std::int64_t mesas = 0;  // used: n >= min_n, 0 < k < n
  std::int64_t near = 0;
  double mean = 0;
  double variance = 0;
  double z = 0;  // 0 without variance
  double p = 1;  // upper tail: exact below 20 mesas, normal above
};
[[nodiscard]] IntegerCount integer_percentages(std::span<const Part> parts,
                                               std::int64_t min_n = 100,
                                               NearChances* chances = nullptr);

// The same parts drawn anew: binomial counts with the same shares.
[[nodiscard]] std::vector<Part> resampled(std::span<const Part> parts, Rng& rng);

// Mesas by the place of their percentage between two whole ones, in `bins` equal cells of a point,
// shifted so that whole percentages lie in the middle of the first: counted, and expected (rounded
// to thousandths).
struct Fractions {
  std::vector<std::int64_t> counted;
  std::vector<std::int64_t> expected_thousandths;
};
[[nodiscard]] Fractions fractions(std::span<const Part> parts, std::size_t bins,
                                  std::int64_t min_n = 100);

}  // namespace sufragio::forensics
