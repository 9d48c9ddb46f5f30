#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "base/rng.h"

// Sequential tests of "the mean of values in [0, u] is at most t": ALPHA and betting martingales
// (Stark 2023; Waudby-Smith and Ramdas 2024) and Kaplan's. docs/rules/U514.md has every formula and
// edge rule. The value T starts at 1; p = min(1, 1 / max T). Whatever is looked at, and however
// often, a true null is rejected at level alpha with probability at most alpha.
namespace sufragio::audit {

struct NullMean {
  double t = 0.5;
  std::optional<std::int64_t> population;  // nothing: draws with replacement
};

enum class Estimator : std::uint8_t { fixed, shrink_trunc, optimal_comparison };

struct AlphaTest {
  double u = 1;
  Estimator estimator = Estimator::shrink_trunc;
  double eta = 0.55;
  double d = 100;                 // shrink_trunc: weight of eta, in draws
  double f = 0;                   // shrink_trunc: weight of u by the spread seen
  std::optional<double> c;        // shrink_trunc: (eta - t) / 2 when not given
  double two_vote_errors = 1e-5;  // optimal_comparison: assumed rate of two-vote overstatements
};

struct BettingTest {
  double u = 1;
  bool adaptive = true;  // aGRAPA; else the fixed bet
  double lambda = 0.5;
  double c = 0.9;  // the bet is at most c / mu
};

struct TestValues {
  std::vector<double> history;  // min(1, 1/T_j) after each draw
  double p = 1;                 // the least of them; without random order the last
};

[[nodiscard]] TestValues alpha_test(std::span<const double> x, const NullMean& null,
                                    const AlphaTest& test);
// Its p alone, the same to the bit.
[[nodiscard]] double alpha_p(std::span<const double> x, const NullMean& null,
                             const AlphaTest& test);
[[nodiscard]] TestValues betting_test(std::span<const double> x, const NullMean& null,
                                      const BettingTest& test);
struct KaplanTest {
  double g = 0;
  bool random_order = true;
};
// Products of (x+g)/(t+g); of (1-g) x/t + g; of (x+g)/mu with mu of (x+g, t+g).
[[nodiscard]] TestValues kaplan_markov(std::span<const double> x, double t, const KaplanTest& test);
[[nodiscard]] TestValues kaplan_wald(std::span<const double> x, double t, const KaplanTest& test);
[[nodiscard]] TestValues kaplan_kolmogorov(std::span<const double> x, const NullMean& null,
                                           const KaplanTest& test);

// The same test on exact values, numerators over one denominator. Whether the null is still
// possible is decided in whole numbers, so that rounding cannot make evidence: u * denominator *
// population must stay below 2^53 (CHECK).
struct ExactNull {
  std::int64_t denominator = 2;
  std::int64_t population = 0;
  std::int64_t total = 0;  // population * t, over the same denominator
};
// p after all draws; `stop`: after how many draws p <= alpha first held.
struct ExactOutcome {
  double p = 1;
  std::optional<std::size_t> stop;
};
[[nodiscard]] ExactOutcome alpha_test_exact(std::span<const std::int64_t> numerators,
                                            const ExactNull& null, const AlphaTest& test,
                                            double alpha);

// How many draws ALPHA needs when receipts are as reported: `winner` of value u, `loser` of value 0
// and `other` of value 1/2, drawn without replacement from `rng`. The null is a mean of at most
// (N + outside) / 2N. Each path stops at its first crossing; one that never crosses counts the
// whole population. A plan: what is decided is decided by the tests above.
struct PollingPopulation {
  std::int64_t winner = 0;
  std::int64_t loser = 0;
  std::int64_t other = 0;
  std::int64_t outside = 0;  // ballots that nobody can draw, taken as the worst ones
  [[nodiscard]] std::int64_t all() const { return winner + loser + other; }
};
struct SimulatedSize {
  double mean = 0;
  std::vector<std::int64_t> sorted;  // every path, ascending
  [[nodiscard]] std::int64_t quantile(double q) const;
};
[[nodiscard]] SimulatedSize simulate_polling(const PollingPopulation& population,
                                             const AlphaTest& test, double alpha,
                                             std::int64_t paths, Rng& rng);
// The draws within which the share `chance` of the paths crosses: quantile(chance) of the above,
// but no path is followed beyond `most` draws; nothing when that is not enough.
struct SizeQuestion {
  double alpha = 0.05;
  double chance = 0.9;
  std::int64_t paths = 1'000;
  std::int64_t most = 0;
};
[[nodiscard]] std::optional<std::int64_t> size_within(const PollingPopulation& population,
                                                      const AlphaTest& test,
                                                      const SizeQuestion& question, Rng& rng);

// The number of repetitions of `tile` until p <= alpha; nothing within `population` draws.
[[nodiscard]] std::optional<std::int64_t> draws_of_tile(
    std::span<const double> tile, const NullMean& null, double alpha,
    const std::variant<AlphaTest, KaplanTest>& test);

}  // namespace sufragio::audit
