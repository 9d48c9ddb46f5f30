#pragma once

#include "base/error.h"

namespace sufragio::election {

inline constexpr Code kBadTerritory{'D', 101};      // not a territory code
inline constexpr Code kMissingFile{'D', 102};       // a file of the definition is missing
inline constexpr Code kBadValue{'D', 103};          // a value outside its range or list
inline constexpr Code kDuplicate{'D', 104};         // the same key twice
inline constexpr Code kNoParent{'D', 105};          // a territory whose parent is not listed
inline constexpr Code kUnknownReference{'D', 106};  // names something that is not defined
inline constexpr Code kCardPositions{'D', 107};  // positions are not 1 … n, or one stands twice
inline constexpr Code kEmptyContest{
    'D', 108};  // a contest without cards or options, or with more seats than options
inline constexpr Code kUnreachedContest{'D', 109};  // no mesa votes in this contest
inline constexpr Code kOutsideTerritory{
    'D', 110};  // a style gives a contest to a mesa outside the contest's territory
inline constexpr Code kLimit{'D', 111};  // over a limit of docs/limits.md
inline constexpr Code kBadSelections{
    'D', 112};  // choices that the ballot does not offer, or not as many votes as a voter has
inline constexpr Code kBadLawPack{
    'D', 201};  // a parameter of the law pack is missing, unknown or impossible
inline constexpr Code kOtherLawPack{'D', 202};    // the pack's id is not the one the election names
inline constexpr Code kBadManifest{'D', 301};     // not a package manifest
inline constexpr Code kBadPackageFile{'D', 302};  // a file that is not in its format
inline constexpr Code kPackageHash{
    'D', 303};  // a file is missing, or its size or hash is not the manifest's
inline constexpr Code kRootMissing{'D', 304};  // not signed by every root
inline constexpr Code kMissingRole{'D', 305};  // no key for a role that the election needs

}  // namespace sufragio::election
