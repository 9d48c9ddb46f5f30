#pragma once

#include "centre_folder.h"
#include "services/encrypted/check_ballots.h"

namespace sufragio::app {

// The final actas of a centre's log that count, by mesa.
[[nodiscard]] Result<services::CountedActas> counted_actas(const CentreFolder& centre);

}  // namespace sufragio::app
