#include "audit/sequential.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "audit/sample_rule.h"
#include "base/check.h"
#include "stats/buffered_rng.h"
#include "stats/product.h"

namespace sufragio::audit {

namespace {

constexpr double kStep = 0x1p-52;
constexpr double kNearZero = 4.5e-16;
constexpr double kNearU = 1e-6;
constexpr double kLeastSpread = 1e-6;
constexpr double kLastBit = 1 + 1e-9;

class RealMean {  // of the null, from values as they are
 public:
  explicit RealMean(const NullMean& null)
      : t_{null.t},
        finite_{null.population.has_value()},
        n_{finite_ ? static_cast<double>(*null.population) : 0} {}
  [[nodiscard]] double mu() const { return finite_ ? (n_ * t_ - sum_) / (n_ - drawn_) : t_; }
  [[nodiscard]] bool impossible() const { return mu() < 0; }
  [[nodiscard]] bool contradicted() const { return finite_ && drawn_ == n_ && sum_ > n_ * t_; }
  [[nodiscard]] bool finite() const { return finite_; }
  [[nodiscard]] double population() const { return n_; }
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] double drawn() const { return drawn_; }
  void add(double x) {
    sum_ += x;
    drawn_ += 1;
  }

 private:
  double t_;
  bool finite_;
  double n_;
  double sum_ = 0;
  double drawn_ = 0;
};

class ExactMean {  // the same from integers over one denominator
 public:
  explicit ExactMean(const ExactNull& null) : null_{null} {}
  [[nodiscard]] double mu() const {
    return static_cast<double>(left()) / (static_cast<double>(null_.denominator) *
                                          static_cast<double>(null_.population - drawn_));
  }
  [[nodiscard]] bool impossible() const { return left() < 0; }
  [[nodiscard]] bool contradicted() const { return drawn_ == null_.population && left() < 0; }
  [[nodiscard]] bool finite() const { return true; }
  [[nodiscard]] double population() const { return static_cast<double>(null_.population); }
  [[nodiscard]] double sum() const {
    return static_cast<double>(sum_) / static_cast<double>(null_.denominator);
  }
  [[nodiscard]] double drawn() const { return static_cast<double>(drawn_); }
  void add_exact(std::int64_t numerator) {
    sum_ += numerator;
    ++drawn_;
  }

 private:
  [[nodiscard]] Int128 left() const { return Int128{null_.numerator} * null_.population - sum_; }
  ExactNull null_;
  Int128 sum_ = 0;
  std::int64_t drawn_ = 0;
};

class Spread {  // Welford: the population variance of what was seen
 public:
  void add(double x) {
    count_ += 1;
    const double delta = x - mean_;
    mean_ += delta / count_;
    squares_ += delta * (x - mean_);
  }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double variance() const { return count_ == 0 ? 0 : squares_ / count_; }
  [[nodiscard]] double count() const { return count_; }

 private:
  double count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

double comparison_eta(double u, double p2) {
  return (1 - u * (1 - p2)) / (2 - 2 * u) + u * (1 - p2) - 0.5;
}

class EtaEstimate {
 public:
  EtaEstimate(const AlphaTest& test, double t)
      : test_{test},
        c_{test.c.value_or((test.eta - t) / 2)},
        constant_{test.estimator == Estimator::optimal_comparison
                      ? comparison_eta(test.u, test.two_vote_errors)
                      : test.eta} {}
  template <typename Mean>
  [[nodiscard]] double at(const Mean& mean, double mu) const {
    double eta = constant_;
    if (test_.estimator == Estimator::shrink_trunc) return shrink(mean, mu);
    if (test_.estimator == Estimator::fixed && mean.finite()) {
      eta = (mean.population() * constant_ - mean.sum()) / (mean.population() - mean.drawn());
    }
    return std::clamp(eta, std::min(mu, test_.u), test_.u);
  }
  void add(double x) {
    if (test_.f > 0) spread_.add(x);
  }

 private:
  template <typename Mean>
  [[nodiscard]] double shrink(const Mean& mean, double mu) const {
    const double weight = test_.d + mean.drawn();
    double w = (test_.d * test_.eta + mean.sum()) / weight;
    if (test_.f > 0) {
      const double sd =
          spread_.count() < 2 ? 1 : std::max(kLeastSpread, std::sqrt(spread_.variance()));
      w = (w + test_.u * test_.f / sd) / (1 + test_.f / sd);
    }
    const double room = c_ / std::sqrt(weight);
    return std::min(test_.u * (1 - kStep) - room, std::max(w, mu * (1 + kStep) + room));
  }

