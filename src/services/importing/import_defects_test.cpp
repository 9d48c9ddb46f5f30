#include <gtest/gtest.h>

#include "services/importing/builder.h"
#include "services/importing/codes.h"
#include "services/importing/import.h"
#include "tests/support/import_fixture.h"
#include "tests/support/support.h"

// What is wrong in a source becomes a coded note with file and line; the rest is imported, or
// nothing when strict.
namespace sufragio::services {
namespace {

using namespace importing_tests;
using tally::RowStatus;
using tally::Rule;

constexpr std::string_view kMapping = R"(
id = "prueba"
title_es = "Elección de prueba"
title_en = "Test election"
date = "2030-05-05"
publisher = "Asociación de prueba"
[file]
encoding = "utf-8"
[contest]
id = "junta"
kind = "president"
[columns]
centre = "centro"
mesa = "mesa"
registered = "electores"
voters = "votantes"
ballots = "boletas"
valid = "validos"
null = "nulos"
state_name = "estado"
[[options]]
column = "a"
id = "araguaney"
name = "Movimiento Araguaney"
[[options]]
column = "b"
id = "llano"
name = "Unión del Llano"
)";

const std::string kHeader = "centro,mesa,electores,votantes,boletas,validos,nulos,estado,a,b\n";
const std::string kGood = "010101001,1,100,60,60,58,2,Norte,30,28\n";

ImportOptions generic() {
  ImportOptions out = options_for("ve-2024-mesas");
  out.description = kMapping;
  return out;
}

Result<Workspace> read(std::string_view rows, bool strict = false) {
  ImportOptions options = generic();
  options.strict = strict;
  return import_files("generic", {text_file("filas.csv", kHeader + std::string{rows})}, options);
}

Workspace good(std::string_view rows) {
  Result<Workspace> out = read(rows);
  EXPECT_TRUE(out) << (out ? "" : out.error().debug());
  return out ? std::move(*out) : Workspace{};
}

// The one defect of an import whose other rows came in.
void expect_defect(std::string_view row, Code code, std::string_view line = "3") {
  const std::string rows = kGood + std::string{row} + "010101001,9,100,60,60,58,2,Norte,30,28\n";
  const Workspace w = good(rows);
  EXPECT_EQ(w.rows.size(), 2U) << row;
  const Error error = note(w, code);
  EXPECT_EQ(error.fact("file"), "filas.csv") << row;
  EXPECT_EQ(error.fact("line"), line) << row;
  const Result<Workspace> strict = read(rows, true);
  ASSERT_FALSE(strict) << row;
  EXPECT_EQ(strict.error().code, import_codes::kStrict);
  EXPECT_EQ(strict.error().fact("first"), code.text());
}

// [R158]
TEST(ImportDefects, AGoodRowHasNoNoteAndCounts) {
  const Workspace w = good(kGood);
  ASSERT_EQ(w.rows.size(), 1U);
  EXPECT_EQ(w.rows[0].row.status, RowStatus::counted);
  EXPECT_TRUE(w.rows[0].findings.empty());
  EXPECT_EQ(w.rows[0].row.origin, "filas.csv:2");
  EXPECT_EQ(w.rows[0].row.trust, tally::Trust::imported);
  EXPECT_EQ(w.rows[0].row.unit.text(), "010101001.01");
  EXPECT_EQ(w.definition.mesas[0].electors.value(), 100);
  EXPECT_TRUE(w.definition.imported);
  EXPECT_EQ(w.definition.organiser, "Asociación de prueba");
  EXPECT_TRUE(read(kGood, true));
}

TEST(ImportDefects, AnUnreadableLineIsNamed) {
  expect_defect("010101001,2,100,60,60,58,2,Nor\xffte,30,28\n", import_codes::kUnreadableLine);
  expect_defect("010101001,2,100,60,60,58,2,No\"rte,30,28\n", import_codes::kUnreadableLine);
  expect_defect("010101001,2,100,60,60,58,2,Norte,30\n", import_codes::kUnreadableLine);
  std::string with_nul = "010101001,2,100,60,60,58,2,N_e,30,28\n";
  with_nul[with_nul.find('_')] = '\0';
  expect_defect(with_nul, import_codes::kUnreadableLine);
}

TEST(ImportDefects, ABadFigureIsNamed) {
  for (const std::string_view bad : {"-1", "1.5", "", "1e3", "99999999999", " 7", "07", "x"}) {
    const std::string row = "010101001,2,100,60,60,58,2,Norte," + std::string{bad} + ",28\n";
    expect_defect(row, import_codes::kBadFigure);
  }
}

TEST(ImportDefects, ABadCodeIsNamed) {
  expect_defect("01010100,2,100,60,60,58,2,Norte,30,28\n", import_codes::kBadCode);
  expect_defect("x10101001,2,100,60,60,58,2,Norte,30,28\n", import_codes::kBadCode);
  expect_defect("010101001,0,100,60,60,58,2,Norte,30,28\n", import_codes::kBadCode);
  expect_defect("010101001,100,100,60,60,58,2,Norte,30,28\n", import_codes::kBadCode);
  expect_defect("020101001,2,100,60,60,58,2,\x01,30,28\n", import_codes::kBadText);
}

TEST(ImportDefects, ARepeatedRowCountsOnce) { expect_defect(kGood, import_codes::kRepeatedRow); }

TEST(ImportDefects, ASecondRowWithOtherFiguresHoldsBothBack) {
  const Workspace w = good(kGood + "010101001,1,100,60,60,58,2,Norte,28,30\n");
  ASSERT_EQ(w.rows.size(), 2U);
  EXPECT_EQ(with_finding(w, Rule::conflicting_acta), 2U);
  EXPECT_EQ(with_status(w, RowStatus::quarantined), 2U);
  EXPECT_EQ(note(w, import_codes::kConflictingRow).fact("first"), "filas.csv:2");
  const Result<Workspace> strict = read(kGood + "010101001,1,100,60,60,58,2,Norte,28,30\n", true);
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().fact("first"), import_codes::kConflictingRow.text());
}

