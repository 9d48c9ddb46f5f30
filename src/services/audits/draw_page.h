#pragma once

#include <string>

#include "ports/templates.h"
#include "services/audits/audit_folder.h"
#include "services/words/catalogue.h"

namespace sufragio::services {

// One page that explains this draw to anybody: the list, the rule, the dice, the ticket of each
// mesa, and how to repeat one by hand. One file, no script, for the template "draw". U121 before
// the draw; P1xx.
[[nodiscard]] Result<std::string> draw_page(const AuditFolder& folder, const Catalogue& words,
                                            const ports::Templates& templates,
                                            std::string_view style);

}  // namespace sufragio::services
