#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/frame.h"
#include "audit/sheet.h"

// The recount of a contest (docs/rules/U522.md): when the law orders it, which boxes must be
// opened, what each said, what changes, and the act that ends it. The old rows stay: new rows enter
// by statement and name what they answer.
namespace sufragio::audit {

struct RecountTrigger {
  std::size_t first = 0;  // options: the last that wins and the first that does not
  std::size_t second = 0;
  std::int64_t votes_first = 0;
  std::int64_t votes_second = 0;
  bool ordered = false;  // (first - second) * den <= (first + second) * num
  [[nodiscard]] std::int64_t margin() const { return votes_first - votes_second; }
};
// `share` is recount.trigger_margin of the law pack, of the votes of the two. U302 without a
// second.
[[nodiscard]] Result<RecountTrigger> recount_trigger(const ContestRule& rule,
                                                     const std::vector<std::int64_t>& totals,
                                                     const election::Fraction& share);

// What the acta of a mesa says of the contest: of its row, also of one in quarantine; all 0 where
// there is none.
[[nodiscard]] ActaFigures acta_of(const Frame& frame, std::size_t mesa);

struct RecountLine {  // one box
  std::size_t mesa = 0;
  std::vector<std::int64_t> reported;                // what is counted so far: 0 of a held row
  std::optional<std::vector<std::int64_t>> counted;  // nothing: not yet, or never
  std::optional<NotCounted> reason;
  [[nodiscard]] bool accounted() const { return counted || reason; }
  [[nodiscard]] bool changed() const { return counted && *counted != reported; }
};

enum class RecountState : std::uint8_t { open, final };

struct RecountAct {
  RecountState state = RecountState::open;
  std::int64_t boxes = 0;
  std::int64_t counted = 0;
  std::int64_t not_counted = 0;  // boxes with a reason: their rows stay as they were, and are named
  std::vector<RecountLine> changes;
  std::vector<MesaId> waiting;
  std::vector<MesaId> unaccounted;   // boxes with a reason
  std::vector<std::int64_t> before;  // totals
  std::vector<std::int64_t> after;
  std::optional<std::vector<std::uint32_t>> seats_before;  // nothing: a tie
  std::optional<std::vector<std::uint32_t>> seats_after;
  // Could the boxes that were not counted still change the winner? Then the act says so.
  bool open_outcome = false;
};
// Only a box that is named in the order, once, enters. U420: a box of another contest or a second
// count of one; U321: counts that cannot be.
[[nodiscard]] Result<RecountAct> recount(const Frame& frame, const std::vector<Sheet>& sheets);

}  // namespace sufragio::audit
