#pragma once

#include "codec/cbor.h"
#include "services/award/award.h"

// The payload of an act as bytes (docs/spec/award.md). Inside the folder only.
namespace sufragio::services {

inline constexpr std::uint8_t kActStatement = 20;  // field 0
inline constexpr std::uint8_t kActVersion = 3;     // field 1

[[nodiscard]] Bytes encode_act(const Act& act, const crypto::ElectionHandle& election,
                               const Hash32& law);
// Only what does not follow from the rows; the caller makes the rest again. C1xx, G109.
struct GivenParts {
  ActPlan plan;
  std::optional<election::ActsHead> nominations;
};
[[nodiscard]] Result<GivenParts> decode_given(ByteView payload);

}  // namespace sufragio::services
