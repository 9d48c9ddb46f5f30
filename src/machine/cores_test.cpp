// The three pure cores: what the diagrams say, what no sequence of events can do, and the rules.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "machine/booth.h"
#include "machine/gate.h"
#include "machine/life.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::machine {
namespace {

using Edges = std::set<std::pair<std::string, std::string>>;

Edges diagram(const std::string& name) {
  Edges out;
  const std::string text = tests::read_file("docs/state-machines/" + name + ".md");
  std::size_t at = text.find("```mermaid");
  const std::size_t end = text.find("```", at + 3);
  while ((at = text.find('\n', at)) < end) {
    const std::size_t next = text.find('\n', ++at);
    const std::string line = text.substr(at, next - at);
    const std::size_t arrow = line.find(" --> ");
    if (arrow == std::string::npos) continue;
    const std::string from = line.substr(2, arrow - 2);
    const std::size_t colon = line.find(" : ", arrow);
    const std::string to = line.substr(arrow + 5, colon - arrow - 5);
    if (from != "[*]" && to != "[*]") out.emplace(from, to);
  }
  return out;
}

std::string text_of(const Edges& edges) {
  std::string out;
  for (const auto& [from, to] : edges) out += "  " + from + " --> " + to + "\n";
  return out;
}

template <typename Effect, typename Effects>
bool has(const Effects& effects) {
  for (const auto& effect : effects) {
    if (std::holds_alternative<Effect>(effect)) return true;
  }
  return false;
}

// --- life --------------------------------------------------------------------------------------

std::vector<LifeEvent> life_events() {
  const Officials nobody;
  const Officials president{true, false, false, false};
  const Officials two{true, true, false, false};
  const Officials all{true, true, true, true};
  std::vector<LifeEvent> out = {
      Installed{},     ReportPrinted{},    Returned{},       Constituted{1},    Constituted{3},
      ZeroAsked{},     ZeroAsked{1, 0, 0}, ZeroPrinted{},    MemberReplaced{},  TokenRedeemed{},
      CountDone{true}, CountDone{false},   FirstPrint{true}, FirstPrint{false}, DrawEntered{}};
  Installed foreign;
  foreign.assigned = false;
  out.emplace_back(foreign);
  for (const Officials& who : {nobody, president, two, all}) {
    for (const std::int32_t minute : {300, 360, 1'079, 1'080}) {
      out.emplace_back(OpenAsked{minute, who});
      for (const int line : {0, 2}) {
        out.emplace_back(CloseBegun{minute, who, false, static_cast<std::uint16_t>(line)});
      }
      out.emplace_back(CloseBegun{minute, who, true, 0});
    }
    out.emplace_back(Suspend{who});
    out.emplace_back(Resume{who});
    out.emplace_back(TokenVoided{who});
    out.emplace_back(CloseAsked{who, false});
    out.emplace_back(CloseAsked{who, true});
    out.emplace_back(CopiesDone{who, 0});
    out.emplace_back(CopiesDone{who, 1});
    out.emplace_back(Delivered{who});
    out.emplace_back(Packed{who});
    out.emplace_back(Retired{who});
    out.emplace_back(ManualVoting{who});
  }
  return out;
}

using LifeKey = std::tuple<int, bool, int, int, int, int>;
LifeKey key(const LifeState& s) {
  return {static_cast<int>(s.phase), s.suspended,     s.tokens.issued,
          s.tokens.redeemed,         s.tokens.voided, static_cast<int>(s.awaits)};
}

struct LifeWalk {
  std::map<LifeKey, LifeState> states;
  std::map<LifeKey, std::set<LifeKey>> next;
  Edges edges;
};

LifeWalk walk_life() {
  LifeWalk out;
  const Policy policy;
  std::vector<LifeState> todo = {LifeState{}};
  out.states.emplace(key(todo.back()), todo.back());
  while (!todo.empty()) {
    const LifeState state = todo.back();
    todo.pop_back();
    for (const LifeEvent& event : life_events()) {
      const auto [after, effects] = step(state, event, policy);
      EXPECT_FALSE(effects.empty()) << "silence is a fault";
      if (has<StartUplink>(effects)) {
        EXPECT_EQ(after.phase, Phase::copies_out);
      }
      const bool voting = after.phase == Phase::open || after.phase == Phase::closing;
      for (const LifeEffect& effect : effects) {
        const auto* open = std::get_if<BoothOpen>(&effect);
        if (open != nullptr && open->open) {
          EXPECT_TRUE(voting && !after.suspended);
        }
      }
      if (state.phase >= Phase::closed) {
        EXPECT_FALSE(voting);
      }
      if (state.phase != after.phase) {
        out.edges.emplace(phase_name(state.phase), phase_name(after.phase));
        EXPECT_TRUE(has<EnterPhase>(effects));
      } else if (has<Refuse>(effects) && !has<PrintReport>(effects)) {
        EXPECT_EQ(after, state) << "a refusal changes nothing";
      }
      out.next[key(state)].insert(key(after));
      if (out.states.emplace(key(after), after).second) todo.push_back(after);
    }
  }
  return out;
}

TEST(Life, DoesWhatItsDiagramSays) {  // [R83] [R108]
  const Edges drawn = diagram("life");
  EXPECT_EQ(walk_life().edges, drawn) << text_of(walk_life().edges);
}

// [R108] [R84] A8 A12: from every state a final phase can be reached; from CLOSED on nothing votes.
TEST(Life, HasNoDeadEndAndNoWayBack) {
  LifeWalk walk = walk_life();
  EXPECT_GT(walk.states.size(), 30U);
  std::set<LifeKey> good;
  for (const auto& [k, state] : walk.states) {
    if (state.phase >= Phase::packed) good.insert(k);
  }
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [from, targets] : walk.next) {
      if (good.contains(from)) continue;
      for (const LifeKey& to : targets) {
        if (!good.contains(to)) continue;
        good.insert(from);
        grew = true;
        break;
      }
    }
  }
  EXPECT_EQ(good.size(), walk.states.size());
}

TEST(Life, RefusesToOpenOnAnythingButZero) {  // [R65] A8
  LifeState state;
  state.phase = Phase::constituted;
  tests::SeededRng rng{65};
  for (int i = 0; i < 10'000; ++i) {
    const ZeroAsked before{rng.below(3), rng.below(3), rng.below(3)};
    const auto [after, effects] = step(state, before, Policy{});
    const bool zero = before.ballots + before.receipts + before.marks == 0;
    EXPECT_EQ(has<Refuse>(effects), !zero);
    EXPECT_EQ(has<PrintReport>(effects), zero);
  }
}

// A8: from any closed state no sequence of events votes again.
void after_close(int sequences, std::uint64_t seed) {
  const auto events = life_events();
  tests::SeededRng rng{seed};
  const Policy policy;
  for (int i = 0; i < sequences; ++i) {
    LifeState state = resumed(Phase::closed, false, {});
    for (int n = 0; n < 40; ++n) {
      auto next = step(state, events[rng.below(events.size())], policy);
      state = next.state;
      ASSERT_TRUE(state.phase >= Phase::closed);
      for (const LifeEffect& effect : next.effects) {
        const auto* open = std::get_if<BoothOpen>(&effect);
        ASSERT_TRUE(open == nullptr || !open->open);
      }
    }
  }
}

