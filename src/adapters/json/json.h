#pragma once

#include <string_view>

#include "codec/document.h"

namespace sufragio::adapters {

namespace json_codes {
inline constexpr Code kBadJson{'F', 211};          // not JSON: fact line
inline constexpr Code kForbiddenNumber{'F', 212};  // not an integer below 2^63: facts line, value
inline constexpr Code kRepeatedKey{'F', 213};      // a key twice in one object: facts line, key
inline constexpr Code kJsonTooDeep{'F', 214};      // nested deeper than 64: fact line
}  // namespace json_codes

// RFC 8259, UTF-8, as a document; null is the empty value. Nothing follows the one value but
// blanks. Our files hold no fractions: every number is an integer.
[[nodiscard]] Result<codec::Document> parse_json(std::string_view text);

}  // namespace sufragio::adapters
