#include "codec/cbor.h"

#include "codec/codes.h"
#include "tests/support/support.h"

namespace sufragio::codec {
namespace {

using tests::hex;

std::string code_of(std::string_view bytes, std::size_t max_size = 65'536) {
  const Result<void> result = check_cbor(hex(bytes), max_size);
  return result ? "ok" : result.error().code.text();
}

std::string diagnostic_of(std::string_view bytes) {
  const Result<std::string> result = cbor_diagnostic(hex(bytes));
  return result ? *result : result.error().debug();
}

TEST(Cbor, AcceptsTheExamplesOfTheStandardThatAreInTheProfile) {  // [R110] RFC 8949 appendix A
  const std::pair<const char*, const char*> examples[] = {
      {"00", "0"},
      {"01", "1"},
      {"0a", "10"},
      {"17", "23"},
      {"1818", "24"},
      {"1819", "25"},
      {"1864", "100"},
      {"1903e8", "1000"},
      {"1a000f4240", "1000000"},
      {"1b000000e8d4a51000", "1000000000000"},
      {"20", "-1"},
      {"29", "-10"},
      {"3863", "-100"},
      {"3903e7", "-1000"},
      {"f4", "false"},
      {"f5", "true"},
      {"f6", "null"},
      {"40", "h''"},
      {"4401020304", "h'01020304'"},
      {"60", "\"\""},
      {"6161", "\"a\""},
      {"6449455446", "\"IETF\""},
      {"62225c", "\"\\\"\\\\\""},
      {"62c3bc", "\"\u00fc\""},
      {"63e6b0b4", "\"\u6c34\""},
      {"64f0908591", "\"\U00010151\""},
      {"80", "[]"},
      {"83010203", "[1, 2, 3]"},
      {"8301820203820405", "[1, [2, 3], [4, 5]]"},
      {"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
       "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, "
       "25]"},
      {"a0", "{}"},
      {"a201020304", "{1: 2, 3: 4}"},
      {"d2844043a10126a04100", "18([h'', h'a10126', {}, h'00'])"},
  };
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(code_of(bytes), "ok") << bytes;
    EXPECT_EQ(diagnostic_of(bytes), text);
  }
}

TEST(Cbor, RefusesTheExamplesOfTheStandardThatAreNot) {
  const std::pair<const char*, const char*> examples[] = {
      {"1bffffffffffffffff", "C110"},      // 2^64 - 1
      {"3bffffffffffffffff", "C110"},      // -2^64
      {"1b8000000000000000", "C110"},      // 2^63
      {"3b7fffffffffffffff", "C110"},      // -2^63: |x| must be below 2^63
      {"c249010000000000000000", "C104"},  // bignum
      {"f90000", "C104"},                  // 0.0
      {"fa47c35000", "C104"},
      {"fb7e37e43c8800759c", "C104"},
      {"f97e00", "C104"},  // NaN
      {"f7", "C104"},      // undefined
      {"f0", "C104"},      // simple(16)
      {"f8ff", "C104"},    // simple(255)
      {"f818", "C104"},
      {"c074323031332d30332d32315432303a30343a30305a", "C104"},  // tag 0
      {"d74401020304", "C104"},                                  // tag 23
      {"d818456449455446", "C104"},                              // tag 24
      {"5f42010243030405ff", "C104"},                            // indefinite lengths
      {"7f657374726561646d696e67ff", "C104"},
      {"9fff", "C104"},
      {"bf61610161629f0203ffff", "C104"},
      {"a161610a", "C104"},  // a text key
      {"a120f5", "C104"},    // a negative key
  };
  for (const auto& [bytes, code] : examples) EXPECT_EQ(code_of(bytes), code) << bytes;
}

TEST(Cbor, RefusesEveryFormThatIsNotTheShortest) {
  for (const char* bytes : {"1800",
                            "1817",
                            "190018",
                            "1900ff",
                            "1a0000ffff",
                            "1b00000000ffffffff",
                            "3817",
                            "3900ff",
                            "3a0000ffff",
                            "3b00000000ffffffff",
                            "5800",
                            "580141",
                            "590001ff",
                            "5a00000001ff",
                            "5b0000000000000001ff",
                            "780161",
                            "9801f6",
                            "990001f6",
                            "b80101f6",
                            "b9000101f6",
                            "d812f6",
                            "a1180101",
                            "d90012f6"}) {
    EXPECT_EQ(code_of(bytes), "C103") << bytes;
  }
}

TEST(Cbor, RefusesKeysOutOfOrderAndRepeated) {
  EXPECT_EQ(code_of("a202000100"), "C105");
  EXPECT_EQ(code_of("a201000100"), "C105");
  EXPECT_EQ(code_of("a2181800170f"), "C105");
  EXPECT_EQ(code_of("a21700181800"), "ok");
}

TEST(Cbor, RefusesWhatIsCutOffOrGoesOn) {
  for (const char* bytes :
       {"", "18", "19ff", "1a0000", "1b00000000000000", "41", "58", "5818", "6261", "81", "8201",
        "a1", "a101", "a20101", "d2", "9bffffffffffffffff", "bb7fffffffffffffff",
        "5b7fffffffffffffff", "7b7fffffffffffffff"}) {
    EXPECT_EQ(code_of(bytes), "C101") << bytes;
  }
  EXPECT_EQ(code_of("0000"), "C106");
  EXPECT_EQ(code_of("80ff"), "C106");
}

TEST(Cbor, DepthIsEightAndTagsStandOnlyAtTheTop) {
  EXPECT_EQ(code_of("818181818181818100"), "ok");
  EXPECT_EQ(code_of("8181818181818181"
                    "8100"),
            "C107");
  EXPECT_EQ(code_of("a100a100a100a100a100a100a100a10000"), "ok");
  EXPECT_EQ(code_of("a100a100a100a100a100a100a100a100a10000"), "C107");
  EXPECT_EQ(code_of("d281818181818181"
                    "8100"),
            "ok");  // a tag is no level
  EXPECT_EQ(code_of("d86280"), "ok");
  EXPECT_EQ(code_of("d2d280"), "C104");
  EXPECT_EQ(code_of("81d280"), "C104");
  EXPECT_EQ(code_of("d180"), "C104");
}

TEST(Cbor, RefusesTextThatIsNotUtf8AndTooManyBytes) {
  EXPECT_EQ(code_of("61ff"), "C109");
  EXPECT_EQ(code_of("62c0af"), "C109");
  EXPECT_EQ(code_of("63eda080"), "C109");  // a surrogate
  EXPECT_EQ(code_of("8100", 2), "ok");
  EXPECT_EQ(code_of("820000", 2), "C108");
}

TEST(Cbor, TheOffsetPointsAtTheBadItem) {
  const auto offset_of = [](std::string_view bytes) {
    const Result<void> result = check_cbor(hex(bytes), 100);
    return result ? std::string{} : std::string{result.error().fact("offset")};
  };
  EXPECT_EQ(offset_of("83010218"), "3");
  EXPECT_EQ(offset_of("83011817f6"), "2");
  EXPECT_EQ(offset_of("a2010001f6"), "3");
  EXPECT_EQ(offset_of("8200f6f6"), "3");
}

TEST(Cbor, DiagnosticsHideControlCharactersFromTheTerminal) {
  EXPECT_EQ(diagnostic_of("631b5b31"), "\"\\u001b[1\"");
  EXPECT_EQ(diagnostic_of("18"), "C101 offset=0");
}

TEST(CborWriter, WritesTheShortestForm) {
  CborWriter out;
  out.array(8);
  for (const std::int64_t value :
       {std::int64_t{23}, std::int64_t{24}, std::int64_t{255}, std::int64_t{256},
        std::int64_t{65535}, std::int64_t{65536}, INT64_MAX, INT64_MIN + 1}) {
    out.integer(value);
  }
  EXPECT_EQ(to_hex(out.view()),
            "88171818"
            "18ff"
            "190100"
            "19ffff"
            "1a00010000"
            "1b7fffffffffffffff"
            "3b7ffffffffffffffe");
  EXPECT_TRUE(check_cbor(out.view(), 100).has_value());
}

TEST(CborReader, ReadsWhatTheFormatSaysComesNext) {
  CborWriter out;
  out.map(4);
  out.uint(1);
  out.integer(-7);
  out.uint(2);
  out.text("mesa 1");
  out.uint(3);
  out.null();
  out.uint(4);
  out.boolean(true);
  CborReader reader{out.view()};
  EXPECT_TRUE(reader.map(4).has_value());
  EXPECT_TRUE(reader.key(1).has_value());
  EXPECT_EQ(reader.integer().value(), -7);
  EXPECT_TRUE(reader.key(2).has_value());
  EXPECT_FALSE(reader.null().value());
  EXPECT_EQ(reader.text().value(), "mesa 1");
  EXPECT_TRUE(reader.key(3).has_value());
  EXPECT_TRUE(reader.null().value());
  EXPECT_TRUE(reader.key(4).has_value());
  EXPECT_TRUE(reader.boolean().value());
  EXPECT_TRUE(reader.end().has_value());
  EXPECT_EQ(reader.uint().error().code, kCborTruncated);
}

TEST(CborReader, NamesWhatDoesNotFit) {
  const auto reader = [](const Bytes& bytes) { return CborReader{bytes}; };
  const Bytes five = hex("05");
  const Bytes list = hex("820102");
  const Bytes text = hex("6161");
  const Bytes half = hex("f93c00");
  const Bytes null = hex("f6");
  const Bytes bstr = hex("420102");
  const Bytes tagged = hex("d280");
  EXPECT_EQ(reader(five).bytes().error().code, kCborWrongType);
  EXPECT_EQ(reader(five).uint(4).error().code, kCborRange);
  EXPECT_EQ(reader(five).uint(5).value(), 5u);
  EXPECT_EQ(reader(five).key(4).error().code, kCborKeyOrder);
  EXPECT_EQ(reader(five).boolean().error().code, kCborWrongType);
  EXPECT_EQ(reader(list).array(3).error().code, kCborRange);
  EXPECT_EQ(reader(list).map().error().code, kCborWrongType);
  EXPECT_EQ(reader(text).integer().error().code, kCborWrongType);
  EXPECT_EQ(reader(half).boolean().error().code, kCborForbidden);
  EXPECT_EQ(reader(null).boolean().error().code, kCborWrongType);
  EXPECT_EQ(reader(bstr).bytes(3).error().code, kCborRange);
  EXPECT_EQ(reader(bstr).end().error().code, kCborTrailing);
  EXPECT_EQ(reader(tagged).tag(98).error().code, kCborWrongType);
  EXPECT_EQ(to_hex(reader(tagged).item().value()), "d280");
}

TEST(CborReader, ItemGivesTheEncodedBytesAndStopsAfterThem) {
  const Bytes bytes = hex("8201a10203f6");
  CborReader reader{bytes};
  EXPECT_EQ(to_hex(reader.item().value()), "8201a10203");
  EXPECT_EQ(reader.offset(), 5u);
  EXPECT_TRUE(reader.null().value());
}

}  // namespace
}  // namespace sufragio::codec
