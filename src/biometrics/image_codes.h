#pragma once

#include "base/error.h"

// Y050 … Y099: images, the extractor, readers and the sealed store. The rest of Y: codes.h.
namespace sufragio::biometrics {

inline constexpr Code kBadImageSize{'Y', 50};   // empty, over 2,048 a side, or pixels missing
inline constexpr Code kBadResolution{'Y', 51};  // unknown, or outside 98 … 590 pixels per cm
inline constexpr Code kNotAPgm{'Y', 52};        // not a binary PGM of 8 bits
inline constexpr Code kBrokenGrey{'Y', 53};     // a PGM cut short, or longer than it says
inline constexpr Code kCodedImage{'Y', 54};     // WSQ or JPEG 2000: not read here

inline constexpr Code kNotAnImageRecord{'Y', 55};   // not ISO/IEC 19794-4:2005
inline constexpr Code kImageRecordCut{'Y', 56};     // lengths that do not fit the bytes
inline constexpr Code kImageRecordField{'Y', 57};   // a field outside its range
inline constexpr Code kImageRecordCoding{'Y', 58};  // a compression that is not read here
inline constexpr Code kPngOfAnotherSize{'Y', 59};   // the PNG inside is no picture of that size

inline constexpr Code kNoPrint{'Y', 60};  // failure to acquire: no print in the image

// Of a FingerprintReader.
inline constexpr Code kNoReader{'Y', 70};        // none is plugged in
inline constexpr Code kReaderRefused{'Y', 71};   // not on the list, or it gives no images
inline constexpr Code kCaptureTimeout{'Y', 72};  // no finger in time
inline constexpr Code kCaptureStopped{'Y', 73};
inline constexpr Code kReaderBroken{'Y', 74};  // unplugged or broken

// Of enrolment and the sealed store.
inline constexpr Code kEnrolUnsure{'Y', 80};        // no two captures of one finger agree
inline constexpr Code kEnrolledTooMuch{'Y', 82};    // does not fit the places of this mesa
inline constexpr Code kEnrolledOther{'Y', 83};      // of another election, mesa, roll or extractor
inline constexpr Code kEnrolledNotOpened{'Y', 84};  // another key, another line, or damaged

}  // namespace sufragio::biometrics
