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

// The null as the draws go on: N t - (sum drawn) is what the receipts that are left would have to
// hold. Values and totals that are whole numbers below 2^53 make every sum and comparison exact.
class NullCourse {
 public:
  explicit NullCourse(const NullMean& null)
      : t_{null.t},
        finite_{null.population.has_value()},
        n_{finite_ ? static_cast<double>(*null.population) : 0},
        total_{n_ * null.t} {}
  explicit NullCourse(const ExactNull& null)
      : t_{static_cast<double>(null.total) / static_cast<double>(null.population)},
        finite_{true},
        n_{static_cast<double>(null.population)},
        total_{static_cast<double>(null.total)} {}
  [[nodiscard]] double mu() const { return finite_ ? (total_ - sum_) / (n_ - drawn_) : t_; }
  [[nodiscard]] bool contradicted() const { return finite_ && drawn_ == n_ && sum_ > total_; }
  [[nodiscard]] double t() const { return t_; }
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
  double total_;
  double sum_ = 0;
  double drawn_ = 0;
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
  // aGRAPA: (mean - mu) / (variance + (mean - mu)^2), as one fraction.
  [[nodiscard]] double bet_against(double mu) const {
    const double away = mean_ - mu;
    return away * count_ / (squares_ + count_ * away * away);
  }
  [[nodiscard]] double count() const { return count_; }

 private:
  double count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

double comparison_eta(double u, double p2) {
  return (1 - u * (1 - p2)) / (2 - 2 * u) + u * (1 - p2) - 0.5;
}

// The alternative for the next draw, from the draws before it.
template <Estimator kind>
class EtaEstimate {
 public:
  EtaEstimate(const AlphaTest& test, double t)
      : test_{test},
        c_{test.c.value_or((test.eta - t) / 2)},
        constant_{kind == Estimator::optimal_comparison
                      ? comparison_eta(test.u, test.two_vote_errors)
                      : test.eta},
        top_{test.u * (1 - kStep)} {}
  [[nodiscard]] double at(const NullCourse& null, double mu) const {
    if constexpr (kind == Estimator::shrink_trunc) return shrink(null, mu);
    double eta = constant_;
    if (kind == Estimator::fixed && null.finite()) {
      eta = (null.population() * constant_ - null.sum()) / (null.population() - null.drawn());
    }
    return std::clamp(eta, std::min(mu, test_.u), test_.u);
  }
  void add(double x) {
    if (kind == Estimator::shrink_trunc && test_.f > 0) spread_.add(x);
  }

 private:
  [[nodiscard]] double shrink(const NullCourse& null, double mu) const {
    const double weight = test_.d + null.drawn();
    double w = (test_.d * test_.eta + null.sum()) / weight;
    if (test_.f > 0) {
      const double sd =
          spread_.count() < 2 ? 1 : std::max(kLeastSpread, std::sqrt(spread_.variance()));
      w = (w + test_.u * test_.f / sd) / (1 + test_.f / sd);
    }
    const double room = c_ / std::sqrt(weight);
    return std::min(top_ - room, std::max(w, mu * (1 + kStep) + room));
  }

  AlphaTest test_;
  double c_;
  double constant_;
  double top_;
  Spread spread_;
};

// What a draw says: p = min(1, 1/T), or 1 whatever T is, or 0 since the null is impossible.
enum class Says : std::uint8_t { value, nothing, impossible };

double p_of(Says says, const stats::Product& value) {
  if (says == Says::value) return std::min(1.0, value.reciprocal());
  return says == Says::nothing ? 1 : 0;
}

// One value of a test: the edge rules of docs/rules/U514.md, then the factor.
template <typename Factor>
Says advance(stats::Product& value, double mu, double u, Factor factor) {
  if (mu < 0) {
    value.set_infinite();
    return Says::impossible;
  }
  if (mu > u) {
    value = stats::Product{0};
    return Says::nothing;
  }
  if (mu <= kNearZero || u - mu <= kNearZero + kNearU * mu) return Says::nothing;
  value.multiply(std::max(factor(mu), 0.0));
  return Says::value;
}

Says finish(stats::Product& value, const NullCourse& null, Says says) {
  if (!null.contradicted()) return says;
  value.set_infinite();
  return Says::impossible;
}

// The least p so far, from the largest T: one division at the end instead of one a draw.
class LeastP {
 public:
  bool add(Says says, const stats::Product& value) {  // is it a new least?
    impossible_ = impossible_ || says == Says::impossible;
    if (says != Says::value || !value.above(largest_)) return says == Says::impossible;
    largest_ = value;
    return true;
  }
  [[nodiscard]] double p() const { return impossible_ ? 0 : std::min(1.0, largest_.reciprocal()); }

