#include "services/statements/render.h"

#include <gtest/gtest.h>

#include "adapters/json/json.h"
#include "adapters/mustache/mustache.h"
#include "statement/file.h"
#include "statement/wording.h"
#include "tests/support/support.h"

namespace sufragio::services {
namespace {

using statement::Body;
using statement::Bound;
using statement::Decimal;
using statement::DesignBased;
using statement::FactStatement;
using statement::List;
using statement::Model;
using statement::Probability;
using statement::Statement;
using statement::Text;
using statement::Word;

Catalogue catalogue(const std::string& language) {
  const auto document = adapters::parse_json(tests::read_file("i18n/" + language + ".json"));
  EXPECT_TRUE(document.has_value());
  return *Catalogue::from(*document, language);
}

// Sentences of this test, with the words around them as they are in the product.
Catalogue with_sentences(const std::string& language) {
  const Catalogue real = catalogue(language);
  codec::Document::Table table;
  for (const std::string& key : real.keys()) {
    table.emplace_back(key, codec::Document{*real.find(key), 1});
  }
  const bool es = language == "es";
  const auto add = [&](std::string key, std::string text) {
    table.emplace_back(std::move(key), codec::Document{std::move(text), 1});
  };
  add("fact.test-sentence", es ? "La suma da {sum}, {share} %." : "The sum is {sum}, {share} %.");
  add("bound.test-sentence", es ? "Falta {why}: {mesas}." : "Missing {why}: {mesas}.");
  add("draw.test-sentence", es ? "A lo sumo {p}." : "At most {p}.");
  add("model.test-sentence", "p = {p}.");
  add("assume.test-a", es ? "las filas son las publicadas" : "the rows are the published ones");
  return *Catalogue::from(codec::Document{std::move(table), 1}, language);
}

Body body(std::string text) {
  Body out;
  out.text = std::move(text);
  out.arguments = {{"sum", std::int64_t{12'335'884}},
                   {"share", Decimal{-5, 1}},
                   {"p", Probability::at_most(0.0986)},
                   {"why", Word{"assume.test-a"}},
                   {"mesas", List{"1", "2", "3"}}};
  return out;
}

TEST(Render, TheClassComesFirstAndWhatItRestsOnFollows) {  // [R170]
  const Catalogue es = with_sentences("es");
  const Catalogue en = with_sentences("en");
  const Statement fact = FactStatement{body("fact.test-sentence")};
  EXPECT_EQ(statement_text(fact, es), "HECHO. La suma da 12.335.884, −0,5 %.");
  EXPECT_EQ(statement_text(fact, en), "FACT. The sum is 12,335,884, −0.5 %.");
  const Statement bound = *Bound::of(body("bound.test-sentence"), {"assume.test-a"});
  EXPECT_EQ(statement_text(bound, es, 2),
            "COTA. Falta las filas son las publicadas: 1, 2 y 1 más. Supone: las filas son las "
            "publicadas.");
  statement::DrawReference draw;
  draw.record.data.fill(1);
  draw.commitment.data.fill(2);
  draw.id = "statutory";
  draw.seed = "83561029471156203984";
  draw.drawn = 13'749;
  draw.universe = 25'073;
  const Statement design = *DesignBased::of(body("draw.test-sentence"), {"assume.test-a"}, draw);
  EXPECT_EQ(statement_text(design, en),
            "BY DRAW. At most 0.099. Draw statutory: seed 83561029471156203984, 13,749 of 25,073, "
            "data committed before: " +
                draw.commitment.hex() + ". Assumes: the rows are the published ones.");
  const Statement model =
      *Model::of(body("model.test-sentence"), {"assume.test-a"}, {"assume.test-a"}, {"7", "8"});
  EXPECT_EQ(statement_text(model, es),
            "MODELO. p = 0,099. Supone: las filas son las publicadas. Causas inocentes conocidas: "
            "las filas son las publicadas. No dice nada de intención. Qué hacer: comparar el papel "
            "de estas mesas: 7, 8.");
}

// [R170] [R180] No sentence of the product uses a forbidden word, and "irreversible" stays with the
// bound on what is missing.
TEST(Wording, NoCatalogueUsesAForbiddenWord) {
  for (const char* language : {"es", "en"}) {
    const Catalogue words = catalogue(language);
    for (const std::string& key : words.keys()) {
      const std::string& text = *words.find(key);
      EXPECT_TRUE(statement::forbidden_words(text).empty()) << language << " " << key;
      const bool may = key.starts_with("irreversible.") || key.starts_with("bound.irreversible") ||
                       key.starts_with("cli.tally") || key.starts_with("column.irreversible");
      EXPECT_TRUE(may || !statement::says_irreversible(text)) << language << " " << key;
    }
  }
}

// The class of a sentence is the first part of its key; every class has its word.
TEST(Wording, EverySentenceHasAClass) {
  const Catalogue words = catalogue("es");
  for (const statement::Class of : {statement::Class::fact, statement::Class::bound,
                                    statement::Class::draw, statement::Class::model}) {
    EXPECT_NE(words.find(statement::class_key(of)), nullptr);
  }
}

TEST(Render, AReportSaysTheSameInEveryForm) {
  const Catalogue en = with_sentences("en");
  statement::Report report;
  report.title = "assume.test-a";
  statement::Section& section = report.sections.emplace_back();
  section.heading = "assume.test-a";
  section.statements.emplace_back(FactStatement{body("fact.test-sentence")});
  section.tables.push_back({"assume.test-a",
                            {"option", "votes", "share"},
                            {{Text{"a"}, std::int64_t{1'234}, Decimal{6'400, 2}}}});
  const std::string sentence = "FACT. The sum is 12,335,884, −0.5 %.";
  const std::string text = report_text(report, en);
  EXPECT_NE(text.find(sentence), std::string::npos);
  EXPECT_NE(text.find("Option  Votes      %\na       1,234  64.00\n"), std::string::npos) << text;
  const std::string json = report_json(report, en);
  EXPECT_TRUE(adapters::parse_json(json).has_value());
  EXPECT_NE(json.find(sentence), std::string::npos);
  EXPECT_NE(json.find("64.00"), std::string::npos);
  EXPECT_NE(report_csv(report, en).find("\"" + sentence + "\""), std::string::npos);
  EXPECT_EQ(table_csv(section.tables[0], en), "option,votes,share\na,1234,64.00\n");
}

TEST(Render, APageAndADrawingHoldEveryStatement) {
  const Catalogue en = with_sentences("en");
  std::map<std::string, std::string> texts;
  texts["report"] = *en.expand(tests::read_file("templates/report.html"));
  const auto templates = adapters::Mustache::from(texts);
  ASSERT_TRUE(templates) << templates.error().debug();
  statement::Report report;
  report.title = "assume.test-a";
  statement::Section& section = report.sections.emplace_back();
  section.heading = "assume.test-a";
  section.notes = {"assume.test-a"};
  section.statements.emplace_back(FactStatement{body("fact.test-sentence")});
  section.tables.push_back({"assume.test-a", {"option"}, {{Text{"<b>"}}}});
  statement::Plot plot;
  plot.caption = plot.x_label = plot.y_label = "assume.test-a";
  plot.series.push_back({"assume.test-a", statement::Series::Mark::bars, {{0, 5}, {1, 7}}});
  plot.series.push_back({"assume.test-a", statement::Series::Mark::line, {{0, 6}, {1, 6}}});
  section.plots.push_back(plot);

  const auto page = report_html(report, en, **templates, "p{}");
  ASSERT_TRUE(page) << page.error().debug();
  EXPECT_NE(page->find("<strong>FACT.</strong> The sum is 12,335,884"), std::string::npos);
  EXPECT_NE(page->find("&lt;b&gt;"), std::string::npos) << "names of sources are escaped";
  EXPECT_EQ(page->find("<script"), std::string::npos);
  EXPECT_EQ(page->find("<b>"), std::string::npos);
  const std::string svg = plot_svg(plot, en);
  EXPECT_NE(svg.find("<title>the rows are the published ones</title>"), std::string::npos);
  const codec::Drawing drawing = report_drawing(report, en, 0);
  EXPECT_GT(drawing.blocks.size(), 6u);
  EXPECT_EQ(drawing.title, "the rows are the published ones");
}

TEST(Render, TablesOfADrawingAlignFiguresAndRepeatTheirHead) {
  const Catalogue en = with_sentences("en");
  statement::Report report;
  report.title = "assume.test-a";
  statement::Section& section = report.sections.emplace_back();
  section.heading = "assume.test-a";
  section.tables.push_back({"assume.test-a", {"option", "votes"}, {}});
  for (std::int64_t i = 0; i < 90; ++i) {
    section.tables[0].rows.push_back({Text{"a"}, i == 7 ? statement::Value{Text{"–"}} : i * 1'000});
  }
  const codec::Drawing drawing = report_drawing(report, en, 0);
  ASSERT_EQ(drawing.heads.size(), 1u);
  const codec::TableHead& head = drawing.heads[0];
  EXPECT_EQ(head.count, 4u) << "caption, space, names, rule";
  EXPECT_EQ(head.end, head.first + head.count + 90);
  for (std::size_t i = head.first + head.count; i < head.end; ++i) {
    const auto& row = std::get<codec::TextRow>(drawing.blocks[i]);
    EXPECT_EQ(row.cells[0].align, codec::Align::left);
    EXPECT_EQ(row.cells[1].align, codec::Align::right) << "also where a figure is missing";
    EXPECT_GT(row.cells[1].width, 0);
  }
}

}  // namespace
}  // namespace sufragio::services
