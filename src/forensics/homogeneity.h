#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.h"
#include "forensics/integer.h"

// Within-centre homogeneity (MODEL; idea of Jiménez, arXiv 1205.3645): if the electors of a centre
// are spread over its mesas as if at random, the votes of its mesas are multivariate hypergeometric
// given the centre's.
namespace sufragio::forensics {

using Centre = std::vector<Part>;  // x_j of t_j, by mesa

struct Homogeneity {
  std::int64_t centres = 0;  // used: two mesas or more, none empty, 0 < x < t
  double x2 = 0;
  std::int64_t freedom = 0;  // sum of J - 1
  // The same over the centres whose expected cells are all at least 5: those the p-value is of.
  std::int64_t centres_p = 0;
  double x2_p = 0;
  std::int64_t freedom_p = 0;

  [[nodiscard]] double dispersion() const;       // X² / freedom; 0 without
  [[nodiscard]] double p() const;                // upper tail of chi-squared
  [[nodiscard]] double p(double control) const;  // of X² / control; control > 0
};
[[nodiscard]] Homogeneity homogeneity(std::span<const Centre> centres);

// The same centres with their electors spread anew at random.
[[nodiscard]] std::vector<Centre> spread_anew(std::span<const Centre> centres, Rng& rng);

}  // namespace sufragio::forensics
