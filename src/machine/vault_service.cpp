#include "machine/vault_service.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/codes.h"
#include "ports/codes.h"

namespace sufragio::machine {

namespace {

constexpr std::string_view kUsedCodes = "used-codes";

Fault named_by(const Error& error) {
  if (const auto known = fault_in(error)) return *known;
  if (error.code == crypto::kNotLocked) return Fault::memory_lock;
  return Fault::invariant;
}

}  // namespace

VaultReply VaultService::reply(const Result<void>& done) const {
  VaultReply out;
  if (vaultd_) out.phase = vaultd_->vault().phase();
  out.ok = done.has_value();
  if (!done) out.fault = named_by(done.error());
  return out;
}

VaultService::Out VaultService::on(Phase phase, const VaultCommand& command) {
  if (job_out_) return {VaultReply{false, phase, Fault::message}, {}};
  if (std::holds_alternative<AskPhase>(command)) return {ask_phase(), {}};
  if (std::holds_alternative<FormatBox>(command)) return {reply(format()), {}};
  if (!vaultd_) return {VaultReply{false, Phase::sealed, Fault::message}, {}};
  if (std::holds_alternative<SetPhase>(command)) return {reply(vaultd_->enter(phase)), {}};
  if (const auto* zero = std::get_if<MakeZeroActa>(&command)) return {reply(make_zero(*zero)), {}};
  if (const auto* day = std::get_if<CountBallots>(&command)) return {reply(count(day->day)), {}};
  if (std::holds_alternative<DestroyBox>(command)) {
    return {reply(ports_.vault.cell->destroy()), {}};
  }
  std::optional<PrintJob> job;
  if (const auto* tokens = std::get_if<PrintTokens>(&command)) job = TokenJob{tokens->tokens};
  if (const auto* lines = std::get_if<PrintLines>(&command)) job = report_job(*lines);
  if (const auto* acta = std::get_if<PrintActa>(&command)) {
    auto made = acta_job(*acta);
    if (!made) return {reply(fail(made.error())), {}};
    job = std::move(*made);
  }
  job_out_ = true;
  return {std::nullopt, std::move(job)};
}

VaultService::Out VaultService::printed(const std::optional<Fault>& fault) {
  if (!job_out_) return {};
  job_out_ = false;
  VaultReply out = reply({});
  out.ok = !fault;
  out.fault = fault;
  return {out, {}};
}

VaultService::Out VaultService::job_lost() {
  return job_out_ ? printed(Fault::printer_lost) : Out{};
}

// --- lifecycle -----------------------------------------------------------------------------------

Result<void> VaultService::boot() {
  Vaultd booted = TRY(Vaultd::boot(identity_, ports_));
  const Vault& vault = booted.vault();
  if (vault.found().repaired) found_.push_back(Fault::repaired);
  if (vault.phase() < Phase::counted && vault.degraded()) found_.push_back(Fault::one_medium);
  if (vault.found().void_print) found_.push_back(Fault::power_cut);
  last_not_saved_ = vault.found().void_print;
  if (vault.phase() >= Phase::counted && vault.phase() <= Phase::verified) {
    final_ = TRY(booted.stored_acta());
  }
  vaultd_.emplace(std::move(booted));
  return {};
}

Result<void> VaultService::power_on() {
  if (vaultd_) return {};
  const auto cell = ports_.vault.cell->read();
  if (!cell && cell.error().code == ports::kCellEmpty) return {};  // before Friday, or packed
  return boot();
}

VaultReply VaultService::ask_phase() {
  const auto on = power_on();
  if (!on || !vaultd_) return reply(on);
  VaultReply out = reply({});
  if (!found_.empty()) {
    out.fault = found_.back();
    found_.pop_back();
  }
  return out;
}

Result<void> VaultService::format() {
  Vaultd made = TRY(Vaultd::format(identity_, ports_));
  vaultd_.emplace(std::move(made));
  zero_.reset();
  final_.reset();
  return {};
}

Result<void> VaultService::adopt(const crypto::BoxKeyPair& contingency) {
  Vaultd taken = TRY(Vaultd::adopt(identity_, ports_, contingency));
  vaultd_.emplace(std::move(taken));
  return {};
}

Result<void> VaultService::make_zero(const MakeZeroActa& command) {
  zero_ = TRY(vaultd_->zero_acta(command.time_s, command.log_head));
  return {};
}

Result<void> VaultService::count(const DayFacts& day) {
  final_ = TRY(vaultd_->count(day));
  return {};
}

Result<PrintJob> VaultService::acta_job(const PrintActa& command) {
  if (!command.zero && !final_) final_ = TRY(vaultd_->stored_acta());
  const auto& acta = command.zero ? zero_ : final_;
  if (!acta) return fault_error(Fault::message);
  ActaJob job;
  job.record = acta->record();
  ports_.vault.rng->fill(job.salt.data);
  job.printed_s = command.printed_s;
  job.mark = {command.copy, std::max<std::uint32_t>(command.copy, 1), command.recipient};
  return job;
}

PrintJob VaultService::report_job(const PrintLines& command) const {
  const election::Package& package = *identity_.package;
  ReportJob job{command.kind,
                {{"paper.machine", identity_.machine.hex()},
                 {"paper.software", package.manifest().releases.front().software_root.hex()},
                 {"paper.package", package.hash().hex()},
                 {"paper.law", package.law().hash.hex()}}};
  if (command.kind == PrintReport::Kind::copies && final_) {
    const Reconciliation all = Vaultd::reconcile(final_->acta(), package.definition());
    job.lines.push_back({"paper.reconcile.E", std::to_string(all.activated)});
    job.lines.push_back({"paper.reconcile.C", std::to_string(all.receipts)});
    job.lines.push_back({"paper.reconcile.V", std::to_string(all.ballots)});
    for (const std::int64_t votes : all.votes) {
      job.lines.push_back({"paper.reconcile.T", std::to_string(votes)});
    }
    job.lines.push_back({all.equal() ? "paper.reconcile.equal" : "paper.reconcile.unequal", ""});
  }
  const bool leaves =
      command.kind == PrintReport::Kind::delivery || command.kind == PrintReport::Kind::packing;
  if (leaves && final_) {
    const acta::Acta& acta = final_->acta();
    const auto& counters = acta.counters;
    const std::int64_t voided = counters.void_prints.value() + counters.spoiled.value();
    job.lines.push_back({"paper.acta.code", final_->verification_code()});
    job.lines.push_back({"paper.acta.voters", std::to_string(acta.voters.value())});
    job.lines.push_back({"paper.acta.ballots", std::to_string(acta.ballots.value())});
    job.lines.push_back({"paper.acta.receipts", std::to_string(counters.valid_receipts.value())});
    job.lines.push_back({"paper.acta.voided", std::to_string(voided)});
  }
  job.lines.insert(job.lines.end(), command.lines.begin(), command.lines.end());
  return job;
}

// --- one-time codes ------------------------------------------------------------------------------

void VaultService::load_codes() {
  std::array<std::uint32_t, 2> used{};
  for (const ports::Store* store : ports_.records) {  // used on either medium is used
    const auto file = store->read(kUsedCodes);
    if (!file || !*file || (*file)->size() != 8) continue;
    for (std::size_t i = 0; i < 8; ++i) {
      used[i / 4] |= static_cast<std::uint32_t>((**file)[i]) << (8 * (i % 4));
    }
  }
  codes_.emplace(mesa_code_key_, CodeOf{identity_.package->handle(), identity_.mesa->id}, used);
}

bool VaultService::code(CodeList list, std::uint16_t index, std::string_view digits,
                        std::int64_t now_s) {
  if (!codes_) load_codes();
  if (!codes_->enter(list, index, digits, now_s)) return false;
  Bytes file(8);
  for (std::size_t i = 0; i < 8; ++i) {
    file[i] = static_cast<std::uint8_t>(codes_->used()[i / 4] >> (8 * (i % 4)));
  }
  bool kept = false;
  for (ports::Store* store : ports_.records) {
    kept |= store->write(kUsedCodes, file, true).has_value();
  }
  return kept;
}

// --- the booth -----------------------------------------------------------------------------------

void VaultService::booth_restarted() {
  if (!vaultd_ || !vaultd_->intended()) return;
  last_not_saved_ = true;
  (void)vaultd_->void_print(VoidReason::crash);
}

VaultSays VaultService::prepare(const election::Selections& selections, bool abandoned) {
  return vaultd_ ? vaultd_->prepare(selections, abandoned) : VaultSays{false, 0, Fault::message};
}
VaultSays VaultService::intent() {
  return vaultd_ ? vaultd_->intent() : VaultSays{false, 0, Fault::message};
}
VaultSays VaultService::commit() {
  return vaultd_ ? vaultd_->commit() : VaultSays{false, 0, Fault::message};
}
VaultSays VaultService::void_print(VoidReason reason) {
  return vaultd_ ? vaultd_->void_print(reason) : VaultSays{false, 0, Fault::message};
}
VaultSays VaultService::status() {
  if (!vaultd_) return {false, 0, std::nullopt};
  VaultSays out{true, vaultd_->vault().parity(), std::nullopt};
  if (last_not_saved_) out.fault = Fault::power_cut;
  last_not_saved_ = false;
  return out;
}

}  // namespace sufragio::machine
