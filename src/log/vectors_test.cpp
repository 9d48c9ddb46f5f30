// Published logs of others, read by our code.
#include <filesystem>

#include "crypto/hash.h"
#include "log/codes.h"
#include "log/log.h"
#include "ports/memory_store.h"
#include "tests/support/log_keys.h"
#include "tests/support/support.h"

namespace sufragio::log {
namespace {

constexpr const char* kTessera = "vectors/tlog/tiles-tessera/log";
constexpr const char* kMirror =
    "vectors/tlog/skylight-sunlight/witness/mirror/"
    "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706";

// The files of a folder of shared vectors, as a store.
ports::MemoryStore load_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  ports::MemoryStore out;
  for (const fs::directory_entry& file : fs::recursive_directory_iterator{folder}) {
    if (!file.is_regular_file()) continue;
    const std::string path = file.path().lexically_relative(folder).generic_string();
    if (path.starts_with('.')) continue;
    EXPECT_TRUE(out.write(path, as_bytes(tests::read_file(file.path().string())), false)) << path;
  }
  return out;
}

TEST(TesseraLog, HasSeventeenCheckpointsThatItsTilesAndEntriesConfirm) {
  SKIP_WITHOUT_SHARED(kTessera);
  const ports::MemoryStore store = load_folder(*tests::shared_path(kTessera));
  const LogKey key = LogKey::parse(kTesseraKey).value();
  std::vector<std::string> names{"checkpoint"};
  for (int size = 0; size <= 15; ++size) names.push_back("checkpoint." + std::to_string(size));
  std::vector<Hash32> roots(16);
  for (const std::string& name : names) {
    const Bytes note = store.read(name).value().value();
    const auto checkpoint = open_checkpoint(as_text(note), "example.com/log/testdata", {key});
    ASSERT_TRUE(checkpoint.has_value()) << name << " " << checkpoint.error().debug();
    if (name != "checkpoint") {
      EXPECT_EQ(name, "checkpoint." + std::to_string(checkpoint->size));
    }
    roots[checkpoint->size] = checkpoint->root;
    const LogReader reader{store, checkpoint->size};
    EXPECT_EQ(reader.root().value(), checkpoint->root) << name;
    const Result<void> verified = reader.verify(checkpoint->root);
    EXPECT_TRUE(verified.has_value()) << name << " " << verified.error().debug();
  }
  const LogReader reader{store, 15};
  for (std::uint64_t old = 1; old <= 15; ++old) {
    const auto proof = crypto::consistency_proof(reader, old, 15).value();
    EXPECT_TRUE(crypto::verify_consistency(old, roots[old], 15, roots[15], proof)) << old;
  }
}

TEST(TesseraLog, IsWrittenByOurWriterWithTheSameTiles) {
  SKIP_WITHOUT_SHARED(kTessera);
  const ports::MemoryStore theirs = load_folder(*tests::shared_path(kTessera));
  ports::MemoryStore ours;
  crypto::SoftwareKey key = test_key(1);
  LogWriter log = LogWriter::open(ours, "example.com/log/testdata", key).value();
  const LogReader reader{theirs, 15};
  for (std::uint64_t i = 0; i < 15; ++i) {
    const std::vector<Bytes> one{reader.entry(i).value()};
    ASSERT_EQ(log.append(one).value(), i);
  }
  EXPECT_EQ(*ours.list("tile"), *theirs.list("tile"));
  const std::vector<std::string> paths = ours.list("tile").value();
  for (const std::string& path : paths) {
    EXPECT_EQ(ours.read(path).value(), theirs.read(path).value()) << path;
  }
}

// The mirror's own tree head is signed by a cosignature only; its entries are compressed, so the
// tiles are what is compared.
TEST(SkylightMirror, OfThreeHundredLeavesLeadsToItsRoot) {
  SKIP_WITHOUT_SHARED(kMirror);
  const ports::MemoryStore store = load_folder(*tests::shared_path(kMirror));
  const Bytes note = store.read("checkpoint").value().value();
  const LogKey mirror =
      LogKey::parse("mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O")
          .value();
  EXPECT_EQ(cosignature_time(as_text(note), mirror).value(), 1'767'139'200U);
  const std::string_view text = unverified_text(as_text(note)).value();
  const Checkpoint checkpoint = parse_checkpoint(text).value();
  EXPECT_EQ(checkpoint.origin, "rome2026h1.example.org");
  ASSERT_EQ(checkpoint.size, 300U);
  const LogReader reader{store, 300};
  EXPECT_EQ(reader.root().value(), checkpoint.root);
  crypto::CompactTree tree;
  for (std::uint64_t tile = 0; tile < 2; ++tile) {
    const std::vector<Hash32> leaves = reader.tile(0, tile).value();
    for (const Hash32& leaf : leaves) tree.append(leaf);
  }
  EXPECT_EQ(tree.size(), 300U);
  EXPECT_EQ(tree.root(), checkpoint.root);
  const std::vector<Hash32> first = reader.tile(0, 0).value();
  EXPECT_EQ(reader.tile(1, 0).value(), std::vector<Hash32>{crypto::root_of(first)});
}

}  // namespace
}  // namespace sufragio::log
