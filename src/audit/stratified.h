#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

// Independent draws per stratum (docs/rules/U516.md), for laws that force regional draws; one
// national draw needs less work. Each stratum tests "its mean is at most m_s" with a bet that does
// not depend on m_s, so that ln T is concave in m_s and the least product over all ways to share
// the null among the strata lies in a corner: the risk is exact, not searched.
namespace sufragio::audit {

struct StratumDraws {
  std::int64_t size = 0;  // receipts of the stratum
  std::vector<double> x;  // values drawn so far, in order, without replacement, in [0, 1]
  double lambda = 0.5;    // the bet, 0 … 1, announced before the seed
};

// Corners of { m : low <= m <= high, sum weight_s m_s = t } (weights sum to 1), each once.
[[nodiscard]] std::vector<std::vector<double>> corners(std::span<const double> low,
                                                       std::span<const double> high,
                                                       std::span<const double> weights, double t);

// The largest p over the corners. 0 when the draws leave no way for the null. U330: no stratum,
// more than 16, a value outside [0, 1], a bet outside [0, 1] or more draws than receipts.
[[nodiscard]] Result<double> stratified_risk(std::span<const StratumDraws> strata, double t);

// Which stratum is drawn from next: the one whose share drawn is least (first of equals).
[[nodiscard]] std::size_t next_stratum(std::span<const std::int64_t> sizes,
                                       std::span<const std::int64_t> drawn);

// One mesa drawn without replacement, proportional to `bound` (docs/rules/U514.md): `ballots` of
// it, and the sum of its assorter over them on paper.
struct BatchDraw {
  std::size_t batch = 0;
  double sum = 0;
};
struct Batch {
  std::int64_t ballots = 0;
  double bound = 1;  // largest mean of the assorter in this batch
};
// ALPHA with a fixed alternative on batches. p after the draws, in draw order.
[[nodiscard]] double batch_alpha(std::span<const Batch> batches, std::span<const BatchDraw> draws,
                                 double t, double eta);

}  // namespace sufragio::audit
