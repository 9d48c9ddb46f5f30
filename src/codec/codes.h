#pragma once

#include "base/result.h"

namespace sufragio::codec {

inline constexpr Code kCborTruncated{'C', 101};  // the bytes end inside an item
inline constexpr Code kCborWrongType{'C', 102};  // another kind of item than the format has here
inline constexpr Code kCborNotShortest{'C',
                                       103};  // an integer or a length not in its shortest form
inline constexpr Code kCborForbidden{
    'C', 104};  // float, indefinite length, tag or simple value outside the profile
inline constexpr Code kCborKeyOrder{
    'C', 105};  // map keys not ascending, repeated, or not the expected one
inline constexpr Code kCborTrailing{'C', 106};  // bytes after the end
inline constexpr Code kCborTooDeep{'C', 107};   // nested deeper than 8
inline constexpr Code kCborTooLarge{'C', 108};  // over the size limit of this kind of record
inline constexpr Code kCborBadText{'C', 109};   // a text string that is not UTF-8
inline constexpr Code kCborRange{'C', 110};     // an integer outside the range of the format
inline constexpr Code kBase45{'C', 120};        // not canonical base45 (RFC 9285)
inline constexpr Code kBase32{'C', 121};        // not Crockford base32
inline constexpr Code kBase64{'C', 122};        // not canonical base64 (RFC 4648, with padding)
inline constexpr Code kCsvQuote{
    'C', 130};  // a quote inside an unquoted field, or text after a closing quote
inline constexpr Code kCsvUnterminated{'C', 131};  // the file ends inside quotes
inline constexpr Code kCsvEncoding{'C', 132};      // a byte that the encoding does not have
inline constexpr Code kCsvColumns{'C', 133};       // more or fewer fields than the header
inline constexpr Code kCsvLimit{'C', 134};         // a field or a line over the limit
inline constexpr Code kCsvNul{'C', 135};           // a NUL byte
inline constexpr Code kCsvHeader{'C', 136};     // a needed column is missing, or one stands twice
inline constexpr Code kDocumentType{'C', 140};  // a value of another type than expected
inline constexpr Code kDocumentMissing{'C', 141};  // a needed key is missing
inline constexpr Code kDocumentUnknown{'C', 142};  // a key that nobody reads

// A failure at a place in foreign bytes: the fact "offset".
[[nodiscard]] inline tl::unexpected<Error> fail_at(Code code, std::size_t offset) {
  return fail(code, {{"offset", std::to_string(offset)}});
}

}  // namespace sufragio::codec
