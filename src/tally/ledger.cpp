#include "tally/ledger.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "acta/codes.h"
#include "base/check.h"
#include "crypto/codes.h"
#include "tally/codes.h"

namespace sufragio::tally {

namespace {

bool is_zero(acta::ActaType type) { return type == acta::ActaType::zero; }

bool holds_back(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& finding) {
    const Severity severity = info(finding.rule).severity;
    return severity == Severity::quarantine || severity == Severity::refuse;
  });
}

// docs/spec/ledger.md, "Admissible": with one of these an acta cannot contradict another one.
bool is_admissible(const std::vector<Finding>& findings) {
  constexpr std::array kBars{Rule::revoked_machine, Rule::not_assigned, Rule::unknown_mesa,
                             Rule::acta_type, Rule::unknown_software};
  return std::ranges::none_of(findings, [&](const Finding& finding) {
    return std::ranges::find(kBars, finding.rule) != kBars.end();
  });
}

// Without the ballot's shape nobody knows which option a figure belongs to.
bool needs_shape(const Finding& finding) {
  return finding.rule == Rule::cards_not_valid || finding.rule == Rule::sum_not_ballots ||
         finding.rule == Rule::over_ballots;
}

std::string kind_text(election::ElectionKind kind) {
  return std::to_string(static_cast<int>(kind));
}

