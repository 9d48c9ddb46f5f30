#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "seats/seats.h"
#include "services/words/catalogue.h"
#include "services/words/format.h"

// Why a seat went where it went, in one sentence (R9; docs/rules/S101.md to S109.md).
namespace sufragio::services {

// numerator / divisor with two decimals, half up, grouped: "4.115,00". Shown only; nothing is
// decided by it.
[[nodiscard]] std::string quotient_text(std::uint64_t numerator, std::uint64_t divisor,
                                        Language language);

// "12.345 ÷ 3 = 4.115,00; siguiente: Lista Y, 8.211 ÷ 2 = 4.105,50". `names` per contender.
[[nodiscard]] std::string seat_reason(const seats::Award& award,
                                      const std::vector<std::string>& names, const Catalogue& words,
                                      Language language);
// "Perdería el cargo con 28 votos menos, ante Lista Y." Empty where no margin is stated.
[[nodiscard]] std::string seat_margin(const std::optional<seats::Margin>& margin,
                                      const std::vector<std::string>& names, const Catalogue& words,
                                      Language language);

[[nodiscard]] std::string_view step_name(seats::Step step);           // "average"
[[nodiscard]] std::string_view decided_name(seats::DecidedBy by);     // "merit"
[[nodiscard]] std::string_view seating_name(seats::Seating seating);  // "person"

}  // namespace sufragio::services
