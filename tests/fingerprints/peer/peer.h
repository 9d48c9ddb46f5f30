#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "biometrics/grey.h"

namespace sufragio::tests {

// What mindtct and bozorth3, as Debian's libfprint holds them, say of images at 500 dpi: a score of
// each pair a < b, by a, then b; 0 where `a` could not be enrolled. The scores are no interface of
// libfprint: they stand in its log. Where they are not heard `silent` says why. 0.1 s an image,
// 0.05 s a pair. One call at a time in a process.
struct PeerScores {
  std::vector<std::uint32_t> scores;
  std::string silent;
};
[[nodiscard]] PeerScores peer_scores(std::span<const biometrics::GreyImage> images);

}  // namespace sufragio::tests