void append(std::vector<Finding>& to, const std::vector<Finding>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

struct Ledger::Judgement {
  Reception reception = Reception::counted;
  std::vector<Finding> acta;    // refused or known: the one reason
  std::vector<JudgedRow> rows;  // with the findings of the acta too
  bool admissible = true;
  std::vector<std::size_t> contradicted;  // earlier actas that lose their place
};

std::size_t Ledger::HashOfId::operator()(const Hash32& id) const {
  std::size_t out = 0;
  std::memcpy(&out, id.data.data(), sizeof out);
  return out;
}

std::size_t Ledger::HashOfMesa::operator()(const MesaId& mesa) const {
  return std::size_t{mesa.centre.value()} * (kMaxMesaNumber + 1) + mesa.mesa.value();
}

// Room for one acta of each mesa, so that rows stay where they are put.
Ledger::Ledger(const acta::MachineRegistry& machines)
    : machines_{machines}, totals_{machines.package().definition()} {
  const election::Definition& definition = machines.package().definition();
  std::size_t rows = 0;
  for (const election::Mesa& mesa : definition.mesas) {
    rows += definition.styles.at(mesa.style).contests.size();
  }
  rows_.resize(rows);  // the memory is there before the night, not only promised
  rows_.clear();
  actas_.resize(definition.mesas.size());
  actas_.clear();
  seen_.reserve(definition.mesas.size());
  mesas_.reserve(definition.mesas.size());
}

void Ledger::knows(const crypto::ElectionHandle& other, election::ElectionKind kind) {
  others_[other] = kind;
}

std::optional<Finding> Ledger::door(const acta::SignedActa& acta) const {
  std::optional<Finding> known = door_verified(acta);
  if (known && known->rule != Rule::other_election) return known;
  if (known && acta.acta().election != machines_.package().handle()) return known;
  const Result<void> signature = acta::verify_signature(acta, machines_);
  if (signature) return known;  // perhaps of another ballot
  const Code code = signature.error().code;
  if (code == acta::kNoCertificate) {
    return Finding{Rule::no_certificate, {{"kid", acta.kid().hex()}}};
  }
  return Finding{Rule::bad_signature, {{"kid", acta.kid().hex()}}};
}

std::optional<Finding> Ledger::door_verified(const acta::SignedActa& acta) const {
  const election::Package& package = machines_.package();
  const acta::Acta& sheet = acta.acta();
  if (sheet.election != package.handle()) {
    const auto other = others_.find(sheet.election);
    if (other != others_.end() && other->second != package.manifest().kind) {
      return Finding{
          Rule::drill_in_real,
          {{"got", kind_text(other->second)}, {"expected", kind_text(package.manifest().kind)}}};
    }
    return Finding{Rule::other_election,
                   {{"got", sheet.election.hex()}, {"expected", package.handle().hex()}}};
  }
  const election::Mesa* const mesa = package.definition().mesa(sheet.mesa);
  if (mesa != nullptr && package.ballot_of(*mesa) != sheet.ballot) {
    return Finding{Rule::other_election,
                   {{"got", sheet.ballot.hex()}, {"expected", package.ballot_of(*mesa).hex()}}};
  }
  return std::nullopt;
}

namespace {

std::optional<Finding> out_of_bounds(const acta::Acta& sheet) {  // door 7
  for (const acta::ContestCount& contest : sheet.contests) {
    std::int64_t sum = contest.null.value() + contest.invalid.value();
    for (const Votes votes : contest.cards) sum += votes.value();
    if (sum > Votes::kMax) return Finding{Rule::bad_count, {{"value", std::to_string(sum)}}};
  }
  return std::nullopt;
}

}  // namespace

Ledger::Prepared Ledger::prepare(acta::SignedActa acta, const Hash32& id,
                                 Signatures signatures) const {
  Prepared out;
  out.id = id;
  out.mesa = acta.acta().mesa;
  out.type = acta.acta().type;
  out.machine = acta.acta().machine;
  out.software = acta.acta().software_root;
  out.refusal = signatures == Signatures::verify ? door(acta) : door_verified(acta);
  if (!out.refusal) out.refusal = out_of_bounds(acta.acta());
  if (out.refusal) return out;
  const election::Package& package = machines_.package();
  const JudgeContext context{package.definition(), package.law()};
  out.sheet = judge_acta(context, acta.acta());
  std::vector<Row> rows = rows_of(std::move(acta).take_acta(), out.id, package.definition());
  out.rows.reserve(rows.size());
  for (Row& row : rows) {
    std::vector<Finding> findings = judge_row(context, row);
    out.rows.push_back({std::move(row), std::move(findings)});
  }
  return out;
}

std::vector<std::size_t> Ledger::rivals(const MesaId& mesa, acta::ActaType type) const {
  std::vector<std::size_t> out;
  const auto known = mesas_.find(mesa);
  if (known == mesas_.end()) return out;
  for (const std::size_t index : known->second) {
    const ActaRecord& other = actas_[index];
    if (other.admissible && is_zero(other.type) == is_zero(type)) out.push_back(index);
  }
  return out;
}

// What the machines and the other actas of the night say about this one.
void Ledger::add_neighbours(const Prepared& sheet, std::uint64_t log_index,
                            std::vector<Finding>& out) const {
  const acta::MachineRegistry::Machine* const machine = machines_.by_id(sheet.machine);
  if (machine != nullptr && machine->revoked_at && *machine->revoked_at < log_index) {
    out.push_back(
        {Rule::revoked_machine,
         {{"machine", sheet.machine.hex()}, {"revoked_at", std::to_string(*machine->revoked_at)}}});
  }
  if (machines_.assigned(sheet.mesa) != sheet.machine) {
    out.push_back(
        {Rule::not_assigned, {{"machine", sheet.machine.hex()}, {"mesa", sheet.mesa.text()}}});
  }
  if (!machines_.package().released(sheet.software)) {
    out.push_back({Rule::unknown_software, {{"software", sheet.software.hex()}}});
  }
  if (is_zero(sheet.type) && !rivals(sheet.mesa, acta::ActaType::final).empty()) {
    out.push_back({Rule::acta_type, {{"type", "0"}, {"reason", "after_opening"}}});
  }
  tidy(out);
}

Ledger::Judgement Ledger::examine(Prepared prepared, std::uint64_t log_index) const {
  Judgement out;
  if (seen_.contains(prepared.id)) {
    out.reception = Reception::known;
    out.acta.push_back({Rule::same_again, {{"acta", prepared.id.hex()}}});
    return out;
  }
  if (prepared.refusal) {
    out.reception = Reception::refused;
    out.acta.push_back(*std::move(prepared.refusal));
    return out;
  }
  out.acta = std::move(prepared.sheet);
  add_neighbours(prepared, log_index, out.acta);
  out.admissible = is_admissible(out.acta);
  if (out.admissible) out.contradicted = rivals(prepared.mesa, prepared.type);
  if (!out.contradicted.empty()) {
    out.acta.push_back(
        {Rule::conflicting_acta,
         {{"mesa", prepared.mesa.text()}, {"other", actas_[out.contradicted.front()].id.hex()}}});
    tidy(out.acta);
  }
  bool held_back = holds_back(out.acta);
  out.rows = std::move(prepared.rows);
  for (JudgedRow& judged : out.rows) {
    held_back = held_back || holds_back(judged.findings);
    if (out.acta.empty()) continue;
    append(judged.findings, out.acta);
    tidy(judged.findings);
    if (judged.has(Rule::wrong_shape)) std::erase_if(judged.findings, needs_shape);
  }
  out.reception = held_back ? Reception::quarantined : Reception::counted;
  return out;
}

namespace {

Outcome outcome_of(Reception reception, std::vector<Finding> acta,
                   const std::vector<JudgedRow>& rows) {
  for (const JudgedRow& row : rows) append(acta, row.findings);
  tidy(acta);
  return {reception, std::move(acta)};
}

}  // namespace

Outcome Ledger::judge(const acta::SignedActa& acta, std::uint64_t log_index) const {
  Judgement found = examine(prepare(acta, acta.id(), Signatures::verify), log_index);
  return outcome_of(found.reception, std::move(found.acta), found.rows);
}

Outcome Ledger::add(const acta::SignedActa& acta, std::uint64_t log_index) {
  return add(prepare(acta, acta.id(), Signatures::verify), log_index);
}

Outcome Ledger::add_verified(const acta::SignedActa& acta, std::uint64_t log_index) {
  return add(prepare(acta, acta.id(), Signatures::verified_before), log_index);
}

Outcome Ledger::add(Prepared prepared, std::uint64_t log_index) {
  ActaRecord record;
  record.id = prepared.id;
  record.mesa = prepared.mesa;
  record.type = prepared.type;
  record.log_index = log_index;
  Judgement found = examine(std::move(prepared), log_index);
  Outcome outcome = outcome_of(found.reception, found.acta, found.rows);
  if (found.reception == Reception::known) {
    repeats_ += 1;
    return outcome;
  }
  if (found.reception == Reception::refused) {
    count_refusal(found.acta.front().rule);
    return outcome;
  }
  for (const std::size_t other : found.contradicted) contradict(actas_[other]);

  const bool counts = found.reception == Reception::counted;
  seen_.emplace(record.id, actas_.size());
  mesas_[record.mesa].push_back(actas_.size());
  record.status = counts ? RowStatus::counted : RowStatus::quarantined;
  record.admissible = found.admissible;
  record.findings = std::move(found.acta);
  record.first_row = rows_.size();
  record.row_count = found.rows.size();
  for (JudgedRow& judged : found.rows) {
    judged.row.status = record.status;
    if (counts) totals_.add(judged.row);
    rows_.push_back(std::move(judged));
  }
  actas_.push_back(std::move(record));
  return outcome;
}

void Ledger::count_refusal(Rule rule) { refusals_[rule] += 1; }

void Ledger::set_status(ActaRecord& record, RowStatus status) {
  if (record.status == status) return;
  for (std::size_t i = record.first_row; i < record.first_row + record.row_count; ++i) {
    Row& row = rows_[i].row;
    if (row.status == RowStatus::counted) totals_.remove(row);
    row.status = status;
    if (row.status == RowStatus::counted) totals_.add(row);
  }
  record.status = status;
}

void Ledger::contradict(ActaRecord& record) {
  if (record.decided) return;  // two persons have judged it; only two persons judge it again
  const Finding finding{Rule::conflicting_acta, {{"mesa", record.mesa.text()}}};
  record.findings.push_back(finding);
  tidy(record.findings);
  for (std::size_t i = record.first_row; i < record.first_row + record.row_count; ++i) {
    rows_[i].findings.push_back(finding);
    tidy(rows_[i].findings);
  }
  set_status(record, RowStatus::quarantined);
}

Result<void> Ledger::can_decide(const Decision& decision) const {
  const auto found = seen_.find(decision.acta);
  if (found == seen_.end()) return fail(kNoSuchActa, {{"acta", decision.acta.hex()}});
  const ActaRecord& record = actas_[found->second];
  if (record.status != RowStatus::quarantined && !record.decided) {
    return fail(kNoSuchActa, {{"acta", decision.acta.hex()}});
  }
  if (!decision.count) return {};
  bool can_count = record.row_count > 0;
  for (std::size_t i = record.first_row; i < record.first_row + record.row_count; ++i) {
    can_count = can_count && !rows_[i].has(Rule::wrong_shape) && totals_.fits(rows_[i].row);
  }
  if (!can_count) return fail(kCannotCount, {{"acta", decision.acta.hex()}});
  return {};
}

Result<void> Ledger::decide(const Decision& decision) {
  TRY(can_decide(decision));
  ActaRecord& record = actas_[seen_.at(decision.acta)];
  if (decision.count) {
    for (const std::size_t index : mesas_.at(record.mesa)) {
      ActaRecord& other = actas_[index];
      if (other.id == record.id || is_zero(other.type)) continue;
      if (other.status != RowStatus::counted) continue;
      set_status(other, RowStatus::superseded);
      other.decided = true;
    }
  }
  record.decided = true;
  set_status(record, decision.count ? RowStatus::counted : RowStatus::annulled);
  return {};
}

const ActaRecord* Ledger::find(const Hash32& acta) const {
  const auto found = seen_.find(acta);
  return found == seen_.end() ? nullptr : &actas_[found->second];
}

std::vector<const ActaRecord*> Ledger::of_mesa(const MesaId& mesa) const {
  std::vector<const ActaRecord*> out;
  const auto known = mesas_.find(mesa);
  if (known == mesas_.end()) return out;
  for (const std::size_t index : known->second) out.push_back(&actas_[index]);
  return out;
}

bool Ledger::counted(const MesaId& mesa) const {
  const auto known = mesas_.find(mesa);
  if (known == mesas_.end()) return false;
  return std::ranges::any_of(known->second, [&](std::size_t index) {
    const ActaRecord& record = actas_[index];
    return record.row_count > 0 && record.status == RowStatus::counted;
  });
}

std::vector<MesaId> Ledger::missing() const {
  std::vector<MesaId> out;
  for (const election::Mesa& mesa : machines_.package().definition().mesas) {
    if (!counted(mesa.id)) out.push_back(mesa.id);
  }
  return out;
}

std::map<Rule, std::int64_t> Ledger::rows_by_rule() const {
  std::map<Rule, std::int64_t> out;
  for (const JudgedRow& row : rows_) {
    for (const Finding& finding : row.findings) out[finding.rule] += 1;
  }
  return out;
}

}  // namespace sufragio::tally