TEST(Life, NothingVotesAfterTheClose) { after_close(2'000, 8); }  // [R108] A8

TEST(Life, DISABLED_NightlyMillionSequences) { after_close(1'000'000, 800); }  // A8

TEST(Life, ClosesWhenTheLineIsServed) {  // [R92]
  const Policy policy;
  const Officials two{true, true, false, false};
  LifeState state;
  state.phase = Phase::open;
  EXPECT_TRUE(has<Refuse>(step(state, CloseBegun{1'079, two, false, 0}, policy).effects));
  const Officials early{true, true, true, true};
  EXPECT_EQ(step(state, CloseBegun{700, early, false, 0}, policy).state.phase, Phase::closing);
  Policy never = policy;
  never.early_close = false;
  EXPECT_TRUE(has<Refuse>(step(state, CloseBegun{700, early, false, 0}, never).effects));
  EXPECT_EQ(step(state, CloseBegun{700, two, true, 0}, policy).state.phase, Phase::closing);

  state = step(state, CloseBegun{1'080, two, false, 2}, policy).state;
  EXPECT_TRUE(has<Refuse>(step(state, CloseAsked{two, false}, policy).effects));
  state = step(state, TokenRedeemed{}, policy).state;
  state = step(state, TokenVoided{early}, policy).state;
  EXPECT_TRUE(has<Refuse>(step(state, CloseAsked{two, true}, policy).effects));
  EXPECT_EQ(step(state, CloseAsked{two, false}, policy).state.phase, Phase::closed);
}

// What the effects of one step say, in their order, as a person reads them.
struct LifeWords {
  std::string operator()(const EnterPhase& e) { return std::string{phase_name(e.phase)}; }
  std::string operator()(const FormatVault&) { return "format"; }
  std::string operator()(const PrintReport& e) {
    static const char* const kinds[] = {"installation", "zero",    "acta",    "tokens", "copies",
                                        "delivery",     "packing", "retired", "manual"};
    return std::string{"print "} + kinds[static_cast<int>(e.kind)];
  }
  std::string operator()(const CountVault&) { return "count"; }
  std::string operator()(const BoothOpen& e) { return e.open ? "booth on" : "booth off"; }
  std::string operator()(const NoteTokens&) { return "note"; }
  std::string operator()(const StartUplink&) { return "uplink on"; }
  std::string operator()(const StopUplink&) { return "uplink off"; }
  std::string operator()(const DestroyCell&) { return "destroy"; }
  std::string operator()(const Refuse& e) { return fault_text(e.fault); }
  std::string operator()(const Ignore&) { return "-"; }
};

struct LifeRun {
  LifeState state;
  Policy policy;
  std::string on(const LifeEvent& event) {
    auto next = step(state, event, policy);
    state = next.state;
    std::string out;
    for (const LifeEffect& effect : next.effects) {
      out += (out.empty() ? "" : ", ") + std::visit(LifeWords{}, effect);
    }
    return out;
  }
};

constexpr Officials kNobody;
constexpr Officials kPresident{true, false, false, false};
constexpr Officials kMember{false, true, false, false};
constexpr Officials kBoth{true, true, false, false};
constexpr Officials kBothWithReason{true, true, false, true};
constexpr Officials kBothWithCode{true, true, true, false};
constexpr Officials kAll{true, true, true, true};

TEST(Life, SaysEveryStepOfADay) {  // [R83]
  LifeRun run;
  EXPECT_EQ(run.on(ReportPrinted{}), "-") << "nothing was printed yet";
  EXPECT_EQ(run.on(Installed{}), "format, print installation");
  EXPECT_EQ(run.on(ReportPrinted{}), "INSTALLED");
  EXPECT_EQ(run.on(ReportPrinted{}), "-");
  EXPECT_EQ(run.on(Installed{}), "-");
  EXPECT_EQ(run.on(Returned{}), "SEALED");
  EXPECT_EQ(run.on(Installed{}), "format, print installation");
  EXPECT_EQ(run.on(ReportPrinted{}), "INSTALLED");
  EXPECT_EQ(run.on(Constituted{1}), "1201 QUORUM");
  EXPECT_EQ(run.on(Constituted{2}), "CONSTITUTED");
  EXPECT_EQ(run.on(ZeroPrinted{}), "-");
  EXPECT_EQ(run.on(ZeroAsked{0, 0, 1}), "1301 NOCERO");
  EXPECT_EQ(run.on(ZeroAsked{}), "print zero");
  EXPECT_EQ(run.on(ZeroPrinted{}), "ZEROED");
  EXPECT_EQ(run.on(MemberReplaced{}), "CONSTITUTED");
  EXPECT_EQ(run.on(ZeroPrinted{}), "-") << "what was printed before counts no more";
  EXPECT_EQ(run.on(ZeroAsked{}), "print zero");
  EXPECT_EQ(run.on(ZeroPrinted{}), "ZEROED");
  EXPECT_EQ(run.on(OpenAsked{359, kBoth}), "1302 TEMPRANO");
  EXPECT_EQ(run.on(OpenAsked{360, kPresident}), "1201 QUORUM");
  EXPECT_EQ(run.on(OpenAsked{360, kMember}), "1201 QUORUM");
  EXPECT_EQ(run.on(OpenAsked{360, kBoth}), "OPEN, booth on");
  EXPECT_EQ(run.on(TokenRedeemed{}), "-");
  EXPECT_EQ(run.on(CloseAsked{kBoth, false}), "-");
  EXPECT_EQ(run.on(CloseBegun{1'080, kBoth, false, 2}), "CLOSING, print tokens");
  EXPECT_EQ(run.on(CloseAsked{kBoth, false}), "8102 COLA");
  EXPECT_EQ(run.on(TokenRedeemed{}), "note");
  EXPECT_EQ(run.on(TokenVoided{kBoth}), "1201 QUORUM");
  EXPECT_EQ(run.on(TokenVoided{kPresident}), "1201 QUORUM");
  EXPECT_EQ(run.on(TokenVoided{kBothWithReason}), "note");
  EXPECT_EQ(run.state.tokens, (Tokens{2, 1, 1}));
  EXPECT_EQ(run.on(TokenRedeemed{}), "-");
  EXPECT_EQ(run.on(TokenVoided{kBothWithReason}), "-");
  EXPECT_EQ(run.on(CloseAsked{kMember, false}), "1201 QUORUM");
  EXPECT_EQ(run.on(CloseAsked{kBoth, true}), "8102 COLA");
  EXPECT_EQ(run.on(CloseAsked{kBoth, false}), "CLOSED, booth off, count");
  EXPECT_EQ(run.on(FirstPrint{true}), "-");
  EXPECT_EQ(run.on(CountDone{true}), "COUNTED, print acta");
  EXPECT_EQ(run.on(CountDone{true}), "-");
  EXPECT_EQ(run.on(CopiesDone{kBoth, 0}), "-") << "no acta was read back yet";
  EXPECT_EQ(run.on(FirstPrint{false}), "8301 RELECTURA, print acta");
  EXPECT_EQ(run.on(FirstPrint{true}), "PRINTED");
  EXPECT_EQ(run.on(Delivered{kBoth}), "-") << "nothing is sent before the copies are out";
  EXPECT_EQ(run.on(CopiesDone{kPresident, 0}), "1201 QUORUM");
  EXPECT_EQ(run.on(CopiesDone{kBoth, 1}), "8302 COPIAS");
  EXPECT_EQ(run.on(CopiesDone{kBoth, 0}), "COPIES_OUT, print copies, uplink on");
  EXPECT_EQ(run.on(DrawEntered{}), "-");
  EXPECT_EQ(run.on(Delivered{kMember}), "1201 QUORUM");
  EXPECT_EQ(run.on(Delivered{kBoth}), "SENT, print delivery");
  EXPECT_EQ(run.on(Packed{kBoth}), "-");
  EXPECT_EQ(run.on(DrawEntered{}), "VERIFIED");
  EXPECT_EQ(run.on(Packed{kPresident}), "1201 QUORUM");
  EXPECT_EQ(run.on(Packed{kBoth}), "uplink off, print packing, PACKED, destroy");
  for (const LifeEvent& event : life_events()) EXPECT_EQ(run.on(event), "-");
}

TEST(Life, NamesWhatTheInstallationFound) {  // [R66]
  const std::pair<bool Installed::*, const char*> checks[] = {
      {&Installed::audited, "1001"},       {&Installed::seals_equal, "1101"},
      {&Installed::image_known, "1102"},   {&Installed::build_before_freeze, "1109"},
      {&Installed::package_equal, "1103"}, {&Installed::law_equal, "1104"},
      {&Installed::assigned, "1105"},      {&Installed::self_test, "1107"},
      {&Installed::reader_paired, "1108"}, {&Installed::memory_locked, "1110"}};
  for (const auto& [check, code] : checks) {
    LifeRun run;
    Installed found;
    found.*check = false;
    EXPECT_EQ(run.on(found).substr(0, 4), code);
    EXPECT_EQ(run.state, LifeState{});
  }
  LifeRun run;
  Installed revoked;
  revoked.revoked = true;
  EXPECT_EQ(run.on(revoked).substr(0, 4), "1111");
}

// A box whose ballots and generation differ is not counted by the machine: the papers are.
TEST(Life, ABadCountEndsInTheBoxOnTheTable) {  // [R72]
  LifeRun run;
  run.state = resumed(Phase::closed, false, {});
  EXPECT_EQ(run.on(CountDone{false}), "MANUAL, 8201 CUENTA, print manual");
  EXPECT_EQ(run.on(CountDone{true}), "-");
}

TEST(Life, IsSuspendedByThePresidentAlone) {
  for (const Phase phase : {Phase::open, Phase::closing}) {
    LifeRun run;
    run.state = resumed(phase, false, {});
    EXPECT_EQ(run.on(Resume{kPresident}), "-");
    EXPECT_EQ(run.on(Suspend{kMember}), "1201 QUORUM");
    EXPECT_EQ(run.on(Suspend{kPresident}), "booth off");
    EXPECT_EQ(run.on(Suspend{kPresident}), "-");
    EXPECT_EQ(run.on(Resume{kNobody}), "1201 QUORUM");
    EXPECT_TRUE(run.state.suspended);
    EXPECT_EQ(run.on(Resume{kPresident}), "booth on");
    EXPECT_FALSE(run.state.suspended);
  }
  LifeRun run;
  run.state = resumed(Phase::closing, true, {});
  EXPECT_EQ(run.on(CloseAsked{kBoth, false}), "CLOSED, booth off, count");
  EXPECT_FALSE(run.state.suspended);
}

TEST(Life, ClosesEarlyOnlyWithTwoACodeAndAReason) {  // [R92]
  for (const Officials& who : {kBoth, kBothWithCode, kBothWithReason}) {
    LifeRun run;
    run.state = resumed(Phase::open, false, {});
    EXPECT_EQ(run.on(CloseBegun{1'079, who, false, 0}), "8101 HORA");
  }
  for (const Officials& who : {kNobody, kPresident, kMember}) {
    LifeRun run;
    run.state = resumed(Phase::open, false, {});
    EXPECT_EQ(run.on(CloseBegun{1'080, who, true, 0}), "1201 QUORUM");
  }
  LifeRun run;
  run.state = resumed(Phase::open, false, {});
  EXPECT_EQ(run.on(CloseBegun{1'080, kBoth, false, kMaxTokens + 1}), "8102 COLA");
  EXPECT_EQ(run.on(CloseBegun{1'080, kBoth, false, kMaxTokens}), "CLOSING, print tokens");
  LifeRun empty;
  empty.state = resumed(Phase::open, false, {});
  EXPECT_EQ(empty.on(CloseBegun{1'080, kBoth, false, 0}), "CLOSING");
  LifeRun one;
  one.state = resumed(Phase::open, false, {});
  EXPECT_EQ(one.on(CloseBegun{1'080, kBoth, false, 1}), "CLOSING, print tokens");
}

TEST(Life, TakesAnAnswerOnlyWhereItIsAwaited) {
  using Awaits = LifeState::Awaits;
  struct Answer {
    LifeEvent event;
    Phase phase;
    Awaits awaits;
  };
  const Answer answers[] = {{ReportPrinted{}, Phase::sealed, Awaits::install_report},
                            {ZeroPrinted{}, Phase::constituted, Awaits::zero_acta},
                            {CountDone{true}, Phase::closed, Awaits::count},
                            {FirstPrint{true}, Phase::counted, Awaits::first_print}};
  for (const Answer& answer : answers) {
    for (const Phase phase : all_phases()) {
      for (const Answer& other : answers) {
        LifeRun run;
        run.state.phase = phase;
        run.state.awaits = other.awaits;
        const bool taken = phase == answer.phase && other.awaits == answer.awaits;
        EXPECT_EQ(run.on(answer.event) == "-", !taken) << phase_name(phase);
      }
    }
  }
}

TEST(Life, LeavesForAnotherMachineOrForPaper) {
  for (const Phase phase : {Phase::open, Phase::closing}) {
    for (const Officials& who : {kNobody, kPresident, kBoth, kBothWithCode, kBothWithReason}) {
      LifeRun run;
      run.state = resumed(phase, false, {});
      EXPECT_EQ(run.on(Retired{who}), "1201 QUORUM");
      EXPECT_EQ(run.on(ManualVoting{who}), "1201 QUORUM");
    }
    LifeRun swapped;
    swapped.state = resumed(phase, true, {});
    EXPECT_EQ(swapped.on(Retired{kAll}), "RETIRED, booth off, print retired");
    EXPECT_FALSE(swapped.state.suspended);
    LifeRun paper;
    paper.state = resumed(phase, false, {});
    EXPECT_EQ(paper.on(ManualVoting{kAll}), "MANUAL, booth off, print manual");
  }
}

// What the key cell holds after a power cut is enough to go on.
TEST(Life, GoesOnAfterACutWithWhatItOwed) {  // [R72]
  for (const Phase phase : all_phases()) {
    const LifeState state = resumed(phase, true, {3, 1, 1});
    EXPECT_EQ(state.phase, phase);
    EXPECT_TRUE(state.suspended);
    EXPECT_EQ(state.tokens, (Tokens{3, 1, 1}));
    const LifeState::Awaits owed = phase == Phase::closed    ? LifeState::Awaits::count
                                   : phase == Phase::counted ? LifeState::Awaits::first_print
                                                             : LifeState::Awaits::nothing;
    EXPECT_EQ(state.awaits, owed) << phase_name(phase);
  }
}

// --- gate --------------------------------------------------------------------------------------

GateState open_gate(std::uint16_t electors) {
  RollState roll;
  roll.marks.resize(electors);
  Policy policy;
  policy.registered = electors;
  return step(resumed(roll, 0, 0), PhaseIs{true, false}, policy).state;
}

struct GateRun {
  explicit GateRun(std::uint16_t electors) : state{open_gate(electors)} {
    policy.registered = electors;
  }
  std::vector<GateEffect> on(const GateEvent& event) {
    auto next = step(state, event, policy);
    state = std::move(next.state);
    return next.effects;
  }
  // The elector comes with this outcome and votes; what ACTIVAR said.
  std::vector<GateEffect> vote(std::uint16_t index, Outcome outcome) {
    const std::uint8_t fingers = outcome == Outcome::no_template ? 0 : 4;
    auto shown = on(Presented{roll::Here{roll::RollIndex{index}}, fingers});
    if (has<GateRefused>(shown)) return shown;
    if (outcome == Outcome::match) on(Captured{ports::Capture::match});
    if (outcome == Outcome::no_hands) on(NoHandsSeen{});
    for (int i = 0; outcome == Outcome::no_match && i < policy.tries; ++i) {
      on(Captured{ports::Capture::no_match});
    }
    if (outcome != Outcome::match) on(Authorised{true, true});
    auto effects = on(Activate{});
    if (has<Unlock>(effects)) stored();
    return effects;
  }
  void stored() {
    parity ^= 1;
    on(BoothIdle{parity});
  }
  GateState state;
  Policy policy;
  std::uint8_t parity = 0;
};

TEST(Gate, EveryOutcomeLeadsToTheVote) {  // [R67] [R68] A11
  GateRun run{40};
  std::uint16_t index = 0;
  for (const Outcome outcome :
       {Outcome::match, Outcome::no_match, Outcome::no_template, Outcome::no_hands}) {
    EXPECT_TRUE(has<Unlock>(run.vote(index++, outcome)));
  }
  const GateCounts counted = counts(run.state.roll);
  EXPECT_EQ(counted.match, 1);
  EXPECT_EQ(counted.no_match, 1);
  EXPECT_EQ(counted.no_template, 1);
  EXPECT_EQ(counted.no_hands, 1);
  EXPECT_EQ(counted.voters(), 4U);
}

TEST(Gate, NobodyVotesTwice) {  // [R89]
  GateRun run{10};
  run.vote(3, Outcome::match);
  const auto effects = run.vote(3, Outcome::match);
  ASSERT_TRUE(has<GateRefused>(effects));
  EXPECT_EQ(std::get<GateRefused>(effects[0]).fault, Fault::voted_already);
  EXPECT_FALSE(has<AskFinger>(effects));
}

TEST(Gate, NamesTheRightTable) {  // [R88]
  GateRun run{10};
  const MesaId other = MesaId::parse("990101001.02").value();
  EXPECT_TRUE(has<ShowElsewhere>(run.on(Presented{roll::Elsewhere{other}, 0})));
  EXPECT_TRUE(has<ShowUnknown>(run.on(Presented{roll::Unknown{}, 0})));
}

TEST(Gate, BlocksAtExactlyTheLimitsOfTheLaw) {  // [R68] A11
  GateRun run{200};
  std::uint16_t index = 0;
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_match)));
  const auto seventh = run.vote(index, Outcome::no_match);
  EXPECT_FALSE(has<Unlock>(seventh));
  EXPECT_TRUE(has<AskCode>(seventh));
  EXPECT_TRUE(has<GateIgnored>(run.on(CodeEntered{CodeList::regional, true})));
  EXPECT_TRUE(has<GateRefused>(run.on(CodeEntered{CodeList::mesa, false})));
  EXPECT_TRUE(has<Unblocked>(run.on(CodeEntered{CodeList::mesa, true})));
  EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
  run.stored();
  ++index;
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_hands)));
  EXPECT_FALSE(has<Unlock>(run.vote(index, Outcome::no_hands)));
  EXPECT_TRUE(has<Unblocked>(run.on(CodeEntered{CodeList::regional, true})));
  EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
  run.stored();
  ++index;
  EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::match)));
  EXPECT_EQ(run.state.unblocks, 2);
  // 20 % of 200: the 40th without a stored print, then each further 10.
  for (int i = 0; i < 39; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_template)));
  EXPECT_FALSE(has<Unlock>(run.vote(index, Outcome::no_template)));
  run.on(CodeEntered{CodeList::regional, true});
  EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
  run.stored();
  ++index;
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_template)));
  EXPECT_FALSE(has<Unlock>(run.vote(index, Outcome::no_template)));
}

TEST(Gate, ABlockLiftedBeforeTheOfficialsAnswerCountsTheElector) {  // [R68] A11
  GateRun run{200};
  std::uint16_t index = 0;
  for (int i = 0; i < 39; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_template)));
  run.on(Presented{roll::Here{roll::RollIndex{index++}}, 0});
  EXPECT_TRUE(has<Unblocked>(run.on(CodeEntered{CodeList::mesa, true})));
  run.on(Authorised{true, true});
  EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
  run.stored();
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_template)));
  EXPECT_FALSE(has<Unlock>(run.vote(index, Outcome::no_template)));
}

TEST(Gate, WhoeverStandsThereAtTheHourOfCloseGoesOn) {  // [R92]
  GateRun run{10};
  run.on(Presented{roll::Here{roll::RollIndex{2}}, 4});
  ASSERT_EQ(run.state.at, GateState::At::capturing);
  run.on(PhaseIs{true, true});
  EXPECT_EQ(run.state.at, GateState::At::capturing);
  run.on(Captured{ports::Capture::match});
  EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
}

TEST(Gate, TheFirstTagIsATagAsAnyOther) {  // [R80]
  GateRun run{10};
  run.policy.assistant_voters_max = 1;
  for (std::uint16_t index = 0; index < 2; ++index) {
    run.on(Presented{roll::Here{roll::RollIndex{index}}, 4});
    EXPECT_EQ(has<GateRefused>(run.on(Assistant{1})), index == 1);
    run.on(Captured{ports::Capture::match});
    run.on(Activate{});
    run.stored();
  }
}

std::optional<Fault> refusal(const std::vector<GateEffect>& effects) {
  for (const GateEffect& effect : effects) {
    if (const auto* refused = std::get_if<GateRefused>(&effect)) return refused->fault;
  }
  return std::nullopt;
}
int asked_finger(const std::vector<GateEffect>& effects) {  // -1: none
  for (const GateEffect& effect : effects) {
    if (const auto* ask = std::get_if<AskFinger>(&effect)) return ask->finger;
  }
  return -1;
}

// Every elector has all tries, over the enrolled fingers in turn, whatever the one before used up.
TEST(Gate, AsksForTheFingersInTurnAndForExactlyTheTriesOfTheLaw) {  // A11
  GateRun run{10};
  run.policy.tries = 3;
  for (std::uint16_t elector = 0; elector < 3; ++elector) {
    EXPECT_EQ(asked_finger(run.on(Presented{roll::Here{roll::RollIndex{elector}}, 2})), 0);
    EXPECT_EQ(asked_finger(run.on(Captured{ports::Capture::no_match})), 1);
    EXPECT_EQ(asked_finger(run.on(Captured{ports::Capture::low_quality})), 0);
    EXPECT_EQ(run.state.at, GateState::At::capturing);
    const auto last = run.on(Captured{ports::Capture::attack});
    EXPECT_EQ(asked_finger(last), -1);
    EXPECT_TRUE(has<AskAuthority>(last));
    EXPECT_EQ(run.state.reason, Reason::pad) << "of the last try";
    run.on(Cancelled{});
  }
  EXPECT_TRUE(has<ShowElector>(run.on(Presented{roll::Here{roll::RollIndex{4}}, 2})));
  EXPECT_EQ(run.state.reason, Reason::none) << "nothing of the one before";
  EXPECT_EQ(refusal(run.on(Captured{ports::Capture::fault})), Fault::reader);
  EXPECT_EQ(run.state.reason, Reason::reader);
}

TEST(Gate, AfterACodeTheRowsBeginAgain) {  // [R68] A11
  GateRun run{100};
  std::uint16_t index = 0;
  for (const auto& [outcome, limit] : {std::pair{Outcome::no_match, 7}, {Outcome::no_hands, 5}}) {
    for (int round = 0; round < 2; ++round) {
      for (int i = 1; i < limit; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, outcome)));
      EXPECT_EQ(refusal(run.vote(index, outcome)), Fault::blocked);
      run.on(CodeEntered{run.state.unblocks == 0 ? CodeList::mesa : CodeList::regional, true});
      EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
      run.stored();
      ++index;
    }
  }
  run.vote(index++, Outcome::match);
  for (int i = 1; i < 5; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_hands)));
  run.vote(index++, Outcome::match);
  for (int i = 1; i < 5; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_hands)));
  EXPECT_EQ(refusal(run.vote(index, Outcome::no_hands)), Fault::blocked);
}

// A code for another row does not move the limit of the share; one for the share moves it by 5 %.
TEST(Gate, TheShareOfNoPrintsHasItsOwnLimit) {  // [R68] A11
  GateRun run{200};
  std::uint16_t index = 0;
  for (int i = 0; i < 38; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_template)));
  for (int i = 0; i < 6; ++i) run.vote(index++, Outcome::no_match);
  EXPECT_EQ(refusal(run.vote(index, Outcome::no_match)), Fault::blocked);
  run.on(Cancelled{});
  run.on(Presented{roll::Here{roll::RollIndex{index}}, 0});  // the 39th without a print
  EXPECT_TRUE(has<Unblocked>(run.on(CodeEntered{CodeList::mesa, true})));
  run.on(Authorised{true, true});
  EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
  run.stored();
  ++index;
  for (int i = 0; i < 6; ++i) run.vote(index++, Outcome::no_match);
  EXPECT_EQ(refusal(run.vote(index, Outcome::no_match)), Fault::blocked);
  EXPECT_TRUE(has<Unblocked>(run.on(CodeEntered{CodeList::regional, true})));
  EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
  run.stored();
  EXPECT_EQ(refusal(run.vote(++index, Outcome::no_template)), Fault::blocked) << "the 40th";

  GateRun few{10};  // 20 % are two, and a further 5 % is one
  EXPECT_TRUE(has<Unlock>(few.vote(0, Outcome::no_template)));
  EXPECT_TRUE(has<AskCode>(few.on(Presented{roll::Here{roll::RollIndex{1}}, 0})));
  few.on(Authorised{true, true});
  EXPECT_EQ(refusal(few.on(Activate{})), Fault::blocked);
  EXPECT_EQ(refusal(few.on(CodeEntered{CodeList::mesa, false})), Fault::wrong_code);
  few.on(CodeEntered{CodeList::mesa, true});
  EXPECT_TRUE(has<Unlock>(few.on(Activate{})));
  few.stored();
  EXPECT_EQ(refusal(few.vote(2, Outcome::no_template)), Fault::blocked);

  GateRun many{500};
  for (index = 0; index < 99; ++index) many.vote(index, Outcome::no_template);
  EXPECT_EQ(counts(many.state.roll).no_template, 99);
  EXPECT_EQ(refusal(many.vote(index, Outcome::no_template)), Fault::blocked);
}

TEST(Gate, AnAssistantIsOfOneVoterAndIsRememberedOnlyWhenTheVoteIs) {  // [R80]
  GateRun run{10};
  EXPECT_TRUE(has<GateIgnored>(run.on(Assistant{5}))) << "nobody stands there";
  const auto comes = [&run](std::uint16_t index) {
    run.on(Presented{roll::Here{roll::RollIndex{index}}, 2});
    run.on(Captured{ports::Capture::match});
  };
  comes(1);
  run.on(Assistant{5});
  run.on(Activate{});
  run.on(BoothIdle{run.parity});  // not stored
  EXPECT_TRUE(run.state.roll.assistants.empty());
  comes(1);
  run.on(Assistant{5});
  run.on(Activate{});
  run.stored();
  EXPECT_EQ(run.state.roll.assistants, (std::vector<std::uint64_t>{5}));
  comes(2);
  run.on(Activate{});
  run.stored();
  EXPECT_EQ(counts(run.state.roll).assisted, 1) << "the next one came alone";
  EXPECT_EQ(run.state.roll.assistants.size(), 1U);
  comes(3);
  EXPECT_EQ(refusal(run.on(Assistant{5})), Fault::assistant);
}

// In the line after the hour: one token, one vote; it comes back with a ballot that was not stored.
TEST(Gate, ATokenIsUsedUpByAStoredVoteOnly) {  // [R92]
  GateRun run{10};
  run.state.roll.tokens_issued = 2;
  run.on(PhaseIs{true, true});
  const auto comes = [&run](std::uint16_t index) {
    return run.on(Presented{roll::Here{roll::RollIndex{index}}, 2});
  };
  EXPECT_EQ(refusal(comes(1)), Fault::queue);
  EXPECT_TRUE(has<GateIgnored>(run.on(TokenShown{3}))) << "never printed";
  run.on(TokenShown{2});
  EXPECT_TRUE(has<GateIgnored>(run.on(TokenShown{1}))) << "one at a time";
  comes(1);
  EXPECT_TRUE(has<GateIgnored>(run.on(TokenShown{1}))) << "only between two people";
  run.on(Captured{ports::Capture::match});
  run.on(Activate{});
  auto effects = run.on(BoothIdle{run.parity});
  EXPECT_TRUE(has<SaveRoll>(effects) && has<NotStored>(effects) && !has<TokenUsed>(effects));
  EXPECT_EQ(run.state.token, 2);
  EXPECT_TRUE(run.state.roll.tokens_used.empty());
  comes(1);
  run.on(Captured{ports::Capture::match});
  run.on(Activate{});
  run.parity ^= 1;
  effects = run.on(BoothIdle{run.parity});
  EXPECT_TRUE(has<SaveRoll>(effects) && has<TokenUsed>(effects) && has<Voted>(effects));
  EXPECT_EQ(run.state.roll.tokens_used, (std::vector<std::uint16_t>{2}));
  EXPECT_TRUE(has<GateIgnored>(run.on(TokenShown{2}))) << "used";
  EXPECT_EQ(refusal(comes(2)), Fault::queue);
  run.on(TokenShown{1});
  run.on(PhaseIs{true, false});
  EXPECT_EQ(run.state.token, 0);
  run.vote(3, Outcome::match);
  EXPECT_EQ(run.state.roll.tokens_used.size(), 1U) << "no token where none is asked for";
}

// A11: whole rolls in any order of outcomes; whoever comes votes, after a code where the law asks.
void arrivals(std::uint16_t electors, int mesas, std::uint64_t seed, std::int64_t& blocks) {
  tests::SeededRng rng{seed};
  for (int mesa = 0; mesa < mesas; ++mesa) {
    GateRun run{electors};
    for (std::uint16_t i = 0; i < electors; ++i) {
      // Every second mesa is as in 2012; the others are hard on the limits.
      const bool hard = mesa % 2 == 1;
      const auto kind = rng.below(100);
      const Outcome outcome = kind < (hard ? 40U : 80U)   ? Outcome::match
                              : kind < (hard ? 70U : 91U) ? Outcome::no_match
                              : kind < (hard ? 95U : 99U) ? Outcome::no_template
                                                          : Outcome::no_hands;
      if (has<Unlock>(run.vote(i, outcome))) continue;
      ASSERT_TRUE(run.state.blocked);
      ++blocks;
      run.on(CodeEntered{run.state.unblocks == 0 ? CodeList::mesa : CodeList::regional, true});
      ASSERT_TRUE(has<Unlock>(run.on(Activate{})));
      run.stored();
    }
    ASSERT_EQ(counts(run.state.roll).voters(), electors) << "nobody is turned away";
  }
}

TEST(Gate, TurnsNobodyAway) {  // [R67] [R68] A11
  std::int64_t blocks = 0;
  arrivals(500, 6, 11, blocks);
  EXPECT_GT(blocks, 3);
}

TEST(Gate, DISABLED_NightlyMillionElectors) {  // A11
  std::int64_t blocks = 0;
  arrivals(1'000, 1'000, 1'100, blocks);
  EXPECT_GT(blocks, 0);
  RecordProperty("blocks", static_cast<int>(blocks));
}

// The president suspends while somebody is in the booth: that ballot is cast, nobody else comes.
TEST(Gate, ASuspensionWaitsForTheBoothAndThenHolds) {  // [R95]
  GateRun run{10};
  run.on(Presented{roll::Here{roll::RollIndex{1}}, 2});
  run.on(Captured{ports::Capture::match});
  run.on(Activate{});
  run.on(PhaseIs{false, false});
  EXPECT_EQ(run.state.at, GateState::At::booth);
  run.stored();
  EXPECT_EQ(run.state.at, GateState::At::closed);
  EXPECT_EQ(counts(run.state.roll).voters(), 1U);
  EXPECT_FALSE(has<Unlock>(run.vote(2, Outcome::match)));
}

TEST(Gate, AMatchEndsTheRowOfNoMatches) {  // A11
  GateRun run{60};
  std::uint16_t index = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 6; ++i) EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::no_match)));
    EXPECT_TRUE(has<Unlock>(run.vote(index++, Outcome::match)));
  }
}

