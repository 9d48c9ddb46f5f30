#include <gtest/gtest.h>

#include "machine/codes.h"
#include "tests/vault/box_world.h"

namespace sufragio::tests {
namespace {

using machine::Fault;
using machine::Phase;
using machine::Vault;

Fault fault(const Error& error) { return machine::fault_in(error).value(); }

TEST(Vault, HoldsEveryBallotAndNothingElse) {  // [R72]
  BoxWorld world{1};
  Vault vault = world.formatted();
  EXPECT_EQ(vault.ballots(), 0U);
  EXPECT_EQ(vault.parity(), 0);

  for (std::uint8_t n = 1; n <= 6; ++n) ASSERT_TRUE(vote(vault, n).has_value());

  EXPECT_EQ(inside(vault), (std::set<int>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(vault.cell().receipts, 6);
  EXPECT_FALSE(vault.has_room());
  EXPECT_EQ(fault(vote(vault, 7).error()), Fault::full);
  Vault again = world.booted().value();
  EXPECT_EQ(inside(again), (std::set<int>{1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(again.found().repaired);
}

TEST(Vault, LeavesNothingReadableOnTheMedia) {  // [R69] [R72] A6
  BoxWorld world{2};
  Vault vault = world.formatted();
  ASSERT_TRUE(vote(vault, 0xa7).has_value());
  const Bytes secret(16, 0xa7);
  for (const ByteView image : {world.a.image(), world.b.image()}) {
    EXPECT_EQ(std::search(image.begin(), image.end(), secret.begin(), secret.end()), image.end());
  }
}

// Not one slot stays as it was: a snapshot before and one after say nothing about which is new.
TEST(Vault, ChangesEverySlotAtEveryVote) {  // [R72] A6
  BoxWorld world{3};
  Vault vault = world.formatted();
  const auto slots_of = [&world](std::size_t half, std::uint32_t i) {
    const std::size_t at = half * world.plan.half_size() + 8'192 + std::size_t{i} * 4'096;
    return to_bytes(world.a.image().subspan(at, 4'096));
  };
  std::set<Bytes> seen;
  for (std::uint8_t n = 1; n <= 4; ++n) {
    ASSERT_TRUE(vote(vault, n).has_value());
    for (std::uint32_t i = 0; i < 6; ++i) seen.insert(slots_of(n % 2, i));
  }
  EXPECT_EQ(seen.size(), 24U);
}

TEST(Vault, GoesOnWithOneMediumAndTakesANewOne) {  // TP-06
  BoxWorld world{4};
  Vault vault = world.formatted();
  ASSERT_TRUE(vote(vault, 1).has_value());
  world.b.break_it(true);
  ASSERT_TRUE(vote(vault, 2).has_value());
  EXPECT_TRUE(vault.degraded());
  ASSERT_TRUE(vote(vault, 3).has_value());

  sim::SimBlockDevice fresh{world.plan.device_size(), world.power, world.rng};
  ASSERT_TRUE(vault.replace_medium(1, fresh).has_value());

  EXPECT_FALSE(vault.degraded());
  world.a.break_it(true);
  EXPECT_EQ(inside(vault), (std::set<int>{1, 2, 3}));
}

TEST(Vault, StoresNothingWhenBothMediaFail) {  // TP-06
  BoxWorld world{5};
  Vault vault = world.formatted();
  ASSERT_TRUE(vote(vault, 1).has_value());
  ASSERT_TRUE(vault.intent().has_value());
  world.a.refuse_writes(true);
  world.b.fail_next_sync();

  EXPECT_EQ(fault(vault.cast(ballot(2)).error()), Fault::both_media);

  ASSERT_TRUE(vault.void_print(machine::VoidReason::print_fault).has_value());
  EXPECT_EQ(vault.cell().void_prints, 1);
  EXPECT_EQ(inside(vault), (std::set<int>{1}));
}

TEST(Vault, CountsAPrintWithoutABallotAsVoidAfterACut) {  // [R73]
  BoxWorld world{6};
  Vault vault = world.formatted();
  ASSERT_TRUE(vault.intent().has_value());
  world.power.cut();
  world.power_back();

  const Vault again = world.booted().value();

  EXPECT_TRUE(again.found().void_print);
  EXPECT_EQ(again.cell().void_prints, 1);
  EXPECT_EQ(again.ballots(), 0U);
}

TEST(Vault, RefusesTheMediumOfAnotherMesa) {  // A3
  BoxWorld world{7};
  Vault vault = world.formatted();
  ASSERT_TRUE(vote(vault, 1).has_value());
  BoxWorld other{8};
  other.plan.mesa = MesaId::parse("990101001.02").value();
  Vault theirs = other.formatted();
  ASSERT_TRUE(vote(theirs, 9).has_value());

  world.b.set_image(other.b.image());
  EXPECT_EQ(fault(world.booted().error()), Fault::wrong_medium);
  world.a.set_image(other.a.image());
  EXPECT_EQ(fault(world.booted().error()), Fault::wrong_medium);
  EXPECT_TRUE(equal(world.a.image(), other.a.image())) << "refused, and not touched";
}

// From the opening to the packing a box is the box of this day, also while nobody has voted.
TEST(Vault, IsFormattedAgainBeforeTheOpeningAndAfterThePackingOnly) {  // A8
  BoxWorld world{14};
  Vault vault = world.formatted();
  const std::pair<Phase, bool> phases[] = {{Phase::constituted, true}, {Phase::zeroed, true},
                                           {Phase::open, false},       {Phase::closing, false},
                                           {Phase::closed, false},     {Phase::counted, false},
                                           {Phase::verified, false},   {Phase::packed, true}};
  for (const auto& [phase, formatted] : phases) {
    ASSERT_TRUE(vault.set_phase(phase).has_value());
    const Bytes before = *world.cell.bytes();
    const auto again = Vault::format(world.plan, world.parts());
    ASSERT_EQ(again.has_value(), formatted) << static_cast<int>(phase);
    if (again) continue;
    EXPECT_EQ(fault(again.error()), Fault::not_zero);
    EXPECT_EQ(*world.cell.bytes(), before) << "refused, and not touched";
  }
}

TEST(Vault, RefusesACellThatIsTornOrEmpty) {  // A22
  BoxWorld world{9};
  Vault vault = world.formatted();
  Bytes cell = *world.cell.bytes();
  cell[50] ^= 1;
  world.cell.set_bytes(cell);
  EXPECT_EQ(fault(world.booted().error()), Fault::cell);
  ASSERT_TRUE(world.cell.destroy().has_value());
  EXPECT_EQ(fault(world.booted().error()), Fault::cell);
  Bytes torn(ports::Cell::kSize, 7);
  world.cell.set_bytes(torn);
  EXPECT_EQ(fault(Vault::format(world.plan, world.parts()).error()), Fault::cell)
      << "the box of a damaged cell is not formatted over";
}

// [R72] A3: one copy is repaired; both in different places too; the same place on both is said.
void flip_bits(int flips, std::uint64_t seed) {
  BoxWorld world{seed};
  Vault vault = world.formatted();
  for (std::uint8_t n = 1; n <= 3; ++n) ASSERT_TRUE(vote(vault, n).has_value());
  const Bytes a = to_bytes(world.a.image());
  const Bytes b = to_bytes(world.b.image());
  const Bytes cell = *world.cell.bytes();
  // Generation 3 is in half 1.
  const std::uint64_t from = world.plan.half_size() * 8;
  const std::uint64_t bits = (8'192 + std::uint64_t{6} * 4'096) * 8;
  int lost = 0;
  for (int i = 0; i < flips; ++i) {
    const std::uint64_t bit = from + world.rng.below(bits);
    const std::uint64_t other = i % 3 == 2 ? bit : from + world.rng.below(bits);
    world.a.set_image(a);
    world.b.set_image(b);
    world.cell.set_bytes(cell);
    world.a.flip_bit(bit);
    if (i % 3 != 0) world.b.flip_bit(other);
    auto again = world.booted();
    if (!again) {
      ASSERT_EQ(fault(again.error()), Fault::vault);
      ++lost;
      continue;
    }
    ASSERT_EQ(inside(*again), (std::set<int>{1, 2, 3}));
    auto healed = world.booted();
    EXPECT_EQ(inside(*healed), (std::set<int>{1, 2, 3}));
    EXPECT_FALSE(healed->degraded());
  }
  EXPECT_GT(lost, flips / 8) << "the same bit on both media must be found, not read";
}

TEST(Vault, NoFlippedBitIsSilent) { flip_bits(75, 10); }

TEST(Vault, DISABLED_NightlyHundredThousandFlips) { flip_bits(100'000, 11); }  // A3

TEST(Vault, IsRefusedAboveItsLimit) {
  machine::VaultPlan plan = small_plan(3'000);
  EXPECT_LE(std::uint64_t{plan.slots} * plan.slot_size, machine::VaultPlan::kMaxSlots);
  BoxWorld world{11};
  world.plan.slots = 400;  // the devices are too small for this plan
  EXPECT_EQ(fault(machine::Vault::format(world.plan, world.parts()).error()), Fault::wrong_medium);
}

TEST(Vault, AfterTheCountNobodyReadsTheChoices) {  // [R72] [R108]
  BoxWorld world{12};
  Vault vault = world.formatted();
  ASSERT_TRUE(vote(vault, 1).has_value());
  ASSERT_TRUE(vault.destroy_key(Phase::counted).has_value());
  EXPECT_EQ(vault.cell().key, decltype(vault.cell().key){});
  const auto again = world.booted();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->phase(), Phase::counted);
  EXPECT_EQ(again->ballots(), 1U);
}

TEST(Vault, ASpareMachineTakesTheBoxFromTheRemovableMedium) {  // A14
  BoxWorld world{13};
  const crypto::BoxKeyPair keys = crypto::box_key_pair(world.rng);
  world.plan.contingency = keys.public_key;
  Vault vault = world.formatted();
  for (std::uint8_t n = 1; n <= 3; ++n) ASSERT_TRUE(vote(vault, n).has_value());

  BoxWorld spare{14};
  spare.plan.contingency = keys.public_key;
  spare.b.set_image(world.b.image());
  Vault taken = Vault::adopt(spare.plan, spare.parts(), keys).value();

  EXPECT_EQ(inside(taken), (std::set<int>{1, 2, 3}));
  EXPECT_EQ(taken.cell().receipts, 3);
  ASSERT_TRUE(vote(taken, 4).has_value());
  Vault again = spare.booted().value();
  EXPECT_EQ(inside(again), (std::set<int>{1, 2, 3, 4}));
  const crypto::BoxKeyPair stranger = crypto::box_key_pair(world.rng);
  BoxWorld thief{15};
  thief.b.set_image(world.b.image());
  EXPECT_EQ(fault(Vault::adopt(thief.plan, thief.parts(), stranger).error()), Fault::vault);
}

}  // namespace
}  // namespace sufragio::tests
