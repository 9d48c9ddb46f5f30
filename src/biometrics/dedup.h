#pragma once

#include <array>

#include "biometrics/calibration.h"

namespace sufragio::biometrics {

// The duplicate search of one block of people (docs/spec/duplicates.md): a cascade over their
// fingers. The result is a function of the prints and the parameters alone.
inline constexpr std::size_t kFingersOfPerson =
    4;  // right thumb, right index, left thumb, left index

struct DedupParams {
  std::uint32_t stage = 0;  // first-stage score from which one of the two first fingers passes
  Score second{200};        // of the finger that passed, from which the others are compared too
  Score total{1'200};       // sum over the fingers from which two people are a candidate
};

struct DuplicateCandidate {
  std::uint32_t row = 0, column = 0;  // people, by their place in the block
  std::uint32_t stage = 0;            // the larger first-stage score
  std::array<std::uint32_t, kFingersOfPerson> raw{};
  std::array<std::uint16_t, kFingersOfPerson> score{};  // each at most the measured end
  [[nodiscard]] std::uint32_t total() const {
    return 0U + score[0] + score[1] + score[2] + score[3];
  }
  friend bool operator==(const DuplicateCandidate&, const DuplicateCandidate&) = default;
};

struct BlockResult {
  std::uint64_t pairs = 0;     // of people
  std::uint64_t unusable = 0;  // of them, where neither first finger could be compared
  std::uint64_t passed = 0;    // the first stage
  std::uint64_t full = 0;      // full comparisons made
  std::vector<DuplicateCandidate> candidates;  // ascending by row, then column
};

class PeoplePrints {  // prepares what is asked for; the first two fingers are asked for always
 public:
  virtual ~PeoplePrints() = default;
  [[nodiscard]] virtual std::size_t people() const = 0;
  // No cylinders: there is no such print, or too little of it.
  [[nodiscard]] virtual const PrintView& print(std::size_t person, std::size_t finger) = 0;
};

// Every row with every column; on the diagonal (rows and columns are the same people) each pair
// once and nobody with himself.
[[nodiscard]] BlockResult dedup_block(const DedupParams& params, const Calibration& calibration,
                                      PeoplePrints& rows, PeoplePrints& columns, bool diagonal,
                                      Matcher& matcher);

}  // namespace sufragio::biometrics