TEST(Gate, ABrokenReaderStopsNobody) {  // [R66] A11
  GateRun run{10};
  run.on(Presented{roll::Here{roll::RollIndex{1}}, 2});
  const auto effects = run.on(Captured{ports::Capture::fault});
  EXPECT_TRUE(has<AskAuthority>(effects));
  EXPECT_TRUE(has<AskAuthority>(run.on(Authorised{true, false}))) << "a member too";
  run.on(Authorised{true, true});
  EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
  run.stored();
  EXPECT_EQ(counts(run.state.roll).no_match, 1);
  EXPECT_EQ(run.state.row_no_match, 0);
  EXPECT_EQ(run.state.reader_faults, 1);
}

TEST(Gate, OneAssistantHelpsOneVoter) {  // [R80]
  GateRun run{10};
  const auto with = [&run](std::uint16_t index, std::uint64_t tag) {
    run.on(Presented{roll::Here{roll::RollIndex{index}}, 2});
    run.on(Captured{ports::Capture::match});
    auto effects = run.on(Assistant{tag});
    run.on(Activate{});
    run.stored();
    return effects;
  };
  EXPECT_FALSE(has<GateRefused>(with(1, 77)));
  EXPECT_TRUE(has<GateRefused>(with(2, 77)));
  EXPECT_FALSE(has<GateRefused>(with(3, 0))) << "an official may help again";
  EXPECT_FALSE(has<GateRefused>(with(4, 0)));
  EXPECT_EQ(counts(run.state.roll).assisted, 3);
}

