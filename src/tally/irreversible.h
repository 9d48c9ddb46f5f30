#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "election/law_pack.h"
#include "seats/seats.h"
#include "statement/statement.h"
#include "tally/totals.h"

// Which seats can no longer change, whatever the outstanding mesas hold (docs/rules/S110.md). A
// bound, never a probability; decided for each seat; all in integers.
namespace sufragio::tally {

// What can still come in one contest.
struct Outstanding {
  std::int64_t mesas = 0;     // expected and not counted: missing, in quarantine, annulled
  std::int64_t unknown = 0;   // of them, those whose electors nobody has stated
  std::int64_t electors = 0;  // C: the most votes that they can still give one candidate
  bool stated = false;        // C is what somebody says, not the sum over the definition
  [[nodiscard]] bool known() const { return unknown == 0; }
  friend bool operator==(const Outstanding&, const Outstanding&) = default;
};
// By contest index, over all mesas of the definition. A row counts when its status is `counted`; a
// row of a whole unit stands for all its mesas.
[[nodiscard]] std::vector<Outstanding> outstanding(const election::Definition& definition,
                                                   std::span<const JudgedRow> rows);

// What one contender has for sure, has now and could still get: secured <= now <= possible.
// (A contender tied at the last seat has the seats above the tie.)
struct SeatRange {
  std::uint32_t secured = 0;
  std::uint32_t now = 0;
  std::uint32_t possible = 0;
  friend bool operator==(const SeatRange&, const SeatRange&) = default;
};

struct SeatHold {  // one awarded seat, in the order of award
  std::size_t contender = 0;
  std::uint32_t nth = 0;  // which of this contender's seats, from 1
  // The seat is irreversible exactly while fewer votes than this are outstanding; nothing: no
  // formula of the law bounds it while anything is outstanding.
  std::optional<std::int64_t> safe_below;
  bool irreversible = false;
};

struct Bounds {
  seats::Allocation allocation;   // of the counted votes
  std::vector<SeatRange> ranges;  // by contender
  std::vector<SeatHold> seats;    // as allocation.awards
  bool final = false;             // every seat of the contest is irreversible
};

// `electors` is C; nothing: not known, and no seat is irreversible. `valid` are the valid votes of
// the contest, for a threshold. Failures of the allocation (S19x) pass on.
[[nodiscard]] Result<Bounds> plurality_bounds(std::span<const seats::Contender> contenders,
                                              std::uint32_t seats,
                                              std::optional<std::int64_t> electors);
[[nodiscard]] Result<Bounds> list_bounds(std::span<const seats::Contender> contenders,
                                         std::uint32_t seats, const election::ListRule& rule,
                                         Votes valid, std::optional<std::int64_t> electors);
// The rule of the contest, its cards as the law counts them. A contest with a process of its own
// (indigenous) stays pending: no seat of it is irreversible while anything is outstanding.
[[nodiscard]] Result<Bounds> bounds(const election::Contest& contest, const Figures& figures,
                                    const election::LawPack& law, const Outstanding& out);

// What the second needs to draw level with the first: shown beside every lead, never a probability.
struct Flip {
  std::int64_t lead = 0;
  std::int64_t votes = 0;     // V: outstanding valid votes at the turnout of the counted rows
  std::int64_t electors = 0;  // C
  // (lead + V) / 2V and lead / C in thousandths, rounded up; nothing where nothing is outstanding.
  // Above 1,000: impossible.
  std::optional<std::int64_t> share, turnout;
};
[[nodiscard]] Flip flip(std::int64_t lead, std::int64_t votes, std::int64_t electors);
// V of a contest: C · valid / registered of the counted rows, rounded down; C when unknown.
[[nodiscard]] std::int64_t outstanding_votes(const Figures& figures, const Outstanding& out);

// What is said of one contest: its seats, then what a flip of the last one needs. `inputs` names
// the rows. Failures of the allocation pass on.
[[nodiscard]] Result<std::vector<statement::Statement>> bounds_of(
    const election::Contest& contest, const Figures& figures, const election::LawPack& law,
    const Outstanding& out, std::vector<statement::Input> inputs);

}  // namespace sufragio::tally
