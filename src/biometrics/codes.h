#pragma once

#include "base/error.h"

namespace sufragio::biometrics {

// Records of minutiae (docs/spec/fingerprints.md, part 2.6), in the order in which they are looked
// for.
inline constexpr Code kRecordShort{'Y', 1};     // fewer bytes than a header or the length needs
inline constexpr Code kRecordLong{'Y', 2};      // more bytes, or views that do not fill it
inline constexpr Code kNotMinutiae{'Y', 3};     // not a record of minutiae
inline constexpr Code kRecordVersion{'Y', 4};   // a version that this program does not read
inline constexpr Code kViewCount{'Y', 5};       // no view, or more than the bytes can hold
inline constexpr Code kBadMinutiaType{'Y', 6};  // type 3
inline constexpr Code kFrame{'Y', 7};           // outside of the frame, or no frame
inline constexpr Code kReservedBits{'Y', 8};
inline constexpr Code kExtendedData{'Y', 9};
inline constexpr Code kResolution{'Y', 10};    // not 98 … 590 px/cm
inline constexpr Code kFieldRange{'Y', 11};    // position, impression or quality
inline constexpr Code kFieldForm{'Y', 12};     // ANSI angle; flag, lengths of 2011
inline constexpr Code kRecordLimit{'Y', 13};   // larger than any record of a finger
inline constexpr Code kNotWritable{'Y', 14};   // the asked format has no place for a field
inline constexpr Code kCardRecord{'Y', 15};    // not whole minutiae of a card
inline constexpr Code kCardPosition{'Y', 16};  // outside of what a card can hold

inline constexpr Code kBadBlock{'Y', 17};  // not the block of a prepared print

// Scores and policy.
inline constexpr Code kBadCalibration{'Y', 20};  // not a table of scores for this matcher
inline constexpr Code kBadPolicy{'Y', 21};       // tries, fingers or target outside of their range

inline constexpr Code kBadBank{'Y', 22};  // not fingers x impressions

}  // namespace sufragio::biometrics
