#include <algorithm>

#include "acta/acta.h"
#include "acta/codes.h"
#include "crypto/codes.h"

namespace sufragio::acta {

namespace {

std::vector<crypto::Verifier> verifiers_of(const election::Package& package, election::Role role) {
  std::vector<crypto::Verifier> out;
  for (const crypto::PublicKey& key : package.keys(role)) {
    // The package was verified whole: a key that cannot be parsed simply trusts nobody.
    Result<crypto::Verifier> verifier = crypto::Verifier::from(key);
    if (verifier) out.push_back(*std::move(verifier));
  }
  return out;
}

// The trusted key that the record names. K103: none of them; K104: not a record.
Result<const crypto::Verifier*> signer_of(ByteView record,
                                          const std::vector<crypto::Verifier>& trusted) {
  const crypto::Sign1 parts = TRY(crypto::parse_sign1(record));
  for (const crypto::Verifier& verifier : trusted) {
    if (verifier.kid() == parts.kid) return &verifier;
  }
  return fail(crypto::kUnknownKey, {{"kid", parts.kid.hex()}});
}

}  // namespace

MachineRegistry::MachineRegistry(const election::Package& package)
    : package_{package},
      election_ca_{verifiers_of(package, election::Role::election_ca)},
      ops_{verifiers_of(package, election::Role::ops)} {}

Result<void> MachineRegistry::add_certificate(ByteView record, Signatures signatures) {
  const crypto::Verifier* const ca = TRY(signer_of(record, election_ca_));
  const crypto::MachineCertificate certificate =
      TRY(crypto::verify_certificate(record, *ca, package_.handle(), signatures));
  crypto::Verifier verifier = TRY(crypto::Verifier::from(certificate.acta_key));
  const crypto::Kid kid = verifier.kid();
  const auto same_kid = by_kid_.find(kid);
  const auto same_machine = kid_of_.find(certificate.machine);
  if (same_kid != by_kid_.end() || same_machine != kid_of_.end()) {
    // One machine, one key: with two, a stolen key could be exchanged without a trace.
    const bool again = same_kid != by_kid_.end() && same_machine != kid_of_.end() &&
                       same_machine->second == kid &&
                       same_kid->second.verifier.key() == certificate.acta_key &&
                       same_kid->second.serial == certificate.serial;
    if (again) return {};
    return fail(kTwoCertificates, {{"machine", certificate.machine.hex()}, {"kid", kid.hex()}});
  }
  Machine machine{certificate.machine, std::move(verifier), certificate.serial, std::nullopt};
  const auto revoked = revoked_.find(certificate.machine);
  if (revoked != revoked_.end()) machine.revoked_at = revoked->second;
  by_kid_.emplace(kid, std::move(machine));
  kid_of_.emplace(certificate.machine, kid);
  return {};
}

Result<void> MachineRegistry::add_assignment(ByteView record, std::uint64_t log_index,
                                             Signatures signatures) {
  const crypto::Verifier* const ops = TRY(signer_of(record, ops_));
  const crypto::Assignment assignment =
      TRY(crypto::verify_assignment(record, *ops, package_.handle(), signatures));
  if (package_.definition().mesa(assignment.mesa) == nullptr) {
    return fail(kUnknownMesa, {{"mesa", assignment.mesa.text()}});
  }
  const auto [entry, first] =
      in_force_.try_emplace(assignment.mesa, AssignmentInForce{assignment.machine, log_index});
  if (!first && log_index >= entry->second.log_index) {
    entry->second = AssignmentInForce{assignment.machine, log_index};
  }
  std::vector<crypto::MachineId>& history = history_[assignment.mesa];
  if (std::find(history.begin(), history.end(), assignment.machine) == history.end()) {
    history.push_back(assignment.machine);
  }
  return {};
}

Result<void> MachineRegistry::add_revocation(ByteView record, std::uint64_t log_index,
                                             Signatures signatures) {
  const crypto::Verifier* const ops = TRY(signer_of(record, ops_));
  const crypto::Revocation revocation =
      TRY(crypto::verify_revocation(record, *ops, package_.handle(), signatures));
  for (const crypto::MachineId& machine : revocation.machines) {
    const auto [entry, first] = revoked_.try_emplace(machine, log_index);
    if (!first) entry->second = std::min(entry->second, log_index);
    const auto kid = kid_of_.find(machine);
    if (kid != kid_of_.end()) by_kid_.at(kid->second).revoked_at = entry->second;
  }
  return {};
}

const MachineRegistry::Machine* MachineRegistry::by_kid(const crypto::Kid& kid) const {
  const auto found = by_kid_.find(kid);
  return found == by_kid_.end() ? nullptr : &found->second;
}

const MachineRegistry::Machine* MachineRegistry::by_id(const crypto::MachineId& id) const {
  const auto kid = kid_of_.find(id);
  return kid == kid_of_.end() ? nullptr : by_kid(kid->second);
}

std::optional<crypto::MachineId> MachineRegistry::assigned(const MesaId& mesa) const {
  const auto found = in_force_.find(mesa);
  if (found == in_force_.end()) return std::nullopt;
  return found->second.machine;
}

bool MachineRegistry::ever_assigned(const MesaId& mesa, const crypto::MachineId& machine) const {
  const auto found = history_.find(mesa);
  return found != history_.end() &&
         std::find(found->second.begin(), found->second.end(), machine) != found->second.end();
}

Result<void> verify_signature(const SignedActa& acta, const MachineRegistry& machines) {
  const Acta& said = acta.acta();
  if (said.election != machines.package().handle()) {
    return fail(crypto::kOtherElection, {{"election", said.election.hex()}});
  }
  const MachineRegistry::Machine* const machine = machines.by_kid(acta.kid());
  if (machine == nullptr || machine->id != said.machine) {
    return fail(kNoCertificate, {{"kid", acta.kid().hex()}, {"machine", said.machine.hex()}});
  }
  const crypto::Sign1 parts = TRY(crypto::parse_sign1(acta.record()));
  return crypto::verify_sign1(crypto::RecordKind::acta, parts, machine->verifier);
}

}  // namespace sufragio::acta
