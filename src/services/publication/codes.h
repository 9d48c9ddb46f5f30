#pragma once

#include "base/error.h"

namespace sufragio::services {

// Of the publisher.
inline constexpr Code kWrongPublisherKey{'P', 104};  // the signer is no ES256 key
inline constexpr Code kAssetOutside{'P', 105};       // an asset with a path of other files
inline constexpr Code kPictureBroken{'P', 106};      // the picture of an acta is no PNG

// What a verifier finds (docs/spec/site.md section 7). The fact "file" names the first bad file.
inline constexpr Code kNoManifest{'P', 110};         // no manifest.cose, or not in its form
inline constexpr Code kManifestSignature{'P', 111};  // does not verify by the key it names
inline constexpr Code kPublisherKey{'P', 112};       // data/publisher.key is not that key
inline constexpr Code kOtherPublisher{'P', 113};     // not the key that the reader trusts
inline constexpr Code kListHash{'P', 114};           // manifest.sha256 is not the signed one
inline constexpr Code kListForm{'P', 115};           // a list that is not in its form or order
inline constexpr Code kFileHash{'P', 116};           // a file is not what its list says
inline constexpr Code kFileGone{'P', 117};           // a listed file is not there
inline constexpr Code kFileUnlisted{'P', 118};       // a file that no list names
inline constexpr Code kSiteFile{'P', 119};           // data/site.json is not what the data say
inline constexpr Code kPackageBad{'P', 120};         // the package does not open
inline constexpr Code kOtherRoots{'P', 121};       // not signed by the roots that the reader trusts
inline constexpr Code kLogBad{'P', 122};           // checkpoint, tiles and entries do not agree
inline constexpr Code kNightBad{'P', 123};         // an entry of the log is not acceptable
inline constexpr Code kRowsForm{'P', 124};         // data/rows.csv is not in its form
inline constexpr Code kRowsDiffer{'P', 125};       // not the rows that the log, or the rules, give
inline constexpr Code kTotalsDiffer{'P', 126};     // data/totals.csv is not the sum of the rows
inline constexpr Code kPageDiffers{'P', 127};      // data.json or data.csv is not what the rows say
inline constexpr Code kBulletinBad{'P', 128};      // not signed by enough keys, or not chained
inline constexpr Code kBulletinDiffers{'P', 129};  // recomputing gives another bulletin
inline constexpr Code kSeatsDiffer{'P', 132};
inline constexpr Code kActaDiffers{'P', 133};  // acta.cose is not the acta of the mesa in the log
inline constexpr Code kProofBad{'P', 134};     // acta.proof does not hold
inline constexpr Code kActFile{'P', 136};      // data/acts/NNN.cose is not the act of the log
inline constexpr Code kTreeShape{'P', 135};    // a page is missing, or stands where none belongs

}  // namespace sufragio::services
