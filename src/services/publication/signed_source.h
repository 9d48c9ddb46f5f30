#pragma once

#include "services/publication/source.h"
#include "tally/ledger.h"

namespace sufragio::services {

// The final actas of a ledger with their bytes, from the log of at least that size. L10x.
[[nodiscard]] Result<std::vector<SiteActa>> site_actas(const tally::Ledger& ledger,
                                                       const ports::Store& log, std::uint64_t size);

}  // namespace sufragio::services
