#pragma once

#include <compare>
#include <cstdint>

#include "base/result.h"

namespace sufragio {

[[nodiscard]] Result<std::int64_t> checked_count(std::int64_t value);

// How many: never negative, never above kMax (a sanity bound far above any national total, not a
// legal limit).
template <typename Tag>
class Count {
 public:
  static constexpr std::int64_t kMax = 1'000'000'000;

  constexpr Count() = default;
  [[nodiscard]] static Result<Count> from(std::int64_t value) {  // B110 out of range
    Count out;
    out.value_ = TRY(checked_count(value));
    return out;
  }
  [[nodiscard]] Result<Count> plus(Count other) const { return from(value_ + other.value_); }
  [[nodiscard]] Result<Count> minus(Count other) const { return from(value_ - other.value_); }
  [[nodiscard]] Result<Count> times(std::int64_t factor) const {
    return from(factor < 0 || factor > kMax ? kMax + 1 : value_ * factor);
  }
  [[nodiscard]] constexpr std::int64_t value() const { return value_; }
  friend constexpr auto operator<=>(const Count&, const Count&) = default;

 private:
  std::int64_t value_ = 0;
};

using Votes = Count<struct VotesTag>;      // votes; in an n-seat contest a person gives n of them
using Persons = Count<struct PersonsTag>;  // electors, voters, ballots (one each)

}  // namespace sufragio
