#pragma once

#include <cstdint>

// The constant tables of docs/spec/fingerprints.md, part 4.1, with the hashes that the tests check.
namespace sufragio::biometrics {

extern const std::int16_t kCos[4096];  // 2^14 cos(2 pi i / 4096)
extern const std::int16_t kSin[4096];
extern const std::uint16_t kAtan[4097];          // i = 4096 tan, in 1/4096 turn
extern const std::uint32_t kRoot[625];           // 2^16 sqrt(n)
extern const std::uint16_t kSpatial[785];        // by squared distance in px^2
extern const std::uint16_t kDirection[6 * 256];  // by section, then difference of direction
extern const std::uint16_t kSigmoid1[49];        // by difference of distance in 1/4 px
extern const std::uint16_t kSigmoid8[129];       // by difference of angle in 1/256 turn
extern const std::uint16_t kSigmoid12[2049];     // in 1/4096 turn
extern const std::uint16_t kTurnFit[129];

}  // namespace sufragio::biometrics
