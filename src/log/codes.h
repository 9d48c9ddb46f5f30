#pragma once

#include "base/error.h"

namespace sufragio::log {

inline constexpr Code kBadNote{'L', 101};        // not a signed note, or no signature of the log
inline constexpr Code kBadCheckpoint{'L', 102};  // not a checkpoint, or of another origin
inline constexpr Code kEntryTooLarge{'L', 103};  // over 65,535 bytes
inline constexpr Code kBadEntry{'L', 104};       // not [type, subject, body]
inline constexpr Code kMissingTile{
    'L', 105};  // a tile or an entry bundle that the size asks for is not there
inline constexpr Code kTileMismatch{'L', 106};  // entries, tiles and checkpoint do not agree
inline constexpr Code kForked{
    'L', 107};  // after a restart the tiles differ from what was last signed: stop
inline constexpr Code kBadVkey{'L', 108};  // not a verifier key "name+id+key"
inline constexpr Code kStoppedAfterError{
    'L', 109};  // a write failed before; the log must be opened again
inline constexpr Code kBadProofFile{'L', 110};  // not a tlog-proof

}  // namespace sufragio::log
