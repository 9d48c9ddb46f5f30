#pragma once

#include "base/error.h"

namespace sufragio::statement {

inline constexpr Code kBadStatement{'Z', 101};   // not a statement of docs/spec/statement.md
inline constexpr Code kBadFigure{'Z', 102};      // a figure outside its form
inline constexpr Code kNoAssumptions{'Z', 103};  // a bound, a draw or a model without assumptions
inline constexpr Code kOtherClass{'Z', 104};     // the template is of another class

}  // namespace sufragio::statement
