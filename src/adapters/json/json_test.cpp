#include "adapters/json/json.h"

#include "adapters/json/codes.h"

#include <gtest/gtest.h>

#include "codec/json_write.h"

namespace sufragio::adapters {
namespace {

TEST(Json, ReadsObjectsInTheirOrderWithLines) {
  const auto doc = parse_json("{\n\"b\": 1,\n\"a\": [true, null, \"\\u00e1\"],\n\"n\": -7\n}\n");
  ASSERT_TRUE(doc) << doc.error().debug();
  const auto& table = std::get<codec::Document::Table>(doc->value());
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0].first, "b");
  EXPECT_EQ(table[1].first, "a");
  EXPECT_EQ(table[1].second.line(), 3);
  const auto array = doc->array("a");
  ASSERT_TRUE(array);
  ASSERT_EQ((*array)->size(), 3u);
  EXPECT_EQ(std::get<std::string>((**array)[2].value()), "á");
  EXPECT_EQ(doc->integer("n").value(), -7);
}

TEST(Json, RefusesNumbersThatAreNotIntegers) {
  for (const char* text : {"[1.0]", "[1e2]", "[-0.5]", "[18446744073709551615]",
                           "[9223372036854775808]", "[123456789012345678901234567890]"}) {
    const auto doc = parse_json(text);
    ASSERT_FALSE(doc) << text;
    EXPECT_EQ(doc.error().code, json_codes::kForbiddenNumber) << text;
  }
  EXPECT_TRUE(parse_json("[9223372036854775807, -9223372036854775808]"));
}

TEST(Json, RefusesARepeatedKeyAndNamesIt) {
  const auto doc = parse_json("{\"a\": 1,\n \"a\": 2}");
  ASSERT_FALSE(doc);
  EXPECT_EQ(doc.error().code, json_codes::kRepeatedKey);
  EXPECT_EQ(doc.error().fact("line"), "2");
  EXPECT_EQ(doc.error().fact("key"), "a");
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text :
       {"", "{", "[1,]", "{\"a\":}", "[1] 2", "nul", "\"\xff\"", "'a'", "[01]"}) {
    const auto doc = parse_json(text);
    ASSERT_FALSE(doc) << text;
    EXPECT_EQ(doc.error().code, json_codes::kBadJson) << text;
  }
}

TEST(Json, RefusesDeepNestingWithoutCrashing) {
  const auto doc = parse_json(std::string(1'000'000, '['));
  ASSERT_FALSE(doc);
  EXPECT_EQ(doc.error().code, json_codes::kJsonTooDeep);
}

TEST(Json, ReadsWhatTheWriterWrites) {
  const std::string all = "\"\\\b\f\n\r\t\x01\x1f/ áñ€𝄞";
  codec::JsonWriter out;
  out.begin_object();
  out.key("text").string(all);
  out.key("list").begin_array();
  out.integer(INT64_MIN).integer(0).boolean(false).null().begin_object();
  out.end_object();
  out.end_array();
  out.end_object();
  const auto doc = parse_json(out.text());
  ASSERT_TRUE(doc) << out.text();
  EXPECT_EQ(doc->string("text").value(), all);
  EXPECT_EQ((*doc->array("list"))->size(), 5u);
}

}  // namespace
}  // namespace sufragio::adapters
