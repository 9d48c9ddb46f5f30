#pragma once

#include <string_view>

#include "codec/document.h"

namespace sufragio::adapters {

namespace toml_codes {
inline constexpr Code kBadToml{'F', 201};  // not TOML: facts line, detail (the parser's words)
inline constexpr Code kForbiddenToml{'F',
                                     202};  // a float, a time or an offset date: facts line, key
}  // namespace toml_codes

// TOML 1.0 as a document. Local dates become texts "YYYY-MM-DD"; floats and times are refused:
// nothing near a vote is a float.
[[nodiscard]] Result<codec::Document> parse_toml(std::string_view text);

}  // namespace sufragio::adapters
