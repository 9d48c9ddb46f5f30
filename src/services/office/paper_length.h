#pragma once

#include <vector>

#include "codec/drawing.h"
#include "ports/paper.h"

namespace sufragio::services {

inline constexpr int kDotsPerMm = 8;

// How long a drawing will be on paper, in dots, without drawing it: rows by the height of their
// capitals and the lines that their words need. A measured renderer gives the same within a few
// percent (tests/paper). F307 when a code does not fit on the paper.
[[nodiscard]] Result<int> paper_length(const codec::Drawing& drawing, ports::QrEncoder& encoder);
// Of each sheet that it is cut into.
[[nodiscard]] Result<std::vector<int>> sheet_lengths(const codec::Drawing& drawing,
                                                     ports::QrEncoder& encoder);

}  // namespace sufragio::services
