#pragma once

#include <cstdint>

#include "base/rng.h"
#include "election/definition.h"

// A country that does not exist, on the scale of the real one: as many states,
// municipalities, parishes, centres and mesas as asked, electors per mesa between the extremes of
// the file of 2024. Names are invented and take no side.
namespace sufragio::sim {

struct CountryPlan {
  std::uint32_t states = 2;
  std::uint32_t municipalities = 4;
  std::uint32_t parishes = 6;
  std::uint32_t centres = 12;
  std::uint32_t mesas = 24;
  std::int64_t electors_min = 40;
  std::int64_t electors_max = 1'451;
  std::uint16_t cards = 38;  // of the presidential contest
  std::uint16_t candidates = 10;
  std::uint16_t council_seats = 7;  // list and nominal together (5, 7, 9, 11 or 13)
  std::uint16_t council_lists = 5;
  std::uint32_t extra_contests =
      0;  // further national contests of `extra_cards` cards, for load (at most 9)
  std::uint16_t extra_cards = 40;

  [[nodiscard]] static CountryPlan small();     // 24 mesas: the demo and `./x sim`
  [[nodiscard]] static CountryPlan national();  // 24/335/1,141/15,797/30,026
};

// A president on `cards` cards everywhere; in each municipality a council with `list` and `nominal`
// seats (the split comes from `list_seats`). The kind is `drill`: nothing generated can be taken
// for a real election. D111 when the plan is impossible.
[[nodiscard]] Result<election::Definition> make_country(const CountryPlan& plan,
                                                        std::uint32_t list_seats, Rng& rng);

}  // namespace sufragio::sim
