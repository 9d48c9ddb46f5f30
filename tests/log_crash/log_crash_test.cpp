// The log on a disk that fails: power cuts, I/O errors and a full disk at every single call.
#include <gtest/gtest.h>

#include <map>

#include "log/codes.h"
#include "log/log.h"
#include "sim/disk.h"
#include "sim/rng.h"

namespace sufragio {
namespace {

using Loss = sim::SimDisk::Loss;
constexpr const char* kOrigin = "log.example.org/2026";

// Remembers what the key was used for: two roots for one size would be a fork.
class Witnessed : public crypto::Signer {
 public:
  Witnessed()
      : key_{crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, Bytes(32, 1)).value()} {}
  [[nodiscard]] const crypto::PublicKey& public_key() const override { return key_.public_key(); }
  [[nodiscard]] Result<Bytes> sign(ByteView message) override {
    const log::Checkpoint signed_now = log::parse_checkpoint(as_text(message)).value();
    const auto known = roots_.emplace(signed_now.size, signed_now.root).first;
    EXPECT_EQ(known->second, signed_now.root) << "two roots for size " << signed_now.size;
    EXPECT_GE(signed_now.size, largest_) << "a smaller size";
    largest_ = std::max(largest_, signed_now.size);
    return key_.sign(message);
  }

 private:
  crypto::SoftwareKey key_;
  std::map<std::uint64_t, Hash32> roots_;
  std::uint64_t largest_ = 0;
};

// One life of a log: appends of random size until `batches` are acknowledged; after each fault the
// disk restarts and the log is opened again. `salt` makes entries of different lives differ, so
// that a batch which was lost is followed by another one.
class World {
 public:
  World(std::uint64_t seed, Loss loss) : rng_{seed}, disk_{rng_} { disk_.set_loss(loss); }

  sim::SimDisk& disk() { return disk_; }
  std::uint64_t acknowledged() const { return acknowledged_.size(); }
  int restarts() const { return restarts_; }

  void run(int batches, std::uint64_t most) {
    int done = 0;
    while (done < batches && restarts_ < 50) {
      Result<log::LogWriter> writer = log::LogWriter::open(disk_, kOrigin, signer_);
      if (!writer) {
        ASSERT_TRUE(fault_seen()) << writer.error().debug();
        restart();
        continue;
      }
      adopt_what_was_in_flight(*writer);
      while (done < batches && append_one(*writer, most)) ++done;
      if (done < batches) restart();
    }
    ASSERT_EQ(done, batches);
    if (disk_.power_is_off()) restart();  // the power went while the last append tidied up
    check_all();
  }

  void expect_fault() { faults_expected_ = true; }

 private:
  bool fault_seen() const { return faults_expected_; }

  bool append_one(log::LogWriter& writer, std::uint64_t most) {
    std::vector<Bytes> batch;
    const std::uint64_t count = 1 + rng_.below(most);
    for (std::uint64_t i = 0; i < count; ++i) {
      Bytes entry(rng_.below(20));
      rng_.fill(entry);
      batch.push_back(std::move(entry));
    }
    const Result<std::uint64_t> first = writer.append(batch);
    if (!first) {
      in_flight_ = std::move(batch);
      EXPECT_TRUE(fault_seen()) << first.error().debug();
      return false;
    }
    EXPECT_EQ(*first, acknowledged_.size());
    acknowledged_.insert(acknowledged_.end(), batch.begin(), batch.end());
    return true;
  }

  // A batch that failed is in the log as a whole or not at all.
  void adopt_what_was_in_flight(const log::LogWriter& writer) {
    ASSERT_GE(writer.size(), acknowledged_.size()) << "an acknowledged entry was lost";
    if (writer.size() > acknowledged_.size()) {
      ASSERT_EQ(writer.size(), acknowledged_.size() + in_flight_.size()) << "half a batch";
      acknowledged_.insert(acknowledged_.end(), in_flight_.begin(), in_flight_.end());
    }
    in_flight_.clear();
    check_all();
  }

  void restart() {
    check_published();  // what readers see at any moment
    disk_.restart();
    check_published();
    ++restarts_;
  }

  void check_published() {
    if (disk_.power_is_off()) return;
    const Result<std::optional<Bytes>> note = disk_.read(log::kCheckpointPath);
    if (!note || !*note) return;
    log::LogKey key;
    key.name = kOrigin;
    key.key = signer_.public_key();
    const auto checkpoint = log::open_checkpoint(as_text(**note), kOrigin, {key});
    ASSERT_TRUE(checkpoint.has_value()) << checkpoint.error().debug();
    const Result<void> verified = log::LogReader{disk_, checkpoint->size}.verify(checkpoint->root);
    ASSERT_TRUE(verified.has_value()) << verified.error().debug();
    ASSERT_GE(checkpoint->size, acknowledged_.size());
  }

