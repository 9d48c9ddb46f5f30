#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "election/nominations.h"

// The ballot errata: cards whose printed name is no longer the legal one, and what their votes
// count for (docs/spec/nominations.md section 6).
namespace sufragio::election {

enum class StaleReason { withdrawn, disqualified, substituted, other_candidate };
[[nodiscard]] std::string_view reason_name(StaleReason reason);

struct Destination {  // nothing: the votes are null
  std::optional<OptionId> option;
  std::string name;
  friend bool operator==(const Destination&, const Destination&) = default;
};

struct Outcome {       // under one reading of the law
  std::string follow;  // word of nominations.card_votes_follow
  std::string orphan;  // word of nominations.orphan_card_votes
  Destination counts_for;
};

struct StaleCard {
  ContestIndex contest;
  std::uint16_t position = 0;  // on the printed ballot, from 1
  OrganisationId organisation;
  OptionId printed;
  std::string printed_name;
  std::optional<OptionId> current;  // nothing: the card has no candidate any more
  std::string current_name;
  StaleReason reason = StaleReason::withdrawn;
  LocalMinute since;
  std::vector<Outcome> readings;  // each reading of the law, the pack's own first: the same for all
  std::vector<Outcome> outcomes;  // those that differ in what the votes count for
};

// `printed` is the definition that the machines have. In the order of contests and positions.
[[nodiscard]] std::vector<StaleCard> errata(const Definition& printed, const LawPack& law,
                                            std::span<const NominationEvent> history,
                                            LocalMinute at);
// Those of one contest, of a list in the order of contests.
[[nodiscard]] std::span<const StaleCard> stale_of(std::span<const StaleCard> stale,
                                                  ContestIndex contest);

// A contest as one reading of the law counts it: each stale card has the option that it counts for,
// or none (an empty id) where its votes are null. Options that the ballot does not print stand
// after the others. `stale`: of this contest.
[[nodiscard]] Contest contest_by_law(const Contest& printed, std::span<const StaleCard> stale,
                                     std::size_t reading = 0);

}  // namespace sufragio::election
