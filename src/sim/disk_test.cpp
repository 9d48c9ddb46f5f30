#include "sim/disk.h"

#include <gtest/gtest.h>

#include <set>

#include "ports/codes.h"
#include "sim/rng.h"

namespace sufragio::sim {
namespace {

std::string text(const SimDisk& disk, std::string_view path) {
  const Result<std::optional<Bytes>> got = disk.read(path);
  if (!got) return got.error().code.text();
  return *got ? std::string{as_text(**got)} : "(nothing)";
}

TEST(SimDisk, KeepsWhatWasSyncedWhateverHappens) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimRng rng{seed};
    SimDisk disk{rng};
    ASSERT_TRUE(disk.write("plain", as_bytes("synced"), false));
    ASSERT_TRUE(disk.append("log", as_bytes("one")));
    ASSERT_TRUE(disk.sync());
    ASSERT_TRUE(disk.write("durable", as_bytes("at once"), true));
    ASSERT_TRUE(disk.write("other", as_bytes("unsynced"), false));
    disk.cut_power();
    EXPECT_EQ(text(disk, "plain"), "F106");
    disk.restart();
    EXPECT_EQ(text(disk, "plain"), "synced");
    EXPECT_EQ(text(disk, "log"), "one");
    EXPECT_EQ(text(disk, "durable"), "at once");
  }
}

TEST(SimDisk, LosesKeepsTearsAndReordersWhatWasNotSynced) {
  std::set<std::string> written;
  std::set<std::string> pairs;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SimRng rng{seed};
    SimDisk disk{rng};
    ASSERT_TRUE(disk.write("a", as_bytes("old"), true));
    ASSERT_TRUE(disk.write("a", as_bytes("new"), false));
    ASSERT_TRUE(disk.write("b", as_bytes("x"), false));
    disk.restart();
    written.insert(text(disk, "a"));
    pairs.insert((text(disk, "a") == "new" ? "a" : "-") + std::string{} +
                 (text(disk, "b") == "x" ? "b" : "-"));
  }
  EXPECT_TRUE(written.count("old"));
  EXPECT_TRUE(written.count("new"));
  EXPECT_TRUE(written.count("ne"));
  EXPECT_TRUE(written.count(std::string("ne\0", 3)));
  EXPECT_TRUE(written.count(std::string("n\0w", 3)));
  EXPECT_EQ(pairs, (std::set<std::string>{"--", "-b", "a-", "ab"}));  // "-b": out of order
}

TEST(SimDisk, LeavesOldOrNewWhenThePowerGoesInADurableWrite) {
  std::set<std::string> left;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimRng rng{seed};
    SimDisk disk{rng};
    ASSERT_TRUE(disk.write("a", as_bytes("old"), true));
    disk.cut_power_at(2);
    EXPECT_EQ(disk.write("a", as_bytes("new"), true).error().code, ports::kStoreStopped);
    EXPECT_TRUE(disk.power_is_off());
    disk.restart();
    left.insert(text(disk, "a"));
  }
  EXPECT_EQ(left, (std::set<std::string>{"new", "old"}));
}

TEST(SimDisk, CutsThePowerAtTheCallAsked) {
  SimRng rng{3};
  SimDisk disk{rng};
  disk.set_loss(SimDisk::Loss::all_kept);
  disk.cut_power_at(3);
  EXPECT_TRUE(disk.write("a", as_bytes("1"), false));
  EXPECT_TRUE(disk.append("a", as_bytes("2")));
  EXPECT_FALSE(disk.append("a", as_bytes("3")));
  EXPECT_FALSE(disk.append("a", as_bytes("4")));
  EXPECT_FALSE(disk.sync());
  EXPECT_EQ(disk.calls(), 3U);
  disk.restart();
  EXPECT_EQ(text(disk, "a"), "123");
  EXPECT_TRUE(disk.append("a", as_bytes("4")));
}

TEST(SimDisk, FailsOneCallAndStopsAfterAFailedSync) {
  SimRng rng{4};
  SimDisk disk{rng};
  disk.set_loss(SimDisk::Loss::all_lost);
  disk.fail_call(1);
  EXPECT_EQ(disk.write("a", as_bytes("1"), false).error().code, ports::kWriteFailed);
  EXPECT_EQ(text(disk, "a"), "(nothing)");
  EXPECT_TRUE(disk.write("a", as_bytes("1"), false));
  disk.fail_call(3);
  EXPECT_EQ(disk.sync().error().code, ports::kSyncFailed);
  EXPECT_EQ(disk.sync().error().code, ports::kStoreStopped);
  EXPECT_EQ(text(disk, "a"), "F106");
  disk.restart();
  EXPECT_EQ(text(disk, "a"), "(nothing)");
  disk.fail_reads(true);
  EXPECT_EQ(text(disk, "a"), "F102");
}

TEST(SimDisk, IsFullAtItsCapacity) {
  SimRng rng{5};
  SimDisk disk{rng};
  disk.set_capacity(10);
  EXPECT_TRUE(disk.write("a", as_bytes("123456"), false));
  EXPECT_EQ(disk.write("b", as_bytes("12345"), false).error().code, ports::kDiskFull);
  EXPECT_EQ(disk.append("a", as_bytes("12345")).error().code, ports::kDiskFull);
  EXPECT_TRUE(disk.write("a", as_bytes("1234567890"), true));  // takes its own place
  EXPECT_EQ(text(disk, "a"), "1234567890");
}

TEST(SimDisk, RotsABit) {
  SimRng rng{6};
  SimDisk disk{rng};
  ASSERT_TRUE(disk.write("a", as_bytes("abc"), true));
  disk.flip_bit("a", 8 + 1);
  EXPECT_EQ(text(disk, "a"), "a`c");
}

}  // namespace
}  // namespace sufragio::sim
