#include "machine/boothd.h"

namespace sufragio::machine {

namespace {

BoothEvent event_of(const Vaultd::Answer& answer) {
  return VaultAnswer{answer.ok, answer.parity, answer.fault};
}

}  // namespace

Result<Boothd> Boothd::start(const PaperOf& paper, const Policy& policy, Vaultd& vaultd,
                             const Ports& ports, bool void_print) {
  const std::uint16_t style = vaultd.vault().plan().style;
  ReceiptPress press = TRY(ReceiptPress::of(paper, style, *ports.drawer));
  Boothd out{paper, policy, vaultd, ports, std::move(press)};
  for (std::uint16_t i = 0; i < paper.definition->styles.size(); ++i) {
    out.shapes_.push_back(BallotShape::of(*paper.definition, i));
  }
  out.state_ = resumed(vaultd.vault().parity(), void_print);
  return out;
}

std::optional<BoothEvent> Boothd::run(const BoothEffect& effect, std::vector<ToAuth>& told) {
  if (const auto* prepare = std::get_if<PrepareBallot>(&effect)) {
    return event_of(vaultd_->prepare(state_.choices, prepare->abandoned));
  }
  if (std::holds_alternative<AskPreflight>(effect)) {
    auto fault = jobs_.preflight();
    if (fault == Fault::paper_low) {  // this receipt still fits; the officials hear of it
      told.emplace_back(BoothCalls{*fault});
      fault.reset();
    }
    return PrinterAnswer{fault};
  }
  if (std::holds_alternative<SetIntent>(effect)) return event_of(vaultd_->intent());
  if (std::holds_alternative<PrintReceipt>(effect)) {
    auto raster = press_.print(state_.choices);
    if (!raster) return PrinterAnswer{Fault::printer_lost};
    const auto fault = jobs_.print(*raster);
    crypto::wipe(raster->rows);
    return PrinterAnswer{fault};
  }
  if (std::holds_alternative<CommitBallot>(effect)) return event_of(vaultd_->commit());
  if (const auto* voided = std::get_if<VoidReceipt>(&effect)) {
    return event_of(vaultd_->void_print(voided->reason));
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

std::optional<Fault> Boothd::print_page(const codec::Raster& page) { return jobs_.print(page); }

}  // namespace sufragio::machine
