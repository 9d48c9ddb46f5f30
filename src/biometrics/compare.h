#pragma once

#include "biometrics/similarity.h"

namespace sufragio::biometrics {

// Which matcher made a stored score. A changed golden value of docs/spec/fingerprints.md, part 4.9
// is another version, and needs another calibration.
struct AlgorithmId {
  std::uint16_t family = 1, version = 2;
  friend bool operator==(const AlgorithmId&, const AlgorithmId&) = default;
};
inline constexpr AlgorithmId kMatcher{};

enum class RawScore : std::uint32_t {};  // F of part 4.8: no unit, higher is more alike

struct Scores {
  std::uint32_t relaxation = 0;    // Q24, at most 1
  std::uint32_t verification = 0;  // Q15, at most sqrt(120)
  RawScore raw{0};
};

struct MatchedPair {  // minutiae of the two prints that the verification put on each other, by rank
  std::uint8_t a = 0, b = 0;
};

// Compares two prints: parts 4.3 to 4.8. Symmetric; the same integers on every machine and with
// every width of registers; a print without cylinders scores 0. Its working memory is as sensitive
// as the prints: made once, wiped at the end. One thread each.
class Matcher {
 public:
  [[nodiscard]] static Result<Matcher> make(crypto::SecretBuffer::Kind kind,
                                            Lanes lanes = best_lanes());  // K112
  [[nodiscard]] Scores compare(const PrintView& a, const PrintView& b) noexcept;
  // The cheap first look of searches (part 4.5), 0 … 491520.
  [[nodiscard]] std::uint32_t first_stage(const PrintView& a, const PrintView& b) noexcept;
  // The pairs behind the verification of the last `compare(a, b)`, in the order a, b as given.
  [[nodiscard]] std::vector<MatchedPair> pairs(const PrintView& a, const PrintView& b);

 private:
  struct Scratch;
  [[nodiscard]] Scratch& scratch();
  const Kernel* kernel_ = nullptr;
  crypto::SecretBuffer memory_;
};

}  // namespace sufragio::biometrics
