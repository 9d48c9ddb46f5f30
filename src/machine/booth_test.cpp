// One ballot session, every step by its effects: what a voter, the paper and the box can do to it.
#include "machine/booth.h"

#include <gtest/gtest.h>

#include "machine/faults.h"

namespace sufragio::machine {
namespace {

struct BoothWords {
  std::string operator()(const PrepareBallot& e) {
    return e.abandoned ? "prepare abandoned" : "prepare";
  }
  std::string operator()(const AskPreflight&) { return "preflight"; }
  std::string operator()(const SetIntent&) { return "intent"; }
  std::string operator()(const PrintReceipt&) { return "print"; }
  std::string operator()(const CommitBallot&) { return "commit"; }
  std::string operator()(const VoidReceipt& e) {
    return e.reason == VoidReason::spoiled     ? "void spoiled"
           : e.reason == VoidReason::challenge ? "void challenge"
                                               : "void print";
  }
  std::string operator()(const TellIdle& e) { return "idle " + std::to_string(e.parity); }
  std::string operator()(const TellBusy&) { return "busy"; }
  std::string operator()(const CallOfficial& e) { return fault_text(e.fault); }
  std::string operator()(const WipeSession&) { return "wipe"; }
  std::string operator()(const BoothRefused&) { return "refused"; }
};

// Style 0: a president, and three of four names. Style 1: contests with whole lists.
const std::vector<BallotShape> kShapes = {
    {0, {{5, 1, {}}, {4, 3, {}}}}, {1, {{3, 1, {7, 8, 7}}, {4, 2, {7, 7, 7, 8}}, {2, 1, {9, 9}}}}};

constexpr VaultAnswer kStored{true, 1, {}};
constexpr VaultAnswer kAnswered{true, 0, {}};
constexpr VaultAnswer kFailed{false, 0, {}};  // without a fault of its own

Select touch(int card) { return {static_cast<std::uint16_t>(card)}; }

struct Session {
  BoothState state;
  Policy policy;