 private:
  stats::Product largest_;
  bool impossible_ = false;
};

// Calls each(says, T) after each value. (x eta/mu + (u-x)(u-eta)/(u-mu)) / u as one
// fraction: one division a draw.
template <Estimator kind, typename X, typename Each>
void run_alpha(std::span<const X> x, NullCourse null, const AlphaTest& test, Each each) {
  EtaEstimate<kind> estimate{test, null.t()};
  const double u = test.u;
  stats::Product value;
  for (const X one : x) {
    const auto xi = static_cast<double>(one);
    const Says says = advance(value, null.mu(), u, [&](double mu) {
      const double eta = estimate.at(null, mu);
      return (xi * eta * (u - mu) + (u - xi) * (u - eta) * mu) / (mu * (u - mu) * u);
    });
    null.add(xi);
    estimate.add(xi);
    each(finish(value, null, says), value);
  }
}

template <typename X, typename Each>
void run_alpha(std::span<const X> x, const NullCourse& null, const AlphaTest& test, Each each) {
  switch (test.estimator) {
    case Estimator::fixed:
      return run_alpha<Estimator::fixed>(x, null, test, each);
    case Estimator::shrink_trunc:
      return run_alpha<Estimator::shrink_trunc>(x, null, test, each);
    case Estimator::optimal_comparison:
      return run_alpha<Estimator::optimal_comparison>(x, null, test, each);
  }
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
  std::vector<double> history(x.size());
  double* next = history.data();
  run_alpha(x, NullCourse{null}, test,
            [&](Says says, const stats::Product& value) { *next++ = p_of(says, value); });
  return values_of(std::move(history), true);
}

double alpha_p(std::span<const double> x, const NullMean& null, const AlphaTest& test) {
  LeastP least;
  run_alpha(x, NullCourse{null}, test,
            [&](Says says, const stats::Product& value) { least.add(says, value); });
  return least.p();
}

TestValues betting_test(std::span<const double> x, const NullMean& null, const BettingTest& test) {
  NullCourse course{null};
  Spread spread;
  stats::Product value;
  std::vector<double> history;
  history.reserve(x.size());
  double mu_before = null.t;
  for (const double xi : x) {
    const double mu = course.mu();
    const Says says = advance(value, mu, test.u, [&](double now) {
      double bet = test.lambda;
      if (test.adaptive && spread.count() > 0) bet = spread.bet_against(mu_before);
      const double most = test.adaptive ? test.c / now : 1 / now;
      const double capped = std::isnan(bet) ? 0 : std::clamp(bet, 0.0, most);
      return 1 + capped * (xi - now);
    });
    mu_before = mu;
    spread.add(xi);
    course.add(xi);
    history.push_back(p_of(finish(value, course, says), value));
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
    history.push_back(std::min(1.0, value.reciprocal()));
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
  NullCourse course{shifted};
  stats::Product value;
  std::vector<double> history;
  for (const double xi : x) {
    const Says says =
        advance(value, course.mu(), INFINITY, [&](double mu) { return (xi + test.g) / mu; });
    course.add(xi + test.g);
    history.push_back(p_of(finish(value, course, says), value));
  }
  return values_of(std::move(history), test.random_order);
}

ExactOutcome alpha_test_exact(std::span<const std::int64_t> numerators, const ExactNull& null,
                              const AlphaTest& test, double alpha) {
  CHECK(null.denominator >= 1 && null.population >= 1);
  CHECK(static_cast<std::int64_t>(numerators.size()) <= null.population);
  CHECK(test.f == 0);
  // In units of 1 / denominator: T is the same whatever the unit.
  const auto unit = static_cast<double>(null.denominator);
  CHECK(test.u * unit * static_cast<double>(null.population) < 0x1p53);
  AlphaTest scaled = test;
  scaled.u *= unit;
  scaled.eta *= unit;
  if (test.c) scaled.c = *test.c * unit;
  const double limit = alpha / kLastBit;
  LeastP least;
  std::size_t draws = 0;
  std::size_t stop = 0;
  run_alpha(numerators, NullCourse{null}, scaled, [&](Says says, const stats::Product& value) {
    ++draws;
    const bool lower = least.add(says, value);
    if (lower && stop == 0 && least.p() <= limit) stop = draws;
  });
  ExactOutcome out{least.p(), std::nullopt};
  if (stop > 0) out.stop = stop;
  return out;
}

namespace {

// What depends on the number of draws alone: made once for all paths, as far as one of them goes.
class PathTables {
 public:
  PathTables(const AlphaTest& test, const PollingPopulation& population)
      : all_{population.all()},
        null_{static_cast<double>(all_ + population.outside) / 2},
        d_{test.d},
        c_{test.c.value_or((test.eta - null_ / static_cast<double>(all_)) / 2)} {}
  struct Step {
    double per_left = 0;    // 1 / (N - j)
    double per_weight = 0;  // 1 / (d + j)
    double room = 0;        // c / sqrt(d + j)
  };
  [[nodiscard]] const Step& at(std::size_t j) {
    if (j == steps_.size()) extend();
    return steps_[j];
  }
  [[nodiscard]] double null() const { return null_; }  // the sum that must be exceeded

 private:
  void extend() {
    const std::int64_t more = std::min(all_ - static_cast<std::int64_t>(steps_.size()), kBlock);
    for (std::int64_t i = 0; i < more; ++i) {
      const auto j = static_cast<double>(steps_.size());
      const double weight = d_ + j;
      steps_.push_back({1 / (static_cast<double>(all_) - j), 1 / weight, c_ / std::sqrt(weight)});
    }
  }
  static constexpr std::int64_t kBlock = 4'096;
  std::int64_t all_;
  double null_;
  double d_;
  double c_;
  std::vector<Step> steps_;
};

// One path, at most `most` draws long: above that when it did not cross. T is a plain number: it
// may fall to 0 and stay there, which only delays.
std::int64_t path_length(const PollingPopulation& population, const AlphaTest& test,
                         PathTables& tables, const SizeQuestion& question,
                         stats::BufferedRng& rng) {
  const std::int64_t all = population.all();
  const std::int64_t most = std::min(question.most, all);
  auto winners = static_cast<std::uint32_t>(population.winner);
  auto others = static_cast<std::uint32_t>(population.other);
  auto left = static_cast<std::uint32_t>(all);
  const bool shrink = test.estimator == Estimator::shrink_trunc;
  const double fixed = static_cast<double>(all) * test.eta;
  const double target = kLastBit / question.alpha;
  const double u = test.u;
  const double top = u * (1 - kStep);
  double sum = 0;
  double value = 1;
  for (std::int64_t j = 0; j < most; ++j, --left) {
    const PathTables::Step& step = tables.at(static_cast<std::size_t>(j));
    const double mu = (tables.null() - sum) * step.per_left;
    if (mu < 0) return j;
    const std::uint32_t pick = rng.below(left);
    const double x = pick < winners ? u : pick < winners + others ? 0.5 : 0;
    winners -= pick < winners ? 1 : 0;
    others -= x == 0.5 ? 1 : 0;
    if (mu > kNearZero && u - mu > kNearZero + kNearU * mu) {
      double eta = std::clamp((fixed - sum) * step.per_left, mu, u);
      if (shrink) {
        const double w = (test.d * test.eta + sum) * step.per_weight;
        eta = std::min(top - step.room, std::max(w, mu + step.room));
      }
      const double miss = (u - eta) / (u - mu);
      value *= x == u ? eta / mu : x == 0 ? miss : (eta / mu + (2 * u - 1) * miss) / (2 * u);
      if (value >= target) return j + 1;
    }
    sum += x;
  }
  return most < all ? most + 1 : all;
}

void check_population(const PollingPopulation& population, std::int64_t paths) {
  CHECK(population.all() >= 1 && population.all() < (std::int64_t{1} << 32) && paths >= 1);
}

}  // namespace

SimulatedSize simulate_polling(const PollingPopulation& population, const AlphaTest& test,
                               double alpha, std::int64_t paths, Rng& rng) {
  check_population(population, paths);
  PathTables tables{test, population};
  stats::BufferedRng picks{rng};
  SimulatedSize out;
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < paths; ++i) {
    const SizeQuestion whole{alpha, 1, paths, population.all()};
    out.sorted.push_back(path_length(population, test, tables, whole, picks));
    sum += out.sorted.back();
  }
  std::ranges::sort(out.sorted);
  out.mean = static_cast<double>(sum) / static_cast<double>(paths);
  return out;
}

std::optional<std::int64_t> size_within(const PollingPopulation& population, const AlphaTest& test,
                                        const SizeQuestion& question, Rng& rng) {
  check_population(population, question.paths);
  PathTables tables{test, population};
  stats::BufferedRng picks{rng};
  SimulatedSize out;
  const double needed = std::ceil(question.chance * static_cast<double>(question.paths));
  std::int64_t may_fail = question.paths - static_cast<std::int64_t>(std::max(needed, 1.0));
  for (std::int64_t i = 0; i < question.paths; ++i) {
    out.sorted.push_back(path_length(population, test, tables, question, picks));
    if (out.sorted.back() > question.most && --may_fail < 0) return std::nullopt;
  }
  std::ranges::sort(out.sorted);
  return out.quantile(question.chance);
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
