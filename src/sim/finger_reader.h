#pragma once

#include <deque>
#include <optional>

#include "biometrics/image_codes.h"
#include "ports/fingerprint_reader.h"

namespace sufragio::sim {

// A reader that plays a script: each capture takes the next event. Without one nobody comes.
class SimReader : public ports::FingerprintReader {
 public:
  struct Event {
    std::optional<biometrics::GreyImage> image;
    Code failure = biometrics::kCaptureTimeout;  // where there is no image
    biometrics::Presentation presentation = biometrics::Presentation::not_checked;
  };
  void comes(biometrics::GreyImage image,
             biometrics::Presentation presentation = biometrics::Presentation::not_checked) {
    script_.push_back({std::move(image), {}, presentation});
  }
  void fails(Code code) {
    script_.push_back({std::nullopt, code, biometrics::Presentation::not_checked});
  }
  [[nodiscard]] bool done() const { return script_.empty(); }

  [[nodiscard]] ports::ReaderInfo info() const override {
    return {"simulated", "simulated", "", biometrics::kPpcm500};
  }
  [[nodiscard]] Result<ports::CapturedFinger> capture(const ports::CaptureRequest&,
                                                      std::stop_token) override {
    if (script_.empty()) return fail(biometrics::kCaptureTimeout);
    Event event = std::move(script_.front());
    script_.pop_front();
    if (!event.image) return fail(event.failure);
    return ports::CapturedFinger{*std::move(event.image), event.presentation};
  }

 private:
  std::deque<Event> script_;
};

}  // namespace sufragio::sim
