// One-time codes, the official log, and what the encoder of the printer may never send.
#include <gtest/gtest.h>

#include <set>

#include "machine/escpos.h"
#include "machine/official_log.h"
#include "machine/one_time_codes.h"
#include "machine/vault.h"
#include "ports/memory_store.h"
#include "tests/support/seeded_rng.h"

namespace sufragio::machine {
namespace {

CodeOf here() { return {{}, MesaId::parse("990101001.01").value()}; }

// The published example of Damm's thesis, and the property that makes the digit worth printing.
TEST(OneTimeCode, TheCheckDigitFindsEveryTypingError) {
  EXPECT_EQ(damm_digit("572"), 4);
  const std::string code = "12345678";
  const char check = static_cast<char>('0' + damm_digit(code));
  for (std::size_t i = 0; i < code.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string typed = code;
      typed[i] = digit;
      EXPECT_EQ(damm_digit(typed + check) == 0, typed == code);
    }
    if (i == 0 || code[i] == code[i - 1]) continue;
    std::string swapped = code;
    std::swap(swapped[i], swapped[i - 1]);
    EXPECT_NE(damm_digit(swapped + check), 0);
  }
}

TEST(OneTimeCode, OpensOnceAndOnlyForItsList) {  // [R68] A11
  const Bytes key(32, 5);
  std::set<std::string> all;
  for (std::uint16_t i = 0; i < kCodesOfAList; ++i) {
    all.insert(one_time_code(key, here(), CodeList::mesa, i));
    all.insert(one_time_code(key, here(), CodeList::regional, i));
  }
  EXPECT_EQ(all.size(), 40U);
  CodeDesk desk{key, here(), {0, 0}};
  const std::string code = one_time_code(key, here(), CodeList::mesa, 3);
  EXPECT_FALSE(desk.enter(CodeList::regional, 3, code, 0));
  EXPECT_FALSE(desk.enter(CodeList::mesa, 4, code, 0)) << "another number of the list";
  EXPECT_TRUE(desk.enter(CodeList::mesa, 3, code, 0));
  EXPECT_FALSE(desk.enter(CodeList::mesa, 3, code, 0)) << "each code once";
  CodeDesk after_restart{key, here(), {1U << 3, 0}};
  EXPECT_FALSE(after_restart.enter(CodeList::mesa, 3, code, 0));
}

TEST(OneTimeCode, GuessingIsSlowedDownAndNeverLocked) {
  const Bytes key(32, 5);
  CodeDesk desk{key, here(), {0, 0}};
  const std::string code = one_time_code(key, here(), CodeList::mesa, 0);
  std::int64_t now = 1'000;
  for (const std::int64_t wait : {60, 120, 240, 480, 480}) {
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(desk.enter(CodeList::mesa, 0, "000000000", now));
    EXPECT_EQ(desk.wait_until_s(), now + wait);
    EXPECT_FALSE(desk.enter(CodeList::mesa, 0, code, now + wait - 1))
        << "not before the wait is over";
    now += wait;
  }
  EXPECT_TRUE(desk.enter(CodeList::mesa, 0, code, now));
}

TEST(OfficialLog, IsOneChainAndEndsBeforeAnAlteredByte) {  // [R83] [R95]
  std::array<ports::MemoryStore, 2> media;
  const std::array<ports::Store*, 2> both{&media[0], &media[1]};
  OfficialLog log{both};
  ASSERT_TRUE(log.load().has_value());
  ASSERT_TRUE(log.add(100, Act::phase, {50}).has_value());
  ASSERT_TRUE(log.add(160, Act::suspended).has_value());
  ASSERT_TRUE(log.add(280, Act::resumed).has_value());
  ASSERT_TRUE(log.add(300, Act::unblocked, {1, 4}).has_value());
  ASSERT_TRUE(log.add(900, Act::phase, {70}).has_value());
  const DayOfLog day = fold(log.entries());
  EXPECT_EQ(day.opening_s, 100);
  EXPECT_EQ(day.closing_s, 900);
  EXPECT_EQ(day.suspended_s, 120);
  EXPECT_EQ(day.unblocks, 1);
  EXPECT_EQ(day.phase, Phase::closed);
  const Hash32 head = log.head();

  const Bytes whole = media[0].read("official-log").value().value();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Bytes altered = whole;
    altered[i] ^= 1;
    ASSERT_TRUE(media[0].write("official-log", altered, true).has_value());
    ASSERT_TRUE(media[1].write("official-log", altered, true).has_value());
    OfficialLog read{both};
    ASSERT_TRUE(read.load().has_value());
    EXPECT_NE(read.head(), head) << "byte " << i;
  }
  ASSERT_TRUE(media[0].write("official-log", ByteView{whole}.first(40), true).has_value());
  ASSERT_TRUE(media[1].write("official-log", whole, true).has_value());
  OfficialLog read{both};
  ASSERT_TRUE(read.load().has_value());
  EXPECT_EQ(read.head(), head) << "the other medium has it whole";
  EXPECT_EQ(media[0].read("official-log").value().value(), whole);
}

TEST(EscPos, NoBandHoldsACommandThatAPrinterObeysInsideARaster) {
  tests::SeededRng rng{14};
  codec::Raster raster{576, 300, Bytes(72 * 300)};
  for (std::uint8_t& byte : raster.rows) {
    constexpr std::uint8_t kBad[] = {0x10, 0x04, 0x05, 0x14, 0x00, 0x00, 0x00, 0x80};
    byte = rng.below(40) == 0 ? kBad[rng.below(8)] : 0;
  }
  const std::vector<Bytes> out = bands(raster);
  ASSERT_EQ(out.size(), 3U);
  std::size_t rows = 0;
  for (const Bytes& band : out) {
    ASSERT_EQ(band[0], 0x1d);
    rows += band[6];
    EXPECT_EQ(band.size(), 8U + 72U * band[6]);
    for (std::size_t i = 8; i + 1 < band.size(); ++i) {
      EXPECT_FALSE(band[i] == 0x10 &&
                   (band[i + 1] == 0x04 || band[i + 1] == 0x05 || band[i + 1] == 0x14));
    }
  }
  EXPECT_EQ(rows, 300U);
}

}  // namespace
}  // namespace sufragio::machine
