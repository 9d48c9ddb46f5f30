#pragma once

#include "base/error.h"

// What import says about a source. I101–I119: something could not become a row, or nothing could.
// I120–I149: a remark, everything was imported as the source has it. docs/spec/import.md.
namespace sufragio::services::import_codes {

inline constexpr Code kUnknownFormat{'I', 101};
inline constexpr Code kWrongColumns{'I', 102};    // a column is missing, unknown, or stands twice
inline constexpr Code kUnreadableLine{'I', 103};  // broken byte, stray quote, number of fields …
inline constexpr Code kBadFigure{'I', 104};       // not a whole number from 0 to 10^9
inline constexpr Code kBadCode{'I', 105};  // a code or name of a territory that does not exist
inline constexpr Code kUnknownCentre{'I', 106};   // not in the definition that was given
inline constexpr Code kRepeatedRow{'I', 107};     // the same row again, equal in every figure
inline constexpr Code kConflictingRow{'I', 108};  // a second row of one unit with other figures
inline constexpr Code kNoRows{'I', 109};          // nothing in the file could be imported
inline constexpr Code kWrongFiles{'I', 110};      // number or names of the files
inline constexpr Code kBadMapping{'I', 111};      // the description of the format
inline constexpr Code kBadText{'I', 112};         // a name that is empty, too long, or no text
inline constexpr Code kStrict{'I', 113};          // strict: something was not in order
inline constexpr Code kTooManyDefects{'I', 114};
inline constexpr Code kBadContest{'I', 115};   // a line of JSON that is not in the format
inline constexpr Code kIncomplete{'I', 116};   // a mesa without a line for each candidate
inline constexpr Code kNoTotals{'I', 117};     // the source has no totals for this unit
inline constexpr Code kLimit{'I', 118};        // more than the codes or limits can hold
inline constexpr Code kContradicts{'I', 119};  // two columns of one row contradict each other

inline constexpr Code kPaddedCode{'I', 120};    // the leading zero of centre codes was restored
inline constexpr Code kParishSerial{'I', 121};  // the parish was taken from the centre's code
inline constexpr Code kDroppedColumn{'I', 122};
inline constexpr Code kPrefix{'I', 123};           // a prefix was taken off the names
inline constexpr Code kNoCards{'I', 124};          // candidates or lists, no cards
inline constexpr Code kOtherName{'I', 125};        // one code, two names: the first is kept
inline constexpr Code kEncoding{'I', 126};         // which encoding was found
inline constexpr Code kComputedBallots{'I', 127};  // ballots = valid + null, not in the source
inline constexpr Code kMesasAnnounced{'I', 128};   // fewer rows than mesas announced
inline constexpr Code kShortened{'I', 129};        // a name over 300 bytes
inline constexpr Code kSynthetic{'I', 130};        // codes made here: the source has names only
inline constexpr Code kSameName{'I', 131};         // two centres of one name in one parish
inline constexpr Code kSeveralActas{'I', 132};     // one row stands for several actas
inline constexpr Code kPartial{'I', 133};          // the source is a state of an unfinished count
inline constexpr Code kEmptyColumn{'I', 134};      // a figure that the source gives nowhere
inline constexpr Code kOtherLevel{'I', 135};       // repeats a contest on another level: no row
inline constexpr Code kMaybeCut{'I', 136};  // a page with exactly as many options as it shows
inline constexpr Code kResidual{'I', 137};  // votes that stand on no card
inline constexpr Code kOptionWithoutCard{'I', 138};
inline constexpr Code kSharedCode{'I', 139};      // several bodies under one code
inline constexpr Code kPersonsLeftOut{'I', 140};  // names of elected persons were not imported
inline constexpr Code kNoSeatsStated{'I', 141};   // the page names no winner
inline constexpr Code kVotesPerVoter{'I', 142};   // computed from the page
inline constexpr Code kSeatsDiffer{'I', 143};     // the law pack gives other seats than the source
inline constexpr Code kOtherSplit{'I', 144};      // a body divided otherwise than the law pack says
inline constexpr Code kNoActa{'I', 145};          // a unit with machines but without actas
inline constexpr Code kCodeAsName{'I', 146};      // the source has no names: the code stands there
inline constexpr Code kOptionSum{'I', 147};       // cards do not add up to the option's own figure
inline constexpr Code kSeatOutside{'I', 148};     // seats inside the body but outside the split
inline constexpr Code kTopOnly{'I', 149};  // a contest that stands only on a page of the first few

}  // namespace sufragio::services::import_codes
