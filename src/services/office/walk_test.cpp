#include "services/office/walk.h"

#include <gtest/gtest.h>

#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "services/office/codes.h"
#include "sim/fixtures.h"
#include "tests/support/laws.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

// One broken link of each kind, in the small election; a package can hold some of them, the others
// are shown on the definition alone.
namespace sufragio::services {
namespace {

using election::Definition;

class Walk : public testing::Test {
 protected:
  Walk() {
    const std::string text = tests::law_text();
    law_ = *election::read_law_pack(text, *adapters::parse_toml(text));
    election::DefinitionFiles files;
    tests::Folder folder = tests::small_election();
    files.election = *adapters::parse_toml(folder.at("election.toml"));
    folder.erase("election.toml");
    files.csv = std::move(folder);
    definition_ = *election::read_definition(files);
  }
  // The walk finds this link broken at this mesa and contest, and nothing else.
  void expect_broken(Code code, std::string_view mesa, std::string_view contest) const {
    const WalkReport report = walk_definition(definition_, law_);
    ASSERT_FALSE(report.problems.empty());
    for (const Error& problem : report.problems) EXPECT_EQ(problem.code, code) << problem.debug();
    EXPECT_EQ(report.problems.front().fact("mesa"), mesa);
    EXPECT_EQ(report.problems.front().fact("contest"), contest);
  }
  // Cards with options of their own, until the contest has so many.
  void grow(std::size_t contest, std::size_t cards) {
    election::Contest& c = definition_.contests[contest];
    for (std::size_t i = c.cards.size(); i < cards; ++i) {
      const auto option = *election::OptionId::parse("x" + std::to_string(i));
      c.options.push_back({option, "Persona " + std::to_string(i)});
      c.cards.push_back({c.cards.front().organisation, option, std::nullopt});
    }
  }
  Definition definition_;
  election::LawPack law_;
};

TEST_F(Walk, AGoodElectionHasNoBrokenLink) {  // R-B21 [R2]
  const WalkReport report = walk_definition(definition_, law_);
  for (const Error& problem : report.problems) ADD_FAILURE() << problem.debug();
  EXPECT_EQ(report.mesas, 5);
  EXPECT_EQ(report.pairs, 3 * 3 + 2);
  EXPECT_EQ(report.styles, 2);
}

TEST_F(Walk, NamesAMesaWithoutBallot) {
  definition_.styles[1].contests.clear();
  expect_broken(kWalkNoBallot, "020101001.01", "");
}

TEST_F(Walk, NamesAnActaThatIsTooLarge) {
  for (std::size_t i = 0; i < 3; ++i) grow(i, 990);
  definition_.mesas.resize(1);
  const WalkReport report = walk_definition(definition_, law_);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems[0].code, kWalkNoActa);
  EXPECT_EQ(report.problems[0].fact("mesa"), "010101001.01");
}

TEST_F(Walk, NamesACodeThatDoesNotFitOnPaper) {
  grow(0, 320);
  definition_.mesas.resize(1);
  expect_broken(kWalkNoQr, "010101001.01", "presidencia");
}

TEST_F(Walk, NamesAMesaThatReachesNoSum) {
  definition_.contests[1].territory = *election::TerritoryCode::parse("02");
  expect_broken(kWalkNoSum, "010101001.01", "concejo-lista");
}

TEST_F(Walk, NamesAContestThatNoRuleDecides) {
  definition_.contests[1].seats = 20'000;
  expect_broken(kWalkNoSeatRule, "", "concejo-lista");
}

TEST_F(Walk, NamesTwoMesasWithOneAddress) {
  definition_.mesas[1].id = definition_.mesas[0].id;
  expect_broken(kWalkNoAddress, "010101001.01", "");
}

TEST_F(Walk, NamesReceiptsThatDoNotTellTwoChoicesApart) {
  definition_.contests[2].options[1].name = definition_.contests[2].options[0].name;
  expect_broken(kWalkNoReceipt, "", "concejo-c1");
}

TEST_F(Walk, NamesAReceiptThatIsTooLong) {
  definition_.contests[0].options[0].name = std::string(500, 'a');
  expect_broken(kWalkNoReceipt, "", "presidencia");
}

TEST_F(Walk, NamesARowThatTheIndexCannotHold) {
  for (election::Mesa& mesa : definition_.mesas) mesa.electors = *Persons::from(1);
  grow(1, 1'001);
  const WalkReport report = walk_definition(definition_, law_);
  ASSERT_FALSE(report.problems.empty());
  bool storage = false;
  for (const Error& problem : report.problems) {
    storage = storage || problem.code == kWalkNoStorage;
    EXPECT_EQ(problem.fact("contest"), "concejo-lista") << problem.debug();
  }
  EXPECT_TRUE(storage);
}

// [R1] [R2] [R3] [R5] Every fixture walks, in a small country.
TEST(WalkOfFixtures, EveryLinkOfEveryFixtureHolds) {
  for (const char* name : {"president-2024", "assembly-2020", "regional-2021", "governors-2017",
                           "municipal-2013", "referendum", "constituent"}) {
    sim::FixtureSources sources;
    sources.description =
        *adapters::parse_toml(tests::read_file("fixtures/" + std::string{name} + ".toml"));
    sources.law = tests::whole_law(*sources.description.string("law"));
    sources.states_csv = tests::read_file("fixtures/states.csv");
    const auto fixture = sim::make_fixture(sources, 24, 1);
    ASSERT_TRUE(fixture) << name;
    const WalkReport report = walk_definition(fixture->definition, sources.law);
    for (const Error& problem : report.problems) ADD_FAILURE() << name << " " << problem.debug();
    EXPECT_EQ(report.styles, std::ssize(fixture->definition.styles)) << name;
  }
}

}  // namespace
}  // namespace sufragio::services
