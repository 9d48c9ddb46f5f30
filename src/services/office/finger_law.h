#pragma once

#include <optional>
#include <string_view>

#include "biometrics/calibration.h"
#include "biometrics/decide.h"
#include "services/office/office.h"

// What the signed package says to the fingerprint check of a machine: which readers, what their
// scores mean, and from the law pack tries, time and the false match rate of a voter
// (docs/spec/fingerprints.md, part 5.3).
namespace sufragio::services {

inline constexpr std::string_view kFingersFile = "fingers.toml";

struct FingerLaw {
  struct Reader {
    std::string driver;
    std::uint16_t ppcm = 0;  // pixels per cm of its images, where the driver does not say
  };
  std::vector<Reader> readers;  // one or more, in the order of the file
  biometrics::Calibration calibration;
  biometrics::DecisionPolicy policy;
  std::int32_t timeout_ms = 0;  // of a capture
};

// `fingers`: what fingers.toml says. O104 names the field; Y020 the calibration; Y021 tries or a
// false match rate that are none; C14x.
[[nodiscard]] Result<FingerLaw> finger_law(const election::LawPack& law,
                                           const codec::Document& fingers);
// Of a package and its folder; nothing where the package names no such file: its machines compare
// no fingerprints. D303 when the file is not the one that was signed.
[[nodiscard]] Result<std::optional<FingerLaw>> finger_law_of(const election::Package& package,
                                                             const ports::Store& folder,
                                                             TextParser parse_toml);

}  // namespace sufragio::services
