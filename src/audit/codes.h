#pragma once

#include "base/error.h"

namespace sufragio::audit {

inline constexpr Code kTwice{'U', 101};          // a mesa stands twice in the universe
inline constexpr Code kNothingToDraw{'U', 102};  // an empty universe, or all weights 0
inline constexpr Code kBadUniverse{'U', 103};    // not one id a line in ascending order

inline constexpr Code kBadSeed{'U', 110};           // not the digits that the rule asks for
inline constexpr Code kBadPurpose{'U', 111};        // a purpose that no draw has
inline constexpr Code kBadRule{'U', 112};           // not a sample rule
inline constexpr Code kCentreNotInTable{'U', 113};  // no line of the table covers the centre
inline constexpr Code kMoreThanThere{'U', 114};     // a larger sample than there are mesas

inline constexpr Code kBadDrawStatement{'U', 120};     // not a statement of a draw
inline constexpr Code kOutOfOrder{'U', 121};           // may not follow what stands in the log
inline constexpr Code kOtherElectionsPaper{'U', 122};  // a record of another election
inline constexpr Code kOtherPaper{'U', 123};    // names another commitment, draw, contest or file
inline constexpr Code kNotDrawn{'U', 124};      // a sheet of a mesa that was not drawn
inline constexpr Code kSecondSheet{'U', 125};   // a second sheet of one mesa
inline constexpr Code kNoReason{'U', 126};      // a cancellation without a reason
inline constexpr Code kBadDrawTable{'U', 127};  // not the file of draws of this round

inline constexpr Code kNoMargin{'U', 301};           // a tie or less: only a full count decides
inline constexpr Code kNothingToDecide{'U', 302};    // no vote, or nobody who lost
inline constexpr Code kBadFrame{'U', 320};           // not the form of committed rows
inline constexpr Code kImpossibleCount{'U', 321};    // negative, or more than the ballots allow
inline constexpr Code kRowsNotTheOutcome{'U', 322};  // the rows cannot give this outcome
inline constexpr Code kBoundBroken{'U', 323};        // the paper holds more than the bound allows
inline constexpr Code kBadStrata{'U', 330};          // not draws of strata
inline constexpr Code kBadQuickCount{'U', 331};      // not a sample of a stratum
inline constexpr Code kBadResults{'U', 332};         // not figures of a quick count
inline constexpr Code kResultTwice{'U', 333};        // a mesa stands twice in them
inline constexpr Code kBadReadings{'U', 340};        // not the readings of the drawn receipts
inline constexpr Code kSayReceipts{'U', 341};        // receipts: a full count is less work

inline constexpr Code kSamePerson{'U', 401};        // one person cannot count twice
inline constexpr Code kSameOrganisation{'U', 402};  // both counters sent by one organisation
inline constexpr Code kEntriesDiffer{'U', 403};     // the two counts of a mesa differ
inline constexpr Code kBadSheet{'U', 410};          // not a comparison sheet
inline constexpr Code kNotInOrder{'U', 420};  // a box that the recount does not name, or twice

}  // namespace sufragio::audit