// [R69] [R72] A4: the alternating bit, and nothing else, tells whether the ballot was stored.
TEST(Gate, TheParityOfTheVaultMarksTheVoter) {
  GateRun run{10};
  run.on(Presented{roll::Here{roll::RollIndex{5}}, 2});
  run.on(Captured{ports::Capture::match});
  run.on(Activate{});
  ASSERT_TRUE(run.state.roll.pending.has_value());
  GateState after_cut = resumed(run.state.roll, 0, 0);
  const auto not_stored = step(after_cut, BoothIdle{0}, run.policy);
  EXPECT_TRUE(has<NotStored>(not_stored.effects));
  EXPECT_EQ(not_stored.state.roll.marks[5], 0);
  const auto stored = step(after_cut, BoothIdle{1}, run.policy);
  EXPECT_TRUE(has<Voted>(stored.effects));
  EXPECT_EQ(stored.state.roll.marks[5], 1);
  EXPECT_FALSE(stored.state.roll.pending.has_value());
}

// [R69] A6: whoever comes first, the roll state in the evening is the same, byte for byte.
TEST(Gate, ThePermutedDayLeavesTheSameRoll) {
  tests::SeededRng rng{6};
  std::vector<std::pair<std::uint16_t, Outcome>> day;
  for (std::uint16_t i = 0; i < 60; ++i) {
    const auto kind = rng.below(10);
    day.emplace_back(i, kind < 7   ? Outcome::match
                        : kind < 9 ? Outcome::no_match
                                   : Outcome::no_hands);
  }
  std::optional<RollState> first;
  for (int i = 0; i < 20; ++i) {
    for (std::size_t n = day.size() - 1; n > 0; --n) std::swap(day[n], day[rng.below(n + 1)]);
    GateRun run{100};
    for (const auto& [index, outcome] : day) {
      if (has<Unlock>(run.vote(index, outcome))) continue;
      const CodeList list = run.state.unblocks == 0 ? CodeList::mesa : CodeList::regional;
      run.on(CodeEntered{list, true});
      EXPECT_TRUE(has<Unlock>(run.on(Activate{})));
      run.stored();
    }
    EXPECT_EQ(counts(run.state.roll).voters(), 60U);
    if (!first) first = run.state.roll;
    EXPECT_EQ(run.state.roll, *first);
  }
}

