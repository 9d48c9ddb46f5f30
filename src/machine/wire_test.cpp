// What one process of the machine writes the other reads, and nothing else is read.
#include "machine/wire.h"

#include <gtest/gtest.h>

#include "tests/support/seeded_rng.h"

namespace sufragio::machine {
namespace {

std::vector<Bytes> messages() {
  election::Selections some;
  some.style = 2;
  some.contests = {{{3}, 0}, {{0, 5}, 1}, {{}, 2}};
  CountBallots day;
  day.day.log.opening_s = 1'700'000'000;
  day.day.gate.match = 300;
  day.day.log_head.data.fill(9);
  std::vector<Bytes> out = {encode_unlock(7)};
  for (const ToAuth& m : std::vector<ToAuth>{BoothIsIdle{1}, BoothIsBusy{}, BoothCalls{Fault::jam}})
    out.push_back(encode(m));
  for (const BoothAsks& m : std::vector<BoothAsks>{
           PrepareAsked{some, true}, IntentAsked{}, CommitAsked{}, VoidAsked{VoidReason::spoiled},
           StatusAsked{}, PageDone{}, PageDone{Fault::no_cut}})
    out.push_back(encode(m));
  for (const VaultToBooth& m : std::vector<VaultToBooth>{
           VaultSays{true, 1, {}}, VaultSays{false, 0, Fault::both_media},
           PrintJob{ActaJob{Bytes(300, 4), {}, 1'700'000'000, {2, 5, "T"}}},
           PrintJob{TokenJob{{{1, 2, "ABC123"}, {2, 2, "XYZ789"}}}},
           PrintJob{ReportJob{PrintReport::Kind::copies, {{"paper.law", "00ff"}}}}})
    out.push_back(encode(m));
  for (const VaultCommand& m : std::vector<VaultCommand>{
           AskPhase{}, FormatBox{}, SetPhase{}, MakeZeroActa{12, {}}, day,
           PrintActa{false, 3, 60, "T"}, PrintTokens{{{1, 1, "ABC123"}}},
           PrintLines{PrintReport::Kind::packing, {{"a", "b"}}}, DestroyBox{}})
    out.push_back(encode(AuthAsks{CommandAsked{Phase::closing, m}}));
  out.push_back(encode(AuthAsks{CodeAsked{CodeList::regional, 19, "1234-5678-9"}}));
  out.push_back(encode(VaultReply{false, Phase::open, Fault::cell}));
  out.push_back(encode(VaultReply{}));
  return out;
}

// Every reader on these bytes; what one takes it writes again as it was.
int readers_that_take(const Bytes& bytes) {
  int taken = 0;
  const auto same = [&](const auto& read, const auto& write) {
    const auto value = read(bytes);
    if (!value) return;
    ++taken;
    EXPECT_EQ(write(*value), bytes);
  };
  const auto again = [](const auto& value) { return encode(value); };
  same([](ByteView b) { return decode_unlock(b); },
       [](std::uint16_t style) { return encode_unlock(style); });
  same([](ByteView b) { return decode_to_auth(b); }, again);
  same([](ByteView b) { return decode_booth_asks(b); }, again);
  same([](ByteView b) { return decode_vault_to_booth(b); }, again);
  same([](ByteView b) { return decode_auth_asks(b); }, again);
  same([](ByteView b) { return decode_vault_reply(b); }, again);
  return taken;
}

TEST(Wire, ReadsWhatItWrites) {
  for (const Bytes& bytes : messages()) {
    EXPECT_GE(readers_that_take(bytes), 1);
    EXPECT_LE(bytes.size(), kMaxMessage);
  }
}

TEST(Wire, AnUnlockSaysOneStyleAndNothingElse) {  // [R69] I5
  EXPECT_EQ(encode_unlock(7), (Bytes{0x82, 0x01, 0x07}));
  EXPECT_EQ(encode(ToAuth{BoothIsIdle{1}}), (Bytes{0x82, 0x01, 0x01}));
}

TEST(Wire, RefusesEverythingElse) {  // 9102
  tests::SeededRng rng{108};
  for (const Bytes& bytes : messages()) {
    for (std::size_t cut = 0; cut < std::min<std::size_t>(bytes.size(), 60); ++cut) {
      EXPECT_EQ(readers_that_take({bytes.begin(), bytes.begin() + static_cast<long>(cut)}), 0);
    }
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_EQ(readers_that_take(longer), 0);
    for (int i = 0; i < 200; ++i) {
      Bytes altered = bytes;
      altered[rng.below(altered.size())] = static_cast<std::uint8_t>(rng.below(256));
      (void)readers_that_take(altered);
    }
  }
  EXPECT_EQ(readers_that_take(Bytes(kMaxMessage + 1, 0x80)), 0);
}

}  // namespace
}  // namespace sufragio::machine
