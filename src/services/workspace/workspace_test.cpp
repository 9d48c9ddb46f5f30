#include "services/workspace/workspace.h"

#include <gtest/gtest.h>

#include "ports/memory_store.h"
#include "services/importing/builder.h"
#include "services/workspace/codes.h"
#include "services/workspace/text.h"
#include "tests/support/import_fixture.h"
#include "tests/support/support.h"

namespace sufragio::services {
namespace {

using namespace importing_tests;

void expect_same(const Workspace& a, const Workspace& b) {
  EXPECT_EQ(a.definition, b.definition);
  EXPECT_EQ(a.law_text, b.law_text);
  EXPECT_EQ(a.law.hash, b.law.hash);
  EXPECT_EQ(a.sources, b.sources);
  EXPECT_EQ(a.notes, b.notes);
  EXPECT_EQ(a.about, b.about);
  EXPECT_EQ(a.stated_seats, b.stated_seats);
  EXPECT_EQ(a.stated_expected, b.stated_expected);
  EXPECT_EQ(a.bodies, b.bodies);
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    ASSERT_EQ(a.rows[i].row, b.rows[i].row) << i;
    ASSERT_EQ(a.rows[i].findings, b.rows[i].findings) << i;
  }
}

Workspace small() {
  const std::string text =
      "estado,municipio,parroquia,centro,mesa,electores_inscritos,electores_actas_transmitidas,"
      "votantes_escrutados,votos_escrutados,votos_validos,votos_nulos,actas,actas_escrutadas,"
      "candidato,votos\n"
      "EDO. LARA,MP. UNO,PQ. UNO,\"ESCUELA, \"\"A\"\"\",1,100,100,60,60,60,0,1,1,ANA,40\n"
      "EDO. LARA,MP. UNO,PQ. UNO,\"ESCUELA, \"\"A\"\"\",1,100,100,60,60,60,0,1,1,BEA,20\n"
      "EDO. LARA,MP. UNO,PQ. UNO,OTRA,2,100,100,60,60,60,0,3,3,ANA,40\n"
      "EDO. LARA,MP. UNO,PQ. UNO,OTRA,2,100,100,60,60,60,0,3,3,BEA,19\n"
      "EDO. LARA,MP. UNO,PQ. UNO,OTRA,3,100,100,60,60,60,0,1,1,ANA,x;=\\\n";
  auto out =
      import_files("ve-2017-mesas", {text_file("m.csv", text)}, options_for("ve-2017-mesas"));
  EXPECT_TRUE(out);
  return out ? std::move(*out) : Workspace{};
}

TEST(Workspace, LoadsWhatItSaved) {
  const Workspace before = small();
  EXPECT_EQ(before.rows.size(), 2U);
  ports::MemoryStore store;
  ASSERT_TRUE(save(before, store));
  const auto after = load(store, adapters::parse_toml);
  ASSERT_TRUE(after) << after.error().debug();
  expect_same(before, *after);
  ports::MemoryStore again;
  ASSERT_TRUE(save(*after, again));
  const auto names = *store.list("");
  EXPECT_EQ(names, *again.list(""));
  for (const std::string& name : names) EXPECT_EQ(*store.read(name), *again.read(name)) << name;
}

// [R19]
TEST(Workspace, LoadsEveryRealImportAgain) {
  SKIP_WITHOUT_SHARED("data/municipal-2013");
  for (const auto& [format, path] : std::vector<std::pair<std::string, std::string>>{
           {"ve-2013-lists", "municipal-2013/list_seats.csv"},
           {"ve-2013-councils", "municipal-2013/council_composition.csv"},
           {"ve-2013-contests", "municipal-2013/contests.jsonl.xz"},
           {"ve-2012-centres", "presidential-2012/centres.csv.xz"}}) {
    const Workspace& before = real(format, path);
    ports::MemoryStore store;
    ASSERT_TRUE(save(before, store)) << format;
    const auto after = load(store, adapters::parse_toml);
    ASSERT_TRUE(after) << format << " " << after.error().debug();
    expect_same(before, *after);
  }
}

TEST(Workspace, NeverBelievesTheStoredStatus) {
  ports::MemoryStore store;
  ASSERT_TRUE(save(small(), store));
  std::string rows{as_text(**store.read("rows.csv"))};
  const std::size_t at = rows.find(",quarantined,V203");
  ASSERT_NE(at, std::string::npos);
  rows.replace(at, 17, ",counted,");
  ASSERT_TRUE(store.write("rows.csv", as_bytes(rows), false));
  const auto w = load(store, adapters::parse_toml);
  ASSERT_TRUE(w);
  EXPECT_EQ(with_finding(*w, tally::Rule::cards_not_valid), 1U);
  EXPECT_EQ(with_status(*w, tally::RowStatus::quarantined), 1U);
}

TEST(Workspace, NamesTheFileAndLineOfWhatIsWrong) {
  const auto broken = [](std::string_view file, std::string_view from, std::string_view to) {
    ports::MemoryStore store;
    EXPECT_TRUE(save(small(), store));
    std::string text{as_text(**store.read(file))};
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << file << " " << from;
    text.replace(at, from.size(), to);
    EXPECT_TRUE(store.write(file, as_bytes(text), false));
    const auto out = load(store, adapters::parse_toml);
    EXPECT_FALSE(out) << file << " " << to;
    return out ? Error{} : out.error();
  };
  using namespace workspace_codes;
  EXPECT_EQ(broken("rows.csv", "gobernacion-11", "otra").code, kUnknownName);
  EXPECT_EQ(broken("rows.csv", "imported", "signet").code, kBadValue);
  EXPECT_EQ(broken("rows.csv", "40 20", "40 -20").code, kBadValue);
  EXPECT_EQ(broken("rows.csv", "m.csv", "n.csv").code, kUnknownName);
  EXPECT_EQ(broken("notes.csv", "I130", "X").code, kBadValue);
  EXPECT_EQ(broken("law.toml", "id = \"ve-2009\"", "id = \"ve-2010\"").code, kOtherLaw);
  const Error error = broken("rows.csv", "110101002", "11x101002");
  EXPECT_EQ(error.fact("file"), "rows.csv");
  EXPECT_EQ(error.fact("line"), "3");
  ports::MemoryStore empty;
  EXPECT_EQ(load(empty, adapters::parse_toml).error().code, kMissingFile);
}

TEST(Workspace, WritesFactsOnOneLineAndReadsThemBack) {
  const std::vector<Fact> facts{{"file", "a;b=c\\d"}, {"line", "3\n4\r"}, {"x", ""}};
  const std::string text = workspace_text::facts_to_text(facts);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(*workspace_text::facts_from_text(text), facts);
  EXPECT_TRUE(workspace_text::facts_from_text("")->empty());
  for (const std::string_view bad : {"a", "a=b=c", "a=b\\", ";", "a=b;c"}) {
    EXPECT_FALSE(workspace_text::facts_from_text(bad)) << bad;
  }
}

}  // namespace
}  // namespace sufragio::services
