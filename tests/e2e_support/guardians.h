#pragma once

#include <map>
#include <vector>

#include "e2e/tally.h"

namespace sufragio::tests {

// A ceremony held in one place: all n guardians with their shares.
struct Guardians {
  e2e::JointKey joint;
  std::vector<crypto::Secret> shares;  // z of each

  // Decrypts with the guardians of these numbers, each step of the protocol.
  [[nodiscard]] Result<std::vector<e2e::GroupTally>> decrypt(
      std::span<const e2e::Aggregate> aggregates, const std::vector<std::uint32_t>& quorum,
      Rng& rng, crypto::P256Work& work) const;
};
[[nodiscard]] Guardians hold_ceremony(const e2e::CeremonyPlan& plan, Rng& rng,
                                      crypto::P256Work& work);

}  // namespace sufragio::tests
