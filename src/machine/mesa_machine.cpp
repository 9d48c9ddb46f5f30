#include "machine/mesa_machine.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/numbers.h"
#include "codec/text_codes.h"
#include "machine/codes.h"

namespace sufragio::machine {

namespace {

constexpr std::uint32_t kMostPrints = 5;  // of one copy, before the officials look for another way

template <typename T>
bool contains(const std::vector<GateEffect>& effects) {
  return std::ranges::any_of(
      effects, [](const GateEffect& effect) { return std::holds_alternative<T>(effect); });
}

VaultIdentity identity_of(const MachineSetup& setup) {
  return {setup.package, setup.mesa, setup.machine, setup.former, setup.contingency};
}

}  // namespace

Machine::Machine(const MachineSetup& setup, const MachinePorts& ports)
    : setup_{setup},
      ports_{ports},
      policy_{Policy::of(setup.package->law(), *setup.mesa)},
      log_{ports.log},
      roll_{{setup.package->handle(), setup.mesa->id, setup.roll->size()},
            setup.mesa_key,
            ports.roll},
      codes_{setup.mesa_code_key, {setup.package->handle(), setup.mesa->id}, {}} {
  CHECK(setup.roll->size() == setup.mesa->electors.value());
}

std::int32_t Machine::minute_of(std::int64_t now_s) const {
  const std::int64_t minute = now_s / 60 + setup_.package->law().day.utc_offset_min;
  return static_cast<std::int32_t>((minute % 1'440 + 1'440) % 1'440);
}

void Machine::note(std::int64_t now_s, Act act, std::vector<std::int64_t> data) {
  // The log is on two media; when neither takes it the vault has failed too and says so.
  (void)log_.add(now_s, act, std::move(data));
}

void Machine::fault(Fault fault, std::int64_t now_s) {
  faults_.push_back(fault);
  note(now_s, Act::fault, {static_cast<std::int64_t>(fault)});
}

// --- beginning ---------------------------------------------------------------------------------

Result<void> Machine::start_booth(bool void_print) {
  const PaperOf paper{&setup_.package->definition(), setup_.mesa->id, &setup_.words};
  Boothd booth =
      TRY(Boothd::start(paper, policy_, *vaultd_,
                        {ports_.printer, ports_.drawer, ports_.vault.vault.rng}, void_print));
  boothd_ = std::make_unique<Boothd>(std::move(booth));
  return {};
}

Result<std::unique_ptr<Machine>> Machine::install(const MachineSetup& setup,
                                                  const MachinePorts& ports,
                                                  const Installed& checked, std::int64_t now_s) {
  std::unique_ptr<Machine> out{new Machine{setup, ports}};
  Installed seen = checked;
  const auto* const known = setup.machines->by_id(setup.machine);
  seen.assigned &= known != nullptr && setup.machines->assigned(setup.mesa->id) == setup.machine;
  seen.revoked |= known != nullptr && known->revoked_at.has_value();
  TRY(out->act(seen, now_s));
  TRY(out->act(ReportPrinted{}, now_s));
  return out;
}

Result<std::unique_ptr<Machine>> Machine::boot(const MachineSetup& setup, const MachinePorts& ports,
                                               std::int64_t now_s) {
  std::unique_ptr<Machine> out{new Machine{setup, ports}};
  Vaultd vaultd = TRY(Vaultd::boot(identity_of(setup), ports.vault));
  out->vaultd_ = std::make_unique<Vaultd>(std::move(vaultd));
  TRY(out->restore(now_s, out->vaultd_->vault().phase()));
  return out;
}

Result<std::unique_ptr<Machine>> Machine::swap_in(const MachineSetup& setup,
                                                  const MachinePorts& ports,
                                                  const crypto::BoxKeyPair& contingency,
                                                  Phase resume_at, std::int64_t now_s) {
  CHECK(resume_at == Phase::open || resume_at == Phase::closing);
  std::unique_ptr<Machine> out{new Machine{setup, ports}};
  if (setup.machines->assigned(setup.mesa->id) != setup.machine) {
    return fault_error(Fault::no_assignment);
  }
  Vaultd vaultd = TRY(Vaultd::adopt(identity_of(setup), ports.vault, contingency));
  out->vaultd_ = std::make_unique<Vaultd>(std::move(vaultd));
  TRY(out->vaultd_->enter(resume_at));
  TRY(out->restore(now_s, resume_at));
  out->note(now_s, Act::swap);
  return out;
}

// Vault and phase stand; roll state, log and booth follow. The parity tells the gate about the
// elector who was in the booth.
Result<void> Machine::restore(std::int64_t now_s, Phase phase) {
  TRY(log_.load());
  const DayOfLog day = fold(log_.entries());
  RollState roll = TRY(roll_.load());
  codes_ = CodeDesk{setup_.mesa_code_key,
                    {setup_.package->handle(), setup_.mesa->id},
                    {day.used_codes[0], day.used_codes[1]}};
  const auto redeemed = static_cast<std::uint16_t>(roll.tokens_used.size());
  life_ = resumed(phase, day.suspended, {roll.tokens_issued, redeemed, roll.tokens_voided});
  gate_ = resumed(std::move(roll), day.unblocks, day.reader_faults);
  const Vault::Found& found = vaultd_->vault().found();
  note(now_s, Act::boot, {found.void_print ? 1 : 0, found.repaired ? 1 : 0});
  fault(Fault::power_cut, now_s);
  if (found.repaired) fault(Fault::repaired, now_s);
  if (phase < Phase::counted) {
    if (vaultd_->vault().degraded()) fault(Fault::one_medium, now_s);
    TRY(start_booth(found.void_print));
    const bool voting = phase == Phase::open || phase == Phase::closing;
    tell_gate(voting && !life_.suspended);
    if (gate_.roll.pending) (void)gate(BoothIdle{vaultd_->vault().parity()}, now_s);
    gate_.parity = vaultd_->vault().parity();
    return {};
  }
  TRY(start_booth(false));
  if (phase >= Phase::counted && phase <= Phase::verified) {
    final_ = TRY(vaultd_->stored_acta());
  }
  uplink_ = phase >= Phase::copies_out && phase < Phase::packed;
  return {};
}

// --- life --------------------------------------------------------------------------------------

Result<void> Machine::act(const LifeEvent& event, std::int64_t now_s) {
  auto next = step(life_, event, policy_);
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

Result<void> Machine::run(const LifeEffect& effect, std::int64_t now_s) {
  if (const auto* entered = std::get_if<EnterPhase>(&effect)) return enter(entered->phase, now_s);
  if (std::holds_alternative<FormatVault>(effect)) {
    Vaultd vaultd = TRY(Vaultd::format(identity_of(setup_), ports_.vault));
    vaultd_ = std::make_unique<Vaultd>(std::move(vaultd));
    TRY(roll_.format());
    TRY(log_.load());
    RollState empty;
    empty.marks.resize(setup_.roll->size());
    gate_ = resumed(std::move(empty), 0, 0);
    return start_booth(false);
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
  if (std::holds_alternative<DestroyCell>(effect)) return ports_.vault.vault.cell->destroy();
  return {};
}

Result<void> Machine::enter(Phase phase, std::int64_t now_s) {
  // The vault has entered COUNTED itself, in the one write that destroys the key.
  if (phase != Phase::counted) TRY(vaultd_->enter(phase));
  note(now_s, Act::phase, {static_cast<std::int64_t>(phase)});
  if (phase == Phase::closing) tell_gate(!life_.suspended);
  return {};
}

void Machine::tell_gate(bool open) {
  auto next = step(gate_, PhaseIs{open, life_.phase == Phase::closing}, policy_);
  gate_ = std::move(next.state);
}

Result<void> Machine::zero(std::int64_t now_s) {
  const std::uint64_t marks = counts(gate_.roll).voters();
  TRY(act(ZeroAsked{vaultd_->vault().ballots(), vaultd_->vault().cell().receipts, marks}, now_s));
  return act(ZeroPrinted{}, now_s);
}

Result<void> Machine::begin_close(std::int64_t now_s, const Officials& who, std::uint16_t in_line) {
  const bool everybody = counts(gate_.roll).voters() == setup_.roll->size();
  return act(CloseBegun{minute_of(now_s), who, everybody, in_line}, now_s);
}

Result<void> Machine::count(std::int64_t now_s) {
  (void)now_s;
  const auto counted = vaultd_->count({fold(log_.entries()), counts(gate_.roll), log_.head()});
  if (!counted) {
    const auto found = fault_in(counted.error());
    if (found != Fault::count) return fail(counted.error());  // repeated after the remedy
    return act(CountDone{false}, now_s);
  }
  final_ = *counted;
  return act(CountDone{true}, now_s);
}

Result<void> Machine::hand_out(const std::vector<CopyGiven>& copies, const Officials& who,
                               std::int64_t now_s) {
  if (life_.phase != Phase::printed || !final_) return fault_error(Fault::copies);
  handed_ = copies;
  for (const CopyGiven& copy : copies) {
    if (copy.how != CopyGiven::How::given) continue;
    const bool printed = TRY(print_acta(*final_, copy.name, now_s));
    if (!printed) return fault_error(Fault::re_read);
  }
  return act(CopiesDone{who, 0}, now_s);
}

// --- paper -------------------------------------------------------------------------------------

Result<void> Machine::print(PrintReport::Kind kind, std::int64_t now_s) {
  switch (kind) {
    case PrintReport::Kind::zero_acta:
      return print_zero(now_s);
    case PrintReport::Kind::acta: {
      if (!final_) final_ = TRY(vaultd_->stored_acta());
      const bool good = TRY(print_acta(*final_, "", now_s));
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
  return print_report(kind);
}

Result<void> Machine::print_zero(std::int64_t now_s) {
  zero_ = TRY(vaultd_->zero_acta(now_s, log_.head()));
  const bool good = TRY(print_acta(*zero_, "", now_s));
  if (!good) return fault_error(Fault::re_read);
  return {};
}

// Printed, and read back from the dots that went to the paper: the codes of both readers are the
// signed bytes. A print that fails is repeated under the next number.
Result<bool> Machine::print_acta(const acta::SignedActa& acta, const std::string& recipient,
                                 std::int64_t now_s) {
  for (std::uint32_t i = 0; i < kMostPrints; ++i) {
    ActaCopy copy;
    copy.acta = &acta;
    copy.machines = setup_.machines;
    ports_.vault.vault.rng->fill(copy.salt.data);
    copy.facts.printed_s = now_s - now_s % 60;
    for (const char* role : {"strip.president", "strip.secretary", "strip.member", "strip.operator",
                             "strip.witness"}) {
      copy.lines.push_back({role});
    }
    copy.mark = {++copies_, std::max<std::uint32_t>(copies_, 1), recipient};
    const auto sheets = TRY(ports_.drawer->sheets(acta_copy(copy, setup_.words)));
    if (!reads_back(sheets, acta, *ports_.one_reader, *ports_.other_reader)) return false;
    note(now_s, Act::acta, {static_cast<std::int64_t>(acta.acta().type), copies_});
    std::optional<Fault> trouble;
    for (std::size_t s = 0; s < sheets.size() && !trouble; ++s) {
      trouble = boothd_->print_page(sheets[s]);
    }
    if (!trouble) return true;
    fault(*trouble, now_s);
  }
  return fault_error(Fault::printer_lost);
}

Token Machine::token_of(std::uint16_t number) const {
  const std::string message = "sufragio/token/" + std::to_string(number);
  const Hash32 mac = crypto::hmac_sha256(setup_.mesa_code_key, as_bytes(message));
  const std::string text = codec::crockford_encode(mac.view().first(5));
  return {number, gate_.roll.tokens_issued, text.substr(0, 6)};
}

Result<void> Machine::print_tokens() {
  gate_.roll.tokens_issued = life_.tokens.issued;
  TRY(roll_.save(gate_.roll));
  const PaperOf paper{&setup_.package->definition(), setup_.mesa->id, &setup_.words};
  for (std::uint16_t n = 1; n <= life_.tokens.issued; ++n) {
    const codec::Raster raster = TRY(ports_.drawer->raster(token(paper, token_of(n))));
    if (const auto trouble = boothd_->print_page(raster)) return fault_error(*trouble);
  }
  return {};
}

std::vector<ReportLine> Machine::report_lines(PrintReport::Kind kind) const {
  std::vector<ReportLine> out = {
      {"paper.machine", setup_.machine.hex()},
      {"paper.software", setup_.package->manifest().releases.front().software_root.hex()},
      {"paper.package", setup_.package->hash().hex()},
      {"paper.law", setup_.package->law().hash.hex()}};
  if (kind == PrintReport::Kind::copies && final_) {
    const Reconciliation all = Vaultd::reconcile(final_->acta(), setup_.package->definition());
    out.push_back({"paper.reconcile.E", std::to_string(all.activated)});
    out.push_back({"paper.reconcile.C", std::to_string(all.receipts)});
    out.push_back({"paper.reconcile.V", std::to_string(all.ballots)});
    for (const std::int64_t votes : all.votes) {
      out.push_back({"paper.reconcile.T", std::to_string(votes)});
    }
    out.push_back({all.equal() ? "paper.reconcile.equal" : "paper.reconcile.unequal", ""});
    const auto how_many = [this](CopyGiven::How how) {
      return std::to_string(std::ranges::count(handed_, how, &CopyGiven::how));
    };
    out.push_back({"paper.copies.printed", std::to_string(copies_)});
    out.push_back({"paper.copies.given", how_many(CopyGiven::How::given)});
    out.push_back({"paper.copies.refused", how_many(CopyGiven::How::refused)});
    out.push_back({"paper.copies.absent", how_many(CopyGiven::How::absent)});
  }
  return out;
}

Result<void> Machine::print_report(PrintReport::Kind kind) {
  constexpr std::uint16_t kSignatures = 3;
  const PaperOf paper{&setup_.package->definition(), setup_.mesa->id, &setup_.words};
  const codec::Raster raster =
      TRY(ports_.drawer->raster(report(paper, kind, report_lines(kind), kSignatures)));
  for (std::uint32_t i = 0; i < kMostPrints; ++i) {
    const auto trouble = boothd_->print_page(raster);
    if (!trouble) return {};
    faults_.push_back(*trouble);
  }
  return fault_error(Fault::printer_lost);
}

// --- station 1 ---------------------------------------------------------------------------------

std::vector<GateEffect> Machine::present(const roll::Cedula& cedula, std::int64_t now_s) {
  const roll::Found found = setup_.roll->find(cedula);
  std::uint8_t fingers = 0;
  if (const auto* here = std::get_if<roll::Here>(&found)) {
    fingers = setup_.roll->elector(here->index).fingers;
  }
  return gate(Presented{found, fingers}, now_s);
}

std::vector<GateEffect> Machine::assist(const std::optional<roll::Cedula>& assistant,
                                        std::int64_t now_s) {
  std::uint64_t tag = 0;
  if (assistant) {
    const Hash32 mac = crypto::hmac_sha256(setup_.mesa_key, as_bytes(assistant->text()));
    for (std::size_t i = 0; i < 8; ++i) tag = tag << 8 | mac.data[i];
    tag |= 1;  // 0 stands for an official
  }
  return gate(Assistant{tag}, now_s);
}

std::vector<GateEffect> Machine::enter_code(CodeList list, std::string_view typed,
                                            std::int64_t now_s) {
  const auto index = codes_.enter(list, typed, now_s);
  auto shown = gate(CodeEntered{list, index.has_value()}, now_s);
  if (index) {
    note(now_s, Act::unblocked, {static_cast<std::int64_t>(list), *index});
  } else {
    note(now_s, Act::wrong_code, {static_cast<std::int64_t>(list)});
  }
  return shown;
}

Result<void> Machine::show_token(const Token& shown, std::int64_t now_s) {
  const bool printed = shown.number >= 1 && shown.number <= gate_.roll.tokens_issued &&
                       token_of(shown.number).characters == shown.characters;
  if (!printed || contains<GateIgnored>(gate(TokenShown{shown.number}, now_s))) {
    return fail(kNoToken);
  }
  return {};
}

// True when the effect was carried out; false stops what would follow it.
bool Machine::run_gate(const GateEffect& effect, std::int64_t now_s, std::vector<GateEvent>& todo) {
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
    hear(boothd_->on(UnlockBallot{setup_.mesa->style}), now_s);
  }
  return true;
}

std::vector<GateEffect> Machine::gate(const GateEvent& event, std::int64_t now_s) {
  std::vector<GateEffect> shown;
  std::vector<GateEvent> todo = {event};
  while (!todo.empty()) {
    auto next = step(gate_, todo.front(), policy_);
    todo.erase(todo.begin());
    gate_ = std::move(next.state);
    for (const GateEffect& effect : next.effects) {
      if (!run_gate(effect, now_s, todo)) return shown;
      shown.push_back(effect);
    }
  }
  return shown;
}

// --- station 2 ---------------------------------------------------------------------------------

void Machine::booth(const BoothEvent& event, std::int64_t now_s) {
  if (std::holds_alternative<UnlockBallot>(event)) return;  // only the gate unlocks
  hear(boothd_->on(event), now_s);
}

void Machine::hear(const std::vector<ToAuth>& told, std::int64_t now_s) {
  for (const ToAuth& message : told) {
    if (const auto* idle = std::get_if<BoothIsIdle>(&message)) {
      (void)gate(BoothIdle{idle->parity}, now_s);
    } else if (const auto* call = std::get_if<BoothCalls>(&message)) {
      fault(call->fault, now_s);
    }
  }
}

}  // namespace sufragio::machine
