#include "log/entry.h"

#include <gtest/gtest.h>

#include "log/codes.h"
#include "tests/support/support.h"

namespace sufragio::log {
namespace {

TEST(LogEntry, HasTheBytesOfTheSpecification) {
  Entry entry;
  entry.type = EntryType::acta;
  entry.subject = MesaId{CentreCode{10'101'001}, MesaNumber{7}};
  entry.body = tests::hex("d2 84");
  EXPECT_EQ(to_hex(encode(entry).value()), "8306821a009a21090742d284");
  entry.type = EntryType::machine_certificate;
  entry.subject.reset();
  entry.body.clear();
  EXPECT_EQ(to_hex(encode(entry).value()), "8312f640");
}

TEST(LogEntry, OfEveryTypeReadsBack) {
  for (int type = 1; type <= 20; ++type) {
    Entry entry;
    entry.type = static_cast<EntryType>(type);
    if (type % 2 == 0) {
      entry.subject = MesaId{CentreCode{static_cast<std::uint32_t>(type) * 40'000'000},
                             MesaNumber{static_cast<std::uint16_t>(type)}};
    }
    entry.body = Bytes(static_cast<std::size_t>(type) * 100, 1);
    EXPECT_EQ(decode_entry(encode(entry).value()).value(), entry);
  }
}

TEST(LogEntry, IsAtMost65535Bytes) {
  Entry entry;
  entry.body = Bytes(65'530, 1);  // after 83 06 f6, 59 fffa
  ASSERT_FALSE(encode(entry).has_value());
  EXPECT_EQ(encode(entry).error().code, kEntryTooLarge);
  entry.body.pop_back();
  ASSERT_EQ(encode(entry)->size(), 65'535U);
  EXPECT_EQ(decode_entry(encode(entry).value()).value(), entry);
  EXPECT_EQ(decode_entry(Bytes(65'536, 0)).error().code, kBadEntry);
}

TEST(LogEntry, OfAMesaThatCannotBeIsRefused) {
  Entry entry;
  entry.subject = MesaId{CentreCode{1'000'000'000}, MesaNumber{1}};
  EXPECT_EQ(encode(entry).error().code, kBadEntry);
  entry.subject = MesaId{CentreCode{1}, MesaNumber{100}};
  EXPECT_EQ(encode(entry).error().code, kBadEntry);
}

TEST(LogEntry, OfAnotherShapeIsRefused) {
  for (const std::string_view bad : {"",
                                     "80",
                                     "8206f6",
                                     "8306f6",
                                     "8306f64000",
                                     "8300f640",
                                     "8315f640",
                                     "831864f640",
                                     "8326f640",
                                     "8306f460",
                                     "830680f640",
                                     "83068101 40",
                                     "8306820140",
                                     "830682011864 40",
                                     "8306821a3b9aca00 01 40",
                                     "8306f65a0000000100",
                                     "8306f65f40ff",
                                     "9f06f640ff",
                                     "8306f66161",
                                     "831806f640",
                                     "c28306f640",
                                     "8406f64040"}) {
    const Result<Entry> got = decode_entry(tests::hex(bad));
    ASSERT_FALSE(got.has_value()) << bad;
    EXPECT_EQ(got.error().code, kBadEntry) << bad;
  }
}

TEST(LogEntry, WithAnyBitChangedIsAnotherEntryOrNone) {
  Entry entry;
  entry.subject = MesaId{CentreCode{10'101'001}, MesaNumber{7}};
  entry.body = Bytes(30, 0xaa);
  const Bytes good = encode(entry).value();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes changed = good;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    const Result<Entry> got = decode_entry(changed);
    if (!got) continue;
    EXPECT_NE(*got, entry);
    EXPECT_EQ(encode(*got).value(), changed);  // one encoding for each entry
  }
}

}  // namespace
}  // namespace sufragio::log
