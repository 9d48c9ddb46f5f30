#include <gtest/gtest.h>

#include "machine/roll_state.h"
#include "sim/devices.h"

namespace sufragio::tests {
namespace {

using machine::RollKeeper;
using machine::RollState;

struct RollWorld {
  explicit RollWorld(std::uint64_t seed)
      : rng{seed},
        a{RollKeeper::device_size(30), power, rng},
        b{RollKeeper::device_size(30), power, rng} {}
  [[nodiscard]] RollKeeper keeper() {
    const RollKeeper::Whose whose{{}, MesaId::parse("990101001.01").value(), 30};
    return {whose, Bytes(32, 7), {{&a, &b}, &rng}};
  }
  void power_back() {
    power.restore();
    a.restart();
    b.restart();
  }
  sim::SimRng rng;
  sim::SimPower power;
  sim::SimBlockDevice a;
  sim::SimBlockDevice b;
};

RollState blank() {
  RollState out;
  out.marks.resize(30);
  return out;
}

RollState day(std::uint16_t voted) {
  RollState out;
  out.marks.resize(30);
  for (std::uint16_t i = 0; i < voted; ++i) out.marks[i] = 1;
  out.pending =
      machine::Pending{roll::RollIndex{voted}, machine::Outcome::no_match, true, 300, 9, 1};
  out.assistants = {3, 5};
  out.tokens_issued = 500;
  out.tokens_voided = 2;
  out.tokens_used = {1, 7, 500};
  return out;
}

TEST(RollStateOnMedia, ComesBackAsItWas) {
  RollWorld world{1};
  RollKeeper keeper = world.keeper();
  ASSERT_TRUE(keeper.format().has_value());
  EXPECT_EQ(world.keeper().load().value(), blank());
  for (std::uint16_t n = 1; n < 9; ++n) {
    ASSERT_TRUE(keeper.save(day(n)).has_value());
    EXPECT_EQ(world.keeper().load().value(), day(n));
  }
  world.a.break_it(true);
  EXPECT_EQ(world.keeper().load().value(), day(8));
  ASSERT_TRUE(keeper.save(day(9)).has_value());
  EXPECT_TRUE(keeper.lost(0));
  EXPECT_EQ(world.keeper().load().value(), day(9));
  const Bytes other(32, 8);
  RollKeeper stranger{
      {{}, MesaId::parse("990101001.01").value(), 30}, other, {{&world.a, &world.b}, &world.rng}};
  EXPECT_FALSE(stranger.load().has_value());
}

// [R72] A1: a cut at any write point leaves the state before or the state after, never a mix.
TEST(RollStateOnMedia, ACutLeavesTheStateBeforeOrAfter) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (std::uint64_t point = 1; point <= 4; ++point) {
      RollWorld world{100 * seed + point};
      RollKeeper keeper = world.keeper();
      ASSERT_TRUE(keeper.format().has_value());
      for (std::uint16_t n = 1; n <= seed % 4 + 1; ++n) {
        ASSERT_TRUE(keeper.save(day(n)).has_value());
      }
      const auto last = static_cast<std::uint16_t>(seed % 4 + 1);
      world.power.cut_at(world.power.points() + point);
      const bool saved = keeper.save(day(static_cast<std::uint16_t>(last + 1))).has_value();
      world.power_back();
      RollKeeper after = world.keeper();
      const auto loaded = after.load();
      ASSERT_TRUE(loaded.has_value());
      for (std::uint16_t n = 10; n < 15; ++n) {  // and the day goes on from there
        ASSERT_TRUE(after.save(day(n)).has_value());
        ASSERT_EQ(world.keeper().load().value(), day(n));
      }
      EXPECT_TRUE(*loaded == day(static_cast<std::uint16_t>(last + 1)) ||
                  (!saved && *loaded == day(last)));
    }
  }
}

}  // namespace
}  // namespace sufragio::tests
