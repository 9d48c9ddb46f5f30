#pragma once

#include <string_view>

#include "codec/document.h"

namespace sufragio::adapters {

// RFC 8259, UTF-8, as a document; null is the empty value. Nothing follows the one value but
// blanks. Our files hold no fractions: every number is an integer.
[[nodiscard]] Result<codec::Document> parse_json(std::string_view text);

}  // namespace sufragio::adapters
