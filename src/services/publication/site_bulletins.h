#pragma once

#include <vector>

#include "crypto/keys.h"
#include "election/package.h"
#include "ports/store.h"
#include "services/publication/source.h"

namespace sufragio::services {

// The bulletins of a log with the blobs they name, made again from the rows at each bulletin's
// place: the blobs need no storage of their own. The signatures of the log are taken as verified
// before. P129 when a bulletin in the log is not the one that its rows give.
[[nodiscard]] Result<std::vector<SiteBulletin>> site_bulletins(
    const election::Package& package, const std::vector<crypto::PublicKey>& roots,
    const ports::Store& log, std::uint64_t size);

}  // namespace sufragio::services
