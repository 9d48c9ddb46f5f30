#pragma once

#include <compare>
#include <cstdint>

#include "base/result.h"

namespace sufragio {

[[nodiscard]] tl::unexpected<Error> count_out_of_range(std::int64_t value);

// How many: never negative, never above kMax (a sanity bound far above any national total, not a
// legal limit).
template <typename Tag>
class Count {
 public:
  static constexpr std::int64_t kMax = 1'000'000'000;

  constexpr Count() = default;
  [[nodiscard]] static Result<Count> from(std::int64_t value) {  // B110 out of range
    if (value < 0 || value > kMax) return count_out_of_range(value);
    Count out;
    out.value_ = static_cast<std::uint32_t>(value);
    return out;
  }
  [[nodiscard]] Result<Count> plus(Count other) const { return from(value() + other.value()); }
  [[nodiscard]] Result<Count> minus(Count other) const { return from(value() - other.value()); }
  [[nodiscard]] Result<Count> times(std::int64_t factor) const {
    return from(factor < 0 || factor > kMax ? kMax + 1 : value() * factor);
  }
  [[nodiscard]] constexpr std::int64_t value() const { return value_; }
  friend constexpr auto operator<=>(const Count&, const Count&) = default;

 private:
  std::uint32_t value_ = 0;  // a night holds ten millions of them
};

using Votes = Count<struct VotesTag>;      // votes; in an n-seat contest a person gives n of them
using Persons = Count<struct PersonsTag>;  // electors, voters, ballots (one each)

}  // namespace sufragio
