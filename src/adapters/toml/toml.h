#pragma once

#include <string_view>

#include "codec/document.h"

namespace sufragio::adapters {

// TOML 1.0 as a document. Local dates become texts "YYYY-MM-DD"; floats and times are refused:
// nothing near a vote is a float.
[[nodiscard]] Result<codec::Document> parse_toml(std::string_view text);

}  // namespace sufragio::adapters
