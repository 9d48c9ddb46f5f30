#include "sim/fingers.h"

#include <algorithm>

#include "base/check.h"
#include "biometrics/fmr.h"
#include "biometrics/geometry.h"

namespace sufragio::sim {

using biometrics::Minutia;
using biometrics::Point;

namespace {

constexpr std::int32_t kWidth = 300, kHeight = 400;

std::int32_t between(SimRng& rng, std::int32_t low, std::int32_t high) {
  return low + static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
}

// Mean 0 and standard deviation `deviation`, from twelve uniform draws (Irwin-Hall).
std::int32_t bell(SimRng& rng, std::int32_t deviation) {
  std::int64_t sum = 0;
  for (int k = 0; k < 12; ++k) sum += static_cast<std::int64_t>(rng.below(2'001)) - 1'000;
  return static_cast<std::int32_t>(sum * deviation / 2'000);
}

// Ridges turn around the middle, as in a whorl; which way along the ridge is chance.
std::uint8_t ridge_angle(SimRng& rng, Point place) {
  const int around = biometrics::atan2_12(kHeight / 2 - place.y, place.x - kWidth / 2);
  const int noise = bell(rng, 12);
  return static_cast<std::uint8_t>(around / 16 + 64 + noise + (rng.below(2) == 0 ? 128 : 0));
}

Minutia invented_minutia(SimRng& rng) {
  Point place;
  do {
    place = {between(rng, 10, kWidth - 11), between(rng, 10, kHeight - 11)};
  } while (4 * (place.x - kWidth / 2) * (place.x - kWidth / 2) * kHeight / kWidth +
               4 * (place.y - kHeight / 2) * (place.y - kHeight / 2) * kWidth / kHeight >
           kWidth * kHeight);
  Minutia out;
  out.x = static_cast<std::uint16_t>(place.x);
  out.y = static_cast<std::uint16_t>(place.y);
  out.angle = ridge_angle(rng, place);
  out.type =
      rng.below(2) == 0 ? biometrics::MinutiaType::ending : biometrics::MinutiaType::bifurcation;
  out.quality = static_cast<std::uint8_t>(between(rng, 40, 100));
  return out;
}

struct Movement {  // of one capture
  int turn12 = 0;
  Point shift;
  std::int32_t bend_x = 0, bend_y = 0;
  int phase = 0;
};

Point moved(const Movement& movement, Point p) {
  using biometrics::Rotation;
  const Point middle{kWidth / 2, kHeight / 2};
  const Point turned = Rotation::by(movement.turn12).turn(p - middle) + middle + movement.shift;
  const auto wave = [&](std::int32_t along, std::int32_t size) {
    return size * Rotation::by(movement.phase + along * 10).s / 16'384;
  };
  return {turned.x + wave(turned.y, movement.bend_x), turned.y + wave(turned.x, movement.bend_y)};
}

}  // namespace

MasterFinger invented_finger(SimRng& rng) {
  MasterFinger out;
  const auto count = static_cast<std::size_t>(between(rng, 40, 70));
  for (int tries = 0; out.size() < count && tries < 2'000; ++tries) {
    const Minutia minutia = invented_minutia(rng);
    const bool crowded = std::ranges::any_of(out, [&](const Minutia& other) {
      const Point d{minutia.x - other.x, minutia.y - other.y};
      return biometrics::squared(d) < 64;
    });
    if (!crowded) out.push_back(minutia);
  }
  return out;
}

biometrics::Template invented_capture(const MasterFinger& finger, SimRng& rng) {
  biometrics::Template out;
  out.width = kWidth;
  out.height = kHeight;
  biometrics::FingerView view;
  Movement movement;
  movement.turn12 = bell(rng, 91);  // 8 degrees
  movement.shift = {bell(rng, 12), bell(rng, 16)};
  movement.bend_x = between(rng, -6, 6);
  movement.bend_y = between(rng, -6, 6);
  movement.phase = static_cast<int>(rng.below(4'096));
  const auto keep = static_cast<std::uint64_t>(between(rng, 70, 85));
  const auto add = [&](Minutia minutia, Point place) {
    if (place.x < 0 || place.y < 0 || place.x >= kWidth || place.y >= kHeight) return;
    minutia.x = static_cast<std::uint16_t>(place.x);
    minutia.y = static_cast<std::uint16_t>(place.y);
    view.minutiae.push_back(minutia);
  };
  for (Minutia minutia : finger) {
    if (rng.below(100) >= keep) continue;
    const Point jitter{bell(rng, 3), bell(rng, 3)};
    // Rows run downwards in a record, and its angles upwards: the turn is against the rows.
    minutia.angle = static_cast<std::uint8_t>(minutia.angle - movement.turn12 / 16 + bell(rng, 4));
    add(minutia, moved(movement, {minutia.x, minutia.y}) + jitter);
  }
  const auto others = finger.size() * static_cast<std::size_t>(between(rng, 10, 25)) / 100;
  for (std::size_t k = 0; k < others; ++k) {
    const Minutia minutia = invented_minutia(rng);
    add(minutia, {minutia.x, minutia.y});
  }
  out.views.push_back(std::move(view));
  return out;
}

std::uint64_t InventedBank::original(std::uint64_t person) const {
  const std::uint64_t first = people - duplicates;
  if (person < first) return person;
  return (person - first) * (first / (duplicates + 1)) % first;
}

services::PersonRecords InventedBank::records(std::uint64_t person) const {
  services::PersonRecords out;
  SimRng skin{seed * 0x9e3779b97f4a7c15U + original(person)};
  SimRng capture{(seed + 1) * 0xbf58476d1ce4e5b9U + person};
  for (std::size_t finger = 0; finger < out.record.size(); ++finger) {
    biometrics::Template print = invented_capture(invented_finger(skin), capture);
    constexpr std::uint8_t kPositions[] = {1, 2, 6, 7};
    print.views[0].position = kPositions[finger];
    auto record = biometrics::encode_fmr(print, biometrics::FmrFormat::iso_2005);
    CHECK(record.has_value());
    out.record[finger] = std::move(*record);
  }
  return out;
}

}  // namespace sufragio::sim
