#include "services/importing/import.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "adapters/json/json.h"
#include "adapters/toml/toml.h"
#include "adapters/xz/xz.h"
#include "ports/memory_store.h"
#include "seats/seats.h"
#include "services/importing/builder.h"
#include "services/importing/codes.h"
#include "tests/support/import_fixture.h"
#include "tests/support/support.h"

// Importing each real file reproduces every check known of it, and every trap named there
// raises a note.
namespace sufragio::services {
namespace {

using namespace importing_tests;
using election::ContestIndex;
using election::Level;
using election::TerritoryCode;
using tally::Rule;

std::size_t territories(const Workspace& w, Level level) {
  return static_cast<std::size_t>(
      std::ranges::count_if(w.definition.territories,
                            [&](const election::Territory& t) { return t.code.level() == level; }));
}

std::int64_t votes_of(const Workspace& w, const tally::Figures& figures, std::string_view option) {
  for (const tally::Share& share : tally::by_option(w.definition.contests[0], figures.votes)) {
    if (share.id == option) return share.votes;
  }
  return -1;
}

TEST(Import2024, SecondEditionReproducesItsSums) {  // [R125]
  SKIP_WITHOUT_SHARED("data/presidential-2024");
  const Workspace& w = real("ve-2024-mesas", "presidential-2024/mesas_v2.csv.xz");
  EXPECT_EQ(w.rows.size(), 25'073U);
  const tally::Totals totals = fold(w, Which::counted);
  const tally::Figures& country = *totals.at(ContestIndex{0}, {});
  EXPECT_EQ(country.valid(), 10'887'262);
  EXPECT_EQ(country.null, 1'213);
  EXPECT_EQ(country.counted, 25'073);
  const std::vector<std::pair<std::string, std::int64_t>> expected{
      {"EG", 7'303'480}, {"NM", 3'316'142}, {"LM", 86'225}, {"JABE", 20'404}, {"JOBR", 22'097},
      {"AE", 51'011},    {"CF", 12'632},    {"DC", 10'584}, {"EM", 26'067},   {"BERA", 38'620}};
  for (const auto& [option, votes] : expected) EXPECT_EQ(votes_of(w, country, option), votes);
  EXPECT_EQ(territories(w, Level::state), 24U);
  EXPECT_EQ(territories(w, Level::municipality), 328U);
  EXPECT_EQ(territories(w, Level::parish), 1'090U);
  EXPECT_EQ(territories(w, Level::centre), 13'110U);
  EXPECT_EQ(with_status(w, tally::RowStatus::counted), 25'073U);
  EXPECT_FALSE(country.turnout());  // no electors in this edition
  EXPECT_EQ(w.definition.territory(code_of("15"))->name, "NVA.ESPARTA");
  EXPECT_FALSE(w.definition.contests[0].cards_known);
  EXPECT_EQ(w.about.at("mesas_announced"), "30026");
}

TEST(Import2024, SecondEditionNamesEveryTrap) {
  SKIP_WITHOUT_SHARED("data/presidential-2024");
  const Workspace& w = real("ve-2024-mesas", "presidential-2024/mesas_v2.csv.xz");
  EXPECT_EQ(counted(w, import_codes::kPaddedCode), 10'098);
  EXPECT_EQ(note(w, import_codes::kEncoding).fact("encoding"), "Latin-1");
  EXPECT_GT(counted(w, import_codes::kParishSerial), 0);
  EXPECT_EQ(note(w, import_codes::kDroppedColumn).fact("column"), "URL");
  EXPECT_EQ(notes(w, import_codes::kNoCards), 1U);
  EXPECT_EQ(counted(w, import_codes::kComputedBallots), 25'073);
  EXPECT_EQ(note(w, import_codes::kMesasAnnounced).fact("announced"), "30026");
  EXPECT_EQ(notes(w, import_codes::kPrefix), 4U);
  EXPECT_EQ(notes(w, import_codes::kCodeAsName), 1U);  // centres have no names
  for (const ImportNote& n : w.notes) EXPECT_FALSE(n.fatal_for_row) << n.error.debug();
  std::string everything;
  for (const auto& [name, text] : election::write_definition(w.definition)) everything += text;
  EXPECT_EQ(everything.find("http"), std::string::npos);  // no link to foreign images [R179]
}

TEST(Import2024, FirstEditionReproducesItsSumsAndTheTurnout) {
  SKIP_WITHOUT_SHARED("data/presidential-2024");
  const Workspace& w = real("ve-2024-mesas", "presidential-2024/mesas_v1.csv.xz");
  EXPECT_EQ(w.rows.size(), 24'532U);
  const tally::Totals totals = fold(w, Which::counted);
  const tally::Figures& country = *totals.at(ContestIndex{0}, {});
  EXPECT_EQ(country.valid(), 10'659'128);
  EXPECT_EQ(country.null, 1'139);
  EXPECT_EQ(votes_of(w, country, "EG"), 7'156'462);
  EXPECT_EQ(votes_of(w, country, "NM"), 3'241'461);
  EXPECT_EQ(votes_of(w, country, "BERA"), 37'408);
  EXPECT_EQ(country.registered, 17'745'239);
  EXPECT_EQ(country.turnout(), 6'007);  // (valid + null) / RE = 60.07 % [R16]
  EXPECT_EQ(territories(w, Level::centre), 12'817U);
  EXPECT_EQ(territories(w, Level::municipality), 326U);
  EXPECT_EQ(territories(w, Level::parish), 1'072U);
  EXPECT_EQ(counted(w, import_codes::kPaddedCode), 9'828);
  EXPECT_EQ(note(w, import_codes::kEncoding).fact("encoding"), "UTF-8 BOM");
  EXPECT_EQ(with_status(w, tally::RowStatus::counted), 24'532U);
}

TEST(Import2024, TheRowsOfTheTwoRealCodesAreThere) {
  SKIP_WITHOUT_SHARED("data/presidential-2024");
  const Workspace& w = real("ve-2024-mesas", "presidential-2024/mesas_v2.csv.xz");
  const auto figures = [&](std::string_view mesa) -> std::string {
    for (const tally::JudgedRow& judged : w.rows) {
      if (judged.row.unit.text() != mesa) continue;
      std::string out = std::to_string(judged.row.stated_valid->value());
      for (const Votes v : judged.row.votes) out += " " + std::to_string(v.value());
      return out;
    }
    return "";
  };
  EXPECT_TRUE(figures("201301006.01").starts_with("368 167 188 "));
  EXPECT_TRUE(figures("110601011.04").starts_with("581 436 135 "));
}

TEST(Import2017, ReproducesItsSums) {
  SKIP_WITHOUT_SHARED("data/governors-2017");
  const Workspace& w = real("ve-2017-mesas", "governors-2017/mesas.csv.xz");
  EXPECT_EQ(w.rows.size(), 30'214U);
  std::int64_t electors = 0, voters = 0, valid = 0, null = 0, actas = 0, cards = 0;
  std::size_t most = 0;
  std::map<std::string, std::size_t> in_centre;
  for (const tally::JudgedRow& judged : w.rows) {
    const tally::Row& row = judged.row;
    electors += row.registered->value();
    voters += row.voters->value();
    valid += row.stated_valid->value();
    null += row.null.value();
    actas += row.actas;
    for (const Votes v : row.votes) cards += v.value();
    most = std::max(most, ++in_centre[row.unit.territory.text()]);
  }
  EXPECT_EQ(electors, 18'074'777);
  EXPECT_EQ(voters, 11'038'755);
  EXPECT_EQ(valid, 11'022'052);
  EXPECT_EQ(null, 16'709);
  EXPECT_EQ(actas, 30'250);
  EXPECT_EQ(cards, 11'009'819);
  EXPECT_EQ(most, 18U);
  EXPECT_EQ(territories(w, Level::state), 23U);
  EXPECT_EQ(w.definition.contests.size(), 23U);
  std::size_t fewest = 99;
  for (const election::Contest& contest : w.definition.contests) {
    fewest = std::min(fewest, contest.options.size());
    EXPECT_LE(contest.options.size(), 11U);
  }
  EXPECT_EQ(fewest, 5U);
}

TEST(Import2017, FlagsWhatDoesNotAddUpAndDropsNothing) {
  SKIP_WITHOUT_SHARED("data/governors-2017");
  const Workspace& w = real("ve-2017-mesas", "governors-2017/mesas.csv.xz");
  EXPECT_EQ(with_finding(w, Rule::cards_not_valid), 43U);
  EXPECT_EQ(with_finding(w, Rule::sum_not_ballots), 1U);
  EXPECT_EQ(notes(w, import_codes::kSeveralActas), 14U);
  EXPECT_EQ(w.about.at("synthetic_codes"), "yes");
  for (const ImportNote& n : w.notes) EXPECT_FALSE(n.fatal_for_row) << n.error.debug();
  // 13,519 names; where a mesa stands again in a parish there is another centre of that name. One
  // of the 14 ambiguous keys stands three times.
  std::set<std::string> second, keys;
  for (const ImportNote& n : w.notes) {
    if (n.error.code != import_codes::kSameName) continue;
    const std::string centre{n.error.fact("centre")};
    second.insert(centre);
    keys.insert(centre.substr(0, 6) + std::string{n.error.fact("name")} + "/" +
                std::string{n.error.fact("mesa")});
  }
  EXPECT_EQ(keys.size(), 14U);
  EXPECT_EQ(notes(w, import_codes::kSameName), 15U);
  EXPECT_EQ(territories(w, Level::centre), 13'519U + second.size());
  for (const tally::JudgedRow& judged : w.rows) {
    const bool broken = judged.has(Rule::cards_not_valid) || judged.has(Rule::sum_not_ballots);
    EXPECT_TRUE(!broken || judged.row.status == tally::RowStatus::quarantined);
  }
}

// The candidates who were proclaimed for one of the two blocs: 5 of 23. The other 18 states have
// other winners. The file has no parties.
const std::map<std::string, std::string> kFive{{"02", "ANTONIO BARRETO SIRA"},
                                               {"12", "RAMON GUEVARA"},
                                               {"15", "ALFREDO DIAZ"},
                                               {"18", "LAIDY GOMEZ"},
                                               {"21", "JUAN PABLO GUANIPA"}};

TEST(Import2017, GivesTheWinnerOfEachState) {  // [R121] [R125]
  SKIP_WITHOUT_SHARED("data/governors-2017");
  const Workspace& w = real("ve-2017-mesas", "governors-2017/mesas.csv.xz");
  for (const Which which : {Which::as_published, Which::counted}) {
    const tally::Totals totals = fold(w, which);
    int five = 0;
    for (std::size_t c = 0; c < w.definition.contests.size(); ++c) {
      const election::Contest& contest = w.definition.contests[c];
      const ContestIndex index{static_cast<std::uint16_t>(c)};
      const auto& votes = totals.at(index, contest.territory)->votes;
      const auto best = std::ranges::max_element(votes) - votes.begin();
      EXPECT_EQ(std::ranges::count(votes, votes[static_cast<std::size_t>(best)]), 1);
      const auto known = kFive.find(contest.territory.text());
      const std::string& name = contest.options[static_cast<std::size_t>(best)].name;
      if (known != kFive.end()) {
        EXPECT_EQ(name, known->second);
        ++five;
      }
      if (contest.territory.text() != "06") continue;
      std::vector<std::int64_t> sorted = votes;
      std::ranges::sort(sorted, std::greater<>{});
      EXPECT_EQ(name, "JUSTO NOGUERA PIETRI");
      if (which == Which::as_published) {
        EXPECT_EQ(sorted[0], 276'496);
        EXPECT_EQ(sorted[1], 275'190);
        EXPECT_EQ(sorted[0] - sorted[1], 1'306);
      } else {  // without the rows whose candidates do not add up
        EXPECT_EQ(sorted[0] - sorted[1], 1'195);
      }
    }
    EXPECT_EQ(five, 5);
    EXPECT_EQ(w.definition.contests.size() - 5, 18U);
  }
}

TEST(Import2012, ReproducesItsSumsAndSaysThatItIsPartial) {
  SKIP_WITHOUT_SHARED("data/presidential-2012");
  const Workspace& w = real("ve-2012-centres", "presidential-2012/centres.csv.xz");
  EXPECT_EQ(territories(w, Level::centre), 13'671U);
  EXPECT_EQ(territories(w, Level::state), 24U);
  EXPECT_EQ(territories(w, Level::municipality), 335U);
  EXPECT_EQ(territories(w, Level::parish), 1'135U);
  EXPECT_EQ(w.rows.size(), 13'671U - 154U);
  EXPECT_EQ(notes(w, import_codes::kNoTotals), 154U);
  EXPECT_EQ(notes(w, import_codes::kPartial), 1U);
  EXPECT_EQ(w.about.at("partial"), "yes");
  EXPECT_EQ(notes(w, import_codes::kEmptyColumn), 2U);
  EXPECT_EQ(counted(w, import_codes::kEmptyColumn), 13'671);
  const tally::Totals totals = fold(w, Which::counted);
  const tally::Figures& country = *totals.at(ContestIndex{0}, {});
  EXPECT_EQ(country.valid(), 14'684'491);
  EXPECT_EQ(country.null, 284'256);
  EXPECT_EQ(country.voters, 14'968'747);
  EXPECT_EQ(country.registered, 18'553'571);
  EXPECT_EQ(country.counted, 38'462);
  // Two centres without totals have some votes: they stand in the notes, 903 in all.
  const std::vector<std::pair<std::string, std::int64_t>> expected{
      {"hugo-chavez", 8'116'086}, {"henrique-capriles-radonski", 6'480'389},
      {"reina-sequera", 69'360},  {"luis-reyes", 8'147},
      {"maria-bolivar", 7'320},   {"orlando-chirino", 4'092}};
  std::int64_t in_notes = 0;
  for (const auto& [option, votes] : expected) {
    std::int64_t noted = 0;
    for (const ImportNote& n : w.notes) {
      if (n.error.code == import_codes::kNoTotals) noted += whole(n.error.fact(option)).value_or(0);
    }
    in_notes += noted;
    EXPECT_EQ(votes_of(w, country, option) + noted, votes) << option;
  }
  EXPECT_EQ(in_notes, 903);
}

TEST(Import2013, CentresReproduceTheirSums) {
  SKIP_WITHOUT_SHARED("data/municipal-2013");
  const Workspace& w = real("ve-2013-centres", "municipal-2013/centres.csv.xz");
  EXPECT_EQ(w.rows.size(), 13'651U);
  EXPECT_EQ(territories(w, Level::state), 24U);
  EXPECT_EQ(territories(w, Level::municipality), 335U);
  EXPECT_EQ(territories(w, Level::parish), 1'141U);
  const tally::Totals totals = fold(w, Which::as_published);
  const tally::Figures& country = *totals.at(ContestIndex{0}, {});
  EXPECT_EQ(country.expected, 39'427);
  EXPECT_EQ(country.registered_expected, 19'066'375);
  EXPECT_EQ(country.voters, 11'229'973);
  EXPECT_EQ(country.valid(), 10'807'123);
  EXPECT_EQ(country.null, 422'851);
  EXPECT_EQ(with_finding(w, Rule::sum_not_ballots), 12U);
  EXPECT_EQ(note(w, import_codes::kNoActa).fact("centre"), "200303006");
  EXPECT_EQ(notes(w, import_codes::kOtherName), 1U);  // one parish has two names
}

}  // namespace
}  // namespace sufragio::services
