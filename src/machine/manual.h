#pragma once

#include <string>
#include <vector>

#include "acta/layout.h"
#include "codec/drawing.h"

// The manual of the faults as pages of A4, from the same table and words as docs/manual/es.
namespace sufragio::machine {

[[nodiscard]] std::vector<std::string> manual_words();  // catalogue keys: two for each fault
[[nodiscard]] codec::Drawing fault_manual(const acta::Words& words);

}  // namespace sufragio::machine
