#include <gtest/gtest.h>

#include <map>
#include <set>

#include "services/importing/import.h"
#include "tests/support/import_fixture.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

// 10,000 damaged rows of every format: nothing crashes, and no row that breaks a locked rule
// counts.
namespace sufragio::services {
namespace {

using namespace importing_tests;
using tests::SeededRng;

struct Maker {  // a header, and one line (or the lines of one unit) that is in order
  std::string_view format;
  std::string header;
  std::string (*unit)(std::uint64_t number, SeededRng& rng);
};

std::string n(std::uint64_t value) { return std::to_string(value); }

std::string mesa_2024(std::uint64_t i, SeededRng& rng) {
  const std::uint64_t eg = rng.below(300), nm = rng.below(300);
  return "1,DTTO. CAPITAL,1,MP. UNO," + n(i % 9 + 1) + ",PQ. DOS,101" +
         std::to_string(10'000 + i % 900).substr(0, 5) + "," + n(i % 15 + 1) + "," + n(eg + nm) +
         ",0," + n(eg) + "," + n(nm) + ",0,0,0,0,0,0,0,0,x\n";
}

std::string mesa_2017(std::uint64_t i, SeededRng& rng) {
  const std::uint64_t a = rng.below(300), b = rng.below(300), all = a + b;
  const std::string mesa = "EDO. LARA,MP. UNO,PQ. DOS,ESCUELA " + n(i / 5) + "," + n(i % 5 + 1) +
                           ",900,900," + n(all) + "," + n(all) + "," + n(all) + ",0,1,1,";
  return mesa + "ANA," + n(a) + "\n" + mesa + "BEA," + n(b) + "\n";
}

std::string centre_2012(std::uint64_t i, SeededRng& rng) {
  const std::uint64_t a = rng.below(900), b = rng.below(900), all = a + b;
  return "EDO. LARA,MP. UNO,PQ. DOS,ESCUELA " + n(i) + ",N/A,2000," + n(all) + "," + n(all) + "," +
         n(all) + ",0,N/A,2,0,0,0,0," + n(a) + "," + n(b) + "\n";
}

std::string centre_2013(std::uint64_t i, SeededRng& rng) {
  const std::uint64_t valid = rng.below(900), null = rng.below(20);
  return "0101" + std::to_string(10'000 + i) + ",DC,UNO,DOS,ESCUELA,4,2000,4," + n(valid + null) +
         "," + n(valid) + "," + n(null) + "\n";
}

std::string list_2013(std::uint64_t i, SeededRng& rng) {
  const std::string code = std::to_string(10 + i % 14) + std::to_string(10 + i % 80) + "00";
  return code + ",CONCEJALA O CONCEJAL LISTA " + n(i) + ",2,1,UNO+DOS," + n(rng.below(9'000)) +
         ",1\n" + code + ",CONCEJALA O CONCEJAL LISTA " + n(i) + ",2,2,TRES," +
         n(rng.below(9'000)) + ",1\n";
}

std::string council_2013(std::uint64_t i, SeededRng& rng) {
  const bool large = rng.below(2) == 0;
  return std::to_string(10 + i % 14) + std::to_string(10 + i % 80) + "00,ALCALDE " + n(i) +
         (large ? ",1000,6,3 2 1,3,0,9\n" : ",1000,5,5,2,0,7\n");
}

std::string contest_2013(std::uint64_t i, SeededRng& rng) {
  const std::uint64_t a = rng.below(900);
  return R"({"codigo":")" + std::to_string(10 + i % 14) + std::to_string(10 + i % 80) +
         R"(00","titulo":"ALCALDESA O ALCALDE )" + n(i) +
         R"(","ficha":{"ELECTORES ESPERADOS":"1.000","ELECTORES EN ACTAS TRANSMITIDAS":"1.000",)"
         R"("ELECTORES ESCRUTADOS":")" +
         n(a) + R"(","PARTICIPACIÓN.":"1 %","VOTOS ESCRUTADOS":")" + n(a) +
         R"(","VOTOS VÁLIDOS":")" + n(a) +
         R"(","VOTOS NULOS":"0","ACTAS TOTALES":"3","ACTAS ESCRUTADAS":"3"},"opciones":[)"
         R"({"nombre":"ANA","votos":)" +
         n(a) + R"(,"adj":1,"tarjetas":[["7","UNO",)" + n(a) + R"(]],"vtv":null,"elegidos":[]}]})" +
         "\n";
}

const std::vector<Maker> kMakers{
    {"ve-2024-mesas",
     "COD_EDO,EDO,COD_MUN,MUN,COD_PAR,PAR,CENTRO,MESA,VOTOS_VALIDOS,VOTOS_NULOS,EG,NM,LM,JABE,JOBR,"
     "AE,CF,DC,EM,BERA,URL\n",
     mesa_2024},
    {"ve-2017-mesas",
     "estado,municipio,parroquia,centro,mesa,electores_inscritos,electores_actas_transmitidas,"
     "votantes_escrutados,votos_escrutados,votos_validos,votos_nulos,actas,actas_escrutadas,"
     "candidato,votos\n",
     mesa_2017},
    {"ve-2012-centres",
     "Estado,Municipio,Parroquia,Centro,Número de Electores Esperados.,Número de Electores "
     "escrutados.,Número de Votos Escrutados.,Número Total de Votantes que votaron realmente.,"
     "Número total de Votos Válidos.,Número total de Votos Nulos.,Número de Actas "
     "Esperadas.,Número "
     "de Actas Procesadas.,ORLANDO CHIRINO,MARIA BOLIVAR,LUIS REYES,REINA SEQUERA,HENRIQUE "
     "CAPRILES "
     "RADONSKI,HUGO CHAVEZ\n",
     centre_2012},
    {"ve-2013-centres",
     "cod_centro,estado,municipio,parroquia,centro,mesas,electores_esperados,actas_totales,"
     "electores_escrutados_alcalde,votos_validos_alcalde,votos_nulos_alcalde\n",
     centre_2013},
    {"ve-2013-lists",
     "codigo,contienda,cargos,lista_pos,partidos_de_la_lista,votos_lista,cargos_adjudicados_cne\n",
     list_2013},
    {"ve-2013-councils",
     "cod_municipio,alcaldia,electores,nominales,circuitos(cargos por circuito),lista,indigenas,"
     "total\n",
     council_2013},
    {"ve-2013-contests", "", contest_2013}};

void damage(std::string& text, SeededRng& rng) {
  constexpr std::string_view kBytes{"0123456789,.\"\n\r \0\xff\xc3-AN/{}[]:", 28};
  const std::size_t at = rng.below(text.size());
  const char byte = kBytes[rng.below(kBytes.size())];
  switch (rng.below(6)) {
    case 0:
      text[at] = byte;
      break;
    case 1:
      text.insert(at, 1, byte);
      break;
    case 2:
      text.erase(at, 1);
      break;
    case 3:
      text += text;
      break;
    case 4:
      text.insert(at, "99999999999");
      break;
    default:
      if (text[at] >= '0' && text[at] < '9') ++text[at];
  }
}

// Independent of the judge: what the locked rules say about a counted row.
void expect_lawful(const Workspace& w, const std::string& text) {
  std::set<std::pair<election::ContestIndex, tally::Unit>> seen;
  for (const tally::JudgedRow& judged : w.rows) {
    const tally::Row& row = judged.row;
    if (row.status != tally::RowStatus::counted) continue;
    ASSERT_TRUE(seen.insert({row.contest, row.unit}).second) << text;
    const election::Contest& contest = w.definition.contest(row.contest);
    ASSERT_EQ(row.votes.size(), contest.cards.size()) << text;
    std::int64_t cards = 0;
    for (const Votes v : row.votes) cards += v.value();
    const std::int64_t all = cards + row.null.value() + row.invalid.value();
    ASSERT_LE(all, Votes::kMax) << text;
    ASSERT_EQ(cards, row.stated_valid ? row.stated_valid->value() : cards) << text;
    const auto people = row.ballots ? row.ballots : row.voters;
    ASSERT_EQ(all, people ? people->value() * contest.votes_per_voter : all) << text;
    if (row.ballots && row.voters) {
      ASSERT_LE(row.ballots->value(), row.voters->value()) << text;
    }
    if (row.voters && row.registered) {
      ASSERT_LE(row.voters->value(), row.registered->value()) << text;
    }
  }
}

TEST(ImportFuzz, TenThousandDamagedRowsOfEveryFormatCrashNothing) {
  constexpr std::size_t kFiles = 20, kUnits = 500;
  for (const Maker& maker : kMakers) {
    SeededRng rng{2013};
    const ImportOptions options = options_for(maker.format);
    std::size_t imported = 0, left_out = 0, held_back = 0;
    for (std::size_t f = 0; f < kFiles; ++f) {
      std::string text = maker.header;
      if (rng.below(20) == 0 && !text.empty()) damage(text, rng);
      for (std::size_t u = 0; u < kUnits; ++u) {
        std::string unit = maker.unit(u, rng);
        if (rng.below(3) == 0) damage(unit, rng);
        text += unit;
      }
      const auto w = import_files(maker.format, {text_file("f.csv", text)}, options);
      if (!w) {
        EXPECT_NE(w.error().code, Code{}) << maker.format;
        continue;
      }
      expect_lawful(*w, text);
      ASSERT_FALSE(HasFatalFailure()) << maker.format;
      imported += w->rows.size() + w->bodies.size();
      held_back += with_status(*w, tally::RowStatus::quarantined);
      for (const ImportNote& note : w->notes) left_out += note.fatal_for_row ? 1 : 0;
    }
    EXPECT_GT(imported, kFiles * kUnits / 3) << maker.format;
    EXPECT_GT(left_out, 100U) << maker.format;
    EXPECT_TRUE(maker.format != "ve-2024-mesas" || held_back > 100);
  }
}

}  // namespace
}  // namespace sufragio::services