TEST(Gate, AtTheHourOfCloseOnlyATokenOpens) {  // [R92]
  GateRun run{10};
  run.state.roll.tokens_issued = 1;
  run.on(PhaseIs{true, true});
  EXPECT_TRUE(has<GateRefused>(run.vote(1, Outcome::match)));
  EXPECT_TRUE(has<GateIgnored>(run.on(TokenShown{2})));
  run.on(TokenShown{1});
  run.on(Presented{roll::Here{roll::RollIndex{1}}, 2});
  run.on(Captured{ports::Capture::match});
  run.on(Activate{});
  const auto effects = run.on(BoothIdle{1});
  EXPECT_TRUE(has<TokenUsed>(effects));
  EXPECT_TRUE(has<GateRefused>(run.vote(2, Outcome::match)));
  run.on(PhaseIs{false, true});
  EXPECT_TRUE(has<GateIgnored>(run.on(TokenShown{1})));
  EXPECT_EQ(run.state.at, GateState::At::closed);
}

std::vector<GateEvent> gate_events() {
  std::vector<GateEvent> out = {
      NoHandsSeen{},          Assistant{0},         Assistant{5}, Authorised{},
      Authorised{true, true}, Activate{},           Cancelled{},  TokenShown{},
      BoothIdle{0},           BoothIdle{1},         BoothBusy{},  PhaseIs{true, false},
      PhaseIs{true, true},    PhaseIs{false, false}};
  for (std::uint16_t index = 0; index < 2; ++index) {
    for (std::uint8_t fingers = 0; fingers < 2; ++fingers) {
      out.emplace_back(Presented{roll::Here{roll::RollIndex{index}}, fingers});
    }
  }
  out.emplace_back(Presented{roll::Unknown{}, 0});
  for (int i = 0; i < 5; ++i) out.emplace_back(Captured{static_cast<ports::Capture>(i)});
  for (const CodeList list : {CodeList::mesa, CodeList::regional}) {
    for (const bool good : {false, true}) out.emplace_back(CodeEntered{list, good});
  }
  return out;
}

