#pragma once

#include "base/error.h"

namespace sufragio::e2e {

// What a verifier finds (docs/spec/e2e.md, part 9).
inline constexpr Code kBadElement{'E', 101};  // no element of the group where one must be
inline constexpr Code kBadScalar{'E', 102};   // a challenge or response not below the order
inline constexpr Code kRangeProof{'E', 103};  // an option may hold something else than its range
inline constexpr Code kLimitProof{'E', 104};  // a contest may hold more votes than are allowed
inline constexpr Code kContestHash{'E', 105};
inline constexpr Code kConfirmationCode{'E', 106};
inline constexpr Code kBallotForm{'E', 107};  // not the contests and options of its style
inline constexpr Code kAggregate{'E', 108};   // the tally's ciphertexts are not the product
inline constexpr Code kDecryptionProof{'E', 109};
inline constexpr Code kTallyValue{'E', 110};  // the number is not the one that was decrypted
inline constexpr Code kGuardianProof{'E', 111};
inline constexpr Code kJointKey{'E', 112};     // not the product of the guardians' keys
inline constexpr Code kBaseHash{'E', 113};     // a hash of parameters, manifest or keys differs
inline constexpr Code kContestData{'E', 114};  // the encrypted notes of a contest do not open
inline constexpr Code kChain{'E', 115};        // a chained code or the closing hash differs
inline constexpr Code kBadRecord{'E', 116};    // a file of the record is not in its format

// Encryption.
inline constexpr Code kChoices{'E', 201};  // not 0 or 1 for each option, or not the votes allowed
inline constexpr Code kOpened{'E', 202};   // a challenged ballot is not what its nonce gives

// Bytes of ballots and bundles.
inline constexpr Code kBallotBytes{'E', 301};  // not a ballot of its style
inline constexpr Code kBundleBytes{'E', 302};  // not a bundle
inline constexpr Code kBundleOrder{'E', 303};  // not ascending by code, or one code twice

// Guardians: the ceremony and the decryption.
inline constexpr Code kBadPlan{'E', 401};        // not 1 <= quorum <= guardians <= 32
inline constexpr Code kCeremonyBytes{'E', 402};  // a message or a saved state not in its format
inline constexpr Code kAnnouncements{'E', 403};  // not one announcement of each guardian
inline constexpr Code kShareClosed{'E', 404};    // a share does not open
inline constexpr Code kShareWrong{'E', 405};     // a share does not match the commitments
inline constexpr Code kTooFewGuardians{'E', 406};
inline constexpr Code kBadAggregate{'E', 407};  // what is to be decrypted is no sum of ballots
inline constexpr Code kBadOpening{'E', 408};    // a guardian's first answer is not in its format
inline constexpr Code kBadAnswer{'E', 409};     // a guardian's answer does not fit its key
inline constexpr Code kNoNumber{'E', 410};      // a decrypted sum is no number of votes
inline constexpr Code kTallyTotal{'E', 411};    // a contest does not add up to ballots x votes

}  // namespace sufragio::e2e
