#include "codec/json_write.h"

#include <gtest/gtest.h>

namespace sufragio::codec {
namespace {

TEST(JsonWriter, WritesOneLineWithoutBlanks) {
  JsonWriter out;
  out.begin_object().key("b").integer(-3).key("a").begin_array().boolean(true).null().string("x");
  out.end_array().key("e").begin_object().end_object().end_object();
  EXPECT_EQ(out.text(), R"({"b":-3,"a":[true,null,"x"],"e":{}})");
}

TEST(JsonWriter, IndentsWhenAsked) {
  JsonWriter out{2};
  out.begin_object().key("a").begin_array().integer(1).integer(2).end_array();
  out.key("e").begin_array().end_array().end_object();
  EXPECT_EQ(out.text(), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"e\": []\n}");
}

TEST(JsonWriter, EscapesWhatRfc8259AsksForAndKeepsTheRest) {
  JsonWriter out;
  out.string("\"\\/\b\f\n\r\t\x01\x1f\x7f</script>ñ€");
  EXPECT_EQ(out.text(), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f</script>ñ€\"");
}

TEST(JsonWriterDeathTest, StopsOnCallsInAWrongOrder) {
  EXPECT_DEATH(JsonWriter{}.begin_object().integer(1), "CHECK|check");
  EXPECT_DEATH((void)JsonWriter{}.begin_array().text(), "CHECK|check");
  EXPECT_DEATH(JsonWriter{}.begin_array().end_object(), "CHECK|check");
  EXPECT_DEATH(JsonWriter{}.integer(1).integer(2), "CHECK|check");
  EXPECT_DEATH(JsonWriter{}.string("\xff"), "CHECK|check");
}

}  // namespace
}  // namespace sufragio::codec