  AlphaTest test_;
  double c_;
  double constant_;
  Spread spread_;
};

// One value of a test: the edge rules of docs/rules/U514.md, then the factor. Returns min(1, 1/T).
template <typename Mean, typename Factor>
double advance(stats::Product& value, const Mean& mean, double u, Factor factor) {
  const double mu = mean.mu();
  if (mean.impossible()) {
    value.set_infinite();
    return 0;
  }
  if (mu > u) {
    value = stats::Product{0};
    return 1;
  }
  if (std::fabs(mu) <= kNearZero || std::fabs(u - mu) <= kNearZero + kNearU * mu) return 1;
  value.multiply(std::max(factor(mu), 0.0));
  return std::min(1.0, value.inverse().value());
}

template <typename Mean>
double finish(stats::Product& value, const Mean& mean, double reported) {
  if (!mean.contradicted()) return reported;
  value.set_infinite();
  return 0;
}

double alpha_factor(double x, double eta, double mu, double u) {
  return (x * eta / mu + (u - x) * (u - eta) / (u - mu)) / u;
}

TestValues values_of(std::vector<double> history, bool random_order) {
  TestValues out;
  out.history = std::move(history);
  for (const double p : out.history) out.p = std::min(out.p, p);
  if (!random_order && !out.history.empty()) out.p = out.history.back();
  return out;
}

}  // namespace

TestValues alpha_test(std::span<const double> x, const NullMean& null, const AlphaTest& test) {
  RealMean mean{null};
  EtaEstimate estimate{test, null.t};
  stats::Product value;
  std::vector<double> history;
  history.reserve(x.size());
  for (const double xi : x) {
    double p = advance(value, mean, test.u, [&](double mu) {
      return alpha_factor(xi, estimate.at(mean, mu), mu, test.u);
    });
    mean.add(xi);
    estimate.add(xi);
    p = finish(value, mean, p);
    history.push_back(p);
  }
  return values_of(std::move(history), true);
}

TestValues betting_test(std::span<const double> x, const NullMean& null, const BettingTest& test) {
  RealMean mean{null};
  Spread spread;
  stats::Product value;
  std::vector<double> history;
  double mu_before = null.t;
  for (const double xi : x) {
    double bet = test.lambda;
    if (test.adaptive && spread.count() > 0) {
      const double away = mu_before - spread.mean();
      bet = -away / (spread.variance() + away * away);
    }
    double p = advance(value, mean, test.u, [&](double mu) {
      const double most = test.adaptive ? test.c / mu : 1 / mu;
      const double capped = std::isnan(bet) ? 0 : std::clamp(bet, 0.0, most);
      return 1 + capped * (xi - mu);
    });
    mu_before = mean.mu();
    spread.add(xi);
    mean.add(xi);
    p = finish(value, mean, p);
    history.push_back(p);
  }
  return values_of(std::move(history), true);
}

namespace {

template <typename Factor>
TestValues kaplan(std::span<const double> x, bool random_order, Factor factor) {
  stats::Product value;
  std::vector<double> history;
  history.reserve(x.size());
  for (const double xi : x) {
    value.multiply(factor(xi));
    history.push_back(std::min(1.0, value.inverse().value()));
  }
  return values_of(std::move(history), random_order);
}

}  // namespace

TestValues kaplan_markov(std::span<const double> x, double t, const KaplanTest& test) {
  return kaplan(x, test.random_order, [&](double xi) { return (xi + test.g) / (t + test.g); });
}

TestValues kaplan_wald(std::span<const double> x, double t, const KaplanTest& test) {
  return kaplan(x, test.random_order, [&](double xi) { return (1 - test.g) * xi / t + test.g; });
}

TestValues kaplan_kolmogorov(std::span<const double> x, const NullMean& null,
                             const KaplanTest& test) {
  NullMean shifted = null;
  shifted.t += test.g;
  RealMean mean{shifted};
  stats::Product value;
  std::vector<double> history;
  for (const double xi : x) {
    double p = advance(value, mean, INFINITY, [&](double mu) { return (xi + test.g) / mu; });
    mean.add(xi + test.g);
    p = finish(value, mean, p);
    history.push_back(p);
  }
  return values_of(std::move(history), test.random_order);
}

ExactOutcome alpha_test_exact(std::span<const std::int64_t> numerators, const ExactNull& null,
                              const AlphaTest& test, double alpha) {
  CHECK(null.denominator >= 1 && null.population >= 1);
  CHECK(static_cast<std::int64_t>(numerators.size()) <= null.population);
  const double denominator = static_cast<double>(null.denominator);
  ExactMean mean{null};
  EtaEstimate estimate{test, static_cast<double>(null.numerator) / denominator};
  stats::Product value;
  ExactOutcome out;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    const double x = static_cast<double>(numerators[i]) / denominator;
    double p = advance(value, mean, test.u, [&](double mu) {
      return alpha_factor(x, estimate.at(mean, mu), mu, test.u);
    });
    mean.add_exact(numerators[i]);
    estimate.add(x);
    p = finish(value, mean, p);
    out.p = std::min(out.p, p);
    if (!out.stop && p * kLastBit <= alpha) out.stop = i + 1;
  }
  return out;
}