TEST(Gate, DoesWhatItsDiagramSays) {  // [R83]
  Policy policy;
  policy.registered = 10;
  policy.block_no_match = 2;
  RollState roll;
  roll.marks.resize(2);
  roll.tokens_issued = 1;
  const auto events = gate_events();
  Edges edges;
  tests::SeededRng rng{83};
  GateState state = resumed(roll, 0, 0);
  for (int i = 0; i < 60'000; ++i) {
    if (i % 500 == 0) state = resumed(roll, 0, 0);
    const auto [after, effects] = step(state, events[rng.below(events.size())], policy);
    EXPECT_LE(after.roll.marks[0], 20);
    if (has<Unlock>(effects)) {
      EXPECT_TRUE(state.at == GateState::At::ready && !state.blocked && !state.roll.pending);
      EXPECT_EQ(state.roll.marks[state.elector.value()], 0) << "nobody votes twice";
      EXPECT_TRUE(std::holds_alternative<SaveRoll>(effects[0])) << "pending is durable first";
    }
    if (state.at != after.at) edges.emplace(name(state.at), name(after.at));
    state = after;
  }
  EXPECT_EQ(edges, diagram("gate")) << text_of(edges);
}

// --- booth -------------------------------------------------------------------------------------

const std::vector<BallotShape>& shapes() {
  static const std::vector<BallotShape> out = {{0, {{5, 1, {}}, {4, 3, {0, 0, 1, 1}}}}};
  return out;
}

