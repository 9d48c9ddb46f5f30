#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audit/frame.h"

// Audits that draw single receipts: assorters (docs/rules/U515.md), ballot polling with its planner
// and ONEAudit.
namespace sufragio::audit {

// What one receipt says in a contest: the options that it marks; none: nothing valid.
using ReceiptVotes = std::span<const std::uint32_t>;

// An assorter gives each receipt a value in [0, u]; the assertion holds exactly when the mean over
// all receipts is above 1/2. Values are numerators over one denominator: (factor + worst) /
// (2 worst), so that no vote gives 1/2.
class Assorter {
 public:
  explicit Assorter(const Assertion& assertion);
  [[nodiscard]] std::int64_t numerator(ReceiptVotes votes) const;
  [[nodiscard]] std::int64_t denominator() const { return 2 * assertion_.worst; }
  [[nodiscard]] std::int64_t largest() const { return assertion_.worst + assertion_.best; }
  [[nodiscard]] double u() const;
  // Sum over the receipts that totals stand for, `ballots` of them: numerator over denominator().
  [[nodiscard]] std::int64_t sum(std::span<const std::int64_t> totals, std::int64_t ballots) const;
  // v = 2 mean - 1 over `ballots` receipts.
  [[nodiscard]] double margin(std::span<const std::int64_t> totals, std::int64_t ballots) const;

 private:
  Assertion assertion_;
};

// B = (1 - overstatement/u) / (2 - v/u): the assertion holds exactly when its mean is above 1/2.
[[nodiscard]] double overstatement_value(double overstatement, double u, double v);
[[nodiscard]] double overstatement_bound(double u, double v);  // 2 / (2 - v/u)

// ONEAudit (Stark 2023): each receipt of a mesa is compared with the mesa's reported mean.
// `reported_mean` and `value` are of the assorter. If the rows are right the mean is 1/(2 - v/u).
[[nodiscard]] double oneaudit_value(double reported_mean, double value, double u, double v);
// Receipts until p <= alpha if every comparison shows no error: ceil(ln(1/alpha) /
// ln(1 + lambda (1/(2 - v/u) - 1/2))), 0 < lambda <= 2.
[[nodiscard]] std::int64_t comparison_size(double v, double u, double alpha, double lambda);

// Super-simple comparison (Lindeman and Stark 2012). Rates are per receipt: one- and two-vote over-
// and understatements.
struct ErrorRates {
  double over1 = 0;
  double over2 = 0;
  double under1 = 0;
  double under2 = 0;
};
[[nodiscard]] std::int64_t super_simple_size(double diluted_margin, double alpha, double gamma,
                                             const ErrorRates& counts);

// Shares of all ballots of a winner and a loser, and what a sample so far holds of them.
struct PollingPair {
  double winner = 0;
  double loser = 0;
  std::int64_t sample_winner = 0;
  std::int64_t sample_loser = 0;
};
// BRAVO's average sample number: ceil((ln(1/alpha) - ln T + z_w/2) / (p_w z_w + p_l z_l)).
[[nodiscard]] std::int64_t bravo_average(const PollingPair& pair, double alpha, double log_t);
// The size at which a right outcome is confirmed in one round with probability q (Lindeman); 0 when
// the sample so far confirms it.
[[nodiscard]] std::int64_t bravo_size(const PollingPair& pair, double alpha, double q);

// A contest of more ballots is counted in full when the plan asks for a quarter of them.
inline constexpr std::int64_t kLargeContest = 100'000;

struct PollingPlan {
  bool full_count = false;  // a tie, or the 90 % size is a quarter of a large contest
  std::int64_t average = 0;
  std::vector<std::int64_t> sizes;  // for 70, 80 and 90 %; only for one winner
};
// Plan for the totals and the sample so far (empty: none yet). Nothing when the sample is already
// enough, or nobody lost. U302, U321.
[[nodiscard]] Result<std::optional<PollingPlan>> plan_polling(std::span<const std::int64_t> totals,
                                                              std::int64_t ballots,
                                                              std::uint32_t winners,
                                                              std::span<const std::int64_t> sample,
                                                              double alpha);

// The per-ballot form for list seats (Stark and Teague 2014, eq. 7): the largest (L+W)/M over the
// pairs, and the Kaplan-Wald size without differences.
[[nodiscard]] double list_error_bound(std::span<const Assertion> assertions);
[[nodiscard]] std::int64_t kaplan_wald_size(double total_bound, double gamma, double alpha);

}  // namespace sufragio::audit
