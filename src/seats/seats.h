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

// Seats by law in exact integers (docs/rules/S101.md). A tie is returned, never broken.
namespace sufragio::seats {

struct Contender {  // a list or a candidate; order of input never matters
  std::string id;
  Votes votes;
};

// The divisor of a contender's `seat`-th seat (1-based): 1, 2, 3 … · 1, 3, 5 … · 7, 15, 25 … (1.4,
// 3, 5 … times 5, so that it stays whole).
[[nodiscard]] std::uint64_t divisor(election::Divisors divisors, std::uint64_t seat);

struct Award {                // one seat in the order of award
  std::size_t contender = 0;  // index in the input
  std::uint32_t order = 0;    // 1-based
  std::uint64_t divisor =
      1;  // quotient = votes / divisor (highest averages); 1 for plurality and full quotas
  std::optional<std::size_t> next;  // who had the next best quotient then (may be itself again)
  std::uint64_t next_divisor = 1;
};

// Equal quotients that all get a seat are no tie; they are listed by id. A contender without votes
// gets nothing.
struct Allocation {
  std::vector<Award> awards;
  std::vector<std::uint32_t> seats;  // per contender
  std::vector<std::size_t> tied;     // contenders that share the last quotient; empty without a tie
  std::uint32_t seats_in_tie = 0;    // seats that the tied contenders still have to share
  std::uint32_t unassigned = 0;      // seats nobody has votes for
};

// S190 over the limits (seats <= 10,000, contenders <= 1,000), S191 the same id twice.
[[nodiscard]] Result<Allocation> highest_averages(std::span<const Contender> contenders,
                                                  std::uint32_t seats, election::Divisors divisors);
[[nodiscard]] Result<Allocation> largest_remainder(std::span<const Contender> contenders,
                                                   std::uint32_t seats);
[[nodiscard]] Result<Allocation> plurality(std::span<const Contender> contenders,
                                           std::uint32_t seats);
// The rule of a list contest under a law pack: threshold, then method.
[[nodiscard]] Result<Allocation> by_list_rule(std::span<const Contender> contenders,
                                              std::uint32_t seats, const election::ListRule& rule,
                                              Votes valid_votes);

// Is this a right highest-averages allocation? Independent of the algorithm (docs/rules/S101.md).
[[nodiscard]] bool certified(std::span<const Contender> contenders,
                             std::span<const std::uint32_t> seats, std::uint32_t total,
                             election::Divisors divisors);

// A CSV file with the columns `option` and `votes` (others are allowed). S192 with the line, S191.
[[nodiscard]] Result<std::vector<Contender>> read_votes(std::string_view csv);

}  // namespace sufragio::seats
