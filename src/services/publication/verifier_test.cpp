#include "services/publication/verifier.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "adapters/toml/toml.h"
#include "crypto/hash.h"
#include "election/nominations.h"
#include "ports/memory_store.h"
#include "services/publication/codes.h"
#include "services/publication/layout.h"
#include "services/publication/lists.h"
#include "services/publication/publisher.h"
#include "services/publication/signature.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/small_site.h"

namespace sufragio::services {
namespace {

using tests::files_of;
using tests::kEveningOfElection;
using tests::SiteKit;
using tests::SmallNight;

// The trees are made once: every test takes a copy.
const ports::MemoryStore& signed_tree() {
  static const std::unique_ptr<ports::MemoryStore> made = [] {
    auto tree = std::make_unique<ports::MemoryStore>();
    SiteKit kit;
    ports::Inline workers;
    SmallNight night;
    night.whole_day();
    Publisher publisher{*tree, kit.tools(night.keys().key("publisher"), workers)};
    EXPECT_TRUE(publisher.publish(night.source(), kEveningOfElection).has_value());
    night.send(night.package().definition().mesas.back().id);  // after the bulletin
    EXPECT_TRUE(publisher.publish(night.source(), kEveningOfElection + 60).has_value());
    return tree;
  }();
  return *made;
}

crypto::SoftwareKey import_key() {
  tests::SeededRng rng{99};
  return crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng);
}

const ports::MemoryStore& imported_tree() {
  static const std::unique_ptr<ports::MemoryStore> made = [] {
    auto tree = std::make_unique<ports::MemoryStore>();
    SiteKit kit;
    ports::Inline workers;
    crypto::SoftwareKey key = import_key();
    const auto import = tests::small_import();
    Publisher publisher{*tree, kit.tools(key, workers)};
    EXPECT_TRUE(publisher.publish(import->source, kEveningOfElection).has_value());
    return tree;
  }();
  return *made;
}

SiteReport verify(const ports::Store& tree, const SiteTrust& trust = {}) {
  ports::Inline workers;
  return verify_site(tree, trust, adapters::parse_toml, workers);
}

std::string first(const SiteReport& report) {
  return report.failures.empty() ? "holds" : report.failures.front().debug();
}

// What somebody with the publisher's key can do: change files and sign the lists again.
void sign_again(ports::MemoryStore& tree, crypto::Signer& signer) {
  FileLists lists;
  for (const std::string& path : files_of(tree)) {
    if (path == kManifestList || path == kManifestRecord || path.starts_with("files/")) continue;
    lists.set(path, crypto::sha256(**tree.read(path)));
  }
  for (const std::string& name : lists.names()) {
    if (name == kManifestList) continue;
    const std::string text = lists.text(name);
    ASSERT_TRUE(tree.write(name, as_bytes(text), false).has_value());
    lists.set(name, crypto::sha256(as_bytes(text)));
  }
  const std::string all = lists.text(kManifestList);
  SiteSignature fields = open_site(**tree.read(kManifestRecord)).value();
  fields.list = crypto::sha256(as_bytes(all));
  ASSERT_TRUE(tree.write(kManifestList, as_bytes(all), false).has_value());
  ASSERT_TRUE(tree.write(kManifestRecord, sign_site(fields, signer).value(), false).has_value());
}

void replace_in(ports::MemoryStore& tree, const std::string& path, const std::string& from,
                const std::string& to) {
  std::string text{as_text(**tree.read(path))};
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << path << " has no " << from;
  text.replace(at, from.size(), to);
  ASSERT_TRUE(tree.write(path, as_bytes(text), false).has_value());
}

// [R45] The acts of nomination stand beside the package that names them, and nobody can publish
// others.
TEST(SiteVerifierOfNominations, BelievesOnlyTheActsThatThePackageNames) {
  const char* history =
      "time,event,organisation,contest,option,place,person,name,sex,birth,kind,by,cause,hash\n"
      "2026-09-01 08:00,organisation,turpial,,,,,,,,party,,,\n";
  tests::SmallNight night{3, history};
  night.whole_day();
  SiteKit kit;
  ports::Inline workers;
  crypto::SoftwareKey& key = night.keys().key("publisher");
  ports::MemoryStore tree;
  Publisher publisher{tree, kit.tools(key, workers)};
  ASSERT_TRUE(publisher.publish(night.source(), kEveningOfElection));
  EXPECT_EQ(first(verify(tree)), "holds");

  SiteSource other = night.source();
  other.signed_part->nominations = *election::sign_nominations(
      night.package().definition().id, {},
      *election::read_nominations(std::string{history}.replace(86, 10, "2026-09-02")),
      night.keys().key("ops"));
  ports::MemoryStore second;
  Publisher again{second, kit.tools(key, workers)};
  ASSERT_TRUE(again.publish(other, kEveningOfElection));
  EXPECT_NE(first(verify(second)).find("nominations.cbor"), std::string::npos);
}

TEST(Verifier, ATreeThatAgreesWithItselfHoldsWithoutAnyKeyAndGivesItsFingerprint) {
  const SiteReport report = verify(signed_tree());
  EXPECT_TRUE(report.holds()) << first(report);
  EXPECT_TRUE(report.is_signed);
  EXPECT_FALSE(report.publisher_known);
  EXPECT_FALSE(report.roots_known);
  EXPECT_EQ(report.number, 2U);
  EXPECT_EQ(report.steps.size(), 9U);
  EXPECT_EQ(report.roots.size(), 2U);
  EXPECT_FALSE(report.fingerprint.empty());
}

TEST(Verifier, KeysFromOutsideAreComparedWithThoseThatSigned) {  // [R164]
  SmallNight night;
  SiteTrust trust;
  trust.roots = night.keys().root_keys();
  trust.publisher = night.keys().key("publisher").public_key().fingerprint();
  SiteReport report = verify(signed_tree(), trust);
  EXPECT_TRUE(report.holds()) << first(report);
  EXPECT_TRUE(report.publisher_known && report.roots_known);
  trust.publisher = import_key().public_key().fingerprint();
  EXPECT_EQ(verify(signed_tree(), trust).failures.at(0).code, kOtherPublisher);
  trust.publisher.clear();
  trust.roots.pop_back();
  EXPECT_EQ(verify(signed_tree(), trust).failures.at(0).code, kOtherRoots);
}

TEST(Verifier, AnImportedTreeHoldsToo) {
  const SiteReport report = verify(imported_tree());
  EXPECT_TRUE(report.holds()) << first(report);
  EXPECT_FALSE(report.is_signed);
}

TEST(Verifier, AFileThatNoListNamesAndAFileThatIsGoneAreFound) {
  ports::MemoryStore tree = signed_tree();
  ASSERT_TRUE(tree.write("t/01/note.txt", as_bytes("x"), false).has_value());
  SiteReport report = verify(tree);
  ASSERT_FALSE(report.holds());
  EXPECT_EQ(report.failures[0], (Error{kFileUnlisted, {{"file", "t/01/note.txt"}}}));
  tree = signed_tree();
  ASSERT_TRUE(tree.remove("rules/en.html").has_value());
  report = verify(tree);
  ASSERT_FALSE(report.holds());
  EXPECT_EQ(report.failures[0], (Error{kFileGone, {{"file", "rules/en.html"}}}));
}

// One flipped byte anywhere is found. SUFRAGIO_FLIPS asks for more than the fast run has time for.
void flip_bytes(const ports::MemoryStore& good, std::uint64_t seed) {
  const char* asked = std::getenv("SUFRAGIO_FLIPS");
  const int flips = asked != nullptr ? std::atoi(asked) : 150;
  const std::vector<std::string> paths = files_of(good);
  std::uint64_t total = 0;
  for (const std::string& path : paths) total += (*good.read(path))->size();
  tests::SeededRng rng{seed};
  for (int i = 0; i < flips; ++i) {
    std::uint64_t at = rng.below(total);
    std::size_t file = 0;
    while (at >= (*good.read(paths[file]))->size()) at -= (*good.read(paths[file++]))->size();
    ports::MemoryStore tree = good;
    Bytes bytes = **tree.read(paths[file]);
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << rng.below(8)));
    ASSERT_TRUE(tree.write(paths[file], bytes, false).has_value());
    ASSERT_FALSE(verify(tree).holds()) << paths[file] << " byte " << at;
  }
}

