#pragma once

#include "biometrics/template.h"
#include "services/duplicates/plan.h"
#include "sim/rng.h"

namespace sufragio::sim {

// Invented minutiae for tests of speed, scale and faults. They support no claim about accuracy:
// real skin is worse.
using MasterFinger = std::vector<biometrics::Minutia>;  // 40 … 70 on 300 x 400 px

[[nodiscard]] MasterFinger invented_finger(SimRng& rng);
// One capture: 70 to 85 % of the minutiae, 10 to 25 % others, 3 px and 6 degrees of jitter, turned
// by about 8 degrees, moved, and bent smoothly by up to 6 px.
[[nodiscard]] biometrics::Template invented_capture(const MasterFinger& finger, SimRng& rng);

// People of an invented bank; the last `duplicates` of `people` are earlier people once more,
// captured anew. Each person follows from the seed and the number alone.
struct InventedBank {
  std::uint64_t people = 0, duplicates = 0, seed = 0;
  // The person whom `person` repeats; itself where it repeats nobody.
  [[nodiscard]] std::uint64_t original(std::uint64_t person) const;
  [[nodiscard]] services::PersonRecords records(std::uint64_t person) const;
};

}  // namespace sufragio::sim
