// The power goes at every single point where a vote, a boot or a close writes something.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "adapters/media/file_media.h"
#include "tests/vault/box_world.h"

namespace sufragio::tests {
namespace {

using machine::Phase;
using machine::Vault;

constexpr std::uint8_t kBefore = 3;  // ballots that were stored before

std::set<int> first(std::uint8_t n) {
  std::set<int> out;
  for (int i = 1; i <= n; ++i) out.insert(i);
  return out;
}

// After a cut: the earlier ballots are there, the one in flight is there whole or not at all, and
// what the cell says of the paper agrees.
void expect_once_or_not_at_all(BoxWorld& world, bool acknowledged, std::uint16_t voids_before) {
  auto vault = world.booted();
  ASSERT_TRUE(vault.has_value()) << vault.error().debug();
  const bool stored = vault->ballots() == kBefore + 1;
  EXPECT_TRUE(stored || !acknowledged);
  EXPECT_EQ(inside(*vault), first(stored ? kBefore + 1 : kBefore));
  EXPECT_EQ(vault->parity(), stored ? 0 : 1);
  EXPECT_EQ(vault->cell().receipts, vault->ballots());
  const int voids = vault->cell().void_prints - voids_before;
  EXPECT_EQ(voids, vault->found().void_print ? 1 : 0);
  EXPECT_TRUE(!stored || voids == 0) << "a stored ballot has a valid receipt";
  if (!stored) {
    ASSERT_TRUE(vote(*vault, kBefore + 1).has_value());
    EXPECT_EQ(inside(*vault), first(kBefore + 1));
  }
}

// Write points of one vote, cut at each of them in turn. Gives how many there are.
std::uint64_t cut_every_point_of_a_vote(std::uint64_t seed) {
  for (std::uint64_t point = 1;; ++point) {
    BoxWorld world{seed * 1'000 + point, 5};
    Vault vault = world.formatted();
    for (std::uint8_t n = 1; n <= kBefore; ++n) EXPECT_TRUE(vote(vault, n).has_value());
    world.power.cut_at(world.power.points() + point);
    const bool acknowledged = vote(vault, kBefore + 1).has_value();
    if (!world.power.is_off()) return point - 1;
    world.power_back();
    expect_once_or_not_at_all(world, acknowledged, 0);
  }
}

// Of the boot that follows such a cut: cut again, at each of its own points.
std::uint64_t cut_every_point_of_a_boot(std::uint64_t seed) {
  for (std::uint64_t point = 1;; ++point) {
    BoxWorld world{seed * 1'000 + point, 5};
    Vault vault = world.formatted();
    for (std::uint8_t n = 1; n <= kBefore; ++n) EXPECT_TRUE(vote(vault, n).has_value());
    world.power.cut_at(world.power.points() + 1 + world.rng.below(8));
    const bool acknowledged = vote(vault, kBefore + 1).has_value();
    world.power_back();
    world.power.cut_at(world.power.points() + point);
    const bool booted = world.booted().has_value();
    if (!world.power.is_off()) {
      EXPECT_TRUE(booted);
      return point - 1;
    }
    world.power_back();
    auto again = world.booted();
    EXPECT_TRUE(again.has_value());
    EXPECT_EQ(again->cell().void_prints + again->ballots() >= kBefore, true);
    EXPECT_LE(again->cell().void_prints, 1);
    if (acknowledged) {
      EXPECT_EQ(inside(*again), first(kBefore + 1));
    }
  }
}

std::uint64_t cut_every_point_of_the_close(std::uint64_t seed) {
  for (std::uint64_t point = 1;; ++point) {
    BoxWorld world{seed * 1'000 + point, 5};
    Vault vault = world.formatted();
    for (std::uint8_t n = 1; n <= kBefore; ++n) EXPECT_TRUE(vote(vault, n).has_value());
    EXPECT_TRUE(vault.set_phase(Phase::closed).has_value());
    world.power.cut_at(world.power.points() + point);
    (void)vault.destroy_key(Phase::counted);
    if (!world.power.is_off()) return point - 1;
    world.power_back();
    auto again = world.booted();
    EXPECT_TRUE(again.has_value());
    if (again->phase() == Phase::closed) {  // the whole step once more, with the same ballots
      EXPECT_EQ(inside(*again), first(kBefore));
      EXPECT_TRUE(again->destroy_key(Phase::counted).has_value());
    }
    EXPECT_EQ(again->phase(), Phase::counted);
    EXPECT_EQ(again->cell().key, decltype(again->cell().key){});
  }
}

TEST(VaultCrash, AVoteIsStoredOnceOrNotAtAllAtEveryWritePoint) {  // [R72] A1 TP-01
  for (std::uint64_t seed = 1; seed <= 6; ++seed) EXPECT_EQ(cut_every_point_of_a_vote(seed), 8U);
}

TEST(VaultCrash, ABootThatIsCutCanBeBootedAgain) {  // [R72] A1
  for (std::uint64_t seed = 1; seed <= 4; ++seed) EXPECT_GE(cut_every_point_of_a_boot(seed), 4U);
}

TEST(VaultCrash, ACloseThatIsCutGivesTheSameBallotsOrNone) {  // [R72] A1
  for (std::uint64_t seed = 1; seed <= 2; ++seed) EXPECT_GE(cut_every_point_of_the_close(seed), 9U);
}

// 50,000 cuts: `ctest -L long -R vault_crashes`, or `./x tp A1`.
TEST(VaultCrash, DISABLED_NightlyFiftyThousandCuts) {  // A1
  std::uint64_t points = 0;
  for (std::uint64_t seed = 1'000; points < 50'000; ++seed) {
    points += cut_every_point_of_a_vote(seed);
    if (seed % 4 == 0) points += cut_every_point_of_a_boot(seed);
    if (seed % 4 == 1) points += cut_every_point_of_the_close(seed);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  RecordProperty("points", static_cast<int>(points));
}

// The box on files, cast into by a process that is killed.
struct BoxOnFiles {
  explicit BoxOnFiles(const std::string& folder)
      : a{adapters::open_block_file(folder + "/a", plan.device_size()).value()},
        b{adapters::open_block_file(folder + "/b", plan.device_size()).value()},
        cell{folder + "/cell"} {}
  [[nodiscard]] Vault::Parts parts() {
    return {{a.get(), b.get()}, &cell, &rng, &workers, crypto::SecretBuffer::Kind::plain};
  }
  machine::VaultPlan plan = small_plan(200);
  std::unique_ptr<ports::BlockDevice> a;
  std::unique_ptr<ports::BlockDevice> b;
  adapters::FileKeyCell cell;
  crypto::SystemRng rng;
  ports::Inline workers;
};

[[noreturn]] void cast_until_killed(const std::string& folder, int acknowledge) {
  BoxOnFiles box{folder};
  auto vault = Vault::boot(box.plan, box.parts());
  while (vault && vault->has_room()) {
    if (!vote(*vault, static_cast<std::uint8_t>(vault->ballots() + 1))) break;
    const char done = 1;
    if (::write(acknowledge, &done, 1) != 1) break;
  }
  for (;;) ::pause();
}

// How many casts were acknowledged before the child died.
std::uint64_t run_and_kill(const std::string& folder, useconds_t after_us) {
  int pipe[2];
  EXPECT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) cast_until_killed(folder, pipe[1]);
  ::close(pipe[1]);
  ::usleep(after_us);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  std::uint64_t acknowledged = 0;
  char byte = 0;
  while (::read(pipe[0], &byte, 1) == 1) ++acknowledged;
  ::close(pipe[0]);
  return acknowledged;
}

void kill_many_times(int kills, std::uint64_t seed) {
  const std::string folder = testing::TempDir() + "sufragio_kills";
  sim::SimRng rng{seed};
  std::uint64_t before = 200;
  for (int i = 0; i < kills; ++i) {
    if (before >= 180) {  // a new box
      std::filesystem::remove_all(folder);
      std::filesystem::create_directories(folder);
      BoxOnFiles fresh{folder};
      ASSERT_TRUE(Vault::format(fresh.plan, fresh.parts()).has_value());
      before = 0;
    }
    const auto acknowledged =
        run_and_kill(folder, static_cast<useconds_t>(500 + rng.below(25'000)));
    BoxOnFiles box{folder};
    auto vault = Vault::boot(box.plan, box.parts());
    ASSERT_TRUE(vault.has_value()) << vault.error().debug();
    ASSERT_GE(vault->ballots(), before + acknowledged);
    ASSERT_LE(vault->ballots(), before + acknowledged + 1);
    ASSERT_EQ(inside(*vault).size(), vault->ballots());
    ASSERT_EQ(vault->cell().receipts, vault->ballots());
    before = vault->ballots();
  }
  std::filesystem::remove_all(folder);
}

TEST(VaultKill, AKilledProcessLosesNoBallot) { kill_many_times(4, 1); }  // [R72] A1

TEST(VaultKill, DISABLED_NightlyThousandKills) { kill_many_times(1'000, 2); }  // [R72] A1

}  // namespace
}  // namespace sufragio::tests
