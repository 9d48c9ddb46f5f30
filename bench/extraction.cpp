// A finger from the glass to the decision: extraction, and what the gate does after a capture
// (extraction, four comparisons, fusion), on generated fingers of 288 x 384 pixels.
#include <vector>

#include "base/check.h"
#include "benches.h"
#include "biometrics/extract.h"
#include "harness.h"
#include "machine/finger_gate.h"
#include "sim/finger_reader.h"
#include "sim/prints.h"
#include "sim/rng.h"

namespace sufragio::bench {

namespace {

using biometrics::GreyImage;
constexpr auto kMemory = crypto::SecretBuffer::Kind::locked;

// What enhancement must cost at least: 21 x 21 products for every pixel, in the plainest loop.
std::int64_t plain_filter(const GreyImage& image, const std::vector<std::int16_t>& weights) {
  constexpr int kSide = 21;
  std::int64_t all = 0;
  for (int y = 0; y + kSide <= image.height; ++y) {
    for (int x = 0; x + kSide <= image.width; ++x) {
      std::int32_t sum = 0;
      for (int row = 0; row < kSide; ++row) {
        const std::uint8_t* pixels =
            image.pixels.data() + static_cast<std::ptrdiff_t>(y + row) * image.width + x;
        for (int i = 0; i < kSide; ++i) {
          sum += pixels[i] * weights[static_cast<std::size_t>(row * kSide + i)];
        }
      }
      all += sum;
    }
  }
  return all;
}

biometrics::Calibration calibration() {
  biometrics::Calibration::Fields fields;
  fields.id = fields.extractor = fields.sensor = "bench";
  fields.knots = {{4'389, 0}, {7'977, 300}, {16'349, 1'000}};
  return biometrics::Calibration::of(std::move(fields)).value();
}

}  // namespace

void bench_extraction(Report& report) {
  constexpr std::size_t kFingers = 4;
  std::vector<sim::Finger> fingers;
  std::vector<GreyImage> images;
  std::vector<biometrics::Template> enrolled;
  for (std::uint64_t f = 0; f < kFingers; ++f) {
    fingers.emplace_back(f + 1);
    for (std::uint64_t k = 0; k < 3; ++k) images.push_back(fingers[f].press_somehow(10 * f + k));
    enrolled.push_back(biometrics::extract(images[images.size() - 3], {}).value());
  }
  sim::SimRng rng{1};
  const Bytes key(32, 7);
  biometrics::EnrolledOf mesa;
  mesa.electors = 1;
  const auto store = biometrics::Enrolled::of(
      mesa, key, biometrics::seal_enrolled(mesa, key, {enrolled}, rng).value());
  CHECK(store.has_value());
  const biometrics::Calibration table = calibration();
  sim::SimReader reader;
  machine::FingerGate::Parts parts;
  parts.reader = &reader;
  parts.enrolled = &*store;
  parts.calibration = &table;
  parts.policy = biometrics::DecisionPolicy::of(biometrics::Score{300}, 3, 4).value();
  parts.memory = kMemory;
  const auto gate = machine::FingerGate::make(parts).value();
  const std::vector<std::int16_t> weights(21 * 21, 3);
  std::size_t next = 0;
  const auto [plain, extraction, decision] = best_us(
      Time::cpu, Timed{4, [&] { keep(plain_filter(images[next++ % images.size()], weights)); }},
      Timed{images.size(),
            [&] { keep(biometrics::extract(images[next++ % images.size()], {}).value()); }},
      Timed{images.size(), [&] {
              reader.comes(images[next++ % images.size()]);
              keep(gate->capture(roll::RollIndex{0}, 0));
              gate->release();
            }});
  report.gate("FX1", "extraction, by one plain 21 x 21 filter", extraction, plain, 6);
  report.limit("FX2", "extraction of an image", extraction / 1'000, 25, "ms");
  report.limit("FX3", "decision after a capture: open, extract, 4 comparisons, fusion",
               decision / 1'000, 100, "ms");
}

}  // namespace sufragio::bench