TEST(Verifier, OneFlippedByteAnywhereInASignedTreeIsFound) { flip_bytes(signed_tree(), 7); }
TEST(Verifier, OneFlippedByteAnywhereInAnImportedTreeIsFound) { flip_bytes(imported_tree(), 8); }

TEST(Verifier, EveryFileIsLookedAt) {  // the first byte of each, and its last
  const ports::MemoryStore& good = signed_tree();
  for (const char* path : {"manifest.cose", "manifest.sha256", "files/01.sha256", "index.html",
                           "data/publisher.key", "data/site.json", "t/01/data.csv"}) {
    for (const bool front : {true, false}) {
      ports::MemoryStore tree = good;
      Bytes bytes = **tree.read(path);
      (front ? bytes.front() : bytes.back()) ^= 1;
      ASSERT_TRUE(tree.write(path, bytes, false).has_value());
      EXPECT_FALSE(verify(tree).holds()) << path;
    }
  }
}

class Forged : public testing::Test {  // by the publisher: every list and the signature are right
 protected:
  Code verdict() {
    sign_again(tree, night.keys().key("publisher"));
    const SiteReport report = verify(tree);
    return report.holds() ? Code{} : report.failures.front().code;
  }
  SmallNight night;
  ports::MemoryStore tree = signed_tree();
};