  // The effects in their order, then the state: "prepare > Sealing".
  std::string on(const BoothEvent& event) {
    auto next = step(state, event, policy, kShapes);
    state = std::move(next.state);
    std::string out;
    for (const BoothEffect& effect : next.effects) {
      out += (out.empty() ? "" : ", ") + std::visit(BoothWords{}, effect);
    }
    return out + (out.empty() ? "> " : " > ") + std::string{name(state.at)};
  }
  std::string press(Key key) { return on(Press{key}); }
  std::string order(Order order) { return on(OfficialOrder{order}); }
  [[nodiscard]] const election::ContestChoice& choice(std::size_t contest) const {
    return state.choices.contests[contest];
  }
  void choose(std::uint16_t style = 0) {  // up to the first contest
    on(UnlockBallot{style});
    press(Key::start);
  }
  void seal() {  // a ballot with one name, to the sealing
    choose();
    on(Select{1});
    press(Key::vote);
    press(Key::vote);
    press(Key::confirm);
  }
  void print() {  // from the sealing to the receipt in the window
    on(kAnswered);
    on(PrinterAnswer{});
    on(kAnswered);
    on(PrinterAnswer{});
  }
  void spoil() {  // from the receipt in the window to an empty ballot
    press(Key::no_match);
    order(Order::spoil_done);
    on(kAnswered);
  }
};

TEST(BoothSession, SaysEveryStepOfAVote) {  // [R70] [R71] [R74]
  Session a;
  a.state.parity = 1;
  EXPECT_EQ(a.on(UnlockBallot{2}), "refused > Locked");
  EXPECT_EQ(a.on(UnlockBallot{0}), "busy > Start");
  EXPECT_EQ(a.state.parity, 1);
  EXPECT_EQ(a.on(UnlockBallot{0}), "refused > Start");
  EXPECT_EQ(a.on(Select{0}), "refused > Start");
  EXPECT_EQ(a.press(Key::next), "refused > Start");
  EXPECT_EQ(a.press(Key::start), "> Choosing");
  EXPECT_EQ(a.press(Key::start), "refused > Choosing");
  EXPECT_EQ(a.press(Key::back), "refused > Choosing") << "there is no page before the first";
  EXPECT_EQ(a.on(Select{5}), "refused > Choosing") << "one past the last card";
  EXPECT_EQ(a.on(Select{4}), "> Choosing");
  EXPECT_EQ(a.press(Key::next), "> Choosing");
  EXPECT_EQ(a.state.page, 1);
  EXPECT_EQ(a.press(Key::back), "> Choosing");
  EXPECT_EQ(a.state.page, 0);
  EXPECT_EQ(a.press(Key::next), "> Choosing");
  for (const int card : {3, 0, 2}) EXPECT_EQ(a.on(touch(card)), "> Choosing");
  EXPECT_EQ(a.press(Key::next), "> Review");
  EXPECT_EQ(a.press(Key::change), "> Choosing");
  EXPECT_EQ(a.press(Key::review), "> Review");
  EXPECT_EQ(a.press(Key::confirm), "refused > Review");
  EXPECT_EQ(a.press(Key::vote), "prepare > Sealing");
  EXPECT_EQ(a.on(PrinterAnswer{}), "refused > Sealing") << "the box answers first";
  EXPECT_EQ(a.on(kAnswered), "preflight > Sealing");
  EXPECT_EQ(a.on(kAnswered), "refused > Sealing") << "the printer answers first";
  EXPECT_EQ(a.on(PrinterAnswer{}), "intent > Sealing");
  EXPECT_EQ(a.on(kAnswered), "print > Printing");
  EXPECT_EQ(a.on(PrinterAnswer{}), "> Check");
  EXPECT_EQ(a.choice(0), (election::ContestChoice{{4}, 0}));
  EXPECT_EQ(a.choice(1), (election::ContestChoice{{0, 2, 3}, 0}));
  EXPECT_EQ(a.press(Key::vote), "refused > Check");
  EXPECT_EQ(a.press(Key::ok), "commit > Committing");
  EXPECT_EQ(a.press(Key::ok), "refused > Committing");
  EXPECT_EQ(a.on(kStored), "> Thanks");
  EXPECT_TRUE(a.state.choices.contests.empty());
  EXPECT_FALSE(a.state.intent_set);
  EXPECT_EQ(a.on(Tick{4}), "> Thanks");
  EXPECT_EQ(a.on(Tick{1}), "wipe, idle 1 > Locked");
  BoothState wiped;
  wiped.parity = 1;
  EXPECT_EQ(a.state, wiped);
}

TEST(BoothSession, ThePaperIsCheckedForAsLongAsTheLawSays) {  // [R74]
  Session a;
  a.seal();
  a.print();
  EXPECT_EQ(a.on(Tick{29}), "> Check");
  EXPECT_EQ(a.on(Tick{1}), "commit > Committing");
  for (const bool checked : {false, true}) {
    Session b;
    b.policy.receipt_check_s = checked ? 1 : 0;
    b.seal();
    b.on(kAnswered);
    b.on(PrinterAnswer{});
    b.on(kAnswered);
    EXPECT_EQ(b.on(PrinterAnswer{}), checked ? "> Check" : "commit > Committing");
  }
}

TEST(BoothSession, EveryChangeIsSaidAndOnlyOnce) {  // [R70]
  Session a;
  a.choose();
  a.on(Select{1});
  EXPECT_EQ(a.state.notice, Notice::none);
  a.on(Select{2});
  EXPECT_EQ(a.state.notice, Notice::moved);
  EXPECT_EQ(a.choice(0), (election::ContestChoice{{2}, 0}));
  a.on(Select{2});
  EXPECT_EQ(a.state.notice, Notice::none) << "a new touch, a new word";
  EXPECT_EQ(a.choice(0), (election::ContestChoice{{}, 1}));
  a.on(Select{2});
  a.on(Select{3});
  a.press(Key::next);
  EXPECT_EQ(a.state.notice, Notice::none) << "another page";
  for (const int card : {0, 1, 2, 3}) a.on(touch(card));
  EXPECT_EQ(a.state.notice, Notice::chosen_all);
  a.press(Key::review);
  EXPECT_EQ(a.state.notice, Notice::none);

  Session two;
  two.choose(1);
  two.press(Key::next);
  for (const int card : {3, 1, 0}) two.on(touch(card));
  EXPECT_EQ(two.state.notice, Notice::chosen_all) << "with two votes as with three";
  EXPECT_EQ(two.choice(1), (election::ContestChoice{{1, 3}, 0}));
}

TEST(BoothSession, AWholeListFillsWhatItHasAndLeavesTheRest) {  // [R70]
  Session a;
  a.choose(1);
  EXPECT_EQ(a.state.choices.style, 1);
  EXPECT_EQ(a.on(SelectList{7}), "> Choosing");
  EXPECT_EQ(a.choice(0), (election::ContestChoice{{0}, 0}));
  EXPECT_EQ(a.choice(1), (election::ContestChoice{{0, 1}, 0})) << "no more than the votes";
  EXPECT_EQ(a.choice(2), (election::ContestChoice{{}, 1}));
  EXPECT_EQ(a.on(SelectList{9}), "> Choosing");
  EXPECT_EQ(a.choice(2), (election::ContestChoice{{0}, 0}));
  EXPECT_EQ(a.on(SelectList{8}), "> Choosing");
  EXPECT_EQ(a.choice(0), (election::ContestChoice{{1}, 0}));
  EXPECT_EQ(a.choice(1), (election::ContestChoice{{3}, 1}));
  const BoothState before = a.state;
  EXPECT_EQ(a.on(SelectList{5}), "refused > Choosing");
  EXPECT_EQ(a.state.choices, before.choices);
  a.press(Key::review);
  EXPECT_EQ(a.on(SelectList{7}), "refused > Review");
}

TEST(BoothSession, AsksAboutWhatIsMissingAndLeadsThere) {  // [R71]
  Session a;
  a.choose();
  EXPECT_EQ(a.press(Key::vote), "> Review");
  EXPECT_EQ(a.press(Key::vote), "> WarnNull");
  EXPECT_EQ(a.press(Key::back), "> Choosing");
  EXPECT_EQ(a.state.page, 0) << "the first that is not complete";
  a.on(Select{0});
  a.press(Key::next);
  a.on(Select{0});
  a.on(Select{1});
  a.press(Key::back);
  a.press(Key::review);
  EXPECT_EQ(a.press(Key::vote), "> WarnUnder");
  EXPECT_EQ(unselected(a.state), 1U);
  EXPECT_EQ(a.press(Key::back), "> Choosing");
  EXPECT_EQ(a.state.page, 1);
  a.press(Key::review);
  a.press(Key::vote);
  EXPECT_EQ(a.press(Key::confirm), "prepare > Sealing");

  Session first;
  first.choose();
  first.press(Key::next);
  for (const int card : {0, 1, 2}) first.on(touch(card));
  first.press(Key::review);
  first.press(Key::vote);
  EXPECT_EQ(first.press(Key::back), "> Choosing");
  EXPECT_EQ(first.state.page, 0);
}

TEST(BoothSession, SilenceIsNoticedAtItsSecond) {  // [R71] [R87]
  const std::vector<BoothEvent> touches = {Select{1}, SelectList{7}, Press{Key::next}};
  for (const BoothEvent& one : touches) {
    Session a;
    a.choose(1);
    a.on(Tick{150});
    a.on(one);
    EXPECT_EQ(a.on(Tick{179}), "> Choosing");
    EXPECT_EQ(a.on(Tick{1}), "> Alert");
    EXPECT_EQ(a.on(Tick{29}), "> Alert");
    const election::Selections before = a.state.choices;
    EXPECT_EQ(a.on(one), "> Choosing") << "the touch that wakes chooses nothing";
    EXPECT_EQ(a.state.choices, before);
    EXPECT_EQ(a.state.limit_s, a.policy.time_limit_s) << "before the limit none is granted";
  }
  Session start;
  start.on(UnlockBallot{0});
  EXPECT_EQ(start.on(Tick{180}), "> Alert");
  EXPECT_EQ(start.press(Key::start), "> Start");
  EXPECT_EQ(start.on(Tick{179}), "> Start");
}

TEST(BoothSession, TheLimitOfTheSessionGrantsMoreWhenTouched) {  // [R71]
  Session a;
  a.choose();
  for (int i = 0; i < 2; ++i) {
    a.on(Tick{170});
    a.on(Select{0});
  }
  EXPECT_EQ(a.on(Tick{19}), "> Choosing");
  EXPECT_EQ(a.on(Tick{1}), "> Alert") << "360 seconds";
  EXPECT_EQ(a.press(Key::next), "> Choosing");
  EXPECT_EQ(a.on(Tick{119}), "> Choosing");
  EXPECT_EQ(a.on(Tick{1}), "> Alert") << "120 more";
  EXPECT_EQ(a.on(Tick{30}), "6104 TIEMPO > NeedOfficial");
  EXPECT_EQ(a.on(Select{0}), "refused > NeedOfficial");
  EXPECT_EQ(a.order(Order::resume), "> Choosing");
  EXPECT_EQ(a.on(Tick{119}), "> Choosing");
  EXPECT_EQ(a.on(Tick{1}), "> Alert") << "P grants as much";

  Session early;  // P goes on before the limit: it stays where it was
  early.choose();
  early.on(Tick{180});
  early.on(Tick{30});
  EXPECT_EQ(early.order(Order::resume), "> Choosing");
  EXPECT_EQ(early.on(Tick{179}), "> Choosing");
  EXPECT_EQ(early.on(Tick{1}), "> Alert");
}

TEST(BoothSession, WhoeverLeavesVotesNullByRule) {  // [R71] [R87]
  Session a;
  a.choose();
  a.press(Key::next);
  for (const int card : {0, 1, 2, 3}) a.on(touch(card));
  EXPECT_EQ(a.order(Order::abandoned), "prepare abandoned > Sealing");
  EXPECT_EQ(unselected(a.state), 4U);
  EXPECT_EQ(a.state.notice, Notice::none) << "nothing of it is left on the screen";
  EXPECT_EQ(a.state.page, 0);
  a.on(kAnswered);
  EXPECT_EQ(a.on(PrinterAnswer{Fault::paper_end}), "2101 PAPEL > Fault");
  EXPECT_EQ(a.order(Order::resume), "prepare abandoned > Sealing");
  a.on(kAnswered);
  a.on(PrinterAnswer{});
  a.on(kAnswered);
  EXPECT_EQ(a.on(PrinterAnswer{}), "commit > Committing") << "nobody is there to look";

  Session expired;
  expired.policy.expiry = Expiry::auto_null;
  expired.choose();
  for (int i = 0; i < 2; ++i) {
    expired.on(Tick{179});
    expired.on(Select{1});
  }
  expired.on(Select{2});
  EXPECT_EQ(expired.on(Tick{1}), "> Choosing");
  EXPECT_EQ(expired.on(Tick{1}), "6104 TIEMPO, prepare > Sealing") << "not by P's word";
  EXPECT_EQ(unselected(expired.state), 4U);
  expired.on(kAnswered);
  expired.on(PrinterAnswer{});
  expired.on(kAnswered);
  EXPECT_EQ(expired.on(PrinterAnswer{}), "commit > Committing");

  Session dropped;
  dropped.policy.abandoned_is_null = false;
  dropped.state.parity = 1;
  dropped.choose();
  EXPECT_EQ(dropped.order(Order::abandoned), "wipe, idle 1 > Locked");
}

TEST(BoothSession, AFaultOfTheBoxIsNamed) {  // [R73]
  Session prepare;
  prepare.seal();
  EXPECT_EQ(prepare.on(kFailed), "3104 URNA > Fault");
  EXPECT_EQ(prepare.order(Order::resume), "> Review");
  EXPECT_FALSE(prepare.state.fault.has_value());
  EXPECT_EQ(prepare.on(Tick{179}), "> Review") << "the wait for P was not the voter's";
  EXPECT_EQ(prepare.on(Tick{1}), "> Alert");

  Session intent;
  intent.seal();
  intent.on(kAnswered);
  intent.on(PrinterAnswer{});
  EXPECT_EQ(intent.on(VaultAnswer{false, 0, Fault::full}), "3106 LLENA > Fault");

  Session commit;  // the receipt is there: it must not count
  commit.seal();
  commit.print();
  commit.press(Key::ok);
  EXPECT_EQ(commit.on(kFailed), "void print, 3101 DISCOS > Fault");
  EXPECT_EQ(commit.on(kFailed), "3103 CELDA > Fault");
  EXPECT_EQ(commit.order(Order::abandoned), "refused > Fault") << "the void is still owed";
  EXPECT_EQ(commit.order(Order::resume), "void print > Fault");
  EXPECT_EQ(commit.on(kAnswered), "> Fault");
  EXPECT_EQ(commit.order(Order::resume), "> Review");
  commit.press(Key::vote);
  commit.press(Key::confirm);
  EXPECT_EQ(commit.on(kFailed), "3104 URNA > Fault") << "this time nothing was printed";
}

TEST(BoothSession, ABrokenReceiptIsVoid) {  // [R73]
  Session a;
  a.seal();
  a.on(kAnswered);
  a.on(PrinterAnswer{});
  a.on(kAnswered);
  EXPECT_EQ(a.on(PrinterAnswer{Fault::jam}), "void print, 2201 ATASCO > Fault");
  EXPECT_EQ(a.on(kAnswered), "> Fault");
  EXPECT_EQ(a.order(Order::abandoned), "prepare abandoned > Sealing");
}

TEST(BoothSession, TheThirdSpoilSwapsTheMachine) {  // [R74]
  Session a;
  a.seal();
  for (int i = 0; i < 2; ++i) {
    a.print();
    EXPECT_EQ(a.press(Key::no_match), "2401 NOCOINCIDE > Spoil");
    EXPECT_EQ(a.order(Order::spoil_done), "void spoiled > Spoil");
    EXPECT_EQ(a.order(Order::spoil_done), "refused > Spoil");
    EXPECT_EQ(a.on(kAnswered), "> Choosing");
    EXPECT_EQ(unselected(a.state), 4U);
    EXPECT_FALSE(a.state.intent_set);
    a.press(Key::vote);
    a.press(Key::vote);
    a.press(Key::confirm);
  }
  Session last = a;  // two spoils are allowed: a fault now is a fault as any other
  last.on(kAnswered);
  last.on(PrinterAnswer{Fault::paper_end});
  EXPECT_EQ(last.order(Order::abandoned), "prepare abandoned > Sealing");

  a.print();
  a.press(Key::no_match);
  a.order(Order::spoil_done);
  EXPECT_EQ(a.on(kAnswered), "2401 NOCOINCIDE > Fault");
  EXPECT_EQ(a.order(Order::resume), "refused > Fault");
  EXPECT_EQ(a.order(Order::abandoned), "wipe, idle 0 > Locked");
}

TEST(BoothSession, AChallengeIsNoSpoil) {
  Session a;
  a.seal();
  a.print();
  EXPECT_EQ(a.order(Order::challenge), "refused > Check") << "not of this law";
  a.policy.challenge = true;
  EXPECT_EQ(a.order(Order::challenge), "void challenge > Spoil");
  EXPECT_EQ(a.on(kAnswered), "> Choosing");
  EXPECT_EQ(a.state.spoils, 0);
}

}  // namespace
}  // namespace sufragio::machine
