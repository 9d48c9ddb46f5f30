#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "seats/seats.h"

// Where the votes of changed and withdrawn cards go, under the rule of the pack and under each
// other reading that the pack marks as possible (docs/rules/S112.md).
namespace sufragio::seats {

struct CardVotes {
  std::string card;
  Votes votes;
  std::string printed;   // the option that the ballot shows on this card
  std::string current;   // the option that it nominates by law now; empty: withdrawn, nobody
  std::string list;      // the list of the card's organisation; may be empty
  std::string transfer;  // whom its organisation names instead; may be empty
};
// `card,votes,printed,current`; may have `list`, `transfer`. S192 with the line, S191.
[[nodiscard]] Result<std::vector<CardVotes>> read_cards(std::string_view csv);

struct Reading {
  std::string follow;  // a word of nominations.card_votes_follow
  std::string orphan;  // a word of nominations.orphan_card_votes; empty where it has no effect
  bool of_pack = false;
  std::vector<Contender> contenders;  // every option that a card names, ascending by id
  Votes null;                         // votes that count for nobody
};
// The pack's own reading first; then each combination of its alternatives, once. B110 when votes do
// not fit.
[[nodiscard]] Result<std::vector<Reading>> readings(const std::vector<CardVotes>& cards,
                                                    const election::LawPack& pack);

}  // namespace sufragio::seats
