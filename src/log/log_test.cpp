#include "log/log.h"

#include "codec/text_codes.h"
#include "crypto/codes.h"
#include "log/codes.h"
#include "log/entry.h"
#include "ports/codes.h"
#include "ports/memory_store.h"
#include "tests/support/log_keys.h"

namespace sufragio::log {
namespace {

std::vector<Bytes> sample_entries(std::uint64_t from, std::uint64_t count) {
  std::vector<Bytes> out;
  for (std::uint64_t i = from; i < from + count; ++i) {
    out.push_back(to_bytes(as_bytes("entry " + std::to_string(i) + std::string(i % 13, '.'))));
  }
  return out;
}

Hash32 root_of_entries(const std::vector<Bytes>& entries) {
  crypto::CompactTree tree;
  for (const Bytes& entry : entries) tree.append(crypto::leaf_hash(entry));
  return tree.root();
}

LogWriter open_log(ports::Store& store, crypto::Signer& key) {
  Result<LogWriter> log = LogWriter::open(store, kOrigin, key);
  EXPECT_TRUE(log.has_value()) << log.error().debug();
  return std::move(*log);
}

// The files that a log of this size has when no partial tile is left over.
std::vector<std::string> files_of(std::uint64_t size) {
  std::vector<std::string> out{"checkpoint", "last-signed"};
  const auto add = [&](auto path_of, std::uint64_t hashes) {
    for (std::uint64_t i = 0; i < hashes / 256; ++i) out.push_back(path_of(i, 256));
    if (hashes % 256 != 0) out.push_back(path_of(hashes / 256, hashes % 256));
  };
  add(entries_path, size);
  for (int level = 0; size >> (8 * level) != 0; ++level) {
    add([&](std::uint64_t i, std::uint64_t w) { return tile_path(level, i, w); },
        size >> (8 * level));
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(TilePath, GroupsTheNumberInThrees) {
  EXPECT_EQ(tile_path(0, 1'234'067, 256), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path(3, 0, 256), "tile/3/000");
  EXPECT_EQ(tile_path(1, 999, 7), "tile/1/999.p/7");
  EXPECT_EQ(tile_path(1, 1000, 255), "tile/1/x001/000.p/255");
  EXPECT_EQ(entries_path(1'234'067, 256), "tile/entries/x001/x234/067");
  EXPECT_EQ(entries_path(5, 1), "tile/entries/005.p/1");
}

TEST(Log, OfSeventyThousandEntriesHasTheTilesOfTheSpecification) {  // C2SP tlog-tiles
  ports::MemoryStore store;
  crypto::SoftwareKey key = test_key(1);
  LogWriter log = open_log(store, key);
  const std::vector<Bytes> entries = sample_entries(0, 70'000);
  ASSERT_EQ(log.append(entries).value(), 0U);
  EXPECT_EQ(store.list("tile/0")->size(), 274U);
  EXPECT_EQ(store.read("tile/0/272").value()->size(), 8'192U);
  EXPECT_EQ(store.read("tile/0/273.p/112").value()->size(), 112U * 32);
  EXPECT_EQ(*store.list("tile/1"), (std::vector<std::string>{"tile/1/000", "tile/1/001.p/17"}));
  EXPECT_EQ(*store.list("tile/2"), (std::vector<std::string>{"tile/2/000.p/1"}));
  EXPECT_EQ(store.list("")->size(), files_of(70'000).size());
  EXPECT_EQ(log.root(), root_of_entries(entries));
  const LogReader reader{store, 70'000};
  EXPECT_EQ(reader.root().value(), log.root());
  EXPECT_TRUE(reader.verify(log.root()).has_value());
  EXPECT_EQ(reader.entry(69'999).value(), entries.back());
}

TEST(Log, StartsEmptyWithASignedCheckpoint) {
  ports::MemoryStore store;
  crypto::SoftwareKey key = test_key(1);
  const LogWriter log = open_log(store, key);
  EXPECT_EQ(log.size(), 0U);
  EXPECT_EQ(log.root(), crypto::empty_root());
  const Checkpoint opened =
      open_checkpoint(log.checkpoint_note(), kOrigin, {public_part(key, kOrigin)}).value();
  EXPECT_EQ(opened.size, 0U);
  EXPECT_EQ(*store.list(""), files_of(0));
  EXPECT_TRUE(LogReader(store, 0).verify(crypto::empty_root()).has_value());
}

TEST(Log, IsTheSameHoweverTheEntriesAreCutIntoBatches) {
  const std::vector<Bytes> entries = sample_entries(0, 900);
  const Hash32 root = root_of_entries(entries);
  crypto::SoftwareKey key = test_key(1);
  std::optional<std::string> note;
  for (const std::size_t batch : {1U, 7U, 255U, 256U, 257U, 600U, 900U}) {
    ports::MemoryStore store;
    LogWriter log = open_log(store, key);
    for (std::size_t at = 0; at < entries.size(); at += batch) {
      const std::size_t count = std::min(batch, entries.size() - at);
      ASSERT_EQ(log.append(std::span{entries}.subspan(at, count)).value(), at);
      EXPECT_EQ(log.size(), at + count);
      if (at % 3 == 0) log = open_log(store, key);  // closed and opened again
    }
    EXPECT_EQ(log.root(), root);
    EXPECT_TRUE(LogReader(store, 900).verify(root).has_value());
    if (!note) note = log.checkpoint_note();
    EXPECT_EQ(log.checkpoint_note(), *note);
    // Only the last, unfinished tiles may have older partial widths beside them.
    const std::vector<std::string> paths = store.list("tile/0").value();
    for (const std::string& path : paths) {
      EXPECT_TRUE(path.find(".p/") == std::string::npos || path.starts_with("tile/0/003.p/"))
          << path;
    }
  }
}

TEST(Log, HasExactlyTheFilesOfItsSizeAfterOneBatch) {
  crypto::SoftwareKey key = test_key(1);
  for (const std::uint64_t size : {1U, 255U, 256U, 257U, 511U, 512U, 1'000U}) {
    ports::MemoryStore store;
    LogWriter log = open_log(store, key);
    ASSERT_TRUE(log.append(sample_entries(0, size)).has_value());
    EXPECT_EQ(*store.list(""), files_of(size)) << size;
  }
}

TEST(Log, OfEverySizeGivesProofsThatHold) {
  crypto::SoftwareKey key = test_key(1);
  const LogKey known = public_part(key, kOrigin);
  ports::MemoryStore store;
  LogWriter log = open_log(store, key);
  std::vector<Hash32> roots{log.root()};
  std::vector<Bytes> entries = sample_entries(0, 70);
  entries[3].clear();  // an entry may be empty
  for (std::uint64_t size = 1; size <= entries.size(); ++size) {
    ASSERT_TRUE(log.append(std::span{entries}.subspan(size - 1, 1)).has_value());
    roots.push_back(log.root());
    const LogReader reader{store, size};
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::string proof = make_proof(reader, i, log.checkpoint_note()).value();
      EXPECT_EQ(verify_proof(proof, entries[i], kOrigin, {known}).value(), i);
    }
    for (std::uint64_t old = 1; old <= size; ++old) {
      const auto proof = crypto::consistency_proof(reader, old, size).value();
      EXPECT_TRUE(crypto::verify_consistency(old, roots[old], size, roots[size], proof));
    }
  }
}

TEST(Log, ReadsRangesAndSaysWhatIsMissing) {
  ports::MemoryStore store;
  crypto::SoftwareKey key = test_key(1);
  LogWriter log = open_log(store, key);
  const std::vector<Bytes> entries = sample_entries(0, 600);
  ASSERT_TRUE(log.append(entries).has_value());
  const LogReader reader{store, 600};
  std::vector<Bytes> got;
  ASSERT_TRUE(reader.entries(250, 530, [&](std::uint64_t index, ByteView bytes) -> Result<void> {
    EXPECT_EQ(index, 250 + got.size());
    got.push_back(to_bytes(bytes));
    return {};
  }));
  EXPECT_EQ(got, std::vector<Bytes>(entries.begin() + 250, entries.begin() + 530));
  EXPECT_EQ(reader.entry(600).error().code, kMissingTile);
  EXPECT_EQ(reader.entries(0, 601, {}).error().code, kMissingTile);
  EXPECT_EQ(reader.subtree(0, 600).error().code, kMissingTile);
  EXPECT_EQ(reader.subtree(9, 1).error().code, kMissingTile);
  EXPECT_EQ(LogReader(store, 601).verify(log.root()).error().code, kMissingTile);
  ASSERT_TRUE(store.remove(entries_path(1, 256)));
  EXPECT_EQ(LogReader(store, 600).verify(log.root()).error().code, kMissingTile);
}

TEST(Log, ReadsAnOlderSizeFromTheFullTile) {
  ports::MemoryStore store;
  crypto::SoftwareKey key = test_key(1);
  LogWriter log = open_log(store, key);
  ASSERT_TRUE(log.append(sample_entries(0, 100)).has_value());
  const Hash32 old_root = log.root();
  ASSERT_TRUE(log.append(sample_entries(100, 200)).has_value());
  EXPECT_FALSE(store.read(tile_path(0, 0, 100)).value().has_value());  // superseded
  EXPECT_TRUE(LogReader(store, 100).verify(old_root).has_value());
}

// Is what the checkpoint says what the files say?
bool verifies(const ports::MemoryStore& files, const crypto::SoftwareKey& key) {
  const std::optional<Bytes> note = files.read("checkpoint").value();
  const auto opened = open_checkpoint(as_text(*note), kOrigin, {public_part(key, kOrigin)});
  return opened && LogReader(files, opened->size).verify(opened->root).has_value();
}

// Every byte that a log consists of is checked: the tiles, bundles and the checkpoint by a reader,
// "last signed" by the writer.
void expect_each_change_is_seen(std::uint64_t size, std::size_t step) {
  crypto::SoftwareKey key = test_key(1);
  ports::MemoryStore store;
  LogWriter log = open_log(store, key);
  ASSERT_TRUE(log.append(sample_entries(0, size)).has_value());
  ASSERT_TRUE(verifies(store, key));
  const auto seen = [&](const std::string& path, ByteView bytes) {
    ports::MemoryStore damaged = store;
    EXPECT_TRUE(damaged.write(path, bytes, false));
    if (path == "last-signed") return !LogWriter::open(damaged, kOrigin, key).has_value();
    return !verifies(damaged, key);
  };
  const std::vector<std::string> paths = store.list("").value();
  for (const std::string& path : paths) {
    const Bytes good = store.read(path).value().value();
    for (std::size_t i = 0; i < good.size(); i += step) {
      Bytes changed = good;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ (1U << (i / step % 8)));
      EXPECT_TRUE(seen(path, changed)) << path << " " << i;
    }
    for (const std::size_t cut : {std::size_t{0}, good.size() - 1}) {
      EXPECT_TRUE(seen(path, ByteView{good}.first(cut))) << path << " " << cut;
    }
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_TRUE(seen(path, longer)) << path;
  }
}

TEST(Log, ShowsEachSingleChangedByte) {
  expect_each_change_is_seen(1, 1);
  expect_each_change_is_seen(9, 1);
  expect_each_change_is_seen(300, 101);
}

TEST(LogWriter, StopsWhenTheTilesContradictWhatWasLastSigned) {
  crypto::SoftwareKey key = test_key(1);
  ports::MemoryStore store;
  LogWriter log = open_log(store, key);
  ASSERT_TRUE(log.append(sample_entries(0, 300)).has_value());
  const auto after = [&](const std::function<void(ports::MemoryStore&)>& change) {
    ports::MemoryStore changed = store;
    change(changed);
    const Result<LogWriter> opened = LogWriter::open(changed, kOrigin, key);
    return opened ? std::string{"opened"} : opened.error().code.text();
  };
  const auto flip = [](std::string path) {
    return [path](ports::MemoryStore& files) {
      Bytes bytes = files.read(path).value().value();
      bytes[40 % bytes.size()] ^= 1;
      EXPECT_TRUE(files.write(path, bytes, false));
    };
  };
  const auto drop = [](std::string path) {
    return [path](ports::MemoryStore& files) { EXPECT_TRUE(files.remove(path)); };
  };
  EXPECT_EQ(after([](ports::MemoryStore&) {}), "opened");
  EXPECT_EQ(after(flip(tile_path(0, 0, 256))), "L107");
  EXPECT_EQ(after(flip(tile_path(0, 1, 44))), "L107");
  EXPECT_EQ(after(flip(tile_path(1, 0, 1))), "L107");
  EXPECT_EQ(after(flip(entries_path(1, 44))), "L107");
  EXPECT_EQ(after(drop(tile_path(0, 0, 256))), "L105");
  EXPECT_EQ(after(drop(entries_path(1, 44))), "L105");
  EXPECT_EQ(after(drop("last-signed")), "L107");
  EXPECT_EQ(after(flip("last-signed")), "L107");
  EXPECT_EQ(after(flip("checkpoint")), "L101");
  EXPECT_EQ(after(drop("checkpoint")), "opened");  // signed again, for the same root
  EXPECT_EQ(after([](ports::MemoryStore& files) {
              EXPECT_TRUE(files.remove("checkpoint"));
              EXPECT_TRUE(files.remove("last-signed"));
            }),
            "L107");
}

TEST(LogWriter, StopsWhenTheCheckpointIsAheadOrBeside) {
  crypto::SoftwareKey key = test_key(1);
  ports::MemoryStore store;
  LogWriter log = open_log(store, key);
  ASSERT_TRUE(log.append(sample_entries(0, 10)).has_value());
  const auto with_checkpoint = [&](std::uint64_t size, std::uint8_t root) {
    Checkpoint other;
    other.origin = kOrigin;
    other.size = size;
    other.root.data.fill(root);
    ports::MemoryStore changed = store;
    const std::string note = sign_note(checkpoint_text(other), kOrigin, key).value();
    EXPECT_TRUE(changed.write("checkpoint", as_bytes(note), true));
    return LogWriter::open(changed, kOrigin, key).error().code.text();
  };
  EXPECT_EQ(with_checkpoint(11, 1), "L107");
  EXPECT_EQ(with_checkpoint(10, 1), "L107");
  EXPECT_EQ(with_checkpoint(9, 1), "L107");
  EXPECT_EQ(with_checkpoint(0, 1), "L107");
}

TEST(LogWriter, RefusesAnotherOriginAnotherKeyAndABadName) {
  crypto::SoftwareKey key = test_key(1);
  crypto::SoftwareKey other = test_key(2);
  ports::MemoryStore store;
  (void)open_log(store, key);
  EXPECT_EQ(LogWriter::open(store, "elsewhere", key).error().code, kBadCheckpoint);
  EXPECT_EQ(LogWriter::open(store, kOrigin, other).error().code, kBadNote);
  EXPECT_EQ(LogWriter::open(store, "two words", key).error().code, kBadCheckpoint);
  crypto::SoftwareKey p256 =
      crypto::SoftwareKey::from_secret(crypto::Algorithm::es256, Bytes(32, 1)).value();
  EXPECT_EQ(LogWriter::open(store, kOrigin, p256).error().code, crypto::kWrongAlgorithm);
}

TEST(LogWriter, TakesAnEntryOfTheLargestSizeAndNoneLarger) {
  crypto::SoftwareKey key = test_key(1);
  ports::MemoryStore store;
  LogWriter log = open_log(store, key);
  const std::vector<Bytes> largest{Bytes(65'535, 7)};
  const std::vector<Bytes> larger{Bytes(3, 1), Bytes(65'536, 7)};
  EXPECT_EQ(log.append(larger).error().code, kEntryTooLarge);
  EXPECT_EQ(log.size(), 0U);
  EXPECT_EQ(log.append(largest).value(), 0U);  // a refused batch does not stop the log
  EXPECT_EQ(LogReader(store, 1).entry(0).value(), largest[0]);
  EXPECT_EQ(log.append({}).value(), 1U);
  EXPECT_EQ(log.size(), 1U);
}

class FailingSigner : public crypto::Signer {
 public:
  explicit FailingSigner(crypto::Signer& inner) : inner_{inner} {}
  [[nodiscard]] const crypto::PublicKey& public_key() const override { return inner_.public_key(); }
  [[nodiscard]] Result<Bytes> sign(ByteView message) override {
    if (fails) return fail(crypto::kBadKey);
    return inner_.sign(message);
  }
  bool fails = false;

 private:
  crypto::Signer& inner_;
};

TEST(LogWriter, WritesNothingAfterAFailureUntilItIsOpenedAgain) {
  crypto::SoftwareKey key = test_key(1);
  FailingSigner signer{key};
  ports::MemoryStore store;
  LogWriter log = open_log(store, signer);
  const std::vector<Bytes> first = sample_entries(0, 3);
  signer.fails = true;
  EXPECT_EQ(log.append(first).error().code, crypto::kBadKey);
  signer.fails = false;
  EXPECT_EQ(log.append(sample_entries(9, 1)).error().code, kStoppedAfterError);
  EXPECT_EQ(log.size(), 0U);
  // The size was recorded before the key was used, so it stays with these entries.
  log = open_log(store, signer);
  EXPECT_EQ(log.size(), 3U);
  EXPECT_EQ(log.root(), root_of_entries(first));
  EXPECT_EQ(log.append(sample_entries(3, 1)).value(), 3U);
}

TEST(LogWriter, KeepsTheCosignaturesThatACheckpointHasByNow) {
  crypto::SoftwareKey key = test_key(1);
  ports::MemoryStore store;
  std::string note = open_log(store, key).checkpoint_note();
  note += "\xE2\x80\x94 witness " + codec::base64_encode(Bytes(76, 1)) + "\n";
  ASSERT_TRUE(store.write("checkpoint", as_bytes(note), true));
  EXPECT_EQ(open_log(store, key).checkpoint_note(), note);
}

}  // namespace
}  // namespace sufragio::log
