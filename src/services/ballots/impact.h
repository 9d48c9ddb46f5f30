#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "election/errata.h"
#include "tally/totals.h"

// What the stale cards did to a contest: their votes against the margin, and who gets the seats
// under each reading of the law [R48].
namespace sufragio::services {

struct ReadingResult {
  std::string follow;
  std::string orphan;
  std::vector<std::pair<std::string, std::int64_t>> votes;   // by option, in ballot order
  std::vector<std::pair<std::string, std::uint32_t>> seats;  // options with seats; ties by name
  std::int64_t null_votes = 0;                               // of stale cards, under this reading
};

using StaleOfContest = std::span<const election::StaleCard>;
// What each reading of the law gives, the pack's own first; those that give the same votes to all
// only once. `stale`: of this contest, not empty; `votes` by card.
[[nodiscard]] Result<std::vector<ReadingResult>> by_reading(const election::Contest& printed,
                                                            const election::LawPack& law,
                                                            StaleOfContest stale,
                                                            const std::vector<std::int64_t>& votes);

struct ErrataImpact {
  election::ContestIndex contest;
  std::int64_t stale_votes = 0;
  // Votes between the last seat and the first without one, under the pack's reading; lists have
  // none.
  std::optional<std::int64_t> margin;
  bool exceeds = false;                 // stale votes >= margin: the stale cards could decide
  bool decides = false;                 // another reading gives other seats
  std::vector<ReadingResult> readings;  // the pack's own first
};

// Votes by card, of the contests that a file gives: "contest,position,votes". H302 with the line.
using CardVotes = std::map<election::ContestIndex, std::vector<std::int64_t>>;
[[nodiscard]] Result<CardVotes> read_card_votes(const election::Definition& definition,
                                                std::string_view csv);
// For each contest with votes and a stale card.
[[nodiscard]] Result<std::vector<ErrataImpact>> errata_impact(
    const election::Definition& printed, const election::LawPack& law,
    const std::vector<election::StaleCard>& stale, const CardVotes& votes);

}  // namespace sufragio::services
