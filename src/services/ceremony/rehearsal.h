#pragma once

#include <vector>

#include "base/rng.h"
#include "e2e/tally.h"
#include "services/ceremony/guardian.h"

// The rehearsal before the day: a dummy mesa is decrypted with the real shares, and again by
// another quorum (docs/spec/ceremony.md, part 5). Each of its ballots comes with its nonce, so that
// what is decrypted was public before: a share answers for it without risk.
namespace sufragio::services {

inline constexpr std::uint32_t kMaxRehearsals = 9;

// Writes `rehearsal/<round>.cbor` unless it is there: 12 ballots of two contests (4 cards and 1
// vote, 3 cards and 2 votes) with random votes under the joint key. J118 (round not 1 to 9).
[[nodiscard]] Result<void> prepare_rehearsal(ports::Store& exchange, const e2e::JointKey& joint,
                                             std::uint32_t round, Rng& rng);

struct Rehearsal {
  e2e::Aggregate aggregate;
  std::vector<std::vector<std::uint32_t>> votes;  // by contest and option: what must come out
};
// The ballots of a round, each proven, and opened by its nonce. J118.
[[nodiscard]] Result<Rehearsal> read_rehearsal(const ports::Store& exchange,
                                               const e2e::JointKey& joint, std::uint32_t round);
// Are these the votes? J118.
[[nodiscard]] Result<void> check_rehearsal(const Rehearsal& rehearsal,
                                           const e2e::GroupTally& tally);

}  // namespace sufragio::services
