#include "machine/authd.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/numbers.h"
#include "codec/text_codes.h"
#include "machine/codes.h"

namespace sufragio::machine {

namespace {

constexpr std::uint32_t kMostPrints = 5;  // of one copy, before the officials look for another way
constexpr int kMostFindings = 8;          // of a boot

template <typename T>
bool contains(const std::vector<GateEffect>& effects) {
  return std::ranges::any_of(
      effects, [](const GateEffect& effect) { return std::holds_alternative<T>(effect); });
}

}  // namespace

Authd::Authd(const AuthSetup& setup, const AuthPorts& ports, VaultForAuth& vault,
             BoothForAuth& booth)
    : setup_{setup},
      ports_{ports},
      vault_{&vault},
      booth_{&booth},
      policy_{Policy::of(setup.package->law(), *setup.mesa)},
      log_{ports.log},
      roll_{{setup.package->handle(), setup.mesa->id, setup.roll->size()},
            setup.mesa_key,
            ports.roll} {
  CHECK(setup.roll->size() == setup.mesa->electors.value());
}

std::int32_t Authd::minute_of(std::int64_t now_s) const {
  const std::int64_t minute = now_s / 60 + setup_.package->law().day.utc_offset_min;
  return static_cast<std::int32_t>((minute % 1'440 + 1'440) % 1'440);
}

void Authd::note(std::int64_t now_s, Act act, std::vector<std::int64_t> data) {
  // The log is on two media; when neither takes it the vault has failed too and says so.
  (void)log_.add(now_s, act, std::move(data));
}

void Authd::fault(Fault fault, std::int64_t now_s) {
  faults_.push_back(fault);
  note(now_s, Act::fault, {static_cast<std::int64_t>(fault)});
}

Result<void> Authd::tell(const VaultCommand& command) {
  const VaultReply reply = vault_->command(life_.phase, command);
  if (!reply.ok) return fault_error(reply.fault.value_or(Fault::invariant));
  return {};
}

// --- beginning ---------------------------------------------------------------------------------

Result<void> Authd::install(const Installed& checked, std::int64_t now_s) {
  if (life_.phase >= Phase::open) return fault_error(Fault::not_zero);
  TRY(act(checked, now_s));
  return act(ReportPrinted{}, now_s);
}

Result<Phase> Authd::ask_phase(std::vector<Fault>& found) {
  for (int i = 0; i < kMostFindings; ++i) {
    const VaultReply said = vault_->command(life_.phase, AskPhase{});
    if (!said.ok) return fault_error(said.fault.value_or(Fault::invariant));
    if (!said.fault) return said.phase;
    found.push_back(*said.fault);
  }
  return fault_error(Fault::message);
}

void Authd::vault_restarted(std::int64_t now_s) {
  std::vector<Fault> found;
  if (!ask_phase(found)) return;  // the next command says it again
  for (const Fault each : found) fault(each, now_s);
}

Result<void> Authd::boot(std::int64_t now_s) {
  std::vector<Fault> found;
  const Phase phase = TRY(ask_phase(found));
  if (phase == Phase::sealed) return fault_error(Fault::cell);
  TRY(log_.load());
  const auto was = [&found](Fault fault) { return std::ranges::count(found, fault) != 0 ? 1 : 0; };
  note(now_s, Act::boot, {was(Fault::power_cut), was(Fault::repaired)});
  fault(Fault::power_cut, now_s);
  for (const Fault each : found) {
    if (each != Fault::power_cut) fault(each, now_s);
  }
  TRY(restore(phase));
  if (life_.awaits == LifeState::Awaits::nothing) return {};
  const auto done = finish(now_s);
  if (!done) fault(fault_in(done.error()).value_or(Fault::invariant), now_s);
  return {};
}

Result<void> Authd::take_over(std::int64_t now_s) {
  TRY(log_.load());
  const Phase phase = fold(log_.entries()).phase;
  if (phase != Phase::open && phase != Phase::closing && phase != Phase::closed) {
    return fault_error(Fault::queue);
  }
  life_.phase = phase;
  TRY(tell(SetPhase{}));
  TRY(restore(phase));
  note(now_s, Act::swap);
  return life_.awaits == LifeState::Awaits::nothing ? Result<void>{} : finish(now_s);
}

// Vault and phase stand; roll state and station follow.
Result<void> Authd::restore(Phase phase) {
  const DayOfLog day = fold(log_.entries());
  RollState roll = TRY(roll_.load());
  const auto redeemed = static_cast<std::uint16_t>(roll.tokens_used.size());
  life_ = resumed(phase, day.suspended, {roll.tokens_issued, redeemed, roll.tokens_voided});
  gate_ = resumed(std::move(roll), day.unblocks, day.reader_faults);
  const bool voting = phase == Phase::open || phase == Phase::closing;
  tell_gate(voting && !life_.suspended);
  uplink_ = phase >= Phase::copies_out && phase < Phase::packed;
  return {};
}

// --- life --------------------------------------------------------------------------------------

Result<void> Authd::act(const LifeEvent& event, std::int64_t now_s) {
  LifeEvent asked = event;
  if (auto* close = std::get_if<CloseAsked>(&asked)) close->session_open |= !!gate_.roll.pending;
  auto next = step(life_, asked, policy_);
  std::optional<Fault> refused;
  life_ = next.state;
  for (const LifeEffect& effect : next.effects) {
    if (const auto* refuse = std::get_if<Refuse>(&effect)) {
      refused = refuse->fault;
      fault(*refused, now_s);
    } else {
      TRY(run(effect, now_s));
    }
  }
  if (std::holds_alternative<Suspend>(event) && life_.suspended && !refused) {
    note(now_s, Act::suspended);
  }
  if (std::holds_alternative<Resume>(event) && !life_.suspended && !refused) {
    note(now_s, Act::resumed);
  }
  if (refused) return fault_error(*refused);
  return {};
}

Result<void> Authd::run(const LifeEffect& effect, std::int64_t now_s) {
  if (const auto* entered = std::get_if<EnterPhase>(&effect)) return enter(entered->phase, now_s);
  if (std::holds_alternative<FormatVault>(effect)) {
    TRY(tell(FormatBox{}));
    TRY(roll_.format());
    TRY(log_.load());
    RollState empty;
    empty.marks.resize(setup_.roll->size());
    gate_ = resumed(std::move(empty), 0, 0);
    return {};
  }
  if (const auto* page = std::get_if<PrintReport>(&effect)) return print(page->kind, now_s);
  if (std::holds_alternative<CountVault>(effect)) return count(now_s);
  if (const auto* booth = std::get_if<BoothOpen>(&effect)) {
    tell_gate(booth->open);
    return {};
  }
  if (std::holds_alternative<NoteTokens>(effect)) {
    gate_.roll.tokens_voided = life_.tokens.voided;
    return roll_.save(gate_.roll);
  }
  if (std::holds_alternative<StartUplink>(effect)) uplink_ = true;
  if (std::holds_alternative<StopUplink>(effect)) uplink_ = false;
  if (std::holds_alternative<DestroyCell>(effect)) return tell(DestroyBox{});
  return {};
}

Result<void> Authd::enter(Phase phase, std::int64_t now_s) {
  // The vault has entered COUNTED itself, in the one write that destroys the key.
  if (phase != Phase::counted) TRY(tell(SetPhase{}));
  note(now_s, Act::phase, {static_cast<std::int64_t>(phase)});
  if (phase == Phase::closing) tell_gate(!life_.suspended);
  return {};
}

void Authd::tell_gate(bool open) {
  auto next = step(gate_, PhaseIs{open, life_.phase == Phase::closing}, policy_);
  gate_ = std::move(next.state);
}

// The vault counts its own ballots and receipts and refuses like this guard.
Result<void> Authd::zero(std::int64_t now_s) {
  TRY(act(ZeroAsked{0, 0, counts(gate_.roll).voters()}, now_s));
  return act(ZeroPrinted{}, now_s);
}

Result<void> Authd::begin_close(std::int64_t now_s, const Officials& who, std::uint16_t in_line) {
  const bool everybody = counts(gate_.roll).voters() == setup_.roll->size();
  return act(CloseBegun{minute_of(now_s), who, everybody, in_line}, now_s);
}

Result<void> Authd::finish(std::int64_t now_s) {
  if (life_.awaits == LifeState::Awaits::count) return count(now_s);
  if (life_.awaits == LifeState::Awaits::first_print) {
    return print(PrintReport::Kind::acta, now_s);
  }
  return {};
}

Result<void> Authd::count(std::int64_t now_s) {
  const auto counted = tell(CountBallots{{fold(log_.entries()), counts(gate_.roll), log_.head()}});
  if (!counted) {
    if (fault_in(counted.error()) != Fault::count) return counted;  // again after the remedy
    return act(CountDone{false}, now_s);
  }
  return act(CountDone{true}, now_s);
}

Result<void> Authd::hand_out(const std::vector<CopyGiven>& copies, const Officials& who,
                             std::int64_t now_s) {
  if (life_.phase != Phase::printed) return fault_error(Fault::copies);
  handed_ = copies;
  for (const CopyGiven& copy : copies) {
    if (copy.how != CopyGiven::How::given) continue;
    const bool printed = TRY(print_acta(acta::ActaType::final, copy.name, now_s));
    if (!printed) return fault_error(Fault::re_read);
  }
  return act(CopiesDone{who, 0}, now_s);
}

// --- paper -------------------------------------------------------------------------------------

Result<void> Authd::print(PrintReport::Kind kind, std::int64_t now_s) {
  switch (kind) {
    case PrintReport::Kind::zero_acta:
      return print_zero(now_s);
    case PrintReport::Kind::acta: {
      const bool good = TRY(print_acta(acta::ActaType::final, "", now_s));
      return act(FirstPrint{good}, now_s);
    }
    case PrintReport::Kind::tokens:
      note(now_s, Act::tokens, {life_.tokens.issued});
      return print_tokens();
    case PrintReport::Kind::installation:
    case PrintReport::Kind::copies:
    case PrintReport::Kind::delivery:
    case PrintReport::Kind::packing:
    case PrintReport::Kind::retired:
    case PrintReport::Kind::manual_form:
      break;
  }
  return print_report(kind, now_s);
}

Result<void> Authd::print_zero(std::int64_t now_s) {
  TRY(tell(MakeZeroActa{now_s, log_.head()}));
  const bool good = TRY(print_acta(acta::ActaType::zero, "", now_s));
  if (!good) return fault_error(Fault::re_read);
  return {};
}

// A print that fails is repeated under the next number.
Result<bool> Authd::print_acta(acta::ActaType type, const std::string& recipient,
                               std::int64_t now_s) {
  const bool zero = type == acta::ActaType::zero;
  for (std::uint32_t i = 0; i < kMostPrints; ++i) {
    const std::uint32_t copy = fold(log_.entries()).copies[zero ? 0 : 1] + 1;
    note(now_s, Act::acta, {static_cast<std::int64_t>(type), copy});
    const VaultReply reply =
        vault_->command(life_.phase, PrintActa{zero, copy, now_s - now_s % 60, recipient});
    if (reply.ok) return true;
    if (reply.fault == Fault::re_read) return false;
    fault(reply.fault.value_or(Fault::invariant), now_s);
  }
  return fault_error(Fault::printer_lost);
}

Token Authd::token_of(std::uint16_t number) const {
  const std::string message = "sufragio/token/" + std::to_string(number);
  const Hash32 mac = crypto::hmac_sha256(setup_.mesa_key, as_bytes(message));
  const std::string text = codec::crockford_encode(mac.view().first(5));
  return {number, gate_.roll.tokens_issued, text.substr(0, 6)};
}

Result<void> Authd::print_tokens() {
  gate_.roll.tokens_issued = life_.tokens.issued;
  TRY(roll_.save(gate_.roll));
  PrintTokens page;
  for (std::uint16_t n = 1; n <= life_.tokens.issued; ++n) page.tokens.push_back(token_of(n));
  return tell(page);
}

std::vector<ReportLine> Authd::report_lines(PrintReport::Kind kind) const {
  std::vector<ReportLine> out;
  const DayOfLog day = fold(log_.entries());
  if (day.clock_doubtful) out.push_back({"paper.clock.doubtful", ""});
  if (kind == PrintReport::Kind::copies) {
    const auto how_many = [this](CopyGiven::How how) {
      return std::to_string(std::ranges::count(handed_, how, &CopyGiven::how));
    };
    out.push_back({"paper.copies.printed", std::to_string(day.copies[1])});
    out.push_back({"paper.copies.given", how_many(CopyGiven::How::given)});
    out.push_back({"paper.copies.refused", how_many(CopyGiven::How::refused)});
    out.push_back({"paper.copies.absent", how_many(CopyGiven::How::absent)});
  }
  if (kind == PrintReport::Kind::delivery) {
    out.push_back({"paper.copies.printed", std::to_string(day.copies[1])});
  }
  if (kind == PrintReport::Kind::packing) {
    const RollState& roll = gate_.roll;
    out.push_back({"paper.copies.printed", std::to_string(day.copies[1])});
    out.push_back({"paper.pack.tokens", std::to_string(roll.tokens_issued)});
    out.push_back(
        {"paper.pack.unused", std::to_string(roll.tokens_issued - std::ssize(roll.tokens_used))});
    out.push_back({"paper.pack.codes", std::to_string(day.unblocks)});
    out.push_back({"paper.log.entries", std::to_string(log_.entries().size())});
    out.push_back({"paper.log.head", log_.head().hex()});
  }
  return out;
}

Result<void> Authd::print_report(PrintReport::Kind kind, std::int64_t now_s) {
  const PrintLines page{kind, report_lines(kind)};
  for (std::uint32_t i = 0; i < kMostPrints; ++i) {
    const VaultReply reply = vault_->command(life_.phase, page);
    if (reply.ok) return {};
    fault(reply.fault.value_or(Fault::invariant), now_s);
  }
  return fault_error(Fault::printer_lost);
}

// --- station 1 ---------------------------------------------------------------------------------

std::vector<GateEffect> Authd::present(const roll::Cedula& cedula, std::int64_t now_s) {
  const roll::Found found = setup_.roll->find(cedula);
  std::uint8_t fingers = 0;
  if (const auto* here = std::get_if<roll::Here>(&found)) {
    fingers = setup_.roll->elector(here->index).fingers;
  }
  return gate(Presented{found, fingers}, now_s);
}

std::vector<GateEffect> Authd::assist(const std::optional<roll::Cedula>& assistant,
                                      std::int64_t now_s) {
  std::uint64_t tag = 0;
  if (assistant) {
    const Hash32 mac = crypto::hmac_sha256(setup_.mesa_key, as_bytes(assistant->text()));
    for (std::size_t i = 0; i < 8; ++i) tag = tag << 8 | mac.data[i];
    tag |= 1;  // 0 stands for an official
  }
  return gate(Assistant{tag}, now_s);
}

std::vector<GateEffect> Authd::enter_code(CodeList list, std::uint16_t index,
                                          std::string_view typed, std::int64_t now_s) {
  const bool good = vault_->code(list, index, typed, now_s);
  auto shown = gate(CodeEntered{list, good}, now_s);
  if (good) {
    note(now_s, Act::unblocked, {static_cast<std::int64_t>(list), index});
  } else {
    note(now_s, Act::wrong_code, {static_cast<std::int64_t>(list)});
  }
  return shown;
}

Result<void> Authd::show_token(const Token& shown, std::int64_t now_s) {
  const bool printed = shown.number >= 1 && shown.number <= gate_.roll.tokens_issued &&
                       token_of(shown.number).characters == shown.characters;
  if (!printed || contains<GateIgnored>(gate(TokenShown{shown.number}, now_s))) {
    return fail(kNoToken);
  }
  return {};
}

// True when the effect was carried out; false stops what would follow it.
bool Authd::run_gate(const GateEffect& effect, std::int64_t now_s, std::vector<GateEvent>& todo) {
  if (const auto* ask = std::get_if<AskFinger>(&effect)) {
    todo.emplace_back(Captured{ports_.fingers->capture(ask->elector, ask->finger)});
  }
  if (const auto* refused = std::get_if<GateRefused>(&effect)) {
    if (refused->fault == Fault::reader) note(now_s, Act::reader);
    fault(refused->fault, now_s);
  }
  if (std::holds_alternative<SaveRoll>(effect)) return roll_.save(gate_.roll).has_value();
  if (std::holds_alternative<TokenUsed>(effect)) (void)act(TokenRedeemed{}, now_s);
  if (std::holds_alternative<Unlock>(effect)) {
    hear(booth_->unlock(setup_.mesa->style), now_s);
  }
  return true;
}

std::vector<GateEffect> Authd::gate(const GateEvent& event, std::int64_t now_s) {
  std::vector<GateEffect> shown;
  std::vector<GateEvent> todo = {event};
  while (!todo.empty()) {
    auto next = step(gate_, todo.front(), policy_);
    todo.erase(todo.begin());
    const bool captured = gate_.at == GateState::At::capturing;
    gate_ = std::move(next.state);
    if (captured && gate_.at != GateState::At::capturing) ports_.fingers->release();
    for (const GateEffect& effect : next.effects) {
      if (!run_gate(effect, now_s, todo)) return shown;
      shown.push_back(effect);
    }
  }
  return shown;
}

void Authd::hear(const std::vector<ToAuth>& told, std::int64_t now_s) {
  for (const ToAuth& message : told) {
    if (const auto* idle = std::get_if<BoothIsIdle>(&message)) {
      (void)gate(BoothIdle{idle->parity}, now_s);
    } else if (const auto* call = std::get_if<BoothCalls>(&message)) {
      fault(call->fault, now_s);
    }
  }
}

}  // namespace sufragio::machine
