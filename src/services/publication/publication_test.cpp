#include <gtest/gtest.h>

#include "adapters/files/files_store.h"
#include "crypto/hash.h"
#include "ports/memory_store.h"
#include "services/publication/figures.h"
#include "services/publication/lists.h"
#include "services/publication/publisher.h"
#include "services/publication/signature.h"
#include "tally/bulletin.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/small_site.h"
#include "tests/support/support.h"

namespace sufragio::services {
namespace {

using tests::files_of;
using tests::kEveningOfElection;
using tests::SiteKit;
using tests::SmallNight;

class PublicationTest : public testing::Test {
 protected:
  std::string text(const std::string& path) {
    const auto bytes = tree.read(path);
    EXPECT_TRUE(bytes.has_value() && bytes->has_value()) << path;
    return std::string{as_text(**bytes)};
  }
  PublishedTree publish(Publisher& publisher, const SiteSource& source,
                        std::int64_t time = kEveningOfElection) {
    const auto done = publisher.publish(source, time);
    EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().debug());
    return done.value_or(PublishedTree{});
  }
  static crypto::SoftwareKey publisher_key() {
    tests::SeededRng rng{99};
    return crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng);
  }

  SiteKit kit;
  ports::Inline workers;
  ports::MemoryStore tree;
};

// Every file is in a list with its hash, and no list names another.
void expect_listed(const ports::Store& tree) {
  FileLists lists;
  const auto list_of_all = tree.read("manifest.sha256");
  ASSERT_TRUE(lists.read("manifest.sha256", as_text(**list_of_all)).has_value());
  for (const std::string& path : lists.below("manifest.sha256", "files/")) {
    const auto one = tree.read(path);
    ASSERT_TRUE(one.has_value() && one->has_value()) << path;
    ASSERT_TRUE(lists.read(path, as_text(**one)).has_value()) << path;
  }
  std::size_t listed = 0;
  for (const std::string& path : files_of(tree)) {
    if (path == "manifest.sha256" || path == "manifest.cose") continue;
    ++listed;
    const Hash32* hash = lists.find(path);
    ASSERT_NE(hash, nullptr) << path;
    EXPECT_EQ(crypto::sha256(**tree.read(path)), *hash) << path;
  }
  EXPECT_EQ(lists.size(), listed);
}

// [R123] [R125] [R179]
TEST_F(PublicationTest, AnImportedTreeSaysWhoPublishedTheRowsAndNamesNoWinner) {
  const auto import = tests::small_import();
  crypto::SoftwareKey key = publisher_key();
  Publisher publisher{tree, kit.tools(key, workers)};
  publish(publisher, import->source);
  expect_listed(tree);
  const std::string home = text("index.html");
  EXPECT_NE(home.find("Filas publicadas por Observatorio de la Sabana."), std::string::npos);
  EXPECT_EQ(home.find("Más votos"), std::string::npos);
  EXPECT_EQ(home.find("Adjudicación"), std::string::npos);
  for (const std::string& path : files_of(tree)) {
    EXPECT_FALSE(path.starts_with("data/log/") || path.starts_with("data/bulletins/")) << path;
    EXPECT_NE(path, "data/seats.json");
    if (!path.ends_with(".html") || path.starts_with("verify/")) continue;
    const std::string page = text(path);
    EXPECT_NE(page.find("Observatorio de la Sabana"), std::string::npos) << path;
    EXPECT_EQ(page.find("<img"), std::string::npos) << path;
    EXPECT_EQ(page.find("[site."), std::string::npos) << path;
    EXPECT_EQ(page.find("http"), std::string::npos) << path;  // no foreign address
    EXPECT_EQ(page.find("<script"), std::string::npos) << path;
  }
}

TEST_F(PublicationTest, PagesDataAndListsAreTheSameBytesEachTime) {
  const auto import = tests::small_import();
  crypto::SoftwareKey key = publisher_key();
  Publisher publisher{tree, kit.tools(key, workers)};
  publish(publisher, import->source);
  ports::MemoryStore again;
  Publisher second{again, kit.tools(key, workers)};
  publish(second, import->source);
  ASSERT_EQ(files_of(tree), files_of(again));
  for (const std::string& path : files_of(tree)) {
    EXPECT_EQ(**tree.read(path), **again.read(path)) << path;
  }
}

// [R113] [R117] [R155] [R156] [R169]
TEST_F(PublicationTest, ASignedTreeHoldsPackageLogActasAndSeats) {
  SmallNight night;
  night.whole_day();
  Publisher publisher{tree, kit.tools(night.keys().key("publisher"), workers)};
  const PublishedTree done = publish(publisher, night.source());
  EXPECT_EQ(done.number, 1U);
  expect_listed(tree);
  for (const char* path :
       {"data/seats.json", "data/log/checkpoint", "data/package/manifest.cose",
        "data/package/roots.key", "data/bulletins/001.cose", "t/01/01/01/001/01/acta.cose",
        "t/01/01/01/001/01/acta.proof", "t/01/01/01/001/01/acta.png", "rules/en.html"}) {
    EXPECT_TRUE(tree.read(path)->has_value()) << path;
  }
  EXPECT_FALSE(tree.read("t/02/01/01/001/02/acta.cose")->has_value());  // nothing arrived
  EXPECT_NE(text("t/02/01/01/001/02/index.html").find("no ha llegado"), std::string::npos);
  EXPECT_NE(text("en.html").find("DRILL."), std::string::npos);  // says so on every page
  EXPECT_NE(text("en.html").find("4 of 5 actas counted"), std::string::npos);
  EXPECT_NE(text("t/01/01/01/001/01/index.html").find("VE1:"), std::string::npos);
}

