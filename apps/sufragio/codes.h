#pragma once

#include "base/error.h"

namespace sufragio::app {

inline constexpr Code kCannotRead{'X', 110};
inline constexpr Code kCannotWrite{'X', 111};
inline constexpr Code kNoSuchLaw{'X', 112};
inline constexpr Code kNotAFolder{'X', 113};  // neither a workspace nor a centre's folder
inline constexpr Code kNoSuchContest{'X', 114};
inline constexpr Code kNeedsPackage{'X', 115};  // acta verify without --package
inline constexpr Code kBadSeed{'X', 116};
inline constexpr Code kUnknownTerritory{'X', 117};
inline constexpr Code kNoActaInside{'X', 118};
inline constexpr Code kWalkFailed{'X', 119};
inline constexpr Code kNeedsVotes{'X', 120};      // seats without --votes and --seats
inline constexpr Code kNoAssembly{'X', 121};      // seats --parts with a pack of no assembly
inline constexpr Code kSayContest{'X', 122};      // an election of several contests, none said
inline constexpr Code kUnknownForm{'X', 130};     // a report file of no known form
inline constexpr Code kNoSuchFixture{'X', 140};   // or no folder to write it to
inline constexpr Code kNominationsBad{'X', 141};  // a history that the law refuses
inline constexpr Code kNoSuchMesa{'X', 139};
inline constexpr Code kNeedsOption{'X', 150};     // fact option
inline constexpr Code kWeakPassphrase{'X', 151};  // too short, or not the same twice
inline constexpr Code kBadCaptureName{'X', 152};  // of a file among the captures of prints

}  // namespace sufragio::app