  void check_all() {
    check_published();
    const log::LogReader reader{disk_, acknowledged_.size()};
    const Result<void> same = reader.entries(0, acknowledged_.size(),
                                             [&](std::uint64_t i, ByteView entry) -> Result<void> {
                                               EXPECT_TRUE(equal(entry, acknowledged_[i])) << i;
                                               return {};
                                             });
    ASSERT_TRUE(same.has_value()) << same.error().debug();
  }

  sim::SimRng rng_;
  sim::SimDisk disk_;
  Witnessed signer_;
  std::vector<Bytes> acknowledged_;
  std::vector<Bytes> in_flight_;
  int restarts_ = 0;
  bool faults_expected_ = false;
};

std::uint64_t calls_of(int batches, std::uint64_t most) {
  World world{99, Loss::random};
  world.run(batches, most);
  return world.disk().calls();
}

class LogOnAFailingDisk : public ::testing::TestWithParam<Loss> {};

TEST_P(LogOnAFailingDisk, SurvivesAPowerCutAtEveryCall) {
  constexpr int kBatches = 6;
  constexpr std::uint64_t kMost = 150;
  const std::uint64_t calls = calls_of(kBatches, kMost);
  ASSERT_GT(calls, 30U);
  for (std::uint64_t cut = 1; cut <= calls; ++cut) {
    World world{cut, GetParam()};
    world.expect_fault();
    world.disk().cut_power_at(cut);
    world.run(kBatches, kMost);
    ASSERT_LE(world.restarts(), 1) << "cut at " << cut;
  }
}

TEST_P(LogOnAFailingDisk, SurvivesPowerCutsAfterPowerCuts) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    World world{seed, GetParam()};
    sim::SimRng faults{seed + 500};
    world.expect_fault();
    for (int round = 0; round < 12; ++round) {
      world.disk().cut_power_at(world.disk().calls() + 1 + faults.below(40));
      world.run(2, 120);
    }
  }
}

TEST_P(LogOnAFailingDisk, SurvivesAFailureOfEveryCall) {
  constexpr int kBatches = 6;
  constexpr std::uint64_t kMost = 200;
  const std::uint64_t calls = calls_of(kBatches, kMost);
  for (std::uint64_t call = 1; call <= calls; ++call) {
    if (call % 4 != static_cast<std::uint64_t>(GetParam())) continue;  // each call once in all
    World world{call, GetParam()};
    world.expect_fault();
    world.disk().fail_call(call);
    world.run(kBatches, kMost);
  }
}

INSTANTIATE_TEST_SUITE_P(Losses, LogOnAFailingDisk,
                         ::testing::Values(Loss::random, Loss::all_lost, Loss::all_kept,
                                           Loss::all_torn));

TEST(LogOnAFullDisk, GoesOnWhenThereIsRoomAgain) {
  sim::SimRng rng{1};
  sim::SimDisk disk{rng};
  Witnessed signer;
  log::LogWriter writer = log::LogWriter::open(disk, kOrigin, signer).value();
  const std::vector<Bytes> batch(300, Bytes(100, 7));
  ASSERT_TRUE(writer.append(batch).has_value());
  disk.set_capacity(50'000);
  EXPECT_FALSE(writer.append(batch).has_value());
  EXPECT_EQ(writer.append(batch).error().code, log::kStoppedAfterError);
  EXPECT_EQ(writer.size(), 300U);
  disk.set_capacity(1'000'000);
  writer = log::LogWriter::open(disk, kOrigin, signer).value();
  EXPECT_EQ(writer.size(), 300U);
  EXPECT_EQ(writer.append(batch).value(), 300U);
  EXPECT_TRUE(log::LogReader(disk, 600).verify(writer.root()).has_value());
}

// A log whose record of what it signed is lost to rot must not go on and sign another root.
TEST(LogOnARottenDisk, NeverGoesOnFromOtherTilesThanItSigned) {
  Witnessed signer;
  std::uint64_t opened = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    sim::SimRng rng{seed};
    sim::SimDisk disk{rng};
    {
      Witnessed fresh;
      log::LogWriter writer = log::LogWriter::open(disk, kOrigin, fresh).value();
      ASSERT_TRUE(writer.append(std::vector<Bytes>(270, Bytes(5, 7))).has_value());
    }
    const std::vector<std::string> paths = disk.list("").value();
    const std::string& path = paths[rng.below(paths.size())];
    const std::size_t bits = disk.read(path).value()->size() * 8;
    disk.flip_bit(path, rng.below(bits));
    const Result<log::LogWriter> again = log::LogWriter::open(disk, kOrigin, signer);
    if (!again) continue;
    ++opened;
    EXPECT_EQ(path, "tile/entries/000");  // full bundles are checked by LogReader::verify
    EXPECT_FALSE(log::LogReader(disk, 270).verify(again->root()).has_value());
  }
  EXPECT_LT(opened, 40U);
}

}  // namespace
}  // namespace sufragio
