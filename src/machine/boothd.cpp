#include "machine/boothd.h"

namespace sufragio::machine {

namespace {

constexpr std::uint16_t kSignatures = 3;  // of a report

BoothEvent event_of(const VaultSays& says) { return VaultAnswer{says.ok, says.parity, says.fault}; }

}  // namespace

Result<Boothd> Boothd::start(const PaperOf& paper, const Policy& policy, std::uint16_t style,
                             VaultForBooth& vault, const Ports& ports) {
  ReceiptPress press = TRY(ReceiptPress::of(paper, style, *ports.drawer));
  Boothd out{paper, policy, vault, ports, std::move(press)};
  for (std::uint16_t i = 0; i < paper.definition->styles.size(); ++i) {
    out.shapes_.push_back(BallotShape::of(*paper.definition, i));
  }
  return out;
}

std::vector<ToAuth> Boothd::resume() {
  const VaultSays says = vault_->status();
  state_ = resumed(says.parity, says.fault == Fault::power_cut);
  if (!says.ok) return {};
  return {presence()};
}

ToAuth Boothd::presence() const {
  if (state_.at == BoothState::At::locked) return BoothIsIdle{state_.parity};
  return BoothIsBusy{};
}

std::optional<BoothEvent> Boothd::run(const BoothEffect& effect, std::vector<ToAuth>& told) {
  if (const auto* prepare = std::get_if<PrepareBallot>(&effect)) {
    return event_of(vault_->prepare(state_.choices, prepare->abandoned));
  }
  if (std::holds_alternative<AskPreflight>(effect)) {
    auto fault = jobs_.preflight();
    if (fault == Fault::paper_low) {  // this receipt still fits; the officials hear of it
      told.emplace_back(BoothCalls{*fault});
      fault.reset();
    }
    return PrinterAnswer{fault};
  }
  if (std::holds_alternative<SetIntent>(effect)) return event_of(vault_->intent());
  if (std::holds_alternative<PrintReceipt>(effect)) {
    auto raster = press_.print(state_.choices);
    if (!raster) return PrinterAnswer{Fault::printer_lost};
    const auto fault = jobs_.print(*raster);
    crypto::wipe(raster->rows);
    return PrinterAnswer{fault};
  }
  if (std::holds_alternative<CommitBallot>(effect)) return event_of(vault_->commit());
  if (const auto* voided = std::get_if<VoidReceipt>(&effect)) {
    return event_of(vault_->void_print(voided->reason));
  }
  if (const auto* idle = std::get_if<TellIdle>(&effect)) {
    told.emplace_back(BoothIsIdle{idle->parity});
  }
  if (std::holds_alternative<TellBusy>(effect)) told.emplace_back(BoothIsBusy{});
  if (const auto* call = std::get_if<CallOfficial>(&effect)) {
    told.emplace_back(BoothCalls{call->fault});
  }
  return std::nullopt;
}

std::vector<ToAuth> Boothd::on(const BoothEvent& event) {
  std::vector<ToAuth> told;
  std::vector<BoothEvent> todo = {event};
  while (!todo.empty()) {
    auto next = step(state_, todo.front(), policy_, shapes_);
    todo.erase(todo.begin());
    state_ = std::move(next.state);
    for (const BoothEffect& effect : next.effects) {
      if (auto answer = run(effect, told)) todo.push_back(std::move(*answer));
    }
  }
  return told;
}

std::optional<Fault> Boothd::print(const codec::Drawing& drawing) {
  const auto raster = ports_.drawer->raster(drawing);
  if (!raster) return Fault::printer_lost;
  return jobs_.print(*raster);
}

// Read back from the dots that go to the paper: the codes of both readers are the signed bytes.
std::optional<Fault> Boothd::print(const ActaJob& job) {
  const auto acta = acta::parse(job.record);
  if (!acta) return Fault::message;
  ActaCopy copy;
  copy.acta = &*acta;
  copy.machines = ports_.machines;
  copy.salt = job.salt;
  copy.facts.printed_s = job.printed_s;
  for (const char* role :
       {"strip.president", "strip.secretary", "strip.member", "strip.operator", "strip.witness"}) {
    copy.lines.push_back({role});
  }
  copy.mark = job.mark;
  const auto sheets = ports_.drawer->sheets(acta_copy(copy, *paper_.words));
  if (!sheets) return Fault::printer_lost;
  if (!reads_back(*sheets, *acta, *ports_.one_reader, *ports_.other_reader)) return Fault::re_read;
  for (const codec::Raster& sheet : *sheets) {
    if (const auto trouble = jobs_.print(sheet)) return trouble;
  }
  return std::nullopt;
}

std::optional<Fault> Boothd::print(const PrintJob& job) {
  if (const auto* acta = std::get_if<ActaJob>(&job)) return print(*acta);
  if (const auto* page = std::get_if<ReportJob>(&job)) {
    return print(report(paper_, page->kind, page->lines, kSignatures));
  }
  for (const Token& each : std::get<TokenJob>(job).tokens) {
    if (const auto trouble = print(token(paper_, each))) return trouble;
  }
  return std::nullopt;
}

}  // namespace sufragio::machine
