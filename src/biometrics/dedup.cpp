#include "biometrics/dedup.h"

#include <algorithm>

namespace sufragio::biometrics {
namespace {

constexpr std::size_t kFirstFingers = 2;

class Block {
 public:
  Block(const DedupParams& params, const Calibration& calibration, PeoplePrints& rows,
        PeoplePrints& columns, Matcher& matcher)
      : params_{params},
        calibration_{calibration},
        rows_{rows},
        columns_{columns},
        matcher_{matcher} {}

  void pair(std::uint32_t row, std::uint32_t column) {
    ++result.pairs;
    DuplicateCandidate found;
    found.row = row;
    found.column = column;
    std::array<bool, kFirstFingers> passed{};
    bool compared = false;
    for (std::size_t finger = 0; finger < kFirstFingers; ++finger) {
      const PrintView& a = rows_.print(row, finger);
      const PrintView& b = columns_.print(column, finger);
      if (!enough(a.cylinders) || !enough(b.cylinders)) continue;
      compared = true;
      const std::uint32_t stage = matcher_.first_stage(a, b);
      passed[finger] = stage >= params_.stage;
      found.stage = std::max(found.stage, stage);
    }
    result.unusable += compared ? 0 : 1;
    if (!passed[0] && !passed[1]) return;
    ++result.passed;
    bool strong = false;
    for (std::size_t finger = 0; finger < kFirstFingers; ++finger) {
      if (passed[finger]) strong = compare(found, finger) || strong;
    }
    if (!strong) return;
    for (std::size_t finger = 0; finger < kFingersOfPerson; ++finger) {
      if (finger >= kFirstFingers || !passed[finger]) compare(found, finger);
    }
    if (found.total() >= static_cast<std::uint32_t>(params_.total)) {
      result.candidates.push_back(found);
    }
  }

  BlockResult result;

 private:
  bool compare(DuplicateCandidate& found, std::size_t finger) {
    const PrintView& a = rows_.print(found.row, finger);
    const PrintView& b = columns_.print(found.column, finger);
    if (!enough(a.cylinders) || !enough(b.cylinders)) return false;
    ++result.full;
    const RawScore raw = matcher_.compare(a, b).raw;
    const Score score = calibration_.score(raw, std::min(a.cylinders, b.cylinders));
    // What was not measured does not count.
    const std::int32_t counted =
        std::min(static_cast<std::int32_t>(score), calibration_.fields().measured_to);
    found.raw[finger] = static_cast<std::uint32_t>(raw);
    found.score[finger] = static_cast<std::uint16_t>(counted);
    return counted >= static_cast<std::int32_t>(params_.second);
  }

  const DedupParams& params_;
  const Calibration& calibration_;
  PeoplePrints& rows_;
  PeoplePrints& columns_;
  Matcher& matcher_;
};

}  // namespace

BlockResult dedup_block(const DedupParams& params, const Calibration& calibration,
                        PeoplePrints& rows, PeoplePrints& columns, bool diagonal,
                        Matcher& matcher) {
  Block block{params, calibration, rows, columns, matcher};
  for (std::size_t row = 0; row < rows.people(); ++row) {
    for (std::size_t column = diagonal ? row + 1 : 0; column < columns.people(); ++column) {
      block.pair(static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column));
    }
  }
  return std::move(block.result);
}

}  // namespace sufragio::biometrics
