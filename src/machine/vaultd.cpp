#include "machine/vaultd.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"

namespace sufragio::machine {

namespace {

constexpr std::string_view kZeroFile = "zero-acta.cose";
constexpr std::string_view kFinalFile = "acta.cose";

template <typename T>
T count_of(std::int64_t value) {
  const auto out = T::from(value);
  CHECK(out.has_value());
  return *out;
}

std::int64_t whole_minute(std::int64_t seconds) { return seconds - seconds % 60; }

const std::vector<election::ContestIndex>& contests_of(const VaultIdentity& identity) {
  return identity.package->definition().styles[identity.mesa->style].contests;
}

}  // namespace

bool Reconciliation::equal() const {
  return activated == receipts && receipts == ballots &&
         std::ranges::all_of(votes, [this](std::int64_t value) { return value == ballots; });
}

Result<VaultPlan> Vaultd::plan(const VaultIdentity& identity, const VaultPorts& ports) {
  VaultPlan out = TRY(VaultPlan::of(*identity.package, *identity.mesa, *ports.sealer));
  out.contingency = identity.contingency;
  return out;
}

Result<Vaultd> Vaultd::format(const VaultIdentity& identity, const VaultPorts& ports) {
  const VaultPlan planned = TRY(plan(identity, ports));
  Vault vault = TRY(Vault::format(planned, ports.vault));
  return Vaultd{identity, ports, std::move(vault)};
}

Result<Vaultd> Vaultd::boot(const VaultIdentity& identity, const VaultPorts& ports) {
  const VaultPlan planned = TRY(plan(identity, ports));
  Vault vault = TRY(Vault::boot(planned, ports.vault));
  return Vaultd{identity, ports, std::move(vault)};
}

Result<Vaultd> Vaultd::adopt(const VaultIdentity& identity, const VaultPorts& ports,
                             const crypto::BoxKeyPair& contingency) {
  const VaultPlan planned = TRY(plan(identity, ports));
  Vault vault = TRY(Vault::adopt(planned, ports.vault, contingency));
  return Vaultd{identity, ports, std::move(vault)};
}

Vaultd::Answer Vaultd::answer(const Result<void>& done) const {
  Answer out{done.has_value(), vault_.parity(), std::nullopt};
  if (!done) out.fault = fault_in(done.error()).value_or(Fault::invariant);
  return out;
}

Vaultd::Answer Vaultd::prepare(const election::Selections& selections, bool abandoned) {
  const election::Definition& definition = identity_.package->definition();
  const auto good = election::check_selections(definition, selections);
  const bool voting = vault_.phase() == Phase::open || vault_.phase() == Phase::closing;
  if (!good || !voting || selections.style != identity_.mesa->style) {
    return {false, vault_.parity(), Fault::message};
  }
  if (!vault_.has_room()) return {false, vault_.parity(), Fault::full};
  BallotRecord record;
  ports_.vault.rng->fill(record.id.data);
  record.choices = election::encode_compact(definition, selections);
  auto sealed = ports_.sealer->seal(selections, *ports_.vault.rng);
  if (!sealed) return {false, vault_.parity(), Fault::invariant};
  record.sealed = std::move(*sealed);
  prepared_ = std::move(record);
  abandoned_ = abandoned;
  return {true, vault_.parity(), std::nullopt};
}

Vaultd::Answer Vaultd::intent() {
  if (!prepared_) return {false, vault_.parity(), Fault::message};
  return answer(vault_.intent());
}

Vaultd::Answer Vaultd::commit() {
  if (!prepared_ || !intended()) return {false, vault_.parity(), Fault::message};
  const auto done = vault_.cast(*prepared_, abandoned_);
  if (done) {
    ports_.sealer->forget();
    prepared_.reset();
  }
  return answer(done);
}

Vaultd::Answer Vaultd::void_print(VoidReason reason) {
  prepared_.reset();
  if (reason != VoidReason::challenge) ports_.sealer->forget();
  return answer(vault_.void_print(reason));
}

Result<void> Vaultd::enter(Phase phase) { return vault_.set_phase(phase); }

acta::Acta Vaultd::blank() const {
  acta::Acta out;
  out.election = identity_.package->handle();
  out.ballot = identity_.package->ballot_of(*identity_.mesa);
  out.mesa = identity_.mesa->id;
  out.registered = identity_.mesa->electors;
  out.ballots_root = crypto::empty_root();
  out.software_root = identity_.package->manifest().releases.front().software_root;
  out.machine = identity_.machine;
  out.former_machines = identity_.former;
  for (const election::ContestIndex index : contests_of(identity_)) {
    acta::ContestCount none;
    none.cards.resize(identity_.package->definition().contest(index).cards.size());
    out.contests.push_back(std::move(none));
  }
  return out;
}

Result<acta::SignedActa> Vaultd::zero_acta(std::int64_t time_s, const Hash32& log_head) {
  if (vault_.ballots() != 0 || vault_.cell().receipts != 0) return fault_error(Fault::not_zero);
  acta::Acta out = blank();
  out.type = acta::ActaType::zero;
  out.time_s = whole_minute(time_s);
  out.log_head = log_head;
  return sign_and_store(out, kZeroFile);
}

// Every ballot of the box, in whatever order: a sum knows none.
Result<void> Vaultd::sum(acta::Acta& into) {
  const std::vector<BallotRecord> ballots = TRY(vault_.ballots_in_ram());
  const election::Definition& definition = identity_.package->definition();
  std::vector<std::vector<std::int64_t>> cards;
  std::vector<std::int64_t> null(into.contests.size());
  for (const acta::ContestCount& contest : into.contests) cards.emplace_back(contest.cards.size());
  std::vector<Hash32> leaves;
  for (const BallotRecord& ballot : ballots) {
    const auto read = election::decode_compact(definition, identity_.mesa->style, ballot.choices);
    const auto sound = ports_.sealer->check(identity_.mesa->style, ballot.sealed);
    if (!read || !sound) return fault_error(Fault::count);
    for (std::size_t i = 0; i < read->contests.size(); ++i) {
      for (const std::uint16_t card : read->contests[i].cards()) ++cards[i][card];
      null[i] += read->contests[i].null();
    }
  }
  for (std::size_t i = 0; i < into.contests.size(); ++i) {
    for (std::size_t card = 0; card < cards[i].size(); ++card) {
      into.contests[i].cards[card] = count_of<Votes>(cards[i][card]);
    }
    into.contests[i].null = count_of<Votes>(null[i]);
  }
  sealed_ballots_.clear();
  if (vault_.plan().sealed_size > 0) {
    std::vector<const BallotRecord*> by_code;
    for (const BallotRecord& ballot : ballots) by_code.push_back(&ballot);
    std::ranges::sort(by_code, {}, [](const BallotRecord* ballot) { return ballot->sealed.code; });
    for (const BallotRecord* ballot : by_code) {
      leaves.push_back(crypto::leaf_hash(crypto::sha256(ballot->sealed.bytes).view()));
      sealed_ballots_.push_back(ballot->sealed.bytes);
    }
    into.ballots_root = crypto::root_of(leaves);
  }
  return {};
}

Result<acta::SignedActa> Vaultd::count(const DayFacts& day) {
  if (vault_.phase() >= Phase::counted) return stored_acta();
  acta::Acta out = blank();
  TRY(sum(out));
  out.type = acta::ActaType::final;
  out.time_s = whole_minute(day.log.closing_s);
  out.opening_s = whole_minute(day.log.opening_s);
  out.ballots = count_of<Persons>(static_cast<std::int64_t>(vault_.ballots()));
  out.voters = count_of<Persons>(day.gate.voters());
  out.gate = {count_of<Persons>(day.gate.match), count_of<Persons>(day.gate.no_match),
              count_of<Persons>(day.gate.no_template), count_of<Persons>(day.gate.no_hands)};
  const ports::Cell& cell = vault_.cell();
  out.counters.valid_receipts = count_of<Persons>(cell.receipts);
  out.counters.void_prints = count_of<Persons>(cell.void_prints);
  out.counters.spoiled = count_of<Persons>(cell.spoiled);
  out.counters.abandoned = count_of<Persons>(cell.abandoned);
  out.counters.challenged = count_of<Persons>(cell.challenged);
  out.counters.assisted = count_of<Persons>(day.gate.assisted);
  out.counters.unblocks = count_of<Persons>(day.log.unblocks);
  out.counters.queue_tokens = count_of<Persons>(day.log.tokens_issued);
  out.counters.minutes_suspended = count_of<Persons>(day.log.suspended_s / 60);
  out.log_head = day.log_head;
  const acta::SignedActa acta = TRY(sign_and_store(out, kFinalFile));
  TRY(vault_.destroy_key(Phase::counted));
  return acta;
}

Result<acta::SignedActa> Vaultd::sign_and_store(const acta::Acta& acta, std::string_view file) {
  const Bytes record = TRY(acta::sign(acta, *ports_.signer));
  const crypto::Verifier own = TRY(crypto::Verifier::from(ports_.signer->public_key()));
  const crypto::Sign1 parsed = TRY(crypto::parse_sign1(record));
  if (!crypto::verify_sign1(crypto::RecordKind::acta, parsed, own))
    return fault_error(Fault::signature);
  bool any = false;
  for (ports::Store* store : ports_.records) {
    if (!store->write(file, record, true)) continue;
    const auto back = store->read(file);
    any |= back && *back && **back == record;
  }
  if (!any) return fault_error(Fault::read_back);
  return acta::parse(record);
}

Result<acta::SignedActa> Vaultd::stored_acta() const {
  for (const ports::Store* store : ports_.records) {
    const auto record = store->read(kFinalFile);
    if (record && *record) return acta::parse(**record);
  }
  return fault_error(Fault::read_back);
}

Reconciliation Vaultd::reconcile(const acta::Acta& acta, const election::Definition& definition) {
  Reconciliation out;
  out.activated = acta.voters.value();
  out.receipts = acta.counters.valid_receipts.value();
  out.ballots = acta.ballots.value();
  const election::Mesa* const mesa = definition.mesa(acta.mesa);
  CHECK(mesa != nullptr);
  const auto& contests = definition.styles[mesa->style].contests;
  for (std::size_t i = 0; i < acta.contests.size(); ++i) {
    std::int64_t votes = acta.contests[i].null.value() + acta.contests[i].invalid.value();
    for (const Votes card : acta.contests[i].cards) votes += card.value();
    const std::int64_t each = definition.contest(contests[i]).votes_per_voter;
    out.votes.push_back(votes % each == 0 ? votes / each : -1);
  }
  return out;
}

}  // namespace sufragio::machine
