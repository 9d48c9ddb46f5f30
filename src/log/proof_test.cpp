#include "codec/text_codes.h"
#include "crypto/codes.h"
#include "log/codes.h"
#include "log/log.h"
#include "ports/memory_store.h"
#include "tests/support/log_keys.h"

namespace sufragio::log {
namespace {

class TlogProof : public ::testing::Test {
 protected:
  TlogProof() {
    LogWriter log = LogWriter::open(store_, kOrigin, key_).value();
    for (int i = 0; i < 300; ++i) entries_.push_back(Bytes(20, static_cast<std::uint8_t>(i)));
    EXPECT_TRUE(log.append(entries_).has_value());
    note_ = log.checkpoint_note();
    proof_ = make_proof(LogReader{store_, 300}, 170, note_).value();
  }
  std::string code(std::string_view proof) {
    const auto got = verify_proof(proof, entries_[170], kOrigin, known_);
    return got ? std::to_string(*got) : got.error().code.text();
  }
  std::string replaced(std::string_view from, std::string_view to) {
    std::string out = proof_;
    out.replace(out.find(from), from.size(), to);
    return out;
  }

  crypto::SoftwareKey key_ = test_key(1);
  std::vector<LogKey> known_{public_part(key_, kOrigin)};
  ports::MemoryStore store_;
  std::vector<Bytes> entries_;
  std::string note_;
  std::string proof_;
};

TEST_F(TlogProof, NamesTheIndexAndProvesTheEntry) {
  EXPECT_TRUE(proof_.starts_with("c2sp.org/tlog-proof@v1\nindex 170\n"));
  EXPECT_TRUE(proof_.ends_with("\n\n" + note_));
  EXPECT_EQ(code(proof_), "170");
  EXPECT_EQ(code(replaced("\nindex", "\nextra aGVsbG8=\nindex")), "170");
}

TEST_F(TlogProof, OfALogOfOneEntryHasNoHashes) {
  ports::MemoryStore store;
  LogWriter log = LogWriter::open(store, kOrigin, key_).value();
  ASSERT_TRUE(log.append(std::span{entries_}.first(1)).has_value());
  const std::string proof = make_proof(LogReader{store, 1}, 0, log.checkpoint_note()).value();
  EXPECT_EQ(proof, "c2sp.org/tlog-proof@v1\nindex 0\n\n" + log.checkpoint_note());
  EXPECT_EQ(verify_proof(proof, entries_[0], kOrigin, known_).value(), 0U);
}

TEST_F(TlogProof, ForAnOlderCheckpointIsMadeFromTheLongerLog) {
  ports::MemoryStore store;
  LogWriter log = LogWriter::open(store, kOrigin, key_).value();
  ASSERT_TRUE(log.append(std::span{entries_}.first(171)).has_value());
  const std::string old_note = log.checkpoint_note();
  ASSERT_TRUE(log.append(std::span{entries_}.subspan(171)).has_value());
  const std::string proof = make_proof(LogReader{store, 300}, 170, old_note).value();
  EXPECT_EQ(code(proof), "170");
}

TEST_F(TlogProof, IsNotMadeForWhatTheCheckpointDoesNotCover) {
  const LogReader reader{store_, 300};
  EXPECT_EQ(make_proof(reader, 300, note_).error().code, kBadProofFile);
  EXPECT_EQ(make_proof(LogReader{store_, 299}, 5, note_).error().code, kBadProofFile);
  EXPECT_EQ(make_proof(reader, 0, "no note").error().code, kBadNote);
}

TEST_F(TlogProof, OfAnotherEntryIndexLogOrKeyDoesNotHold) {
  EXPECT_EQ(verify_proof(proof_, entries_[171], kOrigin, known_).error().code, crypto::kBadProof);
  EXPECT_EQ(verify_proof(proof_, entries_[170], "elsewhere", known_).error().code, kBadCheckpoint);
  EXPECT_EQ(verify_proof(proof_, entries_[170], kOrigin, {}).error().code, kBadNote);
  EXPECT_EQ(code(replaced("index 170", "index 171")), "K109");
  EXPECT_EQ(code(replaced("index 170", "index 300")), "K109");
}

TEST_F(TlogProof, OfAnotherShapeIsRefused) {
  const std::size_t hashes = proof_.find('\n', proof_.find("index")) + 1;
  const std::string line = proof_.substr(hashes, 45);
  for (const std::string& bad :
       {std::string{}, std::string{"c2sp.org/tlog-proof@v1"}, replaced("@v1", "@v2"),
        replaced("index 170", "index 0170"), replaced("index 170", "index -1"),
        replaced("index 170", "index 170 "), replaced("index 170\n", ""),
        replaced("index 170", "extra\nindex 170"), replaced("index 170", "extra x\nindex 170"),
        replaced("index 170", "extra aGVsbG8=\nextra aGVsbG8=\nindex 170"),
        replaced(line, line.substr(4)), replaced(line, "x" + line), replaced(line, "\r" + line),
        replaced("\n\n", "\n")}) {
    EXPECT_EQ(code(bad), "L110") << bad;
  }
  std::string many;
  for (int i = 0; i < 64; ++i) many += line;
  EXPECT_EQ(code(replaced(line, many)), "L110");
  EXPECT_EQ(code(replaced(line, line + line)), "K109");
  EXPECT_EQ(code(replaced(line, "")), "K109");
}

TEST_F(TlogProof, WithAnyByteChangedIsRefused) {
  for (std::size_t i = 0; i < proof_.size(); ++i) {
    std::string changed = proof_;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    EXPECT_NE(code(changed), "170") << i;
  }
}

}  // namespace
}  // namespace sufragio::log
