#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audit/frame.h"
#include "stats/product.h"

// Batch comparison by mesa: MACRO with the Kaplan-Markov test and its robust form (Stark; audits of
// docs/rules/U512.md). A mesa's taint is its error over the most error it could hold.
namespace sufragio::audit {

// Bounds on the relative overstatement of each mesa, u = weight / 2^40, rounded up; used in the
// draw and in the test alike.
struct ErrorBounds {
  std::vector<Weight> weights;  // per mesa
  Weight total = 0;
  [[nodiscard]] double u() const;  // U = total / 2^40
};
inline constexpr int kWeightBits = 40;

// Rows order and option order change nothing. U322: the rows do not fold to U >= 1, so they cannot
// be the rows that give this outcome.
[[nodiscard]] Result<ErrorBounds> error_bounds(const Frame& frame,
                                               std::span<const Assertion> assertions);

// What the paper of one drawn mesa says; nothing when it was not counted, refused or is missing.
struct PaperCount {
  std::size_t mesa = 0;  // index in the frame
  std::optional<std::vector<std::int64_t>> votes;
};

// Taint of a mesa, at most 1; negative ones (errors that hurt the reported winner) as they are.
// A mesa without a count has taint 1. U323: the paper holds more than the bound allows, so the
// bound was false: full count of the contest. U321: a negative count or the wrong number of them.
[[nodiscard]] Result<double> taint(const Frame& frame, std::span<const Assertion> assertions,
                                   const ErrorBounds& bounds, const PaperCount& paper);

struct BatchTest {
  double g = 0.05;            // 0: the Kaplan-Markov product; announced before the seed
  bool clip_negative = true;  // an error against the reported winner is worth nothing
  bool running = true;        // the least risk so far; else that of the last draw
};

// Test values of the draws, in draw order (a mesa drawn twice stands twice): T_j = product of
// (1-g) (1-t) / (1-1/U) + g. u > 1 (CHECK).
struct BatchRisk {
  double p = 1;          // min(1, 1 / max T), or of the last T
  stats::Product now;    // T after the last draw
  std::size_t best = 0;  // after how many draws T was largest
};
[[nodiscard]] BatchRisk batch_risk(std::span<const double> taints, double u, const BatchTest& test);
// Has the risk limit been reached? Decided on T itself, with a hair's breadth against the last bit.
[[nodiscard]] bool reached(std::span<const double> taints, double u, const BatchTest& test,
                           double alpha);

// Draws still needed, from T = `now`, if nothing more differs. ceil; 0 when reached.
[[nodiscard]] std::int64_t draws_needed(double u, double g, double alpha,
                                        const stats::Product& now);

// K_min: the fewest mesas that could hold enough error to change the outcome (docs/rules/U513.md):
// for each assertion the largest possible swings, added until they reach its margin.
[[nodiscard]] std::int64_t fewest_mesas(const Frame& frame, std::span<const Assertion> assertions);

}  // namespace sufragio::audit