TEST(ImportDefects, ASumThatDoesNotAddUpIsHeldBack) {
  const std::vector<std::pair<std::string, Rule>> cases{
      {"010101001,2,100,60,60,58,2,Norte,31,28\n", Rule::cards_not_valid},
      {"010101001,2,100,60,60,58,3,Norte,30,28\n", Rule::sum_not_ballots},
      {"010101001,2,100,60,61,59,2,Norte,31,28\n", Rule::ballots_over_voters},
      {"010101001,2,50,60,60,58,2,Norte,30,28\n", Rule::voters_over_electors},
      {"010101001,2,100,60,60,91,2,Norte,63,28\n", Rule::over_ballots}};
  for (const auto& [row, rule] : cases) {
    const Workspace w = good(kGood + row);
    ASSERT_EQ(w.rows.size(), 2U) << row;
    EXPECT_TRUE(w.rows[1].has(rule)) << row;
    EXPECT_EQ(w.rows[1].row.status, RowStatus::quarantined) << row;
    EXPECT_EQ(fold(w, Which::counted).at(election::ContestIndex{0}, {})->counted, 1);
    EXPECT_EQ(fold(w, Which::as_published).at(election::ContestIndex{0}, {})->counted, 2);
    const Result<Workspace> strict = read(kGood + row, true);
    ASSERT_FALSE(strict);
    EXPECT_EQ(strict.error().code, import_codes::kStrict);
    EXPECT_EQ(strict.error().fact("where"), "filas.csv:3");
  }
}

TEST(ImportDefects, AWrongColumnStopsTheImport) {
  const auto code_of_header = [](std::string header) {
    const auto out =
        import_files("generic", {text_file("filas.csv", header + "\n" + kGood)}, generic());
    return out ? Code{} : out.error().code;
  };
  EXPECT_EQ(code_of_header("centro,mesa,electores,votantes,boletas,validos,nulos,estado,a"),
            import_codes::kWrongColumns);
  EXPECT_EQ(code_of_header("centro,mesa,electores,votantes,boletas,validos,nulos,estado,a,b,z"),
            import_codes::kWrongColumns);
  EXPECT_EQ(code_of_header("centro,mesa,electores,votantes,boletas,validos,nulos,estado,a,a"),
            import_codes::kWrongColumns);
  EXPECT_EQ(code_of_header(""), import_codes::kWrongColumns);
}

TEST(ImportDefects, AnUnknownCentreIsNamedWhenADefinitionIsGiven) {
  const Workspace known = good(kGood);
  ImportOptions options = generic();
  options.known = &known.definition;
  const std::string rows = kHeader + kGood + "010101002,1,100,60,60,58,2,Norte,30,28\n";
  const auto w = import_files("generic", {text_file("filas.csv", rows)}, options);
  ASSERT_TRUE(w);
  EXPECT_EQ(w->rows.size(), 1U);
  EXPECT_EQ(note(*w, import_codes::kUnknownCentre).fact("centre"), "010101002");
  options.strict = true;
  EXPECT_FALSE(import_files("generic", {text_file("filas.csv", rows)}, options));
}

TEST(ImportDefects, UnknownFormatsFilesAndMappingsAreRefused) {
  EXPECT_EQ(import_files("ve-1999", {text_file("a", "")}, generic()).error().code,
            import_codes::kUnknownFormat);
  EXPECT_EQ(import_files("generic", {}, generic()).error().code, import_codes::kWrongFiles);
  EXPECT_EQ(
      import_files("generic", {text_file("a", ""), text_file("a", "")}, generic()).error().code,
      import_codes::kWrongFiles);
  EXPECT_EQ(import_files("generic", {text_file("../a", "")}, generic()).error().code,
            import_codes::kWrongFiles);
  EXPECT_EQ(read("").error().code, import_codes::kNoRows);
  ImportOptions options = generic();
  options.description = "id = 3";
  EXPECT_FALSE(import_files("generic", {text_file("a", "")}, options));
  options.description = std::string{kMapping} + "[words]\nx = \"y\"\n[nada]\n";
  EXPECT_FALSE(import_files("generic", {text_file("a", "")}, options));
}

