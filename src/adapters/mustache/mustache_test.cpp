#include "adapters/mustache/mustache.h"

#include <gtest/gtest.h>

#include "ports/codes.h"

namespace sufragio::adapters {
namespace {

std::unique_ptr<Mustache> one(const std::string& text) {
  auto made = Mustache::from({{"page", text}, {"part", "<i>{{word}}</i>"}});
  EXPECT_TRUE(made.has_value()) << made.error().debug();
  return std::move(made).value();
}

Code refusal(const std::string& text) {
  const auto made = Mustache::from({{"page", text}});
  return made.has_value() ? Code{} : made.error().code;
}

TEST(Mustache, EveryTextIsEscaped) {
  ports::TemplateData data;
  data.text("word", "<a href=\"x\">'&");
  EXPECT_EQ(one("<p>{{word}}</p>")->render("page", data).value(),
            "<p>&lt;a href=&quot;x&quot;&gt;&apos;&amp;</p>");
}

TEST(Mustache, SectionsRepeatAndPartialsArePutIn) {
  ports::TemplateData data;
  data.text("word", "w");
  auto& list = data.list("rows");
  list.resize(2);
  list[0].text("n", "1");
  list[1].text("n", "2");
  data.when("none", false);
  EXPECT_EQ(one("{{> part }}{{#rows}}[{{n}}{{word}}]{{/rows}}{{^none}}no{{/none}}{{! note }}")
                ->render("page", data)
                .value(),
            "<i>w</i>[1w][2w]no");
}

TEST(Mustache, ANameThatTheDataLacksIsAnError) {
  const auto rendered = one("{{word}}{{#rows}}x{{/rows}}")->render("page", {});
  ASSERT_FALSE(rendered.has_value());
  EXPECT_EQ(rendered.error().code, ports::kMissingName);
  EXPECT_EQ(rendered.error().fact("name"), "word");
  ports::TemplateData data;
  data.text("word", "w");
  EXPECT_EQ(one("{{^rows}}x{{/rows}}{{word}}")->render("page", data).error().fact("name"), "rows");
  EXPECT_EQ(one("x")->render("other", data).error().code, ports::kUnknownTemplate);
}

TEST(Mustache, UnescapedTextAndBrokenTemplatesAreRefused) {
  EXPECT_EQ(refusal("{{{word}}}"), ports::kBrokenTemplate);
  EXPECT_EQ(refusal("{{&word}}"), ports::kBrokenTemplate);
  EXPECT_EQ(refusal("{{=<% %>=}}"), ports::kBrokenTemplate);
  EXPECT_EQ(refusal("{{#a}}x"), ports::kBrokenTemplate);
  EXPECT_EQ(refusal("{{word"), ports::kBrokenTemplate);
  EXPECT_EQ(refusal("{{> page}}"), ports::kBrokenTemplate);
  EXPECT_EQ(refusal("{{> nobody}}"), ports::kUnknownTemplate);
}

}  // namespace
}  // namespace sufragio::adapters
