#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

// A quick count: the share of one option estimated from a public random sample of mesas, with its
// error (docs/rules/U517.md). Never mixed with the count, never decides anything.
namespace sufragio::audit {

struct SampledMesa {
  std::int64_t votes = 0;  // of the option
  std::int64_t valid = 0;
};

struct QuickStratum {
  std::string name;
  std::int64_t mesas = 0;             // in the stratum
  std::vector<SampledMesa> reported;  // of the drawn mesas, those that are in
  std::vector<std::int64_t>
      missing;  // per drawn mesa that is not in: the most valid votes it holds
};

struct QuickEstimate {
  double share = 0;
  double low = 0;  // interval at the confidence asked, from the mesas that are in
  double high = 0;
  double worst_low = 0;  // the same with every missing mesa against, or for, the option
  double worst_high = 0;
  std::int64_t freedom = 0;  // degrees of the Student quantile: sum of (mesas in - 1)
  bool complete = true;      // every drawn mesa is in: only then does the draw speak
};
// Ratio estimator of a stratified simple random sample; a stratum that is in whole has no error.
// U331: fewer than two mesas of a stratum that is not in whole, more drawn than there are, more
// votes than valid ones, negative numbers, no valid vote.
[[nodiscard]] Result<QuickEstimate> quick_count(const std::vector<QuickStratum>& strata,
                                                double confidence);

// What observers sent of drawn mesas: "mesa,valid,<option>,…", one line a mesa, the votes of all
// options together are `valid`. U332 with "line" (form, negative figures, another sum), U124 a mesa
// that was not drawn, U333 a mesa twice.
struct QuickMesa {
  std::int64_t valid = 0;
  std::vector<std::int64_t> votes;  // per option
};
using QuickFigures = std::map<MesaId, QuickMesa>;
[[nodiscard]] Result<QuickFigures> read_quick_figures(std::string_view text,
                                                      const std::vector<std::string>& options,
                                                      const std::vector<MesaId>& drawn);

// Voters for a margin of error E at normal quantile z, if voters were drawn one by one from N:
// P(1-P) / (E^2/z^2 + P(1-P)/N). Not rounded.
[[nodiscard]] double naive_voters(double p, double error, double z, double population);
// Mesas when each holds `per_mesa` voters whose votes agree with correlation rho: the design effect
// 1 + (per_mesa - 1) rho. ceil.
[[nodiscard]] double design_effect(double per_mesa, double rho);
[[nodiscard]] std::int64_t mesas_for(double p, double error, double z, double per_mesa, double rho);

}  // namespace sufragio::audit
