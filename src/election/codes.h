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
inline constexpr Code kOtherLawPack{'D', 202};  // the pack's id is not the one the election names
inline constexpr Code kLawContradiction{
    'D', 203};  // two parameters of the law pack say against each other
inline constexpr Code kIncompleteLaw{'D',
                                     204};  // `extends` without its parent, or with another parent
inline constexpr Code kBadManifest{'D', 301};     // not a package manifest
inline constexpr Code kBadPackageFile{'D', 302};  // a file that is not in its format
inline constexpr Code kPackageHash{
    'D', 303};  // a file is missing, or its size or hash is not the manifest's
inline constexpr Code kRootMissing{'D', 304};  // not signed by every root
inline constexpr Code kMissingRole{'D', 305};  // no key for a role that the election needs

// Nominations and their history (docs/spec/nominations.md). Each refusal carries the facts
// "article" and "article_es".
inline constexpr Code kBadEvent{'H', 101};     // a line that is not in the form of its event
inline constexpr Code kTimeOrder{'H', 102};    // earlier than the event before it
inline constexpr Code kUnknownName{'H', 103};  // an organisation or contest that is not defined
inline constexpr Code kOtherAuthority{'H',
                                      104};      // acts for an organisation without being its board
inline constexpr Code kNoNomination{'H', 105};   // a card in the ballot order without nomination
inline constexpr Code kPositionTwice{'H', 106};  // two cards with one position
inline constexpr Code kDoubleNomination{'H', 107};  // one person for two offices
inline constexpr Code kNotEligible{'H', 108};       // too young, or of the electoral authority
inline constexpr Code kNoParity{'H', 109};          // women and men not in the shares of the law
inline constexpr Code kListOrder{'H', 110};         // the places of a list are not 1 … n
inline constexpr Code kNoLogo{'H', 111};            // a card without a registered logo
inline constexpr Code kSameName{'H', 112};  // two names on one ballot that nobody can tell apart
inline constexpr Code kTooLate{'H', 113};   // after its deadline, without a cause of the law
inline constexpr Code kNoTransition{'H',
                                    114};     // nothing is in the state that the event wants to end
inline constexpr Code kOtherCause{'H', 115};  // a cause that the law does not name
inline constexpr Code kWrongNominator{'H', 116};  // this kind of organisation may not nominate here
inline constexpr Code kTooManyCandidates{'H', 117};  // more than the seats of the contest
inline constexpr Code kNoCandidate{'H', 118};    // an option of the ballot that nobody stands for
inline constexpr Code kBallotDiffers{'H', 119};  // the definition's cards are not the history's
inline constexpr Code kBadAct{'H', 201};         // signed acts that are not in their form
inline constexpr Code kActChain{'H', 202};       // an act that does not follow the one before
inline constexpr Code kOtherHistory{'H', 203};   // the signed acts and the table disagree
inline constexpr Code kOtherActs{'H', 204};      // not the acts that the package names

}  // namespace sufragio::election