TEST_F(Forged, NothingChangedStillHolds) { EXPECT_EQ(verdict(), Code{}); }

TEST_F(Forged, ATotalIsFoundByAddingUp) {  // [R114]
  replace_in(tree, "data/totals.csv", "presidencia,,5,5,2908,2908,", "presidencia,,5,5,2908,2909,");
  EXPECT_EQ(verdict(), kTotalsDiffer);
}

TEST_F(Forged, ARowIsFoundAgainstTheLog) {
  replace_in(tree, "data/rows.csv", ",700,420,420,", ",700,421,420,");
  EXPECT_EQ(verdict(), kRowsDiffer);
}

TEST_F(Forged, APageIsFoundAgainstTheRows) {
  replace_in(tree, "t/01/01/data.json", "\"votes\":", "\"votes\":1");
  EXPECT_EQ(verdict(), kPageDiffers);
}

TEST_F(Forged, SeatsAreAllocatedAgain) {  // [R9]
  replace_in(tree, "data/seats.json", "\"order\":1", "\"order\":2");
  EXPECT_EQ(verdict(), kSeatsDiffer);
}

TEST_F(Forged, AnActaOfAnotherMesaIsFound) {
  const Bytes other = **tree.read("t/01/01/01/001/02/acta.cose");
  ASSERT_TRUE(tree.write("t/01/01/01/001/01/acta.cose", other, false).has_value());
  EXPECT_EQ(verdict(), kActaDiffers);
}

TEST_F(Forged, AProofOfAnotherActaIsFound) {
  const Bytes other = **tree.read("t/01/01/01/001/02/acta.proof");
  ASSERT_TRUE(tree.write("t/01/01/01/001/01/acta.proof", other, false).has_value());
  EXPECT_EQ(verdict(), kProofBad);
}

TEST_F(Forged, AnEntryOfTheLogIsFound) {
  for (const std::string& path : files_of(tree)) {
    if (!path.starts_with("data/log/tile/entries/")) continue;
    Bytes bytes = **tree.read(path);
    bytes[bytes.size() / 2] ^= 1;
    ASSERT_TRUE(tree.write(path, bytes, false).has_value());
  }
  EXPECT_EQ(verdict(), kLogBad);
}

TEST_F(Forged, ABulletinIsFound) {
  Bytes bytes = **tree.read("data/bulletins/001.rows.cbor");
  bytes.back() ^= 1;
  ASSERT_TRUE(tree.write("data/bulletins/001.rows.cbor", bytes, false).has_value());
  EXPECT_EQ(verdict(), kBulletinDiffers);
}

TEST_F(Forged, AMissingPageIsFound) {
  ASSERT_TRUE(tree.remove("t/01/01/en.html").has_value());
  EXPECT_EQ(verdict(), kTreeShape);
}

TEST_F(Forged, AnotherPublisherIsFoundInTheSignedPackage) {
  crypto::SoftwareKey other = import_key();
  const std::string text = crypto::to_text(other.public_key()) + "\n";
  ASSERT_TRUE(tree.write(kPublisherKeyFile, as_bytes(text), false).has_value());
  SiteSignature fields = open_site(**tree.read(kManifestRecord)).value();
  fields.key = other.public_key();
  ASSERT_TRUE(tree.write(kManifestRecord, sign_site(fields, other).value(), false).has_value());
  sign_again(tree, other);
  EXPECT_EQ(verify(tree).failures.at(0).code, kPublisherKey);
}

TEST(ForgedImport, AStatusOrACodeThatTheRulesDoNotGiveIsFound) {
  crypto::SoftwareKey key = import_key();
  ports::MemoryStore tree = imported_tree();
  replace_in(tree, "data/rows.csv", "quarantined", "counted");
  sign_again(tree, key);
  EXPECT_EQ(verify(tree).failures.at(0).code, kRowsDiffer);
}

}  // namespace
}  // namespace sufragio::services
