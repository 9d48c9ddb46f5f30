// What somebody with both media, a snapshot from before and the arrival list of the day could say
// about who cast which ballot: no more than chance.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/vault/box_world.h"

namespace sufragio::tests {
namespace {

using machine::Vault;

constexpr std::uint8_t kBallots = 24;

// Spearman's rank correlation of 0 … n-1 with a permutation of it.
double rank_correlation(const std::vector<int>& order) {
  const auto n = static_cast<double>(order.size());
  double sum = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double d = static_cast<double>(i) - order[i];
    sum += d * d;
  }
  return 1 - 6 * sum / (n * (n * n - 1));
}

// The place of each ballot among the slots, by its number in the order of casting.
std::vector<int> slot_order(Vault& vault) {
  std::vector<int> out(kBallots);
  const auto records = vault.ballots_in_ram().value();
  for (std::size_t i = 0; i < records.size(); ++i) {
    out[records[i].choices[0] - 1U] = static_cast<int>(i);
  }
  return out;
}

// Method 1 [R69] A6: the order of the slots against the order of casting.
void slots_against_casts(int runs, std::uint64_t seed) {
  double sum = 0;
  std::vector<int> last_place(kBallots);
  for (int run = 0; run < runs; ++run) {
    BoxWorld world{seed + static_cast<std::uint64_t>(run), kBallots + 2};
    Vault vault = world.formatted();
    for (std::uint8_t n = 1; n <= kBallots; ++n) ASSERT_TRUE(vote(vault, n).has_value());
    const std::vector<int> order = slot_order(vault);
    sum += rank_correlation(order);
    ++last_place[static_cast<std::size_t>(order[kBallots - 1])];
  }
  // Under chance each correlation has variance 1 / (n - 1).
  const double z = sum * std::sqrt(double{kBallots} - 1) / std::sqrt(runs);
  EXPECT_LT(std::abs(z), 4.0) << "slots follow the order of casting";
  // Method 2: the newest ballot stands in no place more often than in others.
  const double expected = static_cast<double>(runs) / kBallots;
  double chi = 0;
  for (const int seen : last_place) chi += (seen - expected) * (seen - expected) / expected;
  EXPECT_LT(chi, 23 + 5 * std::sqrt(2.0 * 23)) << "the newest ballot has a favourite place";
}

TEST(Linkage, TheOrderOfTheSlotsSaysNothing) { slots_against_casts(40, 10'000); }

TEST(Linkage, DISABLED_NightlyHundredsOfBoxes) { slots_against_casts(600, 20'000); }

// Method 3 [R69] A6: remnants. Whoever seizes the machine with its newest key opens nothing of an
// older generation: its key existed in the cell only.
TEST(Linkage, TheNewestKeyOpensNoOlderGeneration) {
  BoxWorld world{31};
  Vault vault = world.formatted();
  std::vector<Bytes> snapshots;
  for (std::uint8_t n = 1; n <= 5; ++n) {
    ASSERT_TRUE(vote(vault, n).has_value());
    snapshots.push_back(to_bytes(world.a.image()));
  }
  const ports::Cell newest = vault.cell();
  for (std::size_t old = 0; old + 1 < snapshots.size(); ++old) {
    BoxWorld thief{40 + old};
    thief.a.set_image(snapshots[old]);
    thief.b.set_image(snapshots[old]);
    for (std::uint64_t generation = 1; generation <= old + 1; ++generation) {
      ports::Cell guess = newest;
      guess.generation = generation;
      const auto encoded = ports::encode(guess);
      thief.cell.set_bytes(Bytes(encoded.begin(), encoded.end()));
      EXPECT_FALSE(thief.booted().has_value()) << "snapshot " << old;
    }
  }
}

// Method 4 [R69] A6: two snapshots. No block of the half that is the box stays from one cast to
// the next, so nothing says which slot is new.
TEST(Linkage, TwoSnapshotsShareNoBlockOfTheBox) {
  BoxWorld world{32};
  Vault vault = world.formatted();
  std::set<Bytes> blocks;
  std::size_t written = 0;
  for (std::uint8_t n = 1; n <= 6; ++n) {
    ASSERT_TRUE(vote(vault, n).has_value());
    const std::size_t half = n % 2 * world.plan.half_size();
    for (std::size_t at = 0; at < 6 * 4'096; at += 512, ++written) {
      blocks.insert(to_bytes(world.b.image().subspan(half + 8'192 + at, 512)));
    }
  }
  EXPECT_EQ(blocks.size(), written);
}

// Method 5 [R69] A6: the history of the key cell. Keys of the same day in another order of
// ballots are unrelated, and the counters say how many, never which.
TEST(Linkage, TheKeyCellTellsHowManyAndNothingElse) {
  std::vector<ports::Cell> evening;
  for (const auto& order :
       {std::vector<std::uint8_t>{1, 2, 3}, std::vector<std::uint8_t>{3, 1, 2}}) {
    BoxWorld world{33};
    Vault vault = world.formatted();
    for (const std::uint8_t n : order) ASSERT_TRUE(vote(vault, n).has_value());
    ports::Cell cell = vault.cell();
    cell.half_hash = {};  // of ciphertext under a key drawn anew
    evening.push_back(cell);
  }
  EXPECT_EQ(evening[0], evening[1]);
}

}  // namespace
}  // namespace sufragio::tests
