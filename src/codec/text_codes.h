#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sufragio::codec {

// RFC 9285. Refuses (C120) values over 65,535 (255 in a final pair), a length of 1 mod 3, other
// characters, lower case.
[[nodiscard]] std::string base45_encode(ByteView bytes);
[[nodiscard]] Result<Bytes> base45_decode(std::string_view text);

// Crockford base32 without padding, most significant bit first; the last character is filled with
// zero bits. Decoding accepts lower case and hyphens, I and L as 1, O as 0; refuses U, other
// characters and fill bits that are not zero (C121).
[[nodiscard]] std::string crockford_encode(ByteView bytes);
[[nodiscard]] Result<Bytes> crockford_decode(std::string_view text);

// RFC 4648 section 4 with padding; refuses anything that does not encode back to the same text
// (C122).
[[nodiscard]] std::string base64_encode(ByteView bytes);
[[nodiscard]] Result<Bytes> base64_decode(std::string_view text);

}  // namespace sufragio::codec
