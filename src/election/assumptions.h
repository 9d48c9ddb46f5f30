#pragma once

#include <vector>

#include "election/definition.h"
#include "election/law_pack.h"

namespace sufragio::election {

// The assumptions of one election: the parameters of its pack that are not certain and that it
// uses, in the order of the pack. Seat rules count only where a contest is decided by them; what
// was convoked (`fixture`) is a check, no rule. Pointers into the pack.
[[nodiscard]] std::vector<const LawParameter*> assumptions(const LawPack& pack,
                                                           const Definition& definition);

}  // namespace sufragio::election
