#pragma once

#include <vector>

#include "crypto/keys.h"
#include "election/package.h"
#include "ports/store.h"
#include "services/publication/source.h"

namespace sufragio::services {

struct SiteRecords {
  std::vector<SiteBulletin> bulletins;  // from number 1
  std::vector<SiteAct> acts;            // of award, in the order of the log
};

// The bulletins of a log with the blobs they name, and its acts of award, made again from the rows
// at their places: what follows from the log needs no storage of its own. The signatures of actas
// and bulletins are taken as verified before. P129 when a bulletin in the log is not the one that
// its rows give; K10x, G1xx for acts.
[[nodiscard]] Result<SiteRecords> site_records(const election::Package& package,
                                               const std::vector<crypto::PublicKey>& roots,
                                               const ports::Store& log, std::uint64_t size);

}  // namespace sufragio::services
