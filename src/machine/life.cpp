#include "machine/life.h"

#include "base/check.h"

namespace sufragio::machine {

namespace {

using Awaits = LifeState::Awaits;
using ReportKind = PrintReport::Kind;

struct Name {
  Phase phase;
  std::string_view name;
};
constexpr Name kPhaseNames[] = {
    {Phase::sealed, "SEALED"},
    {Phase::installed, "INSTALLED"},
    {Phase::constituted, "CONSTITUTED"},
    {Phase::zeroed, "ZEROED"},
    {Phase::open, "OPEN"},
    {Phase::closing, "CLOSING"},
    {Phase::closed, "CLOSED"},
    {Phase::counted, "COUNTED"},
    {Phase::printed, "PRINTED"},
    {Phase::copies_out, "COPIES_OUT"},
    {Phase::sent, "SENT"},
    {Phase::verified, "VERIFIED"},
    {Phase::packed, "PACKED"},
    {Phase::retired, "RETIRED"},
    {Phase::manual, "MANUAL"},
};

class LifeStepper {
 public:
  LifeStepper(const LifeState& state, const Policy& policy) : out_{state, {}}, policy_{policy} {}

  void operator()(const Installed& event) {
    if (!in(Phase::sealed)) return ignore();
    const std::pair<bool, Fault> guards[] = {
        {event.audited, Fault::passport},         {event.seals_equal, Fault::seal},
        {event.image_known, Fault::image},        {event.build_before_freeze, Fault::newer_build},
        {event.package_equal, Fault::package},    {event.law_equal, Fault::law},
        {event.assigned, Fault::no_assignment},   {!event.revoked, Fault::revoked},
        {event.self_test, Fault::self_test},      {event.reader_paired, Fault::foreign_reader},
        {event.memory_locked, Fault::memory_lock}};
    for (const auto& [good, fault] : guards) {
      if (!good) return refuse(fault);
    }
    put(FormatVault{});
    await(Awaits::install_report, ReportKind::installation);
  }
  void operator()(const ReportPrinted&) {
    if (!in(Phase::sealed) || out_.state.awaits != Awaits::install_report) return ignore();
    enter(Phase::installed);
  }
  void operator()(const Returned&) {
    if (!in(Phase::installed)) return ignore();
    enter(Phase::sealed);
  }
  void operator()(const Constituted& event) {
    if (!in(Phase::installed)) return ignore();
    if (event.members < policy_.quorum) return refuse(Fault::quorum);
    enter(Phase::constituted);
  }
  void operator()(const ZeroAsked& event) {
    if (!in(Phase::constituted)) return ignore();
    if (event.ballots + event.receipts + event.marks != 0) return refuse(Fault::not_zero);
    await(Awaits::zero_acta, ReportKind::zero_acta);
  }
  void operator()(const ZeroPrinted&) {
    if (!in(Phase::constituted) || out_.state.awaits != Awaits::zero_acta) return ignore();
    enter(Phase::zeroed);
  }
  void operator()(const MemberReplaced&) {
    if (!in(Phase::zeroed)) return ignore();
    enter(Phase::constituted);
  }
  void operator()(const OpenAsked& event) {
    if (!in(Phase::zeroed)) return ignore();
    if (event.minute < policy_.open_min) return refuse(Fault::too_early);
    if (!event.who.two()) return refuse(Fault::quorum);
    enter(Phase::open);
    put(BoothOpen{true});
  }
  void operator()(const Suspend& event) {
    if (!voting() || out_.state.suspended) return ignore();
    if (!event.who.president) return refuse(Fault::quorum);
    out_.state.suspended = true;
    put(BoothOpen{false});
  }
  void operator()(const Resume& event) {
    if (!voting() || !out_.state.suspended) return ignore();
    if (!event.who.president) return refuse(Fault::quorum);
    out_.state.suspended = false;
    put(BoothOpen{true});
  }
  void operator()(const CloseBegun& event) {
    if (!in(Phase::open)) return ignore();
    if (!event.who.two()) return refuse(Fault::quorum);
    const bool authorised = policy_.early_close && event.who.regional_code && event.who.reason;
    const bool time = event.minute >= policy_.close_min;
    if (!time && !event.everybody_voted && !authorised) return refuse(Fault::early_close);
    if (event.in_line > kMaxTokens) return refuse(Fault::queue);
    enter(Phase::closing);
    out_.state.tokens = {event.in_line, 0, 0};
    if (event.in_line > 0) put(PrintReport{ReportKind::tokens});
  }
  void operator()(const TokenRedeemed&) {
    if (!in(Phase::closing) || out_.state.tokens.open() == 0) return ignore();
    ++out_.state.tokens.redeemed;
    put(NoteTokens{});
  }
  void operator()(const TokenVoided& event) {
    if (!in(Phase::closing) || out_.state.tokens.open() == 0) return ignore();
    if (!event.who.two() || !event.who.reason) return refuse(Fault::quorum);
    ++out_.state.tokens.voided;
    put(NoteTokens{});
  }
  void operator()(const CloseAsked& event) {
    if (!in(Phase::closing)) return ignore();
    if (!event.who.two()) return refuse(Fault::quorum);
    if (event.session_open || out_.state.tokens.open() != 0) return refuse(Fault::queue);
    enter(Phase::closed);
    out_.state.suspended = false;
    put(BoothOpen{false});
    out_.state.awaits = Awaits::count;
    put(CountVault{});
  }
  void operator()(const CountDone& event) {
    if (!in(Phase::closed) || out_.state.awaits != Awaits::count) return ignore();
    if (!event.good) {  // the box on the table is counted under R: an acta of type 2
      enter(Phase::manual);
      put(Refuse{Fault::count});
      return put(PrintReport{ReportKind::manual_form});
    }
    enter(Phase::counted);
    await(Awaits::first_print, ReportKind::acta);
  }
  void operator()(const FirstPrint& event) {
    if (!in(Phase::counted) || out_.state.awaits != Awaits::first_print) return ignore();
    if (event.reads_back) return enter(Phase::printed);
    put(Refuse{Fault::re_read});
    put(PrintReport{ReportKind::acta});
  }
  void operator()(const CopiesDone& event) {
    if (!in(Phase::printed)) return ignore();
    if (!event.who.two()) return refuse(Fault::quorum);
    if (event.missing_without_reason != 0) return refuse(Fault::copies);
    enter(Phase::copies_out);
    put(PrintReport{ReportKind::copies});
    put(StartUplink{});
  }
  void operator()(const Delivered& event) {
    if (!in(Phase::copies_out)) return ignore();
    if (!event.who.two()) return refuse(Fault::quorum);
    enter(Phase::sent);
    put(PrintReport{ReportKind::delivery});
  }
  void operator()(const DrawEntered&) {
    if (!in(Phase::sent)) return ignore();
    enter(Phase::verified);
  }
  void operator()(const Packed& event) {
    if (!in(Phase::verified)) return ignore();
    if (!event.who.two()) return refuse(Fault::quorum);
    put(StopUplink{});
    put(PrintReport{ReportKind::packing});
    enter(Phase::packed);
    put(DestroyCell{});
  }
  void operator()(const Retired& event) { leave(Phase::retired, ReportKind::retired, event.who); }
  void operator()(const ManualVoting& event) {
    leave(Phase::manual, ReportKind::manual_form, event.who);
  }

