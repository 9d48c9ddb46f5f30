#pragma once

#include "base/error.h"

namespace sufragio::services {

// The key ceremony and the decryption on exchanged files (docs/spec/ceremony.md, part 4).
inline constexpr Code kCeremonyFile{'J', 101};     // a file of the exchange is not in its format
inline constexpr Code kNoPlan{'J', 102};           // there is no plan in the exchange folder
inline constexpr Code kOtherPlan{'J', 103};        // this guardian began with another plan
inline constexpr Code kRevealDiffers{'J', 104};    // an announcement is not what was committed to
inline constexpr Code kComplaint{'J', 105};        // somebody complained: the ceremony is over
inline constexpr Code kOtherTranscript{'J', 106};  // guardians do not confirm the same transcript
inline constexpr Code kNumberTaken{'J', 107};      // another guardian already has this number
inline constexpr Code kWrongPassphrase{'J', 108};
inline constexpr Code kNotFinished{'J', 109};       // this guardian has no share yet
inline constexpr Code kOpeningDiffers{'J', 110};    // a first answer is not what was committed to
inline constexpr Code kAlreadyAnswered{'J', 111};   // these sums were answered with other guardians
inline constexpr Code kNothingToDecrypt{'J', 112};  // no group has enough committed ballots
inline constexpr Code kNeedsToken{'J', 113};        // a secret lies under a card that is not here
inline constexpr Code kOtherToken{'J', 114};        // it lies under the key of another card
inline constexpr Code kPlanThere{'J', 115};         // the folder already has another plan
inline constexpr Code kBadParty{'J', 116};          // not different guardians, or not oneself
inline constexpr Code kOtherGuardian{'J', 117};     // the private folder is another guardian's
inline constexpr Code kRehearsal{'J', 118};         // a rehearsal does not give what it should

}  // namespace sufragio::services