namespace {

// What depends on the number of draws alone: made once for all paths.
struct PathTables {
  std::vector<double> per_left;    // 1 / (N - j)
  std::vector<double> per_weight;  // 1 / (d + j)
  std::vector<double> room;        // c / sqrt(d + j)
};

PathTables tables_for(const AlphaTest& test, std::int64_t population) {
  PathTables out;
  const double c = test.c.value_or((test.eta - 0.5) / 2);
  for (std::int64_t j = 0; j < population; ++j) {
    const double weight = test.d + static_cast<double>(j);
    out.per_left.push_back(1 / static_cast<double>(population - j));
    out.per_weight.push_back(1 / weight);
    out.room.push_back(c / std::sqrt(weight));
  }
  return out;
}

// One path; T is a plain number: it may fall to 0 and stay there, which only delays.
std::int64_t path_length(const PollingPopulation& population, const AlphaTest& test,
                         const PathTables& tables, double target, stats::BufferedRng& rng) {
  const std::int64_t all = population.winner + population.loser + population.other;
  auto winners = static_cast<std::uint32_t>(population.winner);
  auto others = static_cast<std::uint32_t>(population.other);
  auto left = static_cast<std::uint32_t>(all);
  const double half = static_cast<double>(all) / 2;
  const bool shrink = test.estimator == Estimator::shrink_trunc;
  const double fixed = static_cast<double>(all) * test.eta;
  double sum = 0;
  double value = 1;
  for (std::size_t j = 0; left > 0; ++j, --left) {
    const double mu = (half - sum) * tables.per_left[j];
    if (mu < 0) return static_cast<std::int64_t>(j);
    const std::uint32_t pick = rng.below(left);
    const double x = pick < winners ? 1 : pick < winners + others ? 0.5 : 0;
    winners -= pick < winners ? 1 : 0;
    others -= x == 0.5 ? 1 : 0;
    if (mu > kNearZero && mu < 1 - kNearU) {
      double eta = std::clamp((fixed - sum) * tables.per_left[j], mu, 1.0);
      if (shrink) {
        const double w = (test.d * test.eta + sum) * tables.per_weight[j];
        eta = std::min(1 - kStep - tables.room[j], std::max(w, mu + tables.room[j]));
      }
      const double miss = (1 - eta) / (1 - mu);
      value *= x == 1 ? eta / mu : x == 0 ? miss : (eta / mu + miss) / 2;
      if (value >= target) return static_cast<std::int64_t>(j) + 1;
    }
    sum += x;
  }
  return all;
}

}  // namespace

SimulatedSize simulate_polling(const PollingPopulation& population, const AlphaTest& test,
                               double alpha, std::int64_t paths, Rng& rng) {
  const std::int64_t all = population.winner + population.loser + population.other;
  CHECK(all >= 1 && all < (std::int64_t{1} << 32) && paths >= 1);
  const PathTables tables = tables_for(test, all);
  stats::BufferedRng picks{rng};
  SimulatedSize out;
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < paths; ++i) {
    out.sorted.push_back(path_length(population, test, tables, kLastBit / alpha, picks));
    sum += out.sorted.back();
  }
  std::ranges::sort(out.sorted);
  out.mean = static_cast<double>(sum) / static_cast<double>(paths);
  return out;
}

std::int64_t SimulatedSize::quantile(double q) const {
  const double at = std::ceil(q * static_cast<double>(sorted.size()));
  const auto index = static_cast<std::size_t>(std::max(at, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

std::optional<std::int64_t> draws_of_tile(std::span<const double> tile, const NullMean& null,
                                          double alpha,
                                          const std::variant<AlphaTest, KaplanTest>& test) {
  CHECK(!tile.empty() && null.population);
  std::vector<double> x;
  for (std::int64_t i = 0; i < *null.population; ++i) {
    x.push_back(tile[static_cast<std::size_t>(i) % tile.size()]);
  }
  const TestValues values = std::holds_alternative<AlphaTest>(test)
                                ? alpha_test(x, null, std::get<AlphaTest>(test))
                                : kaplan_wald(x, null.t, std::get<KaplanTest>(test));
  const auto stop = std::ranges::find_if(values.history, [&](double p) { return p <= alpha; });
  if (stop == values.history.end()) return std::nullopt;
  return stop - values.history.begin() + 1;
}

}  // namespace sufragio::audit
