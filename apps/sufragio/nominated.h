#pragma once

#include <string>

#include "election/nominations.h"

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

}  // namespace sufragio::app
