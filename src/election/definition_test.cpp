#include "election/definition.h"

#include <gtest/gtest.h>

#include <functional>

#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "election/codes.h"
#include "sim/rng.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::election {
namespace {

using tests::Folder;

Result<Definition> read(Folder folder) {
  DefinitionFiles files;
  const auto doc = adapters::parse_toml(folder["election.toml"]);
  if (!doc) return fail(doc.error());
  files.election = *doc;
  folder.erase("election.toml");
  files.csv = std::move(folder);
  return read_definition(files);
}

void replace(Folder& folder, const std::string& file, const std::string& from,
             const std::string& to) {
  std::string& text = folder.at(file);
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << file << ": " << from;
  text.replace(at, from.size(), to);
}

TEST(Territory, KnowsLevelsParentsAndContainment) {  // [R11]
  const auto centre = TerritoryCode::parse("010203004");
  ASSERT_TRUE(centre);
  EXPECT_EQ(centre->level(), Level::centre);
  EXPECT_EQ(centre->parent()->text(), "010203");
  EXPECT_EQ(centre->at(Level::municipality).text(), "0102");
  EXPECT_EQ(centre->at(Level::country).text(), "");
  EXPECT_FALSE(TerritoryCode{}.parent());
  EXPECT_TRUE(TerritoryCode{}.contains(*centre));
  EXPECT_TRUE(TerritoryCode::parse("0102")->contains(*centre));
  EXPECT_FALSE(TerritoryCode::parse("0103")->contains(*centre));
  EXPECT_EQ(TerritoryCode::of(CentreCode{10203004}), *centre);
  for (const char* text : {"1", "001", "01010", "0101010", "01010100", "0101010011", "0x", "-1"}) {
    EXPECT_EQ(TerritoryCode::parse(text).error().code, kBadTerritory) << text;
  }
}

TEST(Definition, ReadsAFolder) {  // [R14] [R42] [R49]
  const auto d = read(tests::small_election());
  ASSERT_TRUE(d) << d.error().debug();
  EXPECT_EQ(d->date, "2026-12-06");
  EXPECT_EQ(d->kind, ElectionKind::drill);
  EXPECT_EQ(d->territories.size(), 9u);
  EXPECT_EQ(d->territory(*TerritoryCode::parse("010101001"))->name, "Escuela \"La Ceiba\", sede A");
  EXPECT_EQ(d->territory(TerritoryCode{}), nullptr);
  ASSERT_EQ(d->contests.size(), 3u);
  const Contest& president = d->contest(ContestIndex{0});
  EXPECT_EQ(president.cards.size(), 5u);
  EXPECT_EQ(president.cards[2].option.text(), "ana");
  EXPECT_FALSE(president.cards[4].alliance);
  EXPECT_EQ(d->contest_index(*ContestId::parse("concejo-c1")), ContestIndex{2});
  EXPECT_FALSE(d->contest_index(*ContestId::parse("otro")));
  const Mesa* mesa = d->mesa(*MesaId::parse("020101001.02"));
  ASSERT_NE(mesa, nullptr);
  EXPECT_EQ(mesa->electors.value(), 40);
  EXPECT_EQ(d->styles[mesa->style].id.text(), "sabana");
  EXPECT_EQ(d->organisation(*OrganisationId::parse("llano"))->short_name, "UL");
  EXPECT_EQ(d->organisation(OrganisationId{}), nullptr);
}

TEST(Definition, TheOrderOfLinesThatCarryNoOrderDoesNotMatter) {
  Folder folder = tests::small_election();
  const auto expected = read(folder);
  folder["mesas.csv"] =
      "style,centre,mesa,electors\r\nsabana,020101001,02,40\r\nrio,010101001,02,712\r\n"
      "rio,010101001,01,700\r\nsabana,020101001,01,801\r\nrio,010101002,01,655\r\n";
  replace(folder, "cards.csv", "presidencia,1,araguaney,ana,monte\n", "");
  folder["cards.csv"] += "presidencia,1,araguaney,ana,monte\n";
  folder["territory.csv"] = "\xef\xbb\xbf" + folder["territory.csv"];
  const auto got = read(folder);
  ASSERT_TRUE(got) << got.error().debug();
  EXPECT_EQ(*got, *expected);
}

TEST(Definition, WritingIsCanonical) {
  const auto d = read(tests::small_election());
  ASSERT_TRUE(d);
  EXPECT_EQ(write_definition(*d), tests::small_election());
}

// One change of the small folder, and what must be said about it.
struct BadDefinitionCase {
  const char* name;
  const char* file;
  const char* from;
  const char* to;
  const char* code;
  const char* error_file;
  const char* line;
};

class BadDefinition : public testing::TestWithParam<BadDefinitionCase> {};

TEST_P(BadDefinition, IsRefusedWithCodeFileAndLine) {
  const BadDefinitionCase& c = GetParam();
  Folder folder = tests::small_election();
  replace(folder, c.file, c.from, c.to);
  const auto d = read(folder);
  ASSERT_FALSE(d);
  EXPECT_EQ(d.error().code.text(), c.code) << d.error().debug();
  EXPECT_EQ(d.error().fact("file"), c.error_file) << d.error().debug();
  EXPECT_EQ(d.error().fact("line"), c.line) << d.error().debug();
}

const BadDefinitionCase kBadDefinitionCases[] = {
    {"unknown_key", "election.toml", "url =", "site =", "C142", "election.toml", "8"},
    {"missing_key", "election.toml", "kind = \"drill\"\n", "", "C141", "election.toml", "1"},
    {"wrong_type", "election.toml", "imported = false", "imported = 1", "C140", "election.toml",
     "9"},
    {"unknown_kind", "election.toml", "\"drill\"", "\"test\"", "D103", "election.toml", "5"},
    {"no_such_day", "election.toml", "2026-12-06", "\"2026-02-30\"", "D103", "election.toml", "4"},
    {"bad_election_id", "election.toml", "simulacro-2026", "simulacro 2026", "D103",
     "election.toml", "1"},
    {"empty_title", "election.toml", "Election drill", "", "D103", "election.toml", "3"},
    {"blank_in_title", "election.toml", "Election drill", "Election drill ", "D103",
     "election.toml", "3"},
    {"bad_url", "election.toml", "https://", "ftp://", "D103", "election.toml", "8"},
    {"short_territory", "territory.csv", "0101,", "101,", "D101", "territory.csv", "3"},
    {"letters_in_territory", "territory.csv", "02,Est", "0a,Est", "D101", "territory.csv", "7"},
    {"country_listed", "territory.csv", "02,Est", ",Est", "D101", "territory.csv", "7"},
    {"territory_twice", "territory.csv", "02,Estado Dos", "01,Estado Dos", "D104", "territory.csv",
     "7"},
    {"no_parent", "territory.csv", "020101,Parroquia Baja\n", "", "D105", "territory.csv", "9"},
    {"nameless_territory", "territory.csv", "Liceo Orinoco", "", "D103", "territory.csv", "6"},
    {"line_break_in_name", "territory.csv", "Liceo Orinoco", "\"Liceo\nOrinoco\"", "D103",
     "territory.csv", "6"},
    {"wrong_column", "territory.csv", "code,name", "code,nombre", "C136", "territory.csv", "1"},
    {"further_column", "territory.csv", "code,name\n01,Estado Uno\n",
     "code,name,x\n01,Estado Uno,1\n", "C136", "territory.csv", "1"},
    {"too_many_fields", "territory.csv", "02,Estado Dos", "02,Estado,Dos", "C133", "territory.csv",
     "7"},
    {"open_quote", "territory.csv", "02,Estado", "02,\"Estado", "C131", "territory.csv", "7"},
    {"broken_byte", "territory.csv", "Samán", "Sam\xe1n", "C132", "territory.csv", "10"},
    {"bad_organisation_id", "organisations.csv", "llano,UL", "el llano,UL", "B103",
     "organisations.csv", "4"},
    {"organisation_twice", "organisations.csv", "turpial,TU", "llano,TU", "D104",
     "organisations.csv", "6"},
    {"organisation_without_short_name", "organisations.csv", "llano,UL", "llano,", "D103",
     "organisations.csv", "4"},
    {"alliance_twice", "alliances.csv", "valle,", "monte,", "D104", "alliances.csv", "3"},
    {"contest_twice", "contests.csv", "concejo-c1,", "presidencia,", "D104", "contests.csv", "4"},
    {"unknown_contest_kind", "contests.csv", ",nominal,", ",circuit,", "D103", "contests.csv", "4"},
    {"contest_of_unknown_territory", "contests.csv", "nominal,0101,", "nominal,0109,", "D106",
     "contests.csv", "4"},
    {"no_seat", "contests.csv", "nominal,0101,2,2", "nominal,0101,0,2", "D103", "contests.csv",
     "4"},
    {"seats_not_a_number", "contests.csv", "nominal,0101,2,2", "nominal,0101,02,2", "B105",
     "contests.csv", "4"},
    {"more_votes_than_seats", "contests.csv", "nominal,0101,2,2", "nominal,0101,2,3", "D103",
     "contests.csv", "4"},
    {"more_seats_than_options", "contests.csv", "nominal,0101,2,2", "nominal,0101,4,2", "D108",
     "contests.csv", "4"},
    {"cards_known_word", "contests.csv", "circuit 1\",yes", "circuit 1\",true", "D103",
     "contests.csv", "4"},
    {"cards_unknown_in_a_vote", "contests.csv", "circuit 1\",yes", "circuit 1\",no", "D103",
     "contests.csv", "4"},
    {"option_of_unknown_contest", "options.csv", "presidencia,rosa", "alcaldia,rosa", "D106",
     "options.csv", "4"},
    {"option_twice", "options.csv", "presidencia,rosa", "presidencia,luis", "D104", "options.csv",
     "4"},
    {"option_without_card", "cards.csv", "5,turpial,rosa", "5,turpial,luis", "D108", "options.csv",
     "4"},
    {"card_of_unknown_contest", "cards.csv", "presidencia,5", "alcaldia,5", "D106", "cards.csv",
     "6"},
    {"card_of_unknown_organisation", "cards.csv", "turpial,rosa", "tucan,rosa", "D106", "cards.csv",
     "6"},
    {"card_without_organisation", "cards.csv", "turpial,rosa", ",rosa", "B103", "cards.csv", "6"},
    {"card_of_unknown_option", "cards.csv", "turpial,rosa", "turpial,eva", "D106", "cards.csv",
     "6"},
    {"card_of_unknown_alliance", "cards.csv", "3,llano,lista-b,valle", "3,llano,lista-b,costa",
     "D106", "cards.csv", "9"},
    {"organisation_with_two_cards", "cards.csv", "4,orinoco,luis", "4,llano,ana", "D104",
     "cards.csv", "5"},
    {"card_twice", "cards.csv", "concejo-c1,2,araguaney,c2", "concejo-c1,2,araguaney,c1", "D104",
     "cards.csv", "11"},
    {"two_cards_on_one_position", "cards.csv", "presidencia,5", "presidencia,4", "D107",
     "cards.csv", "6"},
    {"gap_in_positions", "cards.csv", "presidencia,5", "presidencia,6", "D107", "cards.csv", "6"},
    {"position_zero", "cards.csv", "presidencia,1", "presidencia,0", "D107", "cards.csv", "2"},
    {"style_with_unknown_contest", "styles.csv", "sabana,1,presidencia", "sabana,1,alcaldia",
     "D106", "styles.csv", "5"},
    {"contest_twice_in_a_style", "styles.csv", "rio,3,concejo-c1", "rio,3,presidencia", "D104",
     "styles.csv", "4"},
    {"gap_in_a_style", "styles.csv", "rio,3", "rio,4", "D107", "styles.csv", "4"},
    {"unreached_contest", "styles.csv", "rio,3,concejo-c1\n", "", "D109", "contests.csv", "4"},
    {"mesa_outside_the_contest", "mesas.csv", "02,40,sabana", "02,40,rio", "D110", "mesas.csv",
     "6"},
    {"mesa_of_unknown_centre", "mesas.csv", "010101002", "010101003", "D106", "mesas.csv", "4"},
    {"short_centre", "mesas.csv", "010101002", "10101002", "D101", "mesas.csv", "4"},
    {"mesa_of_unknown_style", "mesas.csv", "40,sabana", "40,llanos", "D106", "mesas.csv", "6"},
    {"mesa_twice", "mesas.csv", "010101001,02", "010101001,01", "D104", "mesas.csv", "3"},
    {"mesa_number_of_one_digit", "mesas.csv", "010101001,02", "010101001,2", "D103", "mesas.csv",
     "3"},
    {"mesa_zero", "mesas.csv", "010101001,02", "010101001,00", "D103", "mesas.csv", "3"},
    {"electors_unknown_in_a_vote", "mesas.csv", "655", "", "D103", "mesas.csv", "4"},
    {"negative_electors", "mesas.csv", "655", "-655", "B105", "mesas.csv", "4"},
    {"too_many_electors", "mesas.csv", "655", "4001", "D111", "mesas.csv", "4"},
};

INSTANTIATE_TEST_SUITE_P(Definition, BadDefinition, testing::ValuesIn(kBadDefinitionCases),
                         [](const auto& one) { return std::string{one.param.name}; });

// What a seed made is marked with known words in one order; other marks are refused.
TEST(Definition, MarksWhatWasGenerated) {
  for (const auto& [mark, good] : {std::pair{"electors mesas", true},
                                   {"mesas electors", false},
                                   {"mesas  seats", false},
                                   {"mesas mesas", false},
                                   {"votes", false}}) {
    Folder folder = tests::small_election();
    folder["election.toml"] += "generated = \"" + std::string{mark} + "\"\n";
    const auto d = read(folder);
    EXPECT_EQ(d.has_value(), good) << mark;
    if (!good) {
      EXPECT_EQ(d.error().code, kBadValue) << mark;
      EXPECT_EQ(d.error().fact("line"), "10") << mark;
    }
  }
}

TEST(Definition, NamesTheFileThatIsMissing) {
  for (const auto& file : tests::small_election()) {
    if (file.first == "election.toml") continue;
    Folder folder = tests::small_election();
    folder.erase(file.first);
    const auto d = read(folder);
    ASSERT_FALSE(d) << file.first;
    EXPECT_EQ(d.error().code, kMissingFile);
    EXPECT_EQ(d.error().fact("file"), file.first);
  }
}

TEST(Definition, RefusesAStyleWithMoreContestsThanAVoterCanGet) {
  Folder folder = tests::small_election();
  for (int i = 0; i < 12; ++i) {
    const std::string id = "r" + std::to_string(i);
    folder["contests.csv"] += id + ",referendum,,1,1,P,P,yes\n";
    folder["options.csv"] += id + ",si,Si\n" + id + ",no,No\n";
    folder["cards.csv"] += id + ",1,llano,si,\n" + id + ",2,llano,no,\n";
    folder["styles.csv"] += "sabana," + std::to_string(i + 2) + "," + id + "\n";
  }
  const auto d = read(folder);
  ASSERT_FALSE(d);
  EXPECT_EQ(d.error().code, kLimit) << d.error().debug();
}

// An import may know less and be coarser, but only an import. [R19]
TEST(Definition, AnImportMayHaveWholeUnitsUnknownElectorsAndNoCards) {
  Folder folder = tests::small_election();
  replace(folder, "election.toml", "imported = false", "imported = true");
  replace(folder, "contests.csv", "circuit 1\",yes", "circuit 1\",no");
  replace(folder, "cards.csv", "concejo-c1,1,araguaney", "concejo-c1,1,");
  replace(folder, "cards.csv", "concejo-c1,2,araguaney", "concejo-c1,2,");
  replace(folder, "cards.csv", "concejo-c1,3,llano", "concejo-c1,3,");
  replace(folder, "mesas.csv", "010101002,01,655", "010101002,00,");
  replace(folder, "mesas.csv", "801", "1625151");
  const auto d = read(folder);
  ASSERT_TRUE(d) << d.error().debug();
  EXPECT_FALSE(d->contests[2].cards_known);
  EXPECT_FALSE(d->mesas[2].electors_known);
  EXPECT_EQ(write_definition(*d), folder);
  Folder no_mesas = folder;
  no_mesas["mesas.csv"] = "centre,mesa,electors,style\n";
  EXPECT_TRUE(read(no_mesas));
}

// A folder of random size from a seed: valid by construction.
Folder random_folder(Rng& rng) {
  const auto text = [&](const char* stem) {
    static const char* kParts[] = {"ñ", " a", ",", "\"", "\\", "'", "€", " z", "#", "=", "\"\""};
    std::string out = stem;
    for (std::uint64_t i = rng.below(6); i > 0; --i) out += kParts[rng.below(11)];
    return out;
  };
  const auto quoted = [](const std::string& plain) {
    std::string out = "\"";
    for (const char c : plain) out += c == '"' ? std::string{"\"\""} : std::string(1, c);
    return out + "\"";
  };
  Folder out = tests::small_election();
  const std::uint64_t centres = 1 + rng.below(8);
  for (std::uint64_t i = 0; i < centres; ++i) {
    const std::string code = "010101" + zero_padded(900 - i, 3);
    out["territory.csv"] += code + "," + quoted(text("Centro")) + "\n";
    for (std::uint64_t m = 1 + rng.below(5); m > 0; --m) {
      out["mesas.csv"] += code + "," + zero_padded(m, 2) + "," + std::to_string(rng.below(4001)) +
                          "," + (rng.below(2) == 0 ? "rio" : "sabana") + "\n";
    }
  }
  const std::uint64_t options = 2 + rng.below(30);
  out["contests.csv"] += "ref,referendum,,1,1," + quoted(text("P")) + ",P,yes\n";
  for (std::uint64_t i = 0; i < options; ++i) {
    const std::string id = "o" + std::to_string(i);
    out["options.csv"] += "ref," + id + "," + quoted(text("O")) + "\n";
    out["cards.csv"] += "ref," + std::to_string(options - i) + ",llano," + id + ",\n";
  }
  out["styles.csv"] += "sabana,2,ref\n";
  return out;
}

TEST(Definition, ReadingWhatWasWrittenGivesTheSame) {
  sim::SimRng rng{20261206};
  for (int i = 0; i < 200; ++i) {
    const auto first = read(random_folder(rng));
    ASSERT_TRUE(first) << first.error().debug();
    const Folder written = write_definition(*first);
    const auto again = read(written);
    ASSERT_TRUE(again) << again.error().debug();
    ASSERT_EQ(*again, *first);
    ASSERT_EQ(write_definition(*again), written);
  }
}

// [R27] the country of 2024: 30,026 mesas in 15,797 centres
TEST(Definition, ReadsTheWholeCountry) {
  Folder folder = tests::small_election();
  std::string& territory = folder["territory.csv"];
  std::string& mesas = folder["mesas.csv"];
  mesas = "centre,mesa,electors,style\n";
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < 15'796 + 1 - 3; ++i) {
    const std::string parish =
        "02" + zero_padded(1 + i / 9'000, 2) + zero_padded(1 + i / 900 % 10, 2);
    if (i % 9'000 == 0 && i > 0) territory += parish.substr(0, 4) + ",Municipio\n";
    if (i % 900 == 0 && i > 0) territory += parish + ",Parroquia\n";
    const std::string centre = parish + zero_padded(100 + i % 900, 3);
    territory += centre + ",Centro " + std::to_string(i) + "\n";
    for (std::uint64_t m = 1; m <= (i % 10 == 0 ? 1 : 2) && count < 30'021; ++m, ++count) {
      mesas += centre + "," + zero_padded(m, 2) + ",712,sabana\n";
    }
  }
  for (const char* line :
       {"010101001,01,700,rio\n", "010101001,02,712,rio\n", "010101002,01,655,rio\n",
        "020101001,01,801,sabana\n", "020101001,02,40,sabana\n"}) {
    mesas += line;
    ++count;
  }
  const auto d = read(folder);
  ASSERT_TRUE(d) << d.error().debug();
  EXPECT_EQ(d->mesas.size(), count);
  EXPECT_GT(count, 30'000u);
}

}  // namespace
}  // namespace sufragio::election
