#pragma once

#include "base/error.h"

namespace sufragio::services {

inline constexpr Code kNoAuditFile{'U', 501};     // a file of the audit's folder is missing
inline constexpr Code kOtherAuditFile{'U', 502};  // a file has not the hash that was committed
inline constexpr Code kUnitRows{'U', 503};        // rows of whole units: nothing to draw or open
inline constexpr Code kNoAuditRule{'U', 504};     // a seat rule that no audit by sample serves
inline constexpr Code kDrawDiffers{'U', 505};     // the draw computed again is another one
inline constexpr Code kAuditSigner{'U', 506};     // a statement without a listed signature
inline constexpr Code kAuditExists{'U', 507};     // the folder already holds an audit
inline constexpr Code kOtherRule{'U', 508};       // not the rule that was announced
inline constexpr Code kBadCounts{'U', 509};       // not a file of counts

}  // namespace sufragio::services