struct BoothRun {
  std::vector<BoothEffect> on(const BoothEvent& event) {
    auto next = step(state, event, policy, shapes());
    state = std::move(next.state);
    return next.effects;
  }
  void to_check() {
    on(VaultAnswer{true, 0, {}});
    on(PrinterAnswer{});
    on(VaultAnswer{true, 0, {}});
    on(PrinterAnswer{});
  }
  BoothState state;
  Policy policy;
};

TEST(Booth, AVoteGoesThroughTheWholeSession) {  // [R70] [R71] [R74]
  BoothRun run;
  EXPECT_TRUE(has<TellBusy>(run.on(UnlockBallot{0})));
  run.on(Press{Key::start});
  run.on(Select{2});
  run.on(Press{Key::next});
  run.on(Select{0});
  run.on(Select{3});
  run.on(Press{Key::vote});
  EXPECT_EQ(run.state.at, BoothState::At::review);
  run.on(Press{Key::vote});
  EXPECT_EQ(run.state.at, BoothState::At::warn_under);
  EXPECT_EQ(unselected(run.state), 1U);
  run.on(Press{Key::back});
  EXPECT_EQ(run.state.page, 1);
  run.on(Select{1});
  run.on(Press{Key::review});
  EXPECT_TRUE(has<PrepareBallot>(run.on(Press{Key::vote})));
  run.to_check();
  EXPECT_EQ(run.state.at, BoothState::At::check);
  EXPECT_EQ(run.state.choices.contests[0], (election::ContestChoice{{2}, 0}));
  EXPECT_EQ(run.state.choices.contests[1], (election::ContestChoice{{0, 1, 3}, 0}));
  EXPECT_TRUE(has<CommitBallot>(run.on(Press{Key::ok})));
  run.on(VaultAnswer{true, 1, {}});
  EXPECT_EQ(run.state.at, BoothState::At::thanks);
  EXPECT_TRUE(run.state.choices.contests.empty());
  const auto effects = run.on(Tick{5});
  EXPECT_TRUE(has<WipeSession>(effects) && has<TellIdle>(effects));
  BoothState wiped;
  wiped.parity = 1;
  EXPECT_EQ(run.state, wiped);
}

TEST(Booth, NothingIsTakenAwaySilently) {  // [R70]
  BoothRun run;
  run.on(UnlockBallot{0});
  run.on(Press{Key::start});
  run.on(Select{1});
  run.on(Select{2});
  EXPECT_EQ(run.state.notice, Notice::moved);
  run.on(Press{Key::next});
  for (std::uint16_t card = 0; card < 3; ++card) run.on(Select{card});
  run.on(Select{3});
  EXPECT_EQ(run.state.notice, Notice::chosen_all);
  EXPECT_EQ(run.state.choices.contests[1], (election::ContestChoice{{0, 1, 2}, 0}));
  run.on(Select{1});
  EXPECT_EQ(run.state.choices.contests[1], (election::ContestChoice{{0, 2}, 1}));
  run.on(SelectList{1});
  EXPECT_EQ(run.state.choices.contests[1], (election::ContestChoice{{2, 3}, 1}));
  EXPECT_TRUE(has<BoothRefused>(run.on(Select{9})));
}

TEST(Booth, AMismatchSpoilsTheReceiptAndStartsAgain) {  // [R74]
  BoothRun run;
  run.on(UnlockBallot{0});
  for (int spoil = 1; spoil <= 3; ++spoil) {
    run.on(Press{Key::start});
    run.on(Select{1});
    run.on(Press{Key::vote});
    run.on(Press{Key::vote});
    run.on(Press{Key::confirm});
    run.to_check();
    EXPECT_TRUE(has<CallOfficial>(run.on(Press{Key::no_match})));
    const auto effects = run.on(OfficialOrder{Order::spoil_done});
    ASSERT_TRUE(has<VoidReceipt>(effects));
    EXPECT_EQ(std::get<VoidReceipt>(effects[0]).reason, VoidReason::spoiled);
    run.on(VaultAnswer{true, 0, {}});
    EXPECT_EQ(unselected(run.state), 4U) << "the session restarts empty";
  }
  EXPECT_EQ(run.state.at, BoothState::At::fault);
  EXPECT_EQ(run.state.fault, Fault::mismatch);
  EXPECT_TRUE(has<BoothRefused>(run.on(OfficialOrder{Order::resume})));
}

