#pragma once

#include <vector>

#include "biometrics/enrolled.h"
#include "roll/roll.h"

// The enrolled prints of a mesa's electors, sealed for its machine alone
// (docs/spec/fingerprint-images.md, part 6).
namespace sufragio::services {

struct FingerCaptures {       // of one finger, two or more of them
  std::uint8_t position = 0;  // 1 … 10, as in FingerView
  std::vector<biometrics::GreyImage> images;
};

class PrintSealer {
 public:
  // `memory` as in biometrics::enrol.
  PrintSealer(const roll::Roll& roll, crypto::SecretBuffer::Kind memory);

  // One elector after the other; of more than four fingers the best four count. The images are
  // extracted at once and not kept. A finger that gives no record is named in `refused`, and the
  // elector votes all the same. O105: no elector of this mesa, or the second time.
  [[nodiscard]] Result<void> add(const roll::Cedula& elector,
                                 const std::vector<FingerCaptures>& fingers);

  struct Refused {
    roll::Cedula elector;
    std::uint8_t position = 0;
    Code code;  // Y050, Y051, Y060, Y080
  };
  [[nodiscard]] const std::vector<Refused>& refused() const { return refused_; }

  struct Sealed {
    Bytes file;       // enrolled.bin
    roll::Roll roll;  // says of each line how many fingers the file holds
    std::size_t electors = 0;
    std::size_t fingers = 0;
  };
  // `mesa_key`: 32 bytes, of this machine. Y082, N103.
  [[nodiscard]] Result<Sealed> seal(const crypto::ElectionHandle& election, ByteView mesa_key,
                                    Rng& rng) const;

 private:
  const roll::Roll& roll_;
  crypto::SecretBuffer::Kind memory_;
  std::vector<std::vector<biometrics::Template>> by_line_;
  std::vector<bool> added_;
  std::vector<Refused> refused_;
};

}  // namespace sufragio::services
