#pragma once

#include <string>

#include "biometrics/compare.h"
#include "codec/document.h"

namespace sufragio::biometrics {

// S = -100 log10(false match rate): 300 is one false match in 1,000 comparisons of different
// fingers. 0 … 1500. All policy speaks in S. docs/spec/fingerprints.md, part 5.
enum class Score : std::int32_t {};
inline constexpr Score kNoScore{0}, kTopScore{1'500};

struct FmrEstimate {
  Score decades{0};
  bool measured = false;  // false: beyond the measured tail, extrapolated
};

// From raw scores to S: a monotone table, linear in between, in integers. It belongs to one
// matcher, one extractor and one class of sensors, and does not transfer to others.
class Calibration {
 public:
  struct Knot {
    std::uint32_t raw = 0;
    std::int32_t score = 0;
  };
  struct Fields {
    std::string id, extractor, sensor;
    AlgorithmId algorithm;
    std::vector<Knot> knots;
    std::int32_t measured_to = 0;  // the S of the tenth largest impostor score
  };
  // Y020: fewer than two knots, knots that do not rise, a measured end outside of 0 … 1500, or a
  // table of another matcher.
  [[nodiscard]] static Result<Calibration> of(Fields fields);
  [[nodiscard]] static Result<Calibration> read(const codec::Document& document);  // TOML; Y020

  // A small print reaches high scores by chance: below 15 cylinders 200 are taken off. Below
  // kFewestCylinders there is no score (`enough`).
  [[nodiscard]] Score score(RawScore raw, int fewer_cylinders) const;
  [[nodiscard]] FmrEstimate fmr(Score score) const;
  [[nodiscard]] const Fields& fields() const { return fields_; }

 private:
  Fields fields_;
};

[[nodiscard]] inline bool enough(int cylinders) { return cylinders >= kFewestCylinders; }

}  // namespace sufragio::biometrics
