#include "audit/receipts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "audit/codes.h"
#include "base/check.h"
#include "stats/distributions.h"

namespace sufragio::audit {

namespace {

constexpr double kQuantiles[] = {0.7, 0.8, 0.9};

std::int64_t ceiling(double x) { return static_cast<std::int64_t>(std::ceil(x)); }

}  // namespace

Assorter::Assorter(const Assertion& assertion) : assertion_{assertion} {
  CHECK(assertion.worst > 0);
}

std::int64_t Assorter::numerator(ReceiptVotes votes) const {
  std::int64_t out = assertion_.worst;
  for (const Term& term : assertion_.terms) {
    if (std::ranges::find(votes, term.option) != votes.end()) out += term.factor;
  }
  return out;
}

double Assorter::u() const {
  return static_cast<double>(largest()) / static_cast<double>(denominator());
}

std::int64_t Assorter::sum(std::span<const std::int64_t> totals, std::int64_t ballots) const {
  std::int64_t out = assertion_.worst * ballots;
  for (const Term& term : assertion_.terms) out += term.factor * totals[term.option];
  return out;
}

double Assorter::margin(std::span<const std::int64_t> totals, std::int64_t ballots) const {
  // 2 sum / (denominator ballots) - 1 = (sum - worst ballots) / (worst ballots), in integers first.
  const std::int64_t base = assertion_.worst * ballots;
  return static_cast<double>(sum(totals, ballots) - base) / static_cast<double>(base);
}

double overstatement_value(double overstatement, double u, double v) {
  return (1 - overstatement / u) / (2 - v / u);
}

double overstatement_bound(double u, double v) { return 2 / (2 - v / u); }

double oneaudit_value(double reported_mean, double value, double u, double v) {
  return overstatement_value(reported_mean - value, u, v);
}

std::int64_t comparison_size(double v, double u, double alpha, double lambda) {
  const double no_error = overstatement_value(0, u, v);
  return ceiling(std::log(1 / alpha) / std::log1p(lambda * (no_error - 0.5)));
}

std::int64_t super_simple_size(double diluted_margin, double alpha, double gamma,
                               const ErrorRates& counts) {
  const double log_sum = std::log(alpha) + counts.over1 * std::log1p(-1 / (2 * gamma)) +
                         counts.over2 * std::log1p(-1 / gamma) +
                         counts.under1 * std::log1p(1 / (2 * gamma)) +
                         counts.under2 * std::log1p(1 / gamma);
  return ceiling(-2 * gamma * log_sum / diluted_margin);
}

std::int64_t bravo_average(const PollingPair& pair, double alpha, double log_t) {
  const double share = pair.winner / (pair.winner + pair.loser);
  const double z_w = std::log(2 * share);
  const double z_l = std::log(2 - 2 * share);
  const double drift = pair.winner * z_w + (pair.loser > 0 ? pair.loser * z_l : 0);
  return ceiling((std::log(1 / alpha) - log_t + z_w / 2) / drift);
}

std::int64_t bravo_size(const PollingPair& pair, double alpha, double q) {
  const double both = pair.winner + pair.loser;
  const double s = pair.winner / both;
  const double plus = std::log(2 * s);
  const double minus = std::log(2 * (1 - s));
  const double tau = std::log(1 / alpha) - (static_cast<double>(pair.sample_winner) * plus +
                                            static_cast<double>(pair.sample_loser) * minus);
  if (tau <= 0) return 0;
  const double z = -stats::normal_quantile(q);
  const double f = tau / (plus - minus);
  const double h = minus / (plus - minus) + s;
  const double b = -(z * z * s * (1 - s) + 2 * f * h);
  const double root = std::sqrt(std::max(0.0, b * b - 4 * h * h * f * f));
  auto n = static_cast<std::int64_t>(std::floor((-b + (q > 0.5 ? root : -root)) / (2 * h * h)));
  for (;; ++n) {
    const auto x = static_cast<double>(stats::binomial_quantile(1 - q, n, s));
    if (x * plus + (static_cast<double>(n) - x) * minus >= tau) break;
  }
  return ceiling(static_cast<double>(n) / both);
}

namespace {

struct Ranking {
  std::vector<std::size_t> winners;
  std::vector<std::size_t> losers;
};

Ranking ranking_of(std::span<const std::int64_t> totals, std::uint32_t winners) {
  std::vector<std::size_t> order(totals.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return totals[a] > totals[b]; });
  Ranking out;
  for (std::size_t i = 0; i < order.size(); ++i) {
    (i < winners ? out.winners : out.losers).push_back(order[i]);
  }
  return out;
}

// The least ln T over all pairs of winner and loser.
double least_log_t(const Ranking& ranking, std::span<const std::int64_t> totals,
                   std::span<const std::int64_t> sample) {
  double least = std::numeric_limits<double>::infinity();
  for (const std::size_t w : ranking.winners) {
    for (const std::size_t l : ranking.losers) {
      const double s = static_cast<double>(totals[w]) / static_cast<double>(totals[w] + totals[l]);
      double log_t = 0;
      if (sample[w] > 0) log_t += static_cast<double>(sample[w]) * std::log(2 * s);
      if (sample[l] > 0) log_t += static_cast<double>(sample[l]) * std::log(2 - 2 * s);
      least = std::min(least, log_t);
    }
  }
  return least;
}

}  // namespace