TEST_F(PublicationTest, ANewActaRewritesOnlyItsChainAndGivesTheSameTreeAsFromNothing) {
  SmallNight night;
  night.whole_day();
  crypto::Signer& key = night.keys().key("publisher");
  Publisher publisher{tree, kit.tools(key, workers)};
  const PublishedTree first = publish(publisher, night.source());
  const MesaId last = night.package().definition().mesas.back().id;
  night.send(last);
  const PublishedTree second = publish(publisher, night.source());
  EXPECT_EQ(second.number, 2U);
  EXPECT_EQ(second.pages, 6U);  // mesa, centre, parish, municipality, state, country
  EXPECT_LT(second.files, first.files / 2);
  expect_listed(tree);
  ports::MemoryStore fresh;
  Publisher other{fresh, kit.tools(key, workers)};
  publish(other, night.source());
  ASSERT_EQ(files_of(tree), files_of(fresh));
  for (const std::string& path : files_of(fresh)) {
    // Older proofs stay good with their own checkpoint; number and signature differ.
    if (path.ends_with("acta.proof") || path.starts_with("manifest.") ||
        path.starts_with("files/") || path == "index.html" || path == "en.html") {
      continue;
    }
    EXPECT_TRUE(**tree.read(path) == **fresh.read(path)) << path;
  }
}

TEST_F(PublicationTest, WhatDoesNotBelongIntoTheTreeIsRemoved) {
  const auto import = tests::small_import();
  crypto::SoftwareKey key = publisher_key();
  ASSERT_TRUE(tree.write("t/09/index.html", as_bytes("old"), false).has_value());
  ASSERT_TRUE(tree.write("files/09.sha256", as_bytes("old"), false).has_value());
  ASSERT_TRUE(tree.write("stray.txt", as_bytes("old"), false).has_value());
  Publisher publisher{tree, kit.tools(key, workers)};
  publish(publisher, import->source);
  expect_listed(tree);
}

TEST_F(PublicationTest, PagesLookLikeTheGoldenOnes) {
  SmallNight night;
  night.whole_day();
  Publisher publisher{tree, kit.tools(night.keys().key("publisher"), workers)};
  publish(publisher, night.source());
  tests::expect_golden("site/signed-country.html", text("index.html"));
  tests::expect_golden("site/signed-municipality.en.html", text("t/01/01/en.html"));
  tests::expect_golden("site/signed-mesa.html", text("t/01/01/01/001/01/index.html"));
  tests::expect_golden("site/rules.en.html", text("rules/en.html"));
  tests::expect_golden("site/signed-municipality.json", text("t/01/01/data.json"));
  // The page of the law names its sources in the language of the page.
  EXPECT_NE(text("law/index.html").find("no leído en la ley"), std::string::npos);
  EXPECT_EQ(text("law/index.html").find("not read in the law"), std::string::npos);
  EXPECT_NE(text("law/en.html").find("not read in the law"), std::string::npos);
  EXPECT_EQ(text("law/en.html").find("no leído en la ley"), std::string::npos);
  ports::MemoryStore imported;
  crypto::SoftwareKey key = publisher_key();
  const auto import = tests::small_import();
  Publisher other{imported, kit.tools(key, workers)};
  publish(other, import->source);
  const auto mesa = imported.read("t/02/01/01/001/02/en.html");
  tests::expect_golden("site/imported-mesa.en.html", as_text(**mesa));
}

// docs/spec/site.md 6 and docs/spec/bulletin.md: a referendum elects nobody; delegates to a
// constituent assembly have seats like everybody.
TEST_F(PublicationTest, a_referendum_gives_no_seats_and_a_constituent_assembly_does) {  // [R5]
  SmallNight night;
  election::Definition definition = night.package().definition();
  definition.contests[0].kind = election::ContestKind::referendum;
  definition.contests[2].kind = election::ContestKind::constituent;
  const SiteFigures figures{definition, {}, {}, true};
  const auto seats = seats_json(figures, night.package().law(), 1);
  ASSERT_TRUE(seats) << seats.error().debug();
  const auto listed = [&](std::size_t contest) {
    const std::string id = definition.contests[contest].id.text();
    return seats->find("{\"contest\":\"" + id + "\"") != std::string::npos;
  };
  EXPECT_FALSE(listed(0)) << *seats;
  EXPECT_TRUE(listed(1));
  EXPECT_TRUE(listed(2));
  EXPECT_FALSE(tally::gives_seats(definition.contests[0]));
}

}  // namespace
}  // namespace sufragio::services
