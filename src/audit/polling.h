#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/dossier.h"
#include "audit/receipts.h"

// What was read on drawn receipts, and what it says about the outcome (docs/rules/U515.md, U516).
namespace sufragio::audit {

struct Reading {
  std::int64_t number = 1;  // of the draw
  bool found = true;        // false: no receipt in that place; it counts as the worst one
  std::vector<std::uint32_t> options;  // ascending; empty: no valid choice
  friend bool operator==(const Reading&, const Reading&) = default;
};

// "number,mesa,receipt,vote": one line a drawn receipt in draw order. vote: ids of options with
// blanks between them, `null` without a valid choice, `missing`. U340 with "line": not in the form,
// another receipt than the drawn one, an option that the contest has not, or more marks than it
// allows. `blank_readings` is the form to fill in; nothing of the acta stands on it.
[[nodiscard]] Result<std::vector<Reading>> read_readings(std::string_view text, const Frame& frame,
                                                         std::span<const DrawnMesa> drawn);
[[nodiscard]] std::string blank_readings(std::span<const DrawnMesa> drawn);
[[nodiscard]] std::string vote_text(const Reading& reading, const Frame& frame);
[[nodiscard]] std::string readings_text(const std::vector<Reading>& readings, const Frame& frame,
                                        std::span<const DrawnMesa> drawn);

// The largest p over all assertions, each tested on the readings in draw order.
struct ReceiptRisk {
  double p = 1;
  std::size_t assertion = 0;  // the one with this p
};
// Ballot polling: ALPHA with shrinkage and truncation, in whole numbers; eta = the reported mean.
[[nodiscard]] ReceiptRisk polling_risk(const Frame& frame, std::span<const Assertion> assertions,
                                       std::span<const Reading> readings, std::int64_t d);
// ONEAudit: each receipt against the reported mean of its mesa (1/2 where no row counts).
// `mesas`: of each reading, as an index of the frame.
[[nodiscard]] ReceiptRisk oneaudit_risk(const Frame& frame, std::span<const Assertion> assertions,
                                        std::span<const Reading> readings,
                                        std::span<const std::size_t> mesas, std::int64_t d);

// Independent draws of receipts in parts of one contest: frame and readings of each. The assertions
// are of all parts together. U330: no part, more than 16, another contest or rule, a mesa in two.
struct Stratum {
  const Frame* frame = nullptr;
  std::vector<Reading> readings;
};
[[nodiscard]] Result<Frame> joined_frame(std::span<const Stratum> strata);
// U301, U302, U330.
[[nodiscard]] Result<ReceiptRisk> strata_risk(std::span<const Stratum> strata);

// How many receipts the first round should draw: enough, with the given chance, if the rows are
// right; the most over all assertions, by simulation (docs/rules/U515.md). U301, U302; U341 when a
// full count is less work (a contest of more than 100,000 ballots would need a quarter of them), or
// lists are voted with several marks: rows do not say which were made together.
struct ReceiptPlan {
  double alpha = 0.05;
  double d = 100;  // weight of the reported mean, of the law
  double chance = 0.9;
  std::int64_t paths = 1'000;
};
[[nodiscard]] Result<std::int64_t> receipts_needed(const Frame& frame, const ReceiptPlan& plan,
                                                   Rng& rng);

}  // namespace sufragio::audit
