#pragma once

#include <span>

#include "biometrics/calibration.h"

namespace sufragio::biometrics {

// One decision for one voter, over several fingers and tries. docs/spec/fingerprints.md, part 5.2.
// The thresholds come from the signed package; nothing here knows a default of its own.
struct DecisionPolicy {
  Score single{0};     // one comparison accepts from here
  Score pair_sum{0};   // the best of two different fingers together accept from here …
  Score pair_each{0};  // … if each reaches this
  std::uint8_t tries = 0, fingers = 0;

  // Thresholds for a false match rate of a whole voter of 10^(-target/100): the single threshold
  // pays for every try, the pair one decade more, because fingers are not shown to be independent.
  // Y021: not 1 … 10 tries, 1 … 10 fingers, a target of 100 … 900.
  [[nodiscard]] static Result<DecisionPolicy> of(Score target, std::uint8_t tries,
                                                 std::uint8_t fingers);
};

// The target of a false match rate of num/den, in hundredths of a decade, rounded to the stricter
// side: 1/1000 is 300. Y021: not a rate above 0 and at most 1.
[[nodiscard]] Result<Score> target_of(std::int64_t num, std::int64_t den);

enum class Presentation : std::uint8_t { not_checked, live, attack, unsure };  // ISO/IEC 30107-3

struct Attempt {
  std::uint8_t finger = 0;  // which of the enrolled fingers was asked for, 0 …
  bool acquired = false;    // false: no usable print (failure to acquire); it uses a try up
  Score score{0};
  Presentation presentation = Presentation::not_checked;
};

enum class Verdict : std::uint8_t {
  accept,
  again,      // there are tries left
  exhausted,  // the law pack says what follows; never that the voter is turned away
  attack      // the sensor objects: two persons look
};

// A function of the attempts in the order in which they were made. Attempts beyond the tries of
// their finger, or of a finger that the policy does not allow, count as made but never accept.
[[nodiscard]] Verdict decide(const DecisionPolicy& policy, std::span<const Attempt> attempts);

}  // namespace sufragio::biometrics
