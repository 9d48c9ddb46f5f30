#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sufragio::biometrics {

// Error rates of a matcher on comparisons whose truth is known. A comparison is accepted at
// threshold t if its score is >= t; prints that could not be acquired score 0 and stay in the
// denominators. Rates are parts per million, rounded half up.
struct ErrorRates {
  std::uint64_t eer = 0;       // equal error rate, by the rule of the FVC competitions
  std::uint64_t fmr100 = 0;    // false non-match rate where at most 1 % of the impostors match
  std::uint64_t fmr1000 = 0;   // … at most 0.1 %
  std::uint64_t zero_fmr = 0;  // … none
};

struct Comparisons {
  std::vector<std::uint32_t> genuine, impostor;
  void add(const Comparisons& other);
};

struct DetPoint {  // one threshold of the curve
  std::uint32_t threshold = 0;
  std::uint64_t false_matches = 0, false_non_matches = 0;
};

// By rising threshold: every score that occurs, and one above. Both lists must hold something.
[[nodiscard]] std::vector<DetPoint> det_curve(Comparisons comparisons);
[[nodiscard]] ErrorRates error_rates(const Comparisons& comparisons);
// The false non-match rate at the lowest threshold where at most `allowed` of the impostors match.
[[nodiscard]] std::uint64_t non_match_ppm(std::span<const DetPoint> curve, std::uint64_t genuine,
                                          std::uint64_t allowed);

}  // namespace sufragio::biometrics
