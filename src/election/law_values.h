#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "election/law_pack.h"
#include "election/law_schema.h"

// What the value of a parameter may be, and what it says. Inside the room only.
namespace sufragio::election {

// Null when the value has another type.
[[nodiscard]] const std::string* text_of(const codec::Document& value);
[[nodiscard]] const std::int64_t* integer_of(const codec::Document& value);
[[nodiscard]] const codec::Document::Array* array_of(const codec::Document& value);
[[nodiscard]] const codec::Document::Table* table_of(const codec::Document& value);

// Nothing when the value is not in the form of docs/spec/law-pack.md.
[[nodiscard]] std::optional<Fraction> fraction_of(const codec::Document& value);
[[nodiscard]] std::optional<std::int32_t> clock_of(std::string_view text);  // minutes
[[nodiscard]] std::optional<std::int32_t> zone_of(std::string_view text);   // minutes
[[nodiscard]] std::optional<std::vector<SplitStep>> split_of(const codec::Document& value);
[[nodiscard]] std::optional<std::vector<Stage>> stages_of(const codec::Document& value);
[[nodiscard]] std::optional<std::vector<StateSeats>> state_seats_of(const codec::Document& value);

[[nodiscard]] bool fits(const codec::Document& value, const ParameterRule& rule);
[[nodiscard]] std::string expected_text(const ParameterRule& rule);  // for the fact `expected`

}  // namespace sufragio::election
