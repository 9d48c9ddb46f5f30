#pragma once

#include "base/error.h"

namespace sufragio::acta {

inline constexpr Code kBadActa{'A', 101};        // not an acta payload of version 1
inline constexpr Code kNoCertificate{'A', 102};  // no certificate for the key that signed
inline constexpr Code kUnknownMesa{'A', 105};    // the mesa is not in the package
inline constexpr Code kCodesDisagree{
    'A', 106};  // two readers, or two codes of one sheet, say different things
inline constexpr Code kNoCodeFound{'A', 107};  // no QR code of an acta in the image
inline constexpr Code kTwoCertificates{
    'A', 108};  // a machine or a key that already has another certificate
inline constexpr Code kQrGrammar{'Q', 101};
inline constexpr Code kQrCards{'Q', 102};
inline constexpr Code kQrTooMany{'Q', 103};
inline constexpr Code kQrConstants{'Q', 104};
inline constexpr Code kQrPrefix{'Q', 105};
inline constexpr Code kQrParts{'Q', 106};
inline constexpr Code kQrKeyPath{'Q', 107};
inline constexpr Code kQrTooLong{
    'Q', 108};  // does not fit a code of the largest version allowed on paper

}  // namespace sufragio::acta
