#include "biometrics/ridges.h"

#include <algorithm>
#include <array>

#include "biometrics/geometry.h"

namespace sufragio::biometrics {

namespace {

// Mean of 3 x 3 weights (1 2 1): once over both axes. At the edge the field goes on as it is.
template <typename T>
void smooth(Plane<T>& field) {
  Plane<T> across = field;
  for (int y = 0; y < field.height; ++y) {
    for (int x = 0; x < field.width; ++x) {
      const T& left = field.at(std::max(x - 1, 0), y);
      const T& right = field.at(std::min(x + 1, field.width - 1), y);
      across.at(x, y) = left + 2 * field.at(x, y) + right;
    }
  }
  for (int y = 0; y < field.height; ++y) {
    for (int x = 0; x < field.width; ++x) {
      const T& up = across.at(x, std::max(y - 1, 0));
      const T& down = across.at(x, std::min(y + 1, field.height - 1));
      field.at(x, y) = (up + 2 * across.at(x, y) + down) / 16;
    }
  }
}

// A pixel among the middles of four cells of side `side`, which lie at side/2 + k·side.
struct Corners {
  int left = 0, top = 0, right = 0, bottom = 0;  // the cells
  int across = 0, down = 0, side = 1;            // 0 … side: how far from the left and top ones

  [[nodiscard]] std::int64_t mix(std::int64_t a, std::int64_t b, std::int64_t c,
                                 std::int64_t d) const {
    return ((a * (side - across) + b * across) * (side - down) +
            (c * (side - across) + d * across) * down) /
           (side * side);
  }
};

template <typename T>
Corners corners(const Plane<T>& field, int side, int x, int y) {
  const auto split = [side](int at, int cells, int& first, int& part) {
    const int from = std::clamp(at - side / 2, 0, (cells - 1) * side);
    first = std::min(from / side, std::max(cells - 2, 0));
    part = cells > 1 ? from - first * side : 0;
  };
  Corners out;
  out.side = side;
  split(x, field.width, out.left, out.across);
  split(y, field.height, out.top, out.down);
  out.right = std::min(out.left + 1, field.width - 1);
  out.bottom = std::min(out.top + 1, field.height - 1);
  return out;
}

// The value between cells; T linear.
template <typename T>
std::int64_t between(const Plane<T>& field, int side, int x, int y) {
  const Corners at = corners(field, side, x, y);
  return at.mix(field.at(at.left, at.top), field.at(at.right, at.top), field.at(at.left, at.bottom),
                field.at(at.right, at.bottom));
}

int cells(int pixels, int side) { return (pixels + side - 1) / side; }

}  // namespace

// ---- E2 ----

Signed normalise(const GreyImage& image) {
  constexpr int kBlock = 16;
  Plane<std::int64_t> mean(cells(image.width, kBlock), cells(image.height, kBlock));
  Plane<std::int64_t> square = mean;
  const auto pixel = [&](int x, int y) {
    return std::int64_t{
        image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
                     static_cast<std::size_t>(x)]};
  };
  for (int by = 0; by < mean.height; ++by) {
    for (int bx = 0; bx < mean.width; ++bx) {
      std::int64_t sum = 0, squares = 0, n = 0;
      for (int y = by * kBlock; y < std::min((by + 1) * kBlock, image.height); ++y) {
        for (int x = bx * kBlock; x < std::min((bx + 1) * kBlock, image.width); ++x) {
          const std::int64_t value = pixel(x, y);
          sum += value;
          squares += value * value;
          ++n;
        }
      }
      mean.at(bx, by) = sum * 256 / n;  // Q8
      square.at(bx, by) = squares * 256 / n;
    }
  }
  smooth(mean);
  smooth(square);
  Plane<std::int64_t> gain = mean;  // Q8: 40 / s.d.
  for (std::size_t i = 0; i < gain.v.size(); ++i) {
    const std::int64_t variance =
        std::max<std::int64_t>(square.v[i] * 256 - mean.v[i] * mean.v[i], 0);  // Q16
    const std::int64_t deviation = isqrt(variance);                            // Q8
    gain.v[i] = 40 * 65'536 / std::max<std::int64_t>(deviation, 8 * 256);
  }
  Signed out(image.width, image.height);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const std::int64_t centre = between(mean, kBlock, x, y);
      const std::int64_t value = (centre - pixel(x, y) * 256) * between(gain, kBlock, x, y) >> 16;
      out.at(x, y) = static_cast<std::int16_t>(std::clamp<std::int64_t>(value, -120, 120));
    }
  }
  return out;
}

