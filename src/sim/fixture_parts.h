#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/fixtures.h"
#include "sim/rng.h"

// The parts of a fixture. Inside the room only.
namespace sufragio::sim {

struct FixturePlaces {
  std::vector<election::Territory> territories;  // ascending
  std::vector<election::Mesa> mesas;             // ascending; styles are given later
  std::vector<election::TerritoryCode> states;
  std::vector<election::TerritoryCode> municipalities;
  std::string generated;  // the mark

  [[nodiscard]] std::string name(const election::TerritoryCode& code) const;
};
[[nodiscard]] Result<FixturePlaces> make_places(const FixtureSources& sources, std::uint32_t mesas,
                                                SimRng& rng);
// An optional whole number of the description.
[[nodiscard]] Result<std::uint32_t> number_of(const codec::Document& description,
                                              std::string_view key, std::uint32_t otherwise = 0);
// An optional list of texts, each split at '|'.
[[nodiscard]] Result<std::vector<std::vector<std::string>>> table_of(
    const codec::Document& description, std::string_view key);

struct FixturePerson {
  std::string id, name, birth;
  election::Sex sex = election::Sex::female;
};
// Who stands where, beside the cards of the definition.
struct FixturePeople {
  // (contest, option) → its candidates: one with place 0, or the places 1 … n of a list.
  std::map<std::pair<election::ContestId, election::OptionId>, std::vector<FixturePerson>> standing;
  std::map<election::OrganisationId, election::NominatorKind> kinds;
  bool changes = true;  // some late changes, so that there are errata (never for real persons)
};
// A PNG of 80 x 80 pixels: the same for the same id.
[[nodiscard]] Bytes invented_logo(const election::OrganisationId& id);
[[nodiscard]] election::NominationHistory make_history(const election::Definition& definition,
                                                       const FixturePeople& people, SimRng& rng);

}  // namespace sufragio::sim
