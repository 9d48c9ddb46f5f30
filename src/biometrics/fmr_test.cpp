// Records of minutiae: the golden record in every format, all given records, every way to be wrong.
#include "biometrics/fmr.h"

#include <gtest/gtest.h>

#include "biometrics/codes.h"
#include "crypto/hash.h"
#include "tests/support/fingerprints.h"

namespace sufragio::biometrics {
namespace {

using tests::hex;

// templates-secugen/fvc2002/DB1_B/101_1.iso: minutiae of an anonymous volunteer, published.
const Bytes& golden() {
  static const Bytes record = hex(
      "464d5200 20323000 000000b4 0000 012c 0190 00c5 00c5 01 00 00000019"
      "80a500306b00 40940035ec00 40730043f500 40bd00545f00 4085005b7100 40e4005f5800 40ac00815d00"
      "808900887300 407e0090f500 405800969e00 40a800b45d00 80c700b6d600 409800c0de00 408400cc7800"
      "407400d0a800 80db00e55100 40af00e95800 407500ea1b00 808100eae100 407f00f1bd00 408300f8cd00"
      "407100fec300 408e0109d100 40b801605d00 40a701776200 0000");
  return record;
}

std::string sha(ByteView bytes) { return crypto::sha256(bytes).hex(); }

Bytes changed(Bytes record, std::size_t at, ByteView with) {
  std::copy(with.begin(), with.end(), record.begin() + static_cast<std::ptrdiff_t>(at));
  return record;
}
Bytes with_byte(const Bytes& record, std::size_t at, std::uint8_t value) {
  return changed(record, at, std::array{value});
}
Bytes with_length(Bytes record) {
  record[10] = static_cast<std::uint8_t>(record.size() >> 8);
  record[11] = static_cast<std::uint8_t>(record.size());
  return record;
}

Code code_of(const Bytes& record) {
  const auto out = decode_fmr(record);
  return out ? Code{'-', 0} : out.error().code;
}
#define EXPECT_CODE(code, ...) EXPECT_EQ(code_of(__VA_ARGS__).text(), (code).text())

Template decoded(const Bytes& record) { return decode_fmr(record)->finger; }
Bytes as_2011() { return *encode_fmr(decoded(golden()), FmrFormat::iso_2011); }
Bytes as_ansi() { return *encode_fmr(decoded(golden()), FmrFormat::ansi_2004, {0x0102, 3}); }

TEST(MinutiaeRecord, GoldenRecordIsReadFieldByField) {
  ASSERT_EQ(sha(golden()), "dda3ab3532d51f3e55b848e26484a393cb5eafbbf7b32408a2f28d75d7fc5d69");

  const auto record = decode_fmr(golden());

  ASSERT_TRUE(record) << record.error().debug();
  EXPECT_EQ(record->format, FmrFormat::iso_2005);
  const Template& finger = record->finger;
  EXPECT_EQ(finger.width, 300);
  EXPECT_EQ(finger.height, 400);
  EXPECT_EQ(finger.ppcm_x, 197);
  ASSERT_EQ(finger.views.size(), 1U);
  ASSERT_EQ(finger.views[0].minutiae.size(), 25U);
  EXPECT_EQ(finger.views[0].minutiae[0], (Minutia{165, 48, 107, MinutiaType::bifurcation, 0}));
  EXPECT_EQ(finger.views[0].minutiae[1], (Minutia{148, 53, 236, MinutiaType::ending, 0}));
}

TEST(MinutiaeRecord, GoldenRecordIsWrittenInEveryFormat) {
  const Template finger = decoded(golden());

  EXPECT_EQ(*encode_fmr(finger, FmrFormat::iso_2005), golden());
  const Bytes newer = as_2011();
  EXPECT_EQ(newer.size(), 199U);
  EXPECT_EQ(sha(newer), "6f149bf7e720f18784fe342db56e8a26d739e2af09bdbdf8d8597b6edbfe8ac5");
  Bytes ansi = as_ansi();
  EXPECT_EQ(ansi.size(), 182U);
  std::fill(ansi.begin() + 10, ansi.begin() + 14, std::uint8_t{0});  // the vector has no owner
  EXPECT_EQ(sha(ansi), "bd63ce0fb0131f9a135dc1f743ccd33f340b9d6a2b0de5cb52341ce3a7373134");
  const auto card = [&](CardFormat format) {
    return *encode_card(finger, finger.views[0], {format, 60, CardOrder::record});
  };
  EXPECT_EQ(sha(card(CardFormat::normal)),
            "b59bd0239cd2b19f320c9b8c110edecea468e0506d636f54835b00419a27323f");
  EXPECT_EQ(sha(card(CardFormat::compact)),
            "329bf796628254fae8f3bb46a98ab804b8b444070ced4d3ddf536e013bdb794e");
}

TEST(MinutiaeRecord, EveryFormatGivesBackWhatItWrote) {
  const Template finger = decoded(golden());

  const auto newer = decode_fmr(as_2011());
  ASSERT_TRUE(newer) << newer.error().debug();
  EXPECT_EQ(newer->format, FmrFormat::iso_2011);
  EXPECT_EQ(newer->finger, finger);
  const auto ansi = decode_fmr(as_ansi());
  ASSERT_TRUE(ansi) << ansi.error().debug();
  EXPECT_EQ(ansi->format, FmrFormat::ansi_2004);
  EXPECT_EQ(*encode_fmr(ansi->finger, FmrFormat::ansi_2004, {0x0102, 3}), as_ansi());
  for (const CardFormat format : {CardFormat::normal, CardFormat::compact}) {
    const CardRequest request{format, 60, CardOrder::record};
    const Bytes card = *encode_card(finger, finger.views[0], request);
    const auto read = decode_card(format, kPpcm500, card);
    ASSERT_TRUE(read);
    EXPECT_EQ(*encode_card(*read, read->views[0], request), card);
  }
}

TEST(MinutiaeRecord, AngleOfAnsiIsExactOnItsWayBackAndLosesAtMostOneUnitOnItsWayThere) {
  for (unsigned a = 0; a < 180; ++a) {
    EXPECT_EQ(angle_to_ansi(angle_from_ansi(static_cast<std::uint8_t>(a))), a);
  }
  for (unsigned a = 0; a < 256; ++a) {
    const auto angle = static_cast<std::uint8_t>(a);
    const auto back = angle_from_ansi(angle_to_ansi(angle));
    EXPECT_LE(std::abs(static_cast<std::int8_t>(back - angle)), 1) << a;
  }
}

TEST(MinutiaeRecord, AllGivenRecordsAreReadAndWrittenBackByteByByte) {
  SKIP_WITHOUT_SHARED(tests::kPrints);
  int records = 0, empty = 0;
  for (const auto set : tests::kPrintSets) {
    for (const auto base : tests::kPrintBases) {
      for (const Bytes& record : tests::print_records(set, base)) {
        const auto read = decode_fmr(record);
        ASSERT_TRUE(read) << read.error().debug();
        ++records;
        ASSERT_EQ(*encode_fmr(read->finger, FmrFormat::iso_2005), record);
        const auto ansi = encode_fmr(read->finger, FmrFormat::ansi_2004, {7, 7});
        ASSERT_TRUE(ansi);
        ASSERT_EQ(decode_fmr(*ansi)->format, FmrFormat::ansi_2004);
        if (read->finger.views[0].minutiae.empty()) {
          ++empty;  // 2011 has no place for a finger without minutiae
          EXPECT_EQ(encode_fmr(read->finger, FmrFormat::iso_2011).error().code, kNotWritable);
          continue;
        }
        const auto newer = encode_fmr(read->finger, FmrFormat::iso_2011);
        ASSERT_TRUE(newer);
        ASSERT_EQ(decode_fmr(*newer)->finger, read->finger);
      }
    }
  }
  EXPECT_EQ(records, 1'280);
  EXPECT_EQ(empty, 2);
}

TEST(MinutiaeRecord, CutAtAnyLengthOrLongerThanItSaysItIsRefused) {
  for (std::size_t n = 0; n < golden().size(); ++n) {
    EXPECT_CODE(kRecordShort, Bytes(golden().begin(), golden().begin() + std::ptrdiff_t(n)));
  }
  EXPECT_CODE(kRecordShort, with_byte(golden(), 11, 0xb5));
  EXPECT_CODE(kRecordShort, changed(golden(), 8, hex("ffffffff")));
  EXPECT_CODE(kRecordLong, with_byte(golden(), 11, 0xb3));
  EXPECT_CODE(kRecordLong, with_byte(golden(), 11, 0));
  Bytes trailing = golden();
  trailing.push_back(0);
  EXPECT_CODE(kRecordLong, trailing);
  EXPECT_CODE(kRecordLong, with_length(trailing));
  EXPECT_CODE(kRecordLong, with_byte(golden(), 27, 26));    // one minutia more than there is
  EXPECT_CODE(kExtendedData, with_byte(golden(), 27, 24));  // the last one read as extended data
  for (const Bytes& record : {as_2011(), as_ansi()}) {
    for (std::size_t n = 0; n < record.size(); ++n) {
      EXPECT_CODE(kRecordShort, Bytes(record.begin(), record.begin() + std::ptrdiff_t(n)));
    }
  }
}

TEST(MinutiaeRecord, ForeignMagicAndVersionsAreRefused) {
  EXPECT_CODE(kNotMinutiae, with_byte(golden(), 0, 'X'));
  EXPECT_CODE(kNotMinutiae, hex("46495200 30313000 000000b4"));  // an image record
  EXPECT_CODE(kRecordVersion, with_byte(golden(), 6, 0x35));
  // ANSI 378-2007 calls itself 030 too, with a header of its own: never read as if it were ISO.
  Bytes ansi_2007 = hex("464d5200 30333000 0000003d 0102 0003 0000 01 00");
  ansi_2007.resize(61);
  EXPECT_NE(code_of(ansi_2007), (Code{'-', 0}));
}

TEST(MinutiaeRecord, CountsOfViewsMustFitTheBytes) {
  EXPECT_CODE(kViewCount, with_byte(golden(), 22, 0));
  EXPECT_CODE(kViewCount, with_byte(golden(), 22, 255));
  EXPECT_CODE(kRecordLimit, with_byte(golden(), 22, 17));
  EXPECT_CODE(kRecordLong, with_byte(golden(), 22, 2));
  Bytes many = hex("464d5200 30333000 0000003c ffff 00");
  many.resize(60);
  EXPECT_CODE(kViewCount, many);
  const Bytes newer = as_2011();
  EXPECT_CODE(kViewCount, with_byte(newer, 13, 0));
  EXPECT_CODE(kViewCount, with_byte(newer, 13, 2));
  EXPECT_CODE(kViewCount, with_byte(newer, 18, static_cast<std::uint8_t>(newer[18] - 1)));
  EXPECT_CODE(kViewCount, with_byte(newer, 18, static_cast<std::uint8_t>(newer[18] + 1)));
  EXPECT_CODE(kViewCount, with_byte(newer, 18, 10));
}

TEST(MinutiaeRecord, FieldsOutsideOfTheirRangeAreRefused) {
  EXPECT_CODE(kBadMinutiaType, with_byte(golden(), 28, 0xc0));
  EXPECT_CODE(kFrame, changed(golden(), 28, hex("812c")));
  EXPECT_CODE(kFrame, changed(golden(), 30, hex("0190")));
  EXPECT_CODE(kFrame, changed(golden(), 14, hex("0000")));
  EXPECT_CODE(kFrame, changed(golden(), 16, hex("0000")));
  EXPECT_CODE(kRecordLimit, changed(golden(), 14, hex("0801")));
  EXPECT_CODE(kReservedBits, with_byte(golden(), 30, 0x40));
  EXPECT_CODE(kReservedBits, with_byte(golden(), 23, 1));
  EXPECT_CODE(kResolution, changed(golden(), 18, hex("0000")));
  EXPECT_CODE(kResolution, changed(golden(), 20, hex("0061")));
  EXPECT_CODE(kResolution, changed(golden(), 20, hex("024f")));
  EXPECT_CODE(kFieldRange, with_byte(golden(), 24, 11));
  EXPECT_CODE(kFieldRange, with_byte(golden(), 25, 9));
  EXPECT_CODE(kFieldRange, with_byte(golden(), 26, 101));
  EXPECT_CODE(kFieldRange, with_byte(golden(), 33, 101));
  const Bytes newer = as_2011();  // minutia 0 stands at 47
  ASSERT_EQ(newer[45], 0x60);
  EXPECT_CODE(kFieldForm, with_byte(newer, 14, 2));
  EXPECT_CODE(kFieldForm, with_byte(newer, 45, 0x70));
  EXPECT_CODE(kFieldForm, with_byte(newer, 45, 0x62));
  EXPECT_CODE(kFieldForm, with_byte(newer, 46, 0));
  EXPECT_CODE(kFieldRange, with_byte(newer, 52, 101));
  EXPECT_CODE(kFieldRange, with_byte(newer, 52, 253));
  EXPECT_CODE((Code{'-', 0}), with_byte(newer, 52, 255));
  EXPECT_CODE(kResolution, changed(newer, 36, hex("0061")));
  EXPECT_CODE(kFieldForm, with_byte(as_ansi(), 34, 180));
}

TEST(MinutiaeRecord, ExtendedDataAreKeptAndTheirLengthsChecked) {
  const auto extended = [](std::string_view block) {
    Bytes out(golden().begin(), golden().end() - 2);
    const Bytes data = hex(block);
    out.insert(out.end(), data.begin(), data.end());
    return with_length(out);
  };

  const Bytes ridges = extended("000b 0001 0008 01020304 0102 03");  // 8 = 4 + 4, 3 bytes too many
  EXPECT_CODE(kExtendedData, ridges);
  const Bytes good = extended("0008 0001 0008 01020304");
  const auto read = decode_fmr(good);
  ASSERT_TRUE(read) << read.error().debug();
  EXPECT_EQ(read->finger.views[0].extended.size(), 8U);
  EXPECT_EQ(*encode_fmr(read->finger, FmrFormat::iso_2005), good);
  const Bytes newer = *encode_fmr(read->finger, FmrFormat::iso_2011);
  EXPECT_EQ(decode_fmr(newer)->finger, read->finger);
  EXPECT_CODE(kExtendedData, extended("0009 0001 0008 01020304"));
  EXPECT_CODE(kExtendedData, extended("0008 0001 0003 01020304"));
  EXPECT_CODE(kExtendedData, extended("0008 0001 0009 01020304"));
}

TEST(MinutiaeRecord, WhatAFormatHasNoPlaceForIsNotWritten) {
  const auto refused = [](auto change, FmrFormat format) {
    Template finger = decoded(golden());
    change(finger);
    const auto out = encode_fmr(finger, format, {1, 1});
    return out ? std::string{} : out.error().code.text() + std::string{out.error().fact("field")};
  };
  using F = FmrFormat;

  EXPECT_EQ(refused([](auto& f) { f.views[0].view = 16; }, F::iso_2005), "Y014view");
  EXPECT_EQ(refused([](auto& f) { f.views[0].view = 16; }, F::iso_2011), "");
  EXPECT_EQ(refused([](auto& f) { f.views[0].impression = 24; }, F::iso_2005), "Y014impression");
  EXPECT_EQ(refused([](auto& f) { f.views[0].impression = 24; }, F::iso_2011), "");
  EXPECT_EQ(refused([](auto& f) { f.views[0].minutiae[3].x = 300; }, F::iso_2005), "Y014x");
  EXPECT_EQ(refused([](auto& f) { f.views.clear(); }, F::iso_2005), "Y014views");
  EXPECT_EQ(refused([](auto& f) { f.width = 2'049; }, F::iso_2005), "Y014width");
  EXPECT_EQ(refused([](auto& f) { f.views[0].extended = {1, 2}; }, F::iso_2005), "Y014extended");
  EXPECT_EQ(refused([](auto& f) { f.views[0].minutiae.resize(256); }, F::iso_2005), "Y014minutiae");
  EXPECT_EQ(encode_fmr(decoded(golden()), F::ansi_2004).error().debug(),
            "Y014 field=owner value=0");
}

TEST(CardRecord, BestMinutiaeStayInTheOrderThatTheCardAsks) {
  Template finger = decoded(golden());
  FingerView& view = finger.views[0];
  for (std::size_t k = 0; k < view.minutiae.size(); ++k) {
    view.minutiae[k].quality = static_cast<std::uint8_t>(k + 1);
  }
  std::swap(view.minutiae[23], view.minutiae[24]);

  const Bytes card = *encode_card(finger, view, {CardFormat::compact, 2, CardOrder::by_y_then_x});

  ASSERT_EQ(card.size(), 6U);  // the two lowest of the frame: (184, 352) and (167, 375)
  EXPECT_EQ(card[0], 93);
  EXPECT_EQ(card[1], 179);
  EXPECT_EQ(card[3], 85);
  EXPECT_EQ(card[4], 190);
}

TEST(CardRecord, WhatDoesNotFitACardIsRefused) {
  Template finger = decoded(golden());
  finger.height = 600;
  finger.views[0].minutiae[0].y = 505;  // 25.6 mm

  const auto card = encode_card(finger, finger.views[0], {});

  ASSERT_FALSE(card);
  EXPECT_EQ(card.error().debug(), "Y016 x=165 y=505");
  EXPECT_EQ(decode_card(CardFormat::compact, 197, hex("0102")).error().code, kCardRecord);
  EXPECT_EQ(decode_card(CardFormat::compact, 197, hex("0102c0")).error().code, kBadMinutiaType);
  EXPECT_EQ(decode_card(CardFormat::normal, 197, hex("0102400000")).error().code, kReservedBits);
  EXPECT_EQ(decode_card(CardFormat::normal, 0, hex("0102030400")).error().code, kResolution);
  EXPECT_EQ(decode_card(CardFormat::normal, 590, hex("3fff000000")).error().code, kRecordLimit);
}

}  // namespace
}  // namespace sufragio::biometrics
