#include "adapters/toml/toml.h"

#include "adapters/toml/codes.h"

#include <gtest/gtest.h>

namespace sufragio::adapters {
namespace {

TEST(Toml, GivesKeysInTheOrderOfTheTextWithTheirLines) {
  const auto doc = parse_toml("b = 1\na = \"x\"\n[t]\nz = true\nc = [1, 2]\n");
  ASSERT_TRUE(doc) << doc.error().debug();
  const auto& table = std::get<codec::Document::Table>(doc->value());
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0].first, "b");
  EXPECT_EQ(table[1].first, "a");
  EXPECT_EQ(table[1].second.line(), 2);
  const auto inner = doc->table("t");
  ASSERT_TRUE(inner);
  EXPECT_EQ((*inner)->find("z")->line(), 4);
  EXPECT_EQ((*(*inner)->array("c"))->size(), 2u);
  EXPECT_EQ(doc->integer("b").value(), 1);
}

TEST(Toml, ReadsALocalDateAsText) {
  const auto doc = parse_toml("date = 2026-12-06\n");
  ASSERT_TRUE(doc);
  EXPECT_EQ(doc->string("date").value(), "2026-12-06");
}

TEST(Toml, RefusesFloatsAndTimesWithKeyAndLine) {
  for (const char* text :
       {"\nx = 0.5\n", "\nx = 1e3\n", "\nx = nan\n", "\nx = 07:30:00\n",
        "\nx = 2026-12-06T07:30:00Z\n", "\nx = [1, 2.0]\n", "\nx = { y = 1.0 }\n"}) {
    const auto doc = parse_toml(text);
    ASSERT_FALSE(doc) << text;
    EXPECT_EQ(doc.error().code, toml_codes::kForbiddenToml) << text;
    EXPECT_EQ(doc.error().fact("line"), "2") << text;
  }
}

TEST(Toml, RefusesWhatIsNotTomlAndNamesTheLine) {
  for (const char* text : {"a = 1\na = 2\n", "a = 1\n[b\n", "a = 1\nb\n", "a = 1\nb = 'x\n",
                           "a = 1\nb = \"\xff\"\n", "a = 1\n[a]\n"}) {
    const auto doc = parse_toml(text);
    ASSERT_FALSE(doc) << text;
    EXPECT_EQ(doc.error().code, toml_codes::kBadToml) << text;
    EXPECT_EQ(doc.error().fact("line"), "2") << doc.error().debug();
  }
}

TEST(Toml, SurvivesDeepNesting) {
  const std::string text = "a = " + std::string(100'000, '[');
  EXPECT_FALSE(parse_toml(text));
}

// toml++ 3.3 has undefined behaviour on these where a token may start; found by fuzz_law_pack.
TEST(Toml, RefusesCharactersOutsideAsciiBetweenItsTokens) {
  for (const char* bad : {"\u0204", "a = 1 \u00e9\n", "\u00e9 = 1\n", "a = \u00e9\n",
                          "a = \"\"\"x\"\"\"\n", "a = [1, \u00f1]\n", "[+", "[[ ]]\n",
                          // inside quotes that open in the middle of a token
                          "a = 0'\u00e9'\n", "a = -='\u00e9'\n", "a = [-=\"\u00e9\"]\n",
                          "a = \"\\\u00e9\"\n", "a = \"x\\"}) {
    const auto document = parse_toml(bad);
    ASSERT_FALSE(document.has_value()) << bad;
    EXPECT_EQ(document.error().code.text(), "F401") << bad;
  }
  const auto good = parse_toml("# \u00e9\na = \"\u00d1u\\\"\u00f1\" # \u0204\nb = '\u00e9'\n");
  ASSERT_TRUE(good.has_value()) << good.error().debug();
  EXPECT_EQ(good->string("a").value(), "\u00d1u\"\u00f1");
  EXPECT_EQ(good->string("b").value(), "\u00e9");
}

TEST(Toml, ReadsTextsOfEveryKindAsTheyStand) {
  const auto document = parse_toml(
      "\ufeff'\u00e1' = 'C:\\new \"x\" # no'\nb = \"\u20ac \U0001F5F3 \\u00e9 \\\\u00e9 # no\"\nc "
      "= ['\u00df',"
      " \"'\"] # \u00df\n");
  ASSERT_TRUE(document.has_value()) << document.error().debug();
  EXPECT_EQ(document->string("\u00e1").value(), "C:\\new \"x\" # no");
  EXPECT_EQ(document->string("b").value(), "\u20ac \U0001F5F3 \u00e9 \\u00e9 # no");
  const auto list = document->array("c");
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(std::get<std::string>((*list)->at(0).value()), "\u00df");
  EXPECT_EQ(std::get<std::string>((*list)->at(1).value()), "'");
}

}  // namespace
}  // namespace sufragio::adapters