TEST(ImportDefects, AFileOfSomethingElseIsGivenUp) {
  std::string rows;
  for (std::size_t i = 0; i < Builder::kMaxDefects + 10; ++i) rows += "x\n";
  EXPECT_EQ(read(rows).error().code, import_codes::kTooManyDefects);
}

TEST(ImportDefects, AMesaOf2017WithoutALineForEachCandidateIsLeftOut) {
  const std::string header =
      "estado,municipio,parroquia,centro,mesa,electores_inscritos,electores_actas_transmitidas,"
      "votantes_escrutados,votos_escrutados,votos_validos,votos_nulos,actas,actas_escrutadas,"
      "candidato,votos\n";
  const auto mesa = [](int number, std::string_view candidate, int votes) {
    return "EDO. LARA,MP. UNO,PQ. UNO,ESCUELA," + std::to_string(number) +
           ",100,100,60,60,60,0,1,1," + std::string{candidate} + "," + std::to_string(votes) + "\n";
  };
  std::string text = header;
  for (int m = 1; m <= 3; ++m) text += mesa(m, "ANA", 40) + mesa(m, "BEA", 20);
  text += mesa(4, "ANA", 40);                       // a line is missing
  text += mesa(5, "ANA", 40) + mesa(5, "CEA", 20);  // a name that no other mesa has
  text += mesa(1, "ANA", 40) + mesa(1, "BEA", 20);  // equal in every field: another centre
  const auto w =
      import_files("ve-2017-mesas", {text_file("m.csv", text)}, options_for("ve-2017-mesas"));
  ASSERT_TRUE(w) << w.error().debug();
  EXPECT_EQ(w->rows.size(), 4U);
  EXPECT_EQ(notes(*w, import_codes::kIncomplete), 2U);
  EXPECT_EQ(note(*w, import_codes::kSameName).fact("centre"), "110101002");
  EXPECT_EQ(w->definition.contests.at(0).id.text(), "gobernacion-11");
  EXPECT_EQ(w->definition.contests.at(0).options.size(), 2U);
}

TEST(ImportDefects, ALineOfJsonOutsideTheFormatIsNamed) {
  const std::string good_line =
      R"({"codigo":"020100","titulo":"ALCALDESA O ALCALDE DEL MUNICIPIO ANACO DEL ESTADO X",)"
      R"("ficha":)"
      R"({"ELECTORES ESPERADOS":"1.000","ELECTORES EN ACTAS TRANSMITIDAS":"1.000",)"
      R"("ELECTORES ESCRUTADOS":"100","PARTICIPACIÓN.":"10 %","VOTOS ESCRUTADOS":"100",)"
      R"("VOTOS VÁLIDOS":"90","VOTOS NULOS":"10","ACTAS TOTALES":"3","ACTAS ESCRUTADAS":"3"},)"
      R"("opciones":[{"nombre":"ANA","votos":90,"adj":1,)"
      R"("tarjetas":[["7","UNO",80],[null,"DOS",8]],)"
      R"("vtv":2,"elegidos":["ANA"]}]})";
  const auto read_lines = [&](const std::string& text) {
    return import_files("ve-2013-contests", {text_file("c.jsonl", text)},
                        options_for("ve-2013-contests"));
  };
  const auto w = read_lines(good_line + "\n");
  ASSERT_TRUE(w) << w.error().debug();
  EXPECT_EQ(w->rows.at(0).row.status, RowStatus::counted);
  EXPECT_EQ(w->definition.contests.at(0).cards.size(), 3U);  // two cards and the residual
  EXPECT_EQ(w->stated_expected.at(0).actas, 3);
  EXPECT_EQ(w->stated_seats.at(0).seats, 1U);
  EXPECT_EQ(counted(*w, import_codes::kPersonsLeftOut), 1);
  EXPECT_EQ(w->definition.territory(code_of("0201"))->name, "ANACO");
  std::string other_line = good_line;
  other_line.replace(other_line.find("020100"), 6, "020200");
  const std::vector<std::pair<std::string, std::string>> broken{{"\"codigo\"", "\"kodigo\""},
                                                                {"020100", "0201"},
                                                                {"1.000", "1.0000"},
                                                                {"90,\"adj\"", "-1,\"adj\""},
                                                                {"[\"7\"", "[7"},
                                                                {"\"vtv\":2", "\"vtv\":\"2\""},
                                                                {"}]}", "}]"}};
  for (const auto& [from, to] : broken) {
    std::string bad = good_line;
    bad.replace(bad.find(from), from.size(), to);
    const auto out = read_lines("\n" + bad + "\n" + other_line + "\n");
    ASSERT_TRUE(out) << to << " " << out.error().debug();
    EXPECT_EQ(out->rows.size(), 1U) << to;
    bool named = false;
    for (const ImportNote& n : out->notes) {
      named = named || (n.fatal_for_row && n.error.fact("line") == "2");
    }
    EXPECT_TRUE(named) << to;
  }
  EXPECT_FALSE(read_lines("[]\n"));
}

}  // namespace
}  // namespace sufragio::services
