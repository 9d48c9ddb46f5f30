#include "audit/stratified.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "audit/codes.h"
#include "stats/product.h"

namespace sufragio::audit {

namespace {

constexpr std::size_t kMostStrata = 16;
constexpr double kSlack = 1e-12;

bool same_corner(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t s = 0; s < a.size(); ++s) {
    if (std::fabs(a[s] - b[s]) > 1e-9) return false;
  }
  return true;
}

stats::Product value_at(const StratumDraws& stratum, double m) {
  stats::Product out;
  const double n = static_cast<double>(stratum.size);
  double sum = 0;
  for (std::size_t j = 0; j < stratum.x.size(); ++j) {
    const double mu = (n * m - sum) / (n - static_cast<double>(j));
    out.multiply(std::max(0.0, 1 + stratum.lambda * (stratum.x[j] - std::max(mu, 0.0))));
    sum += stratum.x[j];
  }
  return out;
}

bool sound(const StratumDraws& stratum) {
  const bool inside = std::ranges::all_of(stratum.x, [](double x) { return x >= 0 && x <= 1; });
  return inside && stratum.size >= 1 && stratum.lambda >= 0 && stratum.lambda <= 1 &&
         static_cast<std::int64_t>(stratum.x.size()) <= stratum.size;
}

}  // namespace

std::vector<std::vector<double>> corners(std::span<const double> low, std::span<const double> high,
                                         std::span<const double> weights, double t) {
  std::vector<std::vector<double>> out;
  const std::size_t n = low.size();
  for (std::size_t open = 0; open < n; ++open) {
    for (std::size_t mask = 0; mask < std::size_t{1} << n; ++mask) {
      if ((mask >> open & 1) != 0) continue;
      std::vector<double> corner(n);
      double rest = t;
      for (std::size_t s = 0; s < n; ++s) {
        corner[s] = (mask >> s & 1) != 0 ? high[s] : low[s];
        if (s != open) rest -= weights[s] * corner[s];
      }
      corner[open] = rest / weights[open];
      if (corner[open] < low[open] - kSlack || corner[open] > high[open] + kSlack) continue;
      corner[open] = std::clamp(corner[open], low[open], high[open]);
      const auto same = [&](const auto& other) { return same_corner(corner, other); };
      if (std::ranges::none_of(out, same)) out.push_back(std::move(corner));
    }
  }
  return out;
}

Result<double> stratified_risk(std::span<const StratumDraws> strata, double t) {
  if (strata.empty() || strata.size() > kMostStrata || !std::ranges::all_of(strata, sound)) {
    return fail(kBadStrata);
  }
  double all = 0;
  for (const StratumDraws& s : strata) all += static_cast<double>(s.size);
  std::vector<double> low;
  std::vector<double> high;
  std::vector<double> weights;
  double least = 0;
  double most = 0;
  for (const StratumDraws& s : strata) {  // what the draws leave possible
    const double n = static_cast<double>(s.size);
    const double sum = std::accumulate(s.x.begin(), s.x.end(), 0.0);
    weights.push_back(n / all);
    low.push_back(sum / n);
    high.push_back((sum + n - static_cast<double>(s.x.size())) / n);
    least += weights.back() * low.back();
    most += weights.back() * high.back();
  }
  if (least > t + kSlack) return 0.0;
  if (most < t - kSlack) return 1.0;
  double p = 0;
  for (const std::vector<double>& corner : corners(low, high, weights, t)) {
    stats::Product value;
    for (std::size_t s = 0; s < strata.size(); ++s) value.multiply(value_at(strata[s], corner[s]));
    p = std::max(p, std::min(1.0, value.inverse().value()));
  }
  return p;
}

std::size_t next_stratum(std::span<const std::int64_t> sizes, std::span<const std::int64_t> drawn) {
  std::size_t best = 0;
  for (std::size_t s = 1; s < sizes.size(); ++s) {
    if (drawn[s] * sizes[best] < drawn[best] * sizes[s]) best = s;
  }
  return best;
}

double batch_alpha(std::span<const Batch> batches, std::span<const BatchDraw> draws, double t,
                   double eta) {
  double ballots = 0;
  double bound = 0;
  for (const Batch& batch : batches) {
    ballots += static_cast<double>(batch.ballots);
    bound += batch.bound * static_cast<double>(batch.ballots);
  }
  const double all = ballots;
  double drawn = 0;
  double p = 1;
  stats::Product value;
  for (const BatchDraw& draw : draws) {
    const Batch& batch = batches[draw.batch];
    const double here = static_cast<double>(batch.ballots);
    const double mu = (all * t - drawn) / ballots;
    const double top = bound / ballots;
    if (mu < 0) return 0;
    const double x = draw.sum * bound / (batch.bound * here * ballots);
    const double alternative = std::clamp((all * eta - drawn) / ballots, std::min(mu, top), top);
    if (mu > kSlack && top - mu > kSlack) {
      value.multiply(std::max(
          0.0, x / mu * (alternative - mu) / (top - mu) + (top - alternative) / (top - mu)));
    }
    p = std::min(p, value.inverse().value());
    drawn += draw.sum;
    ballots -= here;
    bound -= batch.bound * here;
    if (ballots <= 0) return drawn > all * t ? 0 : p;
  }
  return p;
}

}  // namespace sufragio::audit
