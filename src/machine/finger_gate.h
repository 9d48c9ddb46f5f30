#pragma once

#include <memory>
#include <vector>

#include "biometrics/calibration.h"
#include "biometrics/decide.h"
#include "biometrics/enrolled.h"
#include "ports/finger_check.h"
#include "ports/fingerprint_reader.h"

namespace sufragio::machine {

// The finger check of a real gate: captures an image, extracts it, compares it with every enrolled
// finger of the elector who stands there, and fuses the captures (docs/spec/fingerprint-images.md,
// part 8). The image and what was opened are wiped; nothing here is kept, logged or counted.
class FingerGate : public ports::FingerCheck {
 public:
  struct Parts {
    ports::FingerprintReader* reader = nullptr;
    const biometrics::Enrolled* enrolled = nullptr;
    const biometrics::Calibration* calibration = nullptr;
    biometrics::DecisionPolicy policy;  // from the signed package
    std::int32_t timeout_ms = 10'000;
    crypto::SecretBuffer::Kind memory = crypto::SecretBuffer::Kind::locked;
  };
  [[nodiscard]] static Result<std::unique_ptr<FingerGate>> make(const Parts& parts);  // K112

  // `finger` is what the panel asks for; whichever of the enrolled fingers lies on the glass
  // counts. `fault` too where the elector's record does not open: the way without a fingerprint
  // follows.
  [[nodiscard]] ports::Capture capture(roll::RollIndex elector, std::uint8_t finger) override;
  void release() override;

 private:
  FingerGate(const Parts& parts, biometrics::Matcher matcher);
  [[nodiscard]] Result<void> present(roll::RollIndex elector);
  [[nodiscard]] ports::Capture judge(const biometrics::Prepared& probe,
                                     biometrics::Presentation presentation, std::uint8_t finger);
  [[nodiscard]] ports::Capture missed(std::uint8_t finger);

  Parts parts_;
  biometrics::Matcher matcher_;
  bool present_ = false;
  roll::RollIndex elector_;
  std::vector<biometrics::Prepared> fingers_;
  std::vector<biometrics::Attempt> attempts_;  // one for each capture of this elector
};

}  // namespace sufragio::machine
