#include <gtest/gtest.h>

#include "sim/clock.h"
#include "sim/rng.h"

namespace sufragio::sim {
namespace {

TEST(SimRng, GivesTheWordsOfTheReferenceGenerator) {
  // splitmix64 from 0 starts e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f,
  // f88bb8a8724c81ec; the first output of xoshiro256** on that state is rotl(state[1] * 5, 7) * 9.
  SimRng rng{0};
  EXPECT_EQ(rng.word(), 0x99ec5f36cb75f2b4U);
  EXPECT_EQ(rng.word(), 0xbf6e1f784956452aU);
}

TEST(SimRng, RepeatsItselfFromTheSameSeedAndNotFromAnother) {
  SimRng one{7};
  SimRng same{7};
  SimRng other{8};
  const std::uint64_t first = one.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, other.next());
}

TEST(SimRng, IsUniformEnoughBelowASmallBound) {
  SimRng rng{42};
  std::array<int, 6> seen{};
  for (int i = 0; i < 60'000; ++i) ++seen.at(rng.below(6));
  for (const int count : seen) {
    EXPECT_GT(count, 9'500);  // five standard deviations are 456
    EXPECT_LT(count, 10'500);
  }
}

TEST(SimRng, ForksAGeneratorThatDoesNotChangeTheParentLater) {
  SimRng a{1};
  SimRng b{1};
  SimRng child = a.fork();
  (void)b.fork();
  for (int i = 0; i < 100; ++i) (void)child.word();
  EXPECT_EQ(a.word(), b.word());
}

TEST(SimClock, MovesOnlyWhenItIsMoved) {
  SimClock clock{UnixMs{1'000}};
  EXPECT_EQ(clock.now().value, 1'000);
  clock.advance_ms(-5);
  EXPECT_EQ(clock.now().value, 995);
}

}  // namespace
}  // namespace sufragio::sim
