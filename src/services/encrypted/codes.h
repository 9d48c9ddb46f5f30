#pragma once

#include "base/error.h"

namespace sufragio::services {

// The encrypted count beside actas and paper (docs/spec/e2e.md, part 9).
inline constexpr Code kNoEncryptedCount{'E', 501};  // the package has no joint key
inline constexpr Code kNoBundle{'E', 502};          // the ballots of a counted mesa are missing
inline constexpr Code kBundleRoot{'E', 503};        // not the ballots that the acta commits to
inline constexpr Code kNoTally{'E', 504};           // a group is not decrypted yet
inline constexpr Code kActaDiffers{'E', 505};       // the decrypted sum is not the acta
inline constexpr Code kDuplicate{'E', 506};         // one ciphertext stands in two places
inline constexpr Code kBelowMinimum{'E', 507};      // too few ballots to be decrypted

inline constexpr Code kNoMesa{'E', 509};  // no counted acta of that territory

}  // namespace sufragio::services