// ---- E3 ----

namespace {

using Mask = Plane<std::uint8_t>;

// Grows (`value` 1) or shrinks (0) the mask by one cell; outside of the image counts as 0.
Mask spread(const Mask& mask, std::uint8_t value) {
  Mask out = mask;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          if (mask.inside(x + dx, y + dy) && mask.at(x + dx, y + dy) == value) out.at(x, y) = value;
        }
      }
    }
  }
  return out;
}

// Numbers the regions of equal value; gives back the label of each place and the size of each.
struct Regions {
  Plane<std::int32_t> label;
  std::vector<std::int32_t> size;
  std::vector<std::uint8_t> at_edge;
};

// `eight`: which value is connected over corners too (ridges are, valleys are not).
Regions regions(const Mask& mask, std::uint8_t eight) {
  Regions out{Plane<std::int32_t>(mask.width, mask.height, -1), {}, {}};
  std::vector<std::int32_t> todo;
  const std::array<int, 8> kDx{1, -1, 0, 0, 1, 1, -1, -1};
  const std::array<int, 8> kDy{0, 0, 1, -1, 1, -1, 1, -1};
  for (int start = 0; start < static_cast<int>(mask.v.size()); ++start) {
    if (out.label.v[static_cast<std::size_t>(start)] >= 0) continue;
    const auto label = static_cast<std::int32_t>(out.size.size());
    const std::uint8_t value = mask.v[static_cast<std::size_t>(start)];
    const std::size_t ways = value == eight ? 8 : 4;
    out.size.push_back(0);
    out.at_edge.push_back(0);
    out.label.v[static_cast<std::size_t>(start)] = label;
    todo.push_back(start);
    while (!todo.empty()) {
      const int at = todo.back();
      todo.pop_back();
      const int x = at % mask.width, y = at / mask.width;
      ++out.size.back();
      if (x == 0 || y == 0 || x + 1 == mask.width || y + 1 == mask.height) out.at_edge.back() = 1;
      for (std::size_t k = 0; k < ways; ++k) {
        const int nx = x + kDx[k], ny = y + kDy[k];
        if (!mask.inside(nx, ny) || mask.at(nx, ny) != value || out.label.at(nx, ny) >= 0) continue;
        out.label.at(nx, ny) = label;
        todo.push_back(ny * mask.width + nx);
      }
    }
  }
  return out;
}

// The largest region of 1, without holes.
void keep_largest(Mask& mask) {
  const Regions found = regions(mask, 0);
  std::int32_t best = -1;
  for (std::size_t i = 0; i < mask.v.size(); ++i) {
    const std::int32_t label = found.label.v[i];
    if (mask.v[i] == 0) continue;
    if (best < 0 ||
        found.size[static_cast<std::size_t>(label)] > found.size[static_cast<std::size_t>(best)]) {
      best = label;
    }
  }
  for (std::size_t i = 0; i < mask.v.size(); ++i) mask.v[i] = best >= 0 && found.label.v[i] == best;
  const Regions rest = regions(mask, 1);
  for (std::size_t i = 0; i < mask.v.size(); ++i) {
    const auto label = static_cast<std::size_t>(rest.label.v[i]);
    if (mask.v[i] == 0 && rest.at_edge[label] == 0) mask.v[i] = 1;
  }
}

}  // namespace

