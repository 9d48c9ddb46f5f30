#include "audit/batches.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "audit/codes.h"
#include "audit/sample_rule.h"
#include "base/check.h"

namespace sufragio::audit {

namespace {

constexpr double kHair = 1 + 1e-9;

// Per mesa: factor * votes summed over the terms, plus `worst` per ballot: the most error that the
// mesa can hold against this assertion.
void swings(const Frame& frame, const Assertion& assertion, std::vector<std::int64_t>& out) {
  const std::size_t n = frame.size();
  for (std::size_t m = 0; m < n; ++m) out[m] = assertion.worst * frame.ballots[m];
  for (const Term& term : assertion.terms) {
    const std::int64_t* const votes = frame.votes[term.option].data();
    for (std::size_t m = 0; m < n; ++m) out[m] += term.factor * votes[m];
  }
}

Weight rounded_up(std::int64_t swing, std::int64_t margin) {
  if (swing <= 0) return 0;
  const Weight scaled = Weight{static_cast<std::uint64_t>(swing)} << kWeightBits;
  const Weight divisor = static_cast<std::uint64_t>(margin);
  return (scaled + divisor - 1) / divisor;
}

struct Largest {  // the largest swing / margin so far, as a fraction
  std::int64_t swing = 0;
  std::int64_t margin = 1;
  double about = 0;
};

void raise(Largest& best, std::int64_t swing, std::int64_t margin, double inverse) {
  const double about = static_cast<double>(swing) * inverse;
  if (about < best.about * (1 - 1e-12)) return;  // surely smaller
  if (Int128{swing} * best.margin > Int128{best.swing} * margin) best = {swing, margin, about};
}

double factor_of(double t, double t0, double g) { return (1 - g) * (1 - t) / t0 + g; }

}  // namespace

double ErrorBounds::u() const { return std::ldexp(static_cast<double>(total), -kWeightBits); }

Result<ErrorBounds> error_bounds(const Frame& frame, std::span<const Assertion> assertions) {
  std::vector<Largest> best(frame.size());
  std::vector<std::int64_t> swing(frame.size());
  for (const Assertion& assertion : assertions) {
    swings(frame, assertion, swing);
    const double inverse = 1 / static_cast<double>(assertion.margin);
    for (std::size_t m = 0; m < swing.size(); ++m) {
      raise(best[m], swing[m], assertion.margin, inverse);
    }
  }
  ErrorBounds out;
  out.weights.reserve(frame.size());
  for (const Largest& largest : best) {
    out.weights.push_back(rounded_up(largest.swing, largest.margin));
    out.total += out.weights.back();
  }
  if (out.total <= Weight{1} << kWeightBits) return fail(kRowsNotTheOutcome);
  return out;
}

Result<double> taint(const Frame& frame, std::span<const Assertion> assertions,
                     const ErrorBounds& bounds, const PaperCount& paper) {
  if (!paper.votes) return 1.0;
  const std::vector<std::int64_t>& counted = *paper.votes;
  const MesaId mesa = frame.mesas[paper.mesa];
  if (counted.size() != frame.votes.size() ||
      std::ranges::any_of(counted, [](std::int64_t v) { return v < 0; })) {
    return fail(kImpossibleCount, {{"mesa", mesa.text()}});
  }
  double out = -INFINITY;
  const double weight = std::ldexp(static_cast<double>(bounds.weights[paper.mesa]), -kWeightBits);
  for (const Assertion& assertion : assertions) {
    std::int64_t error = 0;
    for (const Term& term : assertion.terms) {
      error += term.factor * (frame.votes[term.option][paper.mesa] - counted[term.option]);
    }
    // error / margin > weight: more error than the bound, in integers.
    if (error > 0 && (Int128{error} << kWeightBits) >
                         static_cast<Int128>(bounds.weights[paper.mesa]) * assertion.margin) {
      return fail(kBoundBroken, {{"mesa", mesa.text()}});
    }
    out = std::max(out, static_cast<double>(error) / static_cast<double>(assertion.margin));
  }
  return weight == 0 ? 0 : out / weight;
}

BatchRisk batch_risk(std::span<const double> taints, double u, const BatchTest& test) {
  CHECK(u > 1);
  const double t0 = 1 - 1 / u;
  BatchRisk out;
  stats::Product largest;
  for (std::size_t i = 0; i < taints.size(); ++i) {
    const double t = test.clip_negative ? std::max(taints[i], 0.0) : taints[i];
    out.now.multiply(factor_of(std::min(t, 1.0), t0, test.g));
    if (out.now.at_least(largest)) {
      largest = out.now;
      out.best = i + 1;
    }
  }
  const stats::Product& deciding = test.running ? largest : out.now;
  out.p = std::min(1.0, deciding.inverse().value());
  return out;
}

bool reached(std::span<const double> taints, double u, const BatchTest& test, double alpha) {
  return batch_risk(taints, u, test).p * kHair <= alpha;
}

std::int64_t draws_needed(double u, double g, double alpha, const stats::Product& now) {
  const double missing = std::log(1 / alpha) - now.log();
  if (missing <= 0) return 0;
  return static_cast<std::int64_t>(std::ceil(missing / std::log(factor_of(0, 1 - 1 / u, g))));
}

std::int64_t fewest_mesas(const Frame& frame, std::span<const Assertion> assertions) {
  auto fewest = static_cast<std::int64_t>(frame.size());
  std::vector<std::int64_t> swing(frame.size());
  for (const Assertion& assertion : assertions) {
    swings(frame, assertion, swing);  // none is below 0
    // Only what the largest `fewest` of them can do matters, and mostly it is too little.
    const auto rest = swing.begin() + fewest;
    std::nth_element(swing.begin(), rest, swing.end(), std::greater<>{});
    if (std::accumulate(swing.begin(), rest, std::int64_t{0}) < assertion.margin) continue;
    std::sort(swing.begin(), rest, std::greater<>{});
    std::int64_t sum = 0;
    std::int64_t mesas = 0;
    for (; sum < assertion.margin; ++mesas) sum += swing[static_cast<std::size_t>(mesas)];
    fewest = mesas;
  }
  return fewest;
}

}  // namespace sufragio::audit
