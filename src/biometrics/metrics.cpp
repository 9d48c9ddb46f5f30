#include "biometrics/metrics.h"

#include <algorithm>

#include "base/check.h"

namespace sufragio::biometrics {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;

std::uint64_t ppm(std::uint64_t part, std::uint64_t whole) {
  return (2 * kMillion * part + whole) / (2 * whole);
}

}  // namespace

void Comparisons::add(const Comparisons& other) {
  genuine.insert(genuine.end(), other.genuine.begin(), other.genuine.end());
  impostor.insert(impostor.end(), other.impostor.begin(), other.impostor.end());
}

std::vector<DetPoint> det_curve(Comparisons all) {
  CHECK(!all.genuine.empty() && !all.impostor.empty());
  std::sort(all.genuine.begin(), all.genuine.end());
  std::sort(all.impostor.begin(), all.impostor.end());
  std::vector<DetPoint> out;
  std::size_t g = 0, i = 0;
  while (true) {  // g, i: how many score less than the threshold
    const bool more_g = g < all.genuine.size(), more_i = i < all.impostor.size();
    const std::uint32_t last = std::max(all.genuine.back(), all.impostor.back());
    std::uint32_t threshold = last + 1;
    if (more_g) threshold = std::min(threshold, all.genuine[g]);
    if (more_i) threshold = std::min(threshold, all.impostor[i]);
    out.push_back({threshold, all.impostor.size() - i, g});
    if (!more_g && !more_i) return out;
    while (g < all.genuine.size() && all.genuine[g] == threshold) ++g;
    while (i < all.impostor.size() && all.impostor[i] == threshold) ++i;
  }
}

std::uint64_t non_match_ppm(std::span<const DetPoint> curve, std::uint64_t genuine,
                            std::uint64_t allowed) {
  for (const DetPoint& point : curve) {
    if (point.false_matches <= allowed) return ppm(point.false_non_matches, genuine);
  }
  return kMillion;
}

ErrorRates error_rates(const Comparisons& all) {
  const std::vector<DetPoint> curve = det_curve(all);
  const std::uint64_t g = all.genuine.size(), i = all.impostor.size();
  ErrorRates out;
  out.fmr100 = non_match_ppm(curve, g, i / 100);
  out.fmr1000 = non_match_ppm(curve, g, i / 1'000);
  out.zero_fmr = non_match_ppm(curve, g, 0);
  // Both rates over the common denominator 2 g i, so that nothing is rounded before the end.
  const auto sides = [&](const DetPoint& p) {
    return std::pair{p.false_non_matches * i, p.false_matches * g};
  };
  std::size_t at = 0;
  while (sides(curve[at]).first < sides(curve[at]).second) ++at;
  const auto gap = [&](std::size_t k) {
    const auto [non_match, match] = sides(curve[k]);
    return non_match > match ? non_match - match : match - non_match;
  };
  if (at > 0 && gap(at - 1) < gap(at)) --at;
  const auto [non_match, match] = sides(curve[at]);
  out.eer = ppm(non_match + match, 2 * g * i);
  return out;
}

}  // namespace sufragio::biometrics
