#pragma once

#include "biometrics/grey.h"
#include "biometrics/skeleton.h"
#include "biometrics/template.h"

// The extractor: a pure function from a grey image to minutiae (docs/spec/fingerprint-images.md).
// Integers and constant tables only: the same record on every machine.
namespace sufragio::biometrics {

// Goes with every stored template: records of different extractors are never compared without a
// calibration for the pair. A change of any golden record is a new version.
inline constexpr std::uint16_t kExtractorFamily = 1;
inline constexpr std::uint16_t kExtractorVersion = 1;

struct ExtractorParams {
  std::uint16_t ppcm = 0;     // of the reader, where the image does not say
  std::uint8_t position = 0;  // finger, as in FingerView
  std::size_t most_minutiae = 120;
  bool valley_fork = true;  // an ending stands at the fork of the valley
  int least_quality = 0;    // of a minutia that is kept
};

// Y060 no print in the image (failure to acquire: constant, saturated, too small an area, no
// ridges), Y050 and Y051 as check_grey.
[[nodiscard]] Result<Template> extract(const GreyImage& image, const ExtractorParams& params);

struct Trace {  // what the stages saw, at 500 dpi: for pictures and tests
  GreyImage image;
  Fields fields;
  Bits ridges;
  RidgeGraph graph;
};
[[nodiscard]] Result<Template> extract(const GreyImage& image, const ExtractorParams& params,
                                       Trace& trace);

}  // namespace sufragio::biometrics
