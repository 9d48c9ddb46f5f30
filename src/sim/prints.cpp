#include "sim/prints.h"

#include <algorithm>
#include <vector>

#include "sim/rng.h"

namespace sufragio::sim {

namespace {

using biometrics::atan2_12;
using biometrics::cos14;
using biometrics::Fields;
using biometrics::Rotation;
using biometrics::Signed;
using biometrics::sin14;

constexpr int kPrintWidth = 360, kPrintHeight = 456;
constexpr int kGlassWidth = 288, kGlassHeight = 384;
constexpr int kMostGrowth = 40;

struct Spot {
  int x = 0, y = 0;
};

int between(SimRng& rng, int low, int high) {
  return low + static_cast<int>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
}

// Sherlock and Monro 1993: every core turns the field by half a turn around itself, every delta
// back. One of each, or two: loops to both sides, tented arches, whorls.
struct Pattern {
  std::vector<Spot> cores, deltas;
};

Pattern pattern_of(SimRng& rng) {
  const int x = between(rng, 160, 200), y = between(rng, 170, 220);
  const int aside = between(rng, 70, 110), below = between(rng, 100, 150);
  switch (rng.below(5)) {
    case 0:  // tented arch
      return {{{x, y}}, {{x + between(rng, -12, 12), y + below}}};
    case 1:
    case 2: {
      const int side = rng.below(2) == 0 ? -1 : 1;
      return {{{x, y}}, {{x + side * aside, y + below}}};
    }
    default: {
      const int apart = between(rng, 12, 45);
      return {{{x, y}, {x + between(rng, -10, 10), y + apart}},
              {{x - aside - 20, y + below}, {x + aside + 20, y + below + between(rng, -25, 25)}}};
    }
  }
}

Fields fields_of(SimRng& rng) {
  using biometrics::kCell;
  const Pattern pattern = pattern_of(rng);
  const int period = between(rng, 16 * 8, 16 * 10);
  Fields out;
  out.mask = {kPrintWidth / kCell, kPrintHeight / kCell, 1};
  out.direction = {out.mask.width, out.mask.height};
  out.period = {out.mask.width, out.mask.height};
  const int wave = between(rng, 0, 4'095);
  for (int cy = 0; cy < out.mask.height; ++cy) {
    for (int cx = 0; cx < out.mask.width; ++cx) {
      const int x = cx * kCell + kCell / 2, y = cy * kCell + kCell / 2;
      int doubled = 0;
      for (const Spot& s : pattern.cores) doubled += atan2_12(s.y - y, x - s.x);
      for (const Spot& s : pattern.deltas) doubled -= atan2_12(s.y - y, x - s.x);
      out.direction.at(cx, cy) = {cos14(doubled), sin14(doubled)};
      // Wider below the first core than above, and a slow change besides.
      const int lower = y > pattern.cores[0].y + 60 ? 16 : 0;
      out.period.at(cx, cy) = period + lower + (sin14(wave + x * 9 + y * 5) * 10 >> 14);
    }
  }
  return out;
}

// The value between four pixels; (x, y) in 1/16 px.
int sample(const Signed& plane, int x, int y) {
  const int px = std::clamp(x >> 4, 0, plane.width - 2),
            py = std::clamp(y >> 4, 0, plane.height - 2);
  const int fx = std::clamp(x - (px << 4), 0, 16), fy = std::clamp(y - (py << 4), 0, 16);
  const int top = plane.at(px, py) * (16 - fx) + plane.at(px + 1, py) * fx;
  const int bottom = plane.at(px, py + 1) * (16 - fx) + plane.at(px + 1, py + 1) * fx;
  return (top * (16 - fy) + bottom * fy) / 256;
}

// Values that change slowly over the glass, -`size` … `size`: a sum of three waves.
class SlowNoise {
 public:
  SlowNoise(SimRng& rng, int size, int most) : size_{size} {
    for (Wave& w : waves_)
      w = {between(rng, -most, most), between(rng, -most, most), between(rng, 0, 4'095)};
  }
  [[nodiscard]] int at(int x, int y) const {
    int sum = 0;
    for (const Wave& w : waves_) sum += sin14(w.phase + x * w.x + y * w.y);
    return sum * size_ / (3 << 14);
  }

 private:
  struct Wave {
    int x = 0, y = 0, phase = 0;
  };
  Wave waves_[3];
  int size_;
};

}  // namespace

Finger::Finger(std::uint64_t seed) : ridges_(kPrintWidth, kPrintHeight) {
  SimRng rng{seed};
  const Fields fields = fields_of(rng);
  for (int i = 0; i < 45; ++i) {
    const int x = between(rng, 4, kPrintWidth - 5), y = between(rng, 4, kPrintHeight - 5);
    for (int k = 0; k < 9; ++k) ridges_.at(x + k % 3, y + k / 3) = 120;
  }
  // Until ridges cover the whole print: where two fronts meet out of step minutiae arise.
  for (int i = 0; i < kMostGrowth; ++i) {
    ridges_ = biometrics::enhance(ridges_, fields);
    const auto empty = std::count_if(ridges_.v.begin(), ridges_.v.end(),
                                     [](std::int16_t v) { return v > -8 && v < 8; });
    if (empty * 40 < static_cast<std::ptrdiff_t>(ridges_.v.size())) break;
  }
}

biometrics::GreyImage Finger::press(const Press& press) const {
  SimRng rng{press.seed};
  const SlowNoise stretch_x{rng, 16 * 4, 10}, stretch_y{rng, 16 * 4, 10}, force{rng, 40, 24};
  const Rotation turn = Rotation::by(press.turn_a12);
  biometrics::GreyImage out{kGlassWidth, kGlassHeight, biometrics::kPpcm500, {}};
  const int rx = 118 * press.radius_percent / 100, ry = 165 * press.radius_percent / 100;
  const int wetness = press.skin == Skin::wet ? 45 : press.skin == Skin::dry ? -50 : 0;
  std::vector<int> drops(static_cast<std::size_t>(kGlassWidth));  // pores and dry spots, per column
  for (int y = 0; y < kGlassHeight; ++y) {
    for (int x = 0; x < kGlassWidth; ++x) {
      int& drop = drops[static_cast<std::size_t>(x)];
      if (y % 3 == 0) {
        const std::uint64_t often = press.skin == Skin::dry ? 4 : 9;
        drop = x % 3 != 0 ? drops[static_cast<std::size_t>(x - 1)] : rng.below(often) == 0 ? 90 : 0;
      }
      const int noise = between(rng, -14, 14);
      const std::int64_t dx = x - kGlassWidth / 2, dy = y - kGlassHeight / 2;
      const std::int64_t edge = dx * dx * 1'000 / (rx * rx) + dy * dy * 1'000 / (ry * ry);
      int grey = 225;
      if (edge < 1'000) {
        const biometrics::Point p = turn.back({static_cast<int>(dx) * 16 - press.right * 16,
                                               -static_cast<int>(dy) * 16 - press.up * 16});
        const int value = sample(ridges_, kPrintWidth * 8 + p.x + stretch_x.at(x, y),
                                 kPrintHeight * 8 - p.y + stretch_y.at(x, y));
        const int fade = edge > 850 ? static_cast<int>(edge - 850) : 0;
        const int ink = value * 3 / 2 + wetness + force.at(x, y) - drop - fade;
        grey = 210 - std::clamp(ink + 60, 0, 180) * 170 / 180;
      }
      out.pixels.push_back(static_cast<std::uint8_t>(std::clamp(grey + noise, 0, 255)));
    }
  }
  return out;
}

biometrics::GreyImage Finger::press_somehow(std::uint64_t seed) const {
  SimRng rng{seed};
  Press how;
  how.turn_a12 = between(rng, -170, 170);  // 15 degrees
  how.right = between(rng, -22, 22);
  how.up = between(rng, -22, 22);
  how.radius_percent = between(rng, 85, 105);
  const std::uint64_t skin = rng.below(10);
  how.skin = skin == 0 ? Skin::dry : skin == 1 ? Skin::wet : Skin::normal;
  how.seed = rng.word();
  return press(how);
}

}  // namespace sufragio::sim
