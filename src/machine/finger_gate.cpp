#include "machine/finger_gate.h"

#include <algorithm>

#include "base/check.h"
#include "biometrics/extract.h"
#include "biometrics/image_codes.h"

namespace sufragio::machine {

namespace {

using biometrics::Attempt;
using biometrics::Presentation;
using ports::Capture;

// An image that lives as long as its extraction.
class Wiping {
 public:
  explicit Wiping(biometrics::GreyImage image) : image_{std::move(image)} {}
  ~Wiping() { crypto::wipe(image_.pixels); }
  Wiping(const Wiping&) = delete;
  Wiping& operator=(const Wiping&) = delete;
  [[nodiscard]] const biometrics::GreyImage& image() const { return image_; }

 private:
  biometrics::GreyImage image_;
};

}  // namespace

FingerGate::FingerGate(const Parts& parts, biometrics::Matcher matcher)
    : parts_{parts}, matcher_{std::move(matcher)} {}

Result<std::unique_ptr<FingerGate>> FingerGate::make(const Parts& parts) {
  CHECK(parts.reader != nullptr && parts.enrolled != nullptr && parts.calibration != nullptr);
  biometrics::Matcher matcher = TRY(biometrics::Matcher::make(parts.memory));
  return std::unique_ptr<FingerGate>{new FingerGate{parts, std::move(matcher)}};
}

void FingerGate::release() {
  present_ = false;
  fingers_.clear();
  attempts_.clear();
}

Result<void> FingerGate::present(roll::RollIndex elector) {
  if (present_ && elector_ == elector) return {};
  release();
  const auto fingers = TRY(parts_.enrolled->fingers(elector.value(), parts_.memory));
  for (const biometrics::Template& finger : fingers) {
    biometrics::Prepared prepared =
        TRY(biometrics::prepare(finger, finger.views[0], parts_.memory));
    fingers_.push_back(std::move(prepared));
  }
  elector_ = elector;
  present_ = true;
  return {};
}

Capture FingerGate::missed(std::uint8_t finger) {
  attempts_.push_back(Attempt{finger, false, biometrics::kNoScore, Presentation::not_checked});
  return Capture::low_quality;
}

// One attempt for each capture, of the finger that it is most like: a capture that is a little like
// two enrolled fingers must never stand for two fingers.
Capture FingerGate::judge(const biometrics::Prepared& probe, Presentation presentation,
                          std::uint8_t finger) {
  Attempt best{finger, true, biometrics::kNoScore, presentation};
  for (std::size_t f = 0; f < fingers_.size(); ++f) {
    const int fewer = std::min(fingers_[f].cylinders(), probe.cylinders());
    if (!biometrics::enough(fewer)) continue;
    const biometrics::Scores scores = matcher_.compare(fingers_[f].view(), probe.view());
    const biometrics::Score score = parts_.calibration->score(scores.raw, fewer);
    if (score > best.score) {
      best.score = score;
      best.finger = static_cast<std::uint8_t>(f);
    }
  }
  attempts_.push_back(best);
  switch (biometrics::decide(parts_.policy, attempts_)) {
    case biometrics::Verdict::accept:
      return Capture::match;
    case biometrics::Verdict::attack:
      return Capture::attack;
    case biometrics::Verdict::again:
    case biometrics::Verdict::exhausted:
      return Capture::no_match;
  }
  CHECK(false);
  return Capture::no_match;
}

Capture FingerGate::capture(roll::RollIndex elector, std::uint8_t finger) {
  if (!present(elector) || fingers_.empty()) return Capture::fault;
  auto captured = parts_.reader->capture({parts_.timeout_ms}, {});
  if (!captured) {
    const Code code = captured.error().code;
    const bool missing = code == biometrics::kNoPrint || code == biometrics::kCaptureTimeout ||
                         code == biometrics::kCaptureStopped;
    return missing ? missed(finger) : Capture::fault;
  }
  const Wiping held{std::move(captured->image)};
  const biometrics::ExtractorParams params{.ppcm = parts_.reader->info().ppcm};
  const auto print = biometrics::extract(held.image(), params);
  if (!print && print.error().code != biometrics::kNoPrint) return Capture::fault;
  if (!print) return missed(finger);
  const auto probe = biometrics::prepare(*print, print->views[0], parts_.memory);
  if (!probe) return Capture::fault;
  if (!biometrics::enough(probe->cylinders())) return missed(finger);
  return judge(*probe, captured->presentation, finger);
}

}  // namespace sufragio::machine
