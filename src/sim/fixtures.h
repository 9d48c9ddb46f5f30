#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "codec/document.h"
#include "election/nominations.h"

// Seven complete elections from descriptions of what the sources give (fixtures/README.md). What no
// source gives is drawn from the seed, sums to the totals of the description, and carries the mark
// `generated`. The same inputs give the same value.
namespace sufragio::sim {

struct FixtureSources {
  codec::Document description;  // fixtures/<name>.toml
  election::LawPack law;        // the pack that it names
  std::string states_csv;       // fixtures/states.csv
  std::string councils_csv;     // published councils of 2013; may be empty
  std::string centres_csv;      // published centres of 2013; may be empty
};

struct Fixture {
  election::Definition definition;
  election::NominationHistory history;              // empty: nobody is nominated (a referendum)
  std::map<election::OrganisationId, Bytes> logos;  // PNG, as the history registers them
};

// `mesas` 0: all that the description says; else a smaller country of that many (the shape stays,
// the totals do not). D111 when the numbers cannot be met, C14x for a description out of form.
[[nodiscard]] Result<Fixture> make_fixture(const FixtureSources& sources, std::uint32_t mesas,
                                           std::uint64_t seed);

}  // namespace sufragio::sim