TEST(Booth, ABrokenPrintIsVoidAndKeepsTheChoices) {  // [R73]
  BoothRun run;
  run.on(UnlockBallot{0});
  run.on(Press{Key::start});
  run.on(Select{1});
  run.on(Press{Key::vote});
  run.on(Press{Key::vote});
  run.on(Press{Key::confirm});
  run.on(VaultAnswer{true, 0, {}});
  EXPECT_FALSE(has<VoidReceipt>(run.on(PrinterAnswer{Fault::paper_end}))) << "nothing was printed";
  run.on(OfficialOrder{Order::resume});
  run.on(Press{Key::vote});
  run.on(Press{Key::confirm});
  run.on(VaultAnswer{true, 0, {}});
  run.on(PrinterAnswer{});
  run.on(VaultAnswer{true, 0, {}});
  EXPECT_TRUE(has<VoidReceipt>(run.on(PrinterAnswer{Fault::jam})));
  EXPECT_FALSE(run.on(OfficialOrder{Order::resume}).empty()) << "not before Void is answered";
  run.on(VaultAnswer{true, 0, {}});
  run.on(OfficialOrder{Order::resume});
  EXPECT_EQ(run.state.at, BoothState::At::review);
  EXPECT_EQ(run.state.choices.contests[0], (election::ContestChoice{{1}, 0}));
}

TEST(Booth, WhoeverLeavesIsDealtWithByTheLaw) {  // [R71] [R87]
  BoothRun run;
  run.on(UnlockBallot{0});
  run.on(Press{Key::start});
  run.on(Select{1});
  run.on(Tick{180});
  EXPECT_EQ(run.state.at, BoothState::At::alert);
  EXPECT_TRUE(has<CallOfficial>(run.on(Tick{30})));
  const auto effects = run.on(OfficialOrder{Order::abandoned});
  ASSERT_TRUE(has<PrepareBallot>(effects));
  EXPECT_EQ(unselected(run.state), 4U);
  run.on(VaultAnswer{true, 0, {}});
  run.on(PrinterAnswer{});
  run.on(VaultAnswer{true, 0, {}});
  EXPECT_TRUE(has<CommitBallot>(run.on(PrinterAnswer{}))) << "no check without a voter";

  BoothRun dropped;
  dropped.policy.abandoned_is_null = false;
  dropped.on(UnlockBallot{0});
  EXPECT_TRUE(has<TellIdle>(dropped.on(OfficialOrder{Order::abandoned})));

  BoothRun expired;
  expired.policy.expiry = Expiry::auto_null;
  expired.on(UnlockBallot{0});
  expired.on(Press{Key::start});
  for (int i = 0; i < 3; ++i) {
    expired.on(Tick{119});
    expired.on(Select{1});
  }
  EXPECT_TRUE(has<PrepareBallot>(expired.on(Tick{3})));
}

std::vector<BoothEvent> booth_events() {
  std::vector<BoothEvent> out = {UnlockBallot{0},
                                 UnlockBallot{7},
                                 Select{0},
                                 Select{1},
                                 Select{9},
                                 SelectList{0},
                                 SelectList{5},
                                 Tick{1},
                                 Tick{5},
                                 Tick{30},
                                 Tick{180},
                                 PrinterAnswer{},
                                 VaultAnswer{true, 0, {}},
                                 VaultAnswer{true, 1, {}},
                                 PrinterAnswer{Fault::jam},
                                 VaultAnswer{false, 0, Fault::both_media}};
  for (int key = 0; key <= static_cast<int>(Key::no_match); ++key) {
    out.emplace_back(Press{static_cast<Key>(key)});
  }
  for (int order = 0; order <= static_cast<int>(Order::challenge); ++order) {
    out.emplace_back(OfficialOrder{static_cast<Order>(order)});
  }
  return out;
}

// [R84] A12: whatever people press, the session keeps its form; nothing is committed that was not
// prepared, intended and printed in this order.
void monkey(int steps, std::uint64_t seed, Edges& edges) {
  Policy policy;
  policy.challenge = true;
  policy.spoil_max = 0;
  auto events = booth_events();
  for (int i = 0; i < 6; ++i) {  // what leads on is pressed more often, or few ballots are cast
    events.insert(events.end(), {VaultAnswer{true, 0, {}}, PrinterAnswer{}, Press{Key::start},
                                 Press{Key::vote}, Press{Key::confirm}, UnlockBallot{0}});
  }
  tests::SeededRng rng{seed};
  BoothState state;
  int progress = 0;  // 1 prepared, 2 intent, 3 printed
  for (int i = 0; i < steps; ++i) {
    const BoothEvent& event = events[rng.below(events.size())];
    const auto [after, effects] = step(state, event, policy, shapes());
    for (const BoothEffect& effect : effects) {
      if (std::holds_alternative<PrepareBallot>(effect)) progress = 1;
      if (std::holds_alternative<SetIntent>(effect)) {
        ASSERT_EQ(progress, 1);
        progress = 2;
      }
      if (std::holds_alternative<PrintReceipt>(effect)) {
        ASSERT_EQ(progress, 2);
        progress = 3;
      }
      if (std::holds_alternative<CommitBallot>(effect)) {
        ASSERT_EQ(progress, 3);
        progress = 0;
      }
    }
    for (std::size_t n = 0; n < after.choices.contests.size(); ++n) {
      const auto& choice = after.choices.contests[n];
      const auto cards = choice.cards();
      ASSERT_EQ(choice.votes.size(), shapes()[0].contests[n].votes);
      ASSERT_EQ(choice, (election::ContestChoice{{cards.begin(), cards.end()}, choice.null()}));
      ASSERT_EQ(std::ranges::adjacent_find(cards), cards.end());
      ASSERT_TRUE(cards.empty() || cards.back() < shapes()[0].contests[n].cards);
    }
    if (after.at == BoothState::At::locked) {
      ASSERT_TRUE(after.choices.contests.empty());
    }
    if (state.at != after.at) edges.emplace(name(state.at), name(after.at));
    state = after;
    if (state.at == BoothState::At::fault && i % 50 == 0) state = BoothState{};  // swapped
  }
}

TEST(Booth, DoesWhatItsDiagramSays) {  // [R83] [R84] A12
  Edges edges;
  monkey(100'000, 12, edges);
  EXPECT_EQ(edges, diagram("booth")) << text_of(edges);
}

TEST(Booth, DISABLED_NightlyMonkeyTenMillionEvents) {  // [R84] A12
  Edges edges;
  for (std::uint64_t seed = 100; seed < 140; ++seed) monkey(250'000, seed, edges);
  EXPECT_EQ(edges, diagram("booth"));
}

}  // namespace
}  // namespace sufragio::machine
