#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"
#include "election/nominations.h"

// Names and sizes of what does not exist: invented, and on no side.
namespace sufragio::sim {

[[nodiscard]] std::string invented_state(std::size_t i);
[[nodiscard]] std::string invented_place(std::size_t i);
[[nodiscard]] std::string invented_school(std::size_t i);
[[nodiscard]] std::string invented_party(std::size_t i);
[[nodiscard]] std::string invented_person(Rng& rng);
// Two given names and two surnames, for elections of tens of thousands.
[[nodiscard]] std::string invented_person(Rng& rng, election::Sex sex);

// `total` things over `parts` places, each at least one and at most `most`, the rest uniformly at
// random.
[[nodiscard]] std::vector<std::uint32_t> spread(std::uint32_t total, std::uint32_t parts,
                                                std::uint32_t most, Rng& rng);
// Median near 790 and mean near 710 inside [40, 1451], as in the file of 2024.
[[nodiscard]] std::int64_t draw_electors(std::int64_t least, std::int64_t most, Rng& rng);

}  // namespace sufragio::sim