  [[nodiscard]] Step<LifeState, LifeEffect> take() { return std::move(out_); }

 private:
  [[nodiscard]] bool in(Phase phase) const { return out_.state.phase == phase; }
  [[nodiscard]] bool voting() const { return in(Phase::open) || in(Phase::closing); }
  void put(LifeEffect effect) { out_.effects.push_back(effect); }
  void ignore() { put(Ignore{}); }
  void refuse(Fault fault) { put(Refuse{fault}); }
  void enter(Phase phase) {
    out_.state.phase = phase;
    out_.state.awaits = Awaits::nothing;
    put(EnterPhase{phase});
  }
  void await(Awaits what, ReportKind print) {
    out_.state.awaits = what;
    put(PrintReport{print});
  }
  // The two ways out of voting that end this machine's day: another machine, or paper.
  void leave(Phase phase, ReportKind print, const Officials& who) {
    if (!voting()) return ignore();
    if (!who.two() || !who.regional_code || !who.reason) return refuse(Fault::quorum);
    enter(phase);
    out_.state.suspended = false;
    put(BoothOpen{false});
    put(PrintReport{print});
  }

  Step<LifeState, LifeEffect> out_;
  const Policy& policy_;
};

}  // namespace

std::string_view phase_name(Phase phase) {
  for (const Name& known : kPhaseNames) {
    if (known.phase == phase) return known.name;
  }
  CHECK(false);
  return {};
}

const std::vector<Phase>& all_phases() {
  static const std::vector<Phase> phases = [] {
    std::vector<Phase> out;
    for (const Name& known : kPhaseNames) out.push_back(known.phase);
    return out;
  }();
  return phases;
}

Step<LifeState, LifeEffect> step(const LifeState& state, const LifeEvent& event,
                                 const Policy& policy) {
  LifeStepper stepper{state, policy};
  std::visit(stepper, event);
  return stepper.take();
}

LifeState resumed(Phase phase, bool suspended, const Tokens& tokens) {
  LifeState out;
  out.phase = phase;
  out.suspended = suspended;
  out.tokens = tokens;
  if (phase == Phase::closed) out.awaits = LifeState::Awaits::count;
  if (phase == Phase::counted) out.awaits = LifeState::Awaits::first_print;
  return out;
}

}  // namespace sufragio::machine
