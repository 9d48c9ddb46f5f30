#include "sim/fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "adapters/toml/toml.h"
#include "codec/csv.h"
#include "election/errata.h"
#include "election/package.h"
#include "tests/support/laws.h"
#include "tests/support/support.h"

namespace sufragio::sim {
namespace {

using election::ContestKind;
using election::Definition;

const char* const kNames[] = {"president-2024", "assembly-2020", "regional-2021", "governors-2017",
                              "municipal-2013", "referendum",    "constituent"};

FixtureSources sources(const std::string& name) {
  FixtureSources out;
  out.description = *adapters::parse_toml(tests::read_file("fixtures/" + name + ".toml"));
  out.law = tests::whole_law(*out.description.string("law"));
  out.states_csv = tests::read_file("fixtures/states.csv");
  return out;
}

Fixture fixture(const std::string& name, std::uint32_t mesas, std::uint64_t seed = 1) {
  auto out = make_fixture(sources(name), mesas, seed);
  EXPECT_TRUE(out) << name << ": " << (out ? "" : out.error().debug());
  return out ? std::move(*out) : Fixture{};
}

Result<Definition> read_again(const Definition& definition) {
  election::DefinitionFiles files;
  files.csv = election::write_definition(definition);
  files.election = *adapters::parse_toml(files.csv.at("election.toml"));
  files.csv.erase("election.toml");
  return election::read_definition(files);
}

// The pack that the election names decides it.
const election::LawPack& law_of(const Definition& definition) {
  static std::map<std::string, election::LawPack> packs;
  auto& pack = packs[definition.law];
  if (pack.id.empty()) pack = tests::whole_law(definition.law);
  return pack;
}

std::int64_t seats(const Definition& d, ContestKind kind, std::string_view prefix = "") {
  std::int64_t out = 0;
  for (const auto& c : d.contests) {
    if (c.kind == kind && c.id.text().starts_with(prefix)) out += c.seats;
  }
  return out;
}

std::int64_t people(const Fixture& f) {
  return std::ranges::count_if(
      f.history, [](const auto& event) { return event.kind == election::EventKind::candidate; });
}

class SmallFixture : public testing::TestWithParam<const char*> {};

// [R5] [R14] [R40]
TEST_P(SmallFixture, IsADefinitionWithAHistoryThatTheLawTakes) {
  const Fixture f = fixture(GetParam(), 48);
  const auto again = read_again(f.definition);
  ASSERT_TRUE(again) << again.error().debug();
  EXPECT_EQ(*again, f.definition);
  for (const auto& finding :
       election::check_nominations(f.definition, law_of(f.definition), f.history)) {
    EXPECT_FALSE(finding.refused) << finding.error.debug();
  }
  const auto decoded = election::decode_definition(election::encode_definition(f.definition),
                                                   election::encode_mesas(f.definition));
  ASSERT_TRUE(decoded) << decoded.error().debug();
  EXPECT_EQ(*decoded, f.definition) << "the marks stand in the package too";
  EXPECT_FALSE(f.definition.generated.empty()) << "what a seed made carries the mark";
}

TEST_P(SmallFixture, IsAFunctionOfItsSeed) {
  const Fixture first = fixture(GetParam(), 24, 5);
  const Fixture again = fixture(GetParam(), 24, 5);
  EXPECT_EQ(first.definition, again.definition);
  EXPECT_EQ(first.history, again.history);
  EXPECT_NE(fixture(GetParam(), 24, 6).definition, first.definition);
}

INSTANTIATE_TEST_SUITE_P(All, SmallFixture, testing::ValuesIn(kNames), [](const auto& test) {
  std::string name = test.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

// [R48] Late changes leave stale cards on the printed ballots.
TEST(Fixture, SomeCardsAreStaleOnTheDay) {
  const Fixture f = fixture("governors-2017", 96);
  const auto stale = election::errata(f.definition, law_of(f.definition), f.history,
                                      minute_of(f.definition.date, 0));
  EXPECT_GE(stale.size(), 3u);
  const Fixture real = fixture("president-2024", 48);
  EXPECT_TRUE(election::errata(real.definition, law_of(real.definition), real.history,
                               minute_of(real.definition.date, 0))
                  .empty())
      << "nothing is invented about persons who exist";
}

// [R42] The cards of 2024 stand in the order that the QR codes of the actas have.
TEST(Fixture, TheCardsOf2024AreThePublishedOnes) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/card_order.csv");
  const std::string text =
      tests::read_file(*tests::shared_path("data/presidential-2024/card_order.csv"));
  auto table = *codec::CsvTable::open(text, {}, {"posicion_qr", "cod_candidato", "tarjeta"});
  const Fixture f = fixture("president-2024", 24);
  const election::Contest& contest = f.definition.contests.front();
  std::size_t position = 0;
  for (;;) {
    const auto record = *table.next();
    if (!record) break;
    const auto field = [&](const char* name) { return record->fields[*table.column(name)]; };
    ASSERT_LT(position, contest.cards.size());
    const election::Card& card = contest.cards[position++];
    EXPECT_EQ(field("posicion_qr"), std::to_string(position));
    EXPECT_EQ(f.definition.organisation(card.organisation)->short_name, field("tarjeta"));
    std::string code{field("cod_candidato")};
    for (char& letter : code) letter = static_cast<char>(letter | 0x20);
    EXPECT_EQ(card.option.text(), code);
  }
  EXPECT_EQ(position, 38u);
  EXPECT_EQ(contest.cards.size(), 38u);
  EXPECT_EQ(contest.options.size(), 10u);
}

// Run with the label `long`, on the release build: whole countries.
// [R1] [R2] [R3] [R6] [R11] [R40]
TEST(Fixture, DISABLED_WholeCountriesHaveThePublishedTotals) {
  const Fixture regional = fixture("regional-2021", 0);
  EXPECT_EQ(seats(regional.definition, ContestKind::governor), 23);
  EXPECT_EQ(seats(regional.definition, ContestKind::mayor), 335);
  const std::int64_t legislators = seats(regional.definition, ContestKind::list, "legislativo") +
                                   seats(regional.definition, ContestKind::nominal, "legislativo");
  EXPECT_EQ(legislators, 253);
  const std::int64_t councillors = seats(regional.definition, ContestKind::list, "concejo") +
                                   seats(regional.definition, ContestKind::nominal, "concejo");
  EXPECT_EQ(councillors, 2'471);
  EXPECT_EQ(people(regional), 70'244);
  EXPECT_EQ(regional.definition.mesas.size(), 30'026u);

  EXPECT_EQ(regional.definition.law, "ve-2021");
  for (const auto& c : regional.definition.contests) {
    if (c.kind != ContestKind::list) continue;  // 60 % of each body, half up
    const std::string body = c.id.text().substr(0, c.id.text().size() - 5);
    const std::int64_t nominal = seats(regional.definition, ContestKind::nominal, body);
    EXPECT_EQ(c.seats, (6 * (c.seats + nominal) + 5) / 10) << body;
  }

  const Fixture assembly = fixture("assembly-2020", 0);
  EXPECT_EQ(assembly.definition.law, "ve-2020");
  EXPECT_EQ(seats(assembly.definition, ContestKind::list, "nacional"), 48);
  EXPECT_EQ(seats(assembly.definition, ContestKind::list, "asamblea"), 96);
  EXPECT_EQ(seats(assembly.definition, ContestKind::nominal), 130);
  EXPECT_EQ(seats(assembly.definition, ContestKind::indigenous), 3);
  EXPECT_EQ(std::ranges::count(assembly.definition.contests, ContestKind::nominal,
                               &election::Contest::kind),
            87);
  EXPECT_EQ(people(assembly), 14'480);
  const auto& contests = assembly.definition.contests;
  const auto several = std::ranges::count_if(
      contests, [](const auto& c) { return c.kind == ContestKind::nominal && c.seats > 2; });
  EXPECT_GE(several, 3) << "circuits of n seats";
  const auto lara =
      *assembly.definition.contest_index(*election::ContestId::parse("asamblea-11-1"));
  EXPECT_EQ(assembly.definition.contest(lara).seats, 4) << "as published";
  const auto national = *assembly.definition.contest_index(*election::ContestId::parse("nacional"));
  EXPECT_EQ(assembly.definition.contest(national).territory, election::TerritoryCode{});
  const auto allied = std::ranges::count_if(contests, [](const auto& c) {
    return c.kind == ContestKind::nominal && c.seats > 2 && c.options.size() < c.cards.size();
  });
  EXPECT_GE(allied, 1) << "one candidate on several cards, in circuits of several seats too";
  EXPECT_EQ(assembly.definition.mesas.size(), 29'600u + 10u) << "ten assemblies beside the mesas";

  for (const char* name : kNames) {
    const Fixture f = fixture(name, 0);
    const auto again = read_again(f.definition);
    ASSERT_TRUE(again) << name << ": " << again.error().debug();
    EXPECT_EQ(*again, f.definition);
    for (const auto& finding :
         election::check_nominations(f.definition, law_of(f.definition), f.history)) {
      EXPECT_FALSE(finding.refused) << name << ": " << finding.error.debug();
    }
  }
}

// The published centres and councils of 2013, unpacked by the caller.
TEST(Fixture, ThePublishedCouncilsAreTakenAsTheyAre) {
  SKIP_WITHOUT_SHARED("data/municipal-2013/council_composition.csv");
  FixtureSources given = sources("municipal-2013");
  given.councils_csv =
      tests::read_file(*tests::shared_path("data/municipal-2013/council_composition.csv"));
  given.centres_csv = "cod_centro,estado,municipio,parroquia,centro,mesas,electores_esperados\n";
  for (int i = 1; i <= 7; ++i) {  // the seven circuits of this municipality want a centre each
    given.centres_csv += "01010100" + std::to_string(i) + ",Uno,Dos,Tres,Cuatro,3,2195\n";
    given.centres_csv += "02010100" + std::to_string(i) + ",Uno,Dos,Tres,Cuatro,1,500\n";
  }
  const auto f = make_fixture(given, 0, 1);
  ASSERT_TRUE(f) << f.error().debug();
  EXPECT_EQ(f->definition.mesas.size(), 28u);
  EXPECT_EQ(seats(f->definition, ContestKind::list, "concejo-0101"), 3);
  EXPECT_EQ(seats(f->definition, ContestKind::nominal, "concejo-0101"), 10);
  EXPECT_EQ(seats(f->definition, ContestKind::nominal, "concejo-0201"), 6);
  EXPECT_EQ(seats(f->definition, ContestKind::indigenous, "indigena-0201"), 1);
  for (const election::Contest& c : f->definition.contests) {
    EXPECT_EQ(c.generated, "cards options") << c.id.text() << ": its seats are published";
  }
}

}  // namespace
}  // namespace sufragio::sim
