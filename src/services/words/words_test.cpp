#include <gtest/gtest.h>

#include "services/words/catalogue.h"
#include "services/words/codes.h"
#include "services/words/format.h"

namespace sufragio::services {
namespace {

codec::Document table(codec::Document::Table pairs) { return codec::Document{std::move(pairs), 1}; }
codec::Document words(std::string text) { return codec::Document{std::move(text), 2}; }

TEST(Words, NumbersAreWrittenAsEachLanguageReadsThem) {
  EXPECT_EQ(grouped(0, Language::es), "0");
  EXPECT_EQ(grouped(1'234, Language::es), "1.234");
  EXPECT_EQ(grouped(10'887'262, Language::es), "10.887.262");
  EXPECT_EQ(grouped(10'887'262, Language::en), "10,887,262");
  EXPECT_EQ(percent(6'709, Language::es), "67,09\u00a0%");
  EXPECT_EQ(percent(6'709, Language::en), "67.09\u00a0%");
  EXPECT_EQ(percent(5, Language::en), "0.05\u00a0%");
  EXPECT_EQ(percent(10'000, Language::es), "100,00\u00a0%");
}

TEST(Words, SharesFollowTheOneRoundingRule) {  // [R118]
  EXPECT_EQ(share(4'317'819, 6'227'690, Language::en), "69.33\u00a0%");
  EXPECT_EQ(share(7'303'480, 10'887'262, Language::es), "67,08\u00a0%");
  EXPECT_EQ(share(0, 0, Language::es), "–");
}

TEST(Words, DatesAndTimesAreWrittenWithoutALibraryOfLocales) {
  const std::string months =
      "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre";
  EXPECT_EQ(date_words("2024-07-28", months, Language::es), "28 de julio de 2024");
  EXPECT_EQ(date_words("2013-12-08", months, Language::es), "8 de diciembre de 2013");
  EXPECT_EQ(civil_time(0, 0), "1970-01-01 00:00");
  EXPECT_EQ(civil_time(1'722'204'000, -240), "2024-07-28 18:00");
  EXPECT_EQ(civil_time(951'782'400, 0), "2000-02-29 00:00");
  EXPECT_EQ(civil_time(-60, 0), "1969-12-31 23:59");
}

TEST(Words, ACatalogueFillsPlaceholdersAndShowsWhatItLacks) {
  const auto catalogue =
      Catalogue::from(table({{"a", words("{n} of {m} <b>")}, {"b", words("plain")}}), "en");
  ASSERT_TRUE(catalogue.has_value());
  EXPECT_EQ(catalogue->text("a", {{"n", "3"}, {"m", "4"}}), "3 of 4 <b>");
  EXPECT_EQ(catalogue->text("a", {{"n", "3"}}), "3 of {m} <b>");
  EXPECT_EQ(catalogue->text("zzz"), "[zzz]");
  EXPECT_EQ(catalogue->expand("<p>[[a]]</p>[[b]]").value(), "<p>{n} of {m} &lt;b&gt;</p>plain");
  EXPECT_EQ(catalogue->expand("[[zzz]]").error().code, kWordMissing);
}

// A fact that has its own words in a language is said in that language.
TEST(Words, AFactInTheLanguageOfTheReaderGoesFirst) {
  const auto in = [](const char* language) {
    return Catalogue::from(table({{"code.D203.what", words("{key}: {article}")}}), language)
        .value();
  };
  const std::vector<Fact> facts{{"key", "k"}, {"article", "art. 9"}, {"article_es", "artículo 9"}};
  EXPECT_EQ(in("en").what(Code{'D', 203}, facts), "k: art. 9");
  EXPECT_EQ(in("es").what(Code{'D', 203}, facts), "k: artículo 9");
  EXPECT_EQ(in("es").fact(facts, "key"), "k");
  EXPECT_EQ(in("es").fact(facts, "line"), "");
}

TEST(Words, ACatalogueRefusesWhatIsNoTextAndKeysThatStandTwice) {
  EXPECT_FALSE(
      Catalogue::from(table({{"a", codec::Document{std::int64_t{3}, 2}}}), "en").has_value());
  EXPECT_EQ(Catalogue::from(table({{"a", words("x")}, {"a", words("y")}}), "en").error().code,
            kWordTwice);
}

}  // namespace
}  // namespace sufragio::services
