#pragma once

#include <string_view>
#include <vector>

#include "election/definition.h"
#include "tally/row.h"

namespace sufragio::services {

// Reads data/rows.csv. P124 with the facts "file" and "line"; the findings have their rules only.
[[nodiscard]] Result<std::vector<tally::JudgedRow>> read_rows(
    std::string_view text, const election::Definition& definition);

}  // namespace sufragio::services
