#pragma once

#include <map>
#include <string>
#include <vector>

#include "codec/drawing.h"
#include "election/errata.h"
#include "election/package.h"
#include "services/ballots/logos.h"
#include "services/words/catalogue.h"
#include "services/words/definition_words.h"
#include "services/words/format.h"

// The ballot of a mesa as parties and voters see it before the day: on paper (one drawing for PDF
// and poster) and as a page. Cards stand in legal order and all have one size.
namespace sufragio::services {

using StaleCards = std::vector<election::StaleCard>;

// First 8 bytes of SHA-256 of the style's ballot file: what the machine and the acta name.
[[nodiscard]] election::BallotId ballot_id(const election::Definition& definition,
                                           const election::Style& style);

// A page of A4 width, as long as the ballot needs. `stale`: what changed after printing is said on
// the card; `logos`: the pictures of the cards. The words are those of the catalogue's language.
[[nodiscard]] codec::Drawing ballot_sheet(const election::Definition& definition,
                                          const election::Mesa& mesa, const Catalogue& words,
                                          const StaleCards& stale, const Logos& logos);

// "Elena Rangel is the candidate now": what a card has to say beside its print; "" for most.
[[nodiscard]] std::string stale_notice(const election::StaleCard& stale, const Catalogue& words);

}  // namespace sufragio::services
