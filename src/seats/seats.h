#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/count.h"
#include "base/ids.h"
#include "election/law_pack.h"

// Seats by law in exact integers (docs/rules/S101.md to S109.md). A tie is returned, or resolved by
// the rule of the pack or a recorded lot; nothing else ever breaks it.
namespace sufragio::seats {

struct Contender {  // a list or a candidate; order of input never matters
  std::string id;
  Votes votes;
  std::optional<std::uint32_t> persons = {};  // on the list; nothing: as many as are needed
};

// The divisor of a contender's `seat`-th seat (1-based): 1, 2, 3 … · 1, 3, 5 … · 7, 15, 25 … (1.4,
// 3, 5 … times 5, so that it stays whole).
[[nodiscard]] std::uint64_t divisor(election::Divisors divisors, std::uint64_t seat);

enum class Step {
  average,    // the largest quotient votes / divisor
  quota,      // a whole quota: votes x seats / total
  remainder,  // the largest remainder of that division, in votes: remainder / seats
  rank,       // plurality
  majority    // docs/rules/S107.md: more than half of the votes
};
enum class DecidedBy { merit, more_votes, lot };   // S106
enum class Seating { person, no_person, vacant };  // S108

struct Award {                      // one seat in the order of award
  std::size_t contender = 0;        // index in the input
  std::uint32_t order = 0;          // 1-based
  std::uint64_t divisor = 1;        // what gave the seat is numerator / divisor
  std::optional<std::size_t> next;  // who had the next best claim then (may be itself again)
  std::uint64_t next_divisor = 1;
  Step step = Step::average;
  std::uint64_t numerator = 0;
  std::uint64_t next_numerator = 0;
  DecidedBy decided_by = DecidedBy::merit;
  std::size_t lot = 0;  // decided_by lot: index of the lot
  Seating seating = Seating::person;
};

// A drawing of one of the contenders that are tied, as the record of the lot says it (S106).
struct Lot {
  std::vector<std::string> among;  // the ids of the tie, in any order
  std::string winner;
};

// Equal quotients that all get a seat are no tie; they are listed by id. A contender without votes
// gets nothing. The seats asked for = sum of `seats` + seats_in_tie + unassigned + vacant.
struct Allocation {
  std::vector<Award> awards;
  std::vector<std::uint32_t> seats;  // per contender
  std::vector<std::size_t> tied;     // contenders that share the last quotient; empty without a tie
  std::uint32_t seats_in_tie = 0;    // seats that the tied contenders still have to share
  std::uint32_t unassigned = 0;      // seats nobody has votes for
  std::uint32_t vacant = 0;          // of exhausted lists, where the pack says vacant
  std::vector<bool> below;           // under the threshold (S104); empty: there is none
};

// Each method alone: ties are declared, lists have persons enough. S190 over the limits (seats <=
// 10,000, contenders <= 1,000), S191 the same id twice.
[[nodiscard]] Result<Allocation> highest_averages(std::span<const Contender> contenders,
                                                  std::uint32_t seats, election::Divisors divisors);
[[nodiscard]] Result<Allocation> largest_remainder(std::span<const Contender> contenders,
                                                   std::uint32_t seats);
[[nodiscard]] Result<Allocation> plurality(std::span<const Contender> contenders,
                                           std::uint32_t seats);
// The rule of a list contest under a law pack: threshold, method, exhausted lists, ties. `lots` are
// used in their order. S193 a lot of another tie, S194 a lot without a tie.
[[nodiscard]] Result<Allocation> by_list_rule(std::span<const Contender> contenders,
                                              std::uint32_t seats, const election::ListRule& rule,
                                              Votes valid_votes, std::span<const Lot> lots = {});
// The rule of a nominal contest under a law pack.
[[nodiscard]] Result<Allocation> by_nominal_rule(std::span<const Contender> contenders,
                                                 std::uint32_t seats,
                                                 const election::NominalRule& rule,
                                                 std::span<const Lot> lots = {});

// Is this a right highest-averages allocation? Independent of the algorithm (docs/rules/S101.md).
[[nodiscard]] bool certified(std::span<const Contender> contenders,
                             std::span<const std::uint32_t> seats, std::uint32_t total,
                             election::Divisors divisors);

// How far one seat is from falling (docs/rules/S109.md): the rival is who would get it.
struct Margin {
  std::size_t rival = 0;
  std::uint64_t rival_divisor = 1;  // of the rival's claim to this seat
  std::int64_t can_lose = 0;  // from so many votes less of the winner on, the seat is tied or lost
  std::optional<std::int64_t> lacks;  // of the last seat: from so many votes more of the rival on
};
// For highest averages without threshold and for plurality, without open tie; nothing for other
// rules, for exhausted lists and where nobody else stands. One per award.
[[nodiscard]] std::vector<std::optional<Margin>> margins(std::span<const Contender> contenders,
                                                         const Allocation& allocation,
                                                         const election::ListRule& rule);
[[nodiscard]] std::vector<std::optional<Margin>> nominal_margins(
    std::span<const Contender> contenders, const Allocation& allocation);

// Joined lists: the seats go to the groups by the rule, and inside each group again by the rule
// (without threshold). `group` per contender: lists of one text are joined; an empty one stands
// alone. Lots: first those of the groups (named by their text, or the id of a single list), then
// those inside the groups, in the order of the groups.
struct Joined {
  std::vector<Contender> groups;  // ascending by id
  std::vector<std::vector<std::size_t>> members;
  Allocation between;
  std::vector<Allocation> within;    // per group, of its members
  std::vector<std::uint32_t> seats;  // per contender
};
[[nodiscard]] Result<Joined> joined_lists(std::span<const Contender> contenders,
                                          std::span<const std::string> group, std::uint32_t seats,
                                          const election::ListRule& rule, Votes valid_votes,
                                          std::span<const Lot> lots = {});

}  // namespace sufragio::seats
