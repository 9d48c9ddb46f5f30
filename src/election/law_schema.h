#pragma once

#include <cstdint>
#include <span>
#include <string_view>

// Every parameter of a law pack, with what its value may be (docs/spec/law-pack.md). Inside the
// room only.
namespace sufragio::election {

enum class ParameterKind {
  choice,        // one of `words`
  choices,       // a list of different words of `words`
  integer,       // min … max
  boolean,       //
  fraction,      // { num, den }: 0 <= num <= den, 1 <= den <= 10^9
  clock,         // "HH:MM"
  zone,          // "+HH:MM" or "-HH:MM"
  languages,     // a list of different codes of two or three small letters
  ascending,     // a list of integers min … max, strictly ascending
  split,         // [ { total_from, seats }, … ]: strictly ascending from 0, seats never fall
  sample_table,  // [ [from, to, audited], … ]: from 1, without gap or overlap
  choice_map,    // { key of `keys` = word of `words`, … }
  count_map,     // { key of `keys` = min … max, … }
  stages,        // [ { seats_from, steps }, … ]: strictly ascending from 0
  state_seats    // [ [state, nominal, list], … ]: ascending by state
};

struct ParameterRule {
  std::string_view table;  // "seats.list"
  std::string_view key;
  ParameterKind kind;
  std::string_view words = {};  // separated by '|'
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view keys = {};  // separated by '|'
};

// Tables that a pack has whole or not at all.
inline constexpr std::string_view kOptionalTables[] = {"seats.staged", "seats.legislature",
                                                       "assembly", "audit.rla", "fixture"};
[[nodiscard]] bool is_optional(const ParameterRule& rule);

[[nodiscard]] std::span<const ParameterRule> law_schema();  // in the order of the specification

}  // namespace sufragio::election