Mask segment(const GreyImage& image) {
  Plane<std::int64_t> energy(cells(image.width, kCell), cells(image.height, kCell));
  const auto row = [&](int y) {
    return image.pixels.data() + static_cast<std::ptrdiff_t>(y) * image.width;
  };
  for (int y = 1; y + 1 < image.height; ++y) {
    for (int x = 1; x + 1 < image.width; ++x) {
      const int gx = row(y)[x + 1] - row(y)[x - 1];
      const int gy = row(y + 1)[x] - row(y - 1)[x];
      energy.at(x / kCell, y / kCell) += gx * gx + gy * gy;
    }
  }
  smooth(energy);
  Wiped<std::int64_t> sorted = energy.v;
  std::sort(sorted.begin(), sorted.end());
  const std::int64_t high = sorted[sorted.size() * 9 / 10];
  // A print moves the grey by a few levels from pixel to pixel: less is the glass.
  const std::int64_t least = std::max<std::int64_t>(high / 7, kCell * kCell * 60);
  Mask mask(energy.width, energy.height);
  for (std::size_t i = 0; i < mask.v.size(); ++i) mask.v[i] = energy.v[i] >= least;
  mask = spread(spread(mask, 1), 0);
  mask = spread(spread(mask, 0), 1);
  keep_largest(mask);
  return mask;
}

// ---- E4 ----

Plane<Doubled> directions(const Signed& image, const Mask& mask, int passes) {
  Plane<std::int64_t> dx(mask.width, mask.height), dy = dx, energy = dx;
  for (int y = 1; y + 1 < image.height; ++y) {
    for (int x = 1; x + 1 < image.width; ++x) {
      const std::size_t i = image.index(x, y);
      const auto w = static_cast<std::size_t>(image.width);
      const auto& v = image.v;
      const std::int64_t gx =
          v[i - w + 1] + 2 * v[i + 1] + v[i + w + 1] - v[i - w - 1] - 2 * v[i - 1] - v[i + w - 1];
      const std::int64_t gy =
          v[i + w - 1] + 2 * v[i + w] + v[i + w + 1] - v[i - w - 1] - 2 * v[i - w] - v[i - w + 1];
      const std::size_t c = mask.index(x / kCell, y / kCell);
      // The ridge lies across the gradient; rows count downwards, angles upwards.
      dx.v[c] += gy * gy - gx * gx;
      dy.v[c] += 2 * gx * gy;
      energy.v[c] += gx * gx + gy * gy;
    }
  }
  for (std::size_t c = 0; c < mask.v.size(); ++c) {
    if (mask.v[c] == 0) dx.v[c] = dy.v[c] = energy.v[c] = 0;
  }
  for (int i = 0; i < passes; ++i) {
    smooth(dx);
    smooth(dy);
    smooth(energy);
  }
  Plane<Doubled> out(mask.width, mask.height);
  for (std::size_t c = 0; c < mask.v.size(); ++c) {
    if (energy.v[c] == 0) continue;
    out.v[c].x = static_cast<std::int32_t>((dx.v[c] << 14) / energy.v[c]);
    out.v[c].y = static_cast<std::int32_t>((dy.v[c] << 14) / energy.v[c]);
  }
  return out;
}

Doubled direction_at(const Plane<Doubled>& field, int x, int y) {
  const Corners at = corners(field, kCell, x, y);
  const Doubled &a = field.at(at.left, at.top), &b = field.at(at.right, at.top),
                &c = field.at(at.left, at.bottom), &d = field.at(at.right, at.bottom);
  return {static_cast<std::int32_t>(at.mix(a.x, b.x, c.x, d.x)),
          static_cast<std::int32_t>(at.mix(a.y, b.y, c.y, d.y))};
}

int ridge_angle(const Doubled& direction) { return atan2_12(direction.y, direction.x) / 2; }

// ---- E5 ----

