#pragma once

#include <string>

#include "election/nominations.h"
#include "services/ballots/logos.h"

// A definition and its history, from where they stand.
namespace sufragio::app {

struct Nominated {
  election::Definition definition;
  election::LawPack law;
  bool has_history = false;
  bool of_package = false;
  election::NominationHistory history;
};

// A definition folder with `nominations.csv`; or a package folder with `nominations.cbor`, whose
// acts are then verified against the package. X110 and the codes of what is read.
[[nodiscard]] Result<Nominated> read_nominated(const std::string& folder);

// What was registered and admitted when the ballot was fixed.
[[nodiscard]] election::NominationState ballot_state(const election::Definition& definition,
                                                     const election::LawPack& law,
                                                     const election::NominationHistory& history);
// "<organisation>.png", in the folder `logos` of a definition or in one that was named.
[[nodiscard]] std::string logo_file(const election::OrganisationId& id);
// The pictures that lie there, each the one that is registered (H303).
[[nodiscard]] Result<services::Logos> read_logos(const std::string& folder,
                                                 const election::Definition& definition,
                                                 const election::NominationState& fixed);

}  // namespace sufragio::app