Result<std::optional<PollingPlan>> plan_polling(std::span<const std::int64_t> totals,
                                                std::int64_t ballots, std::uint32_t winners,
                                                std::span<const std::int64_t> sample,
                                                double alpha) {
  const std::vector<std::int64_t> none(totals.size(), 0);
  if (sample.empty()) sample = none;
  const auto negative = [](std::int64_t v) { return v < 0; };
  if (ballots <= 0 || sample.size() != totals.size() || std::ranges::any_of(totals, negative) ||
      std::ranges::any_of(sample, negative)) {
    return fail(kImpossibleCount);
  }
  const Ranking ranking = ranking_of(totals, winners);
  if (ranking.losers.empty() || winners == 0) return std::optional<PollingPlan>{};
  PollingPlan plan;
  const std::int64_t weakest = totals[ranking.winners.back()];
  const std::int64_t strongest = totals[ranking.losers.front()];
  if (weakest <= 0) return fail(kNothingToDecide);
  if (weakest == strongest) {
    plan.full_count = true;
    return std::optional{plan};
  }
  if (totals[ranking.winners.front()] == ballots) {  // nobody else has a vote
    plan.average = 1;
    return std::optional{plan};
  }
  PollingPair pair;
  pair.winner = static_cast<double>(weakest) / static_cast<double>(ballots);
  pair.loser = static_cast<double>(strongest) / static_cast<double>(ballots);
  pair.sample_winner = sample[ranking.winners.back()];
  pair.sample_loser = sample[ranking.losers.front()];
  plan.average = bravo_average(pair, alpha, least_log_t(ranking, totals, sample));
  if (plan.average <= 0) return std::optional<PollingPlan>{};
  if (winners != 1) return std::optional{plan};
  for (const double q : kQuantiles) plan.sizes.push_back(bravo_size(pair, alpha, q));
  plan.full_count =
      plan.average >= ballots || (ballots > kLargeContest && plan.sizes.back() * 4 >= ballots);
  return std::optional{plan};
}

double list_error_bound(std::span<const Assertion> assertions) {
  double out = 0;
  for (const Assertion& a : assertions) {
    out = std::max(out, static_cast<double>(a.best + a.worst) / static_cast<double>(a.margin));
  }
  return out;
}

std::int64_t kaplan_wald_size(double total_bound, double gamma, double alpha) {
  return ceiling(std::log(1 / alpha) / std::log(gamma / (1 - 1 / total_bound) + 1 - gamma));
}

}  // namespace sufragio::audit