namespace {

constexpr int kLeastPeriod = 16 * 5;  // 1/16 px
constexpr int kMostPeriod = 16 * 16;
constexpr int kAcross = 48;  // window of the signature: across the ridges and along them
constexpr int kAlong = 16;

// Grey along a line across the ridges, the mean of kAlong parallel lines.
std::array<std::int32_t, kAcross> signature(const Signed& image, int x, int y, int angle) {
  const int c = cos14(angle), s = sin14(angle);
  std::array<std::int32_t, kAcross> out{};
  for (int k = 0; k < kAcross; ++k) {
    const int across = 2 * k - kAcross + 1;  // half pixels
    for (int t = 0; t < kAlong; ++t) {
      const int along = 2 * t - kAlong + 1;
      // (along, across) turned by the angle, y up; Q15
      const int px = x + ((along * c - across * s + 16'384) >> 15);
      const int py = y - ((along * s + across * c + 16'384) >> 15);
      if (image.inside(px, py)) out[static_cast<std::size_t>(k)] += image.at(px, py);
    }
  }
  return out;
}

// The period with the greatest share of the signature's power, and that share in Q8.
struct Tone {
  int period = 0;
  int share = 0;
};

Tone loudest(const std::array<std::int32_t, kAcross>& line) {
  std::int64_t mean = 0, total = 0;
  for (const std::int32_t v : line) mean += v;
  mean /= kAcross;
  for (const std::int32_t v : line) total += (v - mean) * (v - mean);
  Tone best;
  std::int64_t loud = 0;
  for (int period = kLeastPeriod; period <= kMostPeriod; period += 4) {
    std::int64_t re = 0, im = 0;
    for (int k = 0; k < kAcross; ++k) {
      const int phase = k * 65'536 / period;
      re += (line[static_cast<std::size_t>(k)] - mean) * cos14(phase);
      im += (line[static_cast<std::size_t>(k)] - mean) * sin14(phase);
    }
    re >>= 14;
    im >>= 14;
    const std::int64_t power = re * re + im * im;
    if (power > loud) {
      loud = power;
      best.period = period;
    }
  }
  if (total > 0)
    best.share = static_cast<int>(std::min<std::int64_t>(loud * 2 * 256 / kAcross / total, 256));
  return best;
}

std::int32_t median_period(const Fields& fields) {
  std::vector<std::int32_t> all;
  for (std::size_t c = 0; c < fields.mask.v.size(); ++c) {
    if (fields.period_found.v[c] != 0) all.push_back(fields.period.v[c]);
  }
  if (all.empty()) return 16 * 9;
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2),
                   all.end());
  return all[all.size() / 2];
}

}  // namespace

void periods(const Signed& image, Fields& fields) {
  const Mask& mask = fields.mask;
  fields.period = Plane<std::int32_t>(mask.width, mask.height);
  fields.period_found = Mask(mask.width, mask.height);
  Plane<std::int64_t> sum(mask.width, mask.height), weight = sum;
  for (int cy = 0; cy < mask.height; ++cy) {
    for (int cx = (cy & 1); cx < mask.width; cx += 2) {  // every other cell, as on a chessboard
      if (mask.at(cx, cy) == 0) continue;
      const int angle = ridge_angle(fields.direction.at(cx, cy));
      const Tone tone =
          loudest(signature(image, cx * kCell + kCell / 2, cy * kCell + kCell / 2, angle));
      if (tone.share < 77 || tone.period <= kLeastPeriod || tone.period >= kMostPeriod) continue;
      fields.period.at(cx, cy) = tone.period;
      fields.period_found.at(cx, cy) = 1;
    }
  }
  const std::int32_t middle = median_period(fields);
  for (std::size_t c = 0; c < mask.v.size(); ++c) {
    const std::int32_t period = fields.period.v[c];
    if (fields.period_found.v[c] == 0 || period * 3 < middle * 2 || period * 2 > middle * 3) {
      fields.period_found.v[c] = 0;
      continue;
    }
    sum.v[c] = std::int64_t{period} << 20;
    weight.v[c] = std::int64_t{1} << 20;
  }
  for (int i = 0; i < 6; ++i) {
    smooth(sum);
    smooth(weight);
  }
  for (std::size_t c = 0; c < mask.v.size(); ++c) {
    // The middle period takes part with little weight: it stands where nothing was measured.
    const std::int64_t all = weight.v[c] + 2'048;
    fields.period.v[c] = static_cast<std::int32_t>((sum.v[c] + std::int64_t{middle} * 2'048) / all);
  }
}

// ---- E6 ----

namespace {

constexpr int kHalf = 10;             // half the side of a filter
constexpr int kRows = 2 * kHalf + 1;  // 21
constexpr int kColumns = 24;          // a row, filled up with zeros
constexpr int kTurns = 32, kTones = 16;
constexpr std::int64_t kAlongSd16 = 16 * 5, kAcrossSd16 = 16 * 4;  // 1/16 px

using Filter = std::array<std::int16_t, static_cast<std::size_t>(kRows* kColumns)>;

constexpr int tone_period(int tone) { return 16 * 5 + 8 + tone * 10; }  // 5.5 … 14.9 px, 1/16 px

// round(2^15 exp(-i / 64)), by repeated multiplication in Q30: no libm.
std::int64_t decay15(std::int64_t i) {
  static const std::array<std::int32_t, 1'024> table = [] {
    constexpr std::int64_t kStep = 1'057'095'000;  // 2^30 exp(-1 / 64)
    std::array<std::int32_t, 1'024> out{};
    std::int64_t value = std::int64_t{1} << 30;
    for (std::int32_t& v : out) {
      v = static_cast<std::int32_t>((value + 16'384) >> 15);
      value = (value * kStep + (std::int64_t{1} << 29)) >> 30;
    }
    return out;
  }();
  return i < static_cast<std::int64_t>(table.size()) ? table[static_cast<std::size_t>(i)] : 0;
}

Filter filter(int turn, int tone) {
  const int c = cos14(turn * 64), s = sin14(turn * 64);
  std::array<std::int64_t, static_cast<std::size_t>(kRows * kColumns)> wave{}, hull{};
  std::int64_t waves = 0, hulls = 0;
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kRows; ++column) {
      const std::int64_t x = column - kHalf, y = kHalf - row;            // y up
      const std::int64_t along = x * c + y * s, across = y * c - x * s;  // Q14
      // 64 · (along² / 2 s.d.² + across² / 2 s.d.²): the argument of the table
      const std::int64_t a = (along * along >> 14) * 256 * 32 / (kAlongSd16 * kAlongSd16);
      const std::int64_t b = (across * across >> 14) * 256 * 32 / (kAcrossSd16 * kAcrossSd16);
      const std::size_t i = static_cast<std::size_t>(row * kColumns + column);
      hull[i] = decay15((a + b) >> 14);
      wave[i] = hull[i] * cos14(static_cast<int>(across * 4 / tone_period(tone))) >> 14;
      hulls += hull[i];
      waves += wave[i];
    }
  }
  std::int64_t size = 0;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    wave[i] -= hull[i] * waves / hulls;  // no answer to an even grey
    size += wave[i] < 0 ? -wave[i] : wave[i];
  }
  Filter out{};
  for (std::size_t i = 0; i < wave.size(); ++i) {
    out[i] = static_cast<std::int16_t>(wave[i] * 16'384 / size);
  }
  return out;
}

const std::vector<Filter>& bank() {
  static const std::vector<Filter> all = [] {
    std::vector<Filter> out;
    for (int turn = 0; turn < kTurns; ++turn) {
      for (int tone = 0; tone < kTones; ++tone) out.push_back(filter(turn, tone));
    }
    return out;
  }();
  return all;
}

std::int32_t respond(const Filter& filter, const std::int16_t* corner, std::ptrdiff_t stride) {
  std::int32_t sum = 0;
  const std::int16_t* weights = filter.data();
  for (int row = 0; row < kRows; ++row, corner += stride, weights += kColumns) {
    std::int32_t line = 0;
    for (int i = 0; i < kColumns; ++i) line += std::int32_t{weights[i]} * corner[i];
    sum += line;
  }
  return sum;
}

}  // namespace

Signed enhance(const Signed& image, const Fields& fields) {
  constexpr int kTile = 2;  // pixels a side that share direction and period
  const int stride = image.width + kColumns + 1;
  Wiped<std::int16_t> wide(static_cast<std::size_t>(stride) *
                           static_cast<std::size_t>(image.height + kRows + 1));
  for (int y = 0; y < image.height; ++y) {
    std::copy_n(&image.at(0, y), image.width,
                wide.begin() + static_cast<std::ptrdiff_t>(y + kHalf) * stride + kHalf);
  }
  const std::vector<Filter>& filters = bank();
  Signed out(image.width, image.height);
  for (int y = 0; y < image.height; y += kTile) {
    for (int x = 0; x < image.width; x += kTile) {
      const std::size_t c = fields.mask.index(x / kCell, y / kCell);
      if (fields.mask.v[c] == 0) continue;
      const int turn = ((ridge_angle(direction_at(fields.direction, x, y)) + 32) / 64) % kTurns;
      const int tone = std::clamp((fields.period.v[c] - tone_period(0) + 5) / 10, 0, kTones - 1);
      const Filter& with = filters[static_cast<std::size_t>(turn * kTones + tone)];
      for (int py = y; py < std::min(y + kTile, image.height); ++py) {
        for (int px = x; px < std::min(x + kTile, image.width); ++px) {
          const std::int32_t sum =
              respond(with, wide.data() + static_cast<std::ptrdiff_t>(py) * stride + px, stride);
          out.at(px, py) = static_cast<std::int16_t>(std::clamp(sum >> 13, -120, 120));
        }
      }
    }
  }
  return out;
}

// ---- E7, E8 ----

Bits binarise(const Signed& response, const Fields& fields, int speck) {
  Bits out(response.width, response.height);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      out.at(x, y) = fields.mask.at(x / kCell, y / kCell) != 0 && response.at(x, y) > 0;
    }
  }
  const Regions found = regions(out, 1);
  for (std::size_t i = 0; i < out.v.size(); ++i) {
    const auto label = static_cast<std::size_t>(found.label.v[i]);
    if (found.size[label] < speck) out.v[i] ^= 1;
  }
  return out;
}

namespace {

// The eight neighbours, clockwise from the one above (P2 … P9 of the paper), as bits.
unsigned around(const Bits& bits, int x, int y) {
  const std::size_t i = bits.index(x, y), w = static_cast<std::size_t>(bits.width);
  const auto& v = bits.v;
  return static_cast<unsigned>(v[i - w] | v[i - w + 1] << 1 | v[i + 1] << 2 | v[i + w + 1] << 3 |
                               v[i + w] << 4 | v[i + w - 1] << 5 | v[i - 1] << 6 |
                               v[i - w - 1] << 7);
}

struct ThinTable {
  std::array<std::array<std::uint8_t, 256>, 2> drop{};
  std::array<std::uint8_t, 256> stair{};
  ThinTable() {
    for (unsigned n = 0; n < 256; ++n) {
      const auto bit = [n](unsigned k) { return (n >> (k % 8) & 1U) != 0; };
      int count = 0, rises = 0;
      for (unsigned k = 0; k < 8; ++k) {
        count += bit(k) ? 1 : 0;
        rises += !bit(k) && bit(k + 1) ? 1 : 0;
      }
      const bool may = count >= 2 && count <= 6 && rises == 1;
      drop[0][n] = may && !(bit(0) && bit(2) && bit(4)) && !(bit(2) && bit(4) && bit(6));
      drop[1][n] = may && !(bit(0) && bit(2) && bit(6)) && !(bit(0) && bit(4) && bit(6));
      // A corner of a staircase: two neighbours side by side hold together without it. No ridge
      // opens or ends where the number of eight-connected pieces around it stays one.
      int pieces = 0;
      for (unsigned k = 0; k < 8; k += 2) pieces += !bit(k) && (bit(k + 1) || bit(k + 2)) ? 1 : 0;
      stair[n] = pieces == 1 && count >= 2;
    }
  }
};

const ThinTable& thin_table() {
  static const ThinTable table;
  return table;
}

}  // namespace

Bits thin(Bits ridges) {
  for (int x = 0; x < ridges.width; ++x) ridges.at(x, 0) = ridges.at(x, ridges.height - 1) = 0;
  for (int y = 0; y < ridges.height; ++y) ridges.at(0, y) = ridges.at(ridges.width - 1, y) = 0;
  Wiped<std::int32_t> alive, next, gone;
  for (std::size_t i = 0; i < ridges.v.size(); ++i) {
    if (ridges.v[i] != 0) alive.push_back(static_cast<std::int32_t>(i));
  }
  const ThinTable& table = thin_table();
  for (std::size_t step = 0, still = 0; still < 2; ++step) {
    next.clear();
    gone.clear();
    for (const std::int32_t i : alive) {
      const bool drop =
          table.drop[step % 2][around(ridges, i % ridges.width, i / ridges.width)] != 0;
      (drop ? gone : next).push_back(i);
    }
    for (const std::int32_t i : gone) ridges.v[static_cast<std::size_t>(i)] = 0;
    still = gone.empty() ? still + 1 : 0;
    alive.swap(next);
  }
  for (const std::int32_t i : alive) {
    if (table.stair[around(ridges, i % ridges.width, i / ridges.width)] != 0)
      ridges.v[static_cast<std::size_t>(i)] = 0;
  }
  return ridges;
}

}  // namespace sufragio::biometrics
