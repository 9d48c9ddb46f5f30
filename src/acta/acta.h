#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/count.h"
#include "base/ids.h"
#include "crypto/cose.h"
#include "crypto/machine_records.h"
#include "election/package.h"

// The tally sheet of a mesa as a value, and its signed bytes (docs/spec/acta.md).
namespace sufragio::acta {

enum class ActaType : std::uint8_t { zero = 0, final = 1, contingency = 2 };

struct ContestCount {
  std::vector<Votes> cards;  // in ballot order
  Votes null;
  Votes invalid;
  friend bool operator==(const ContestCount&, const ContestCount&) = default;
};

struct GateOutcomes {  // fingerprint status of the authenticated voters
  Persons match;
  Persons no_match;
  Persons no_prints;
  Persons no_hands;
  friend bool operator==(const GateOutcomes&, const GateOutcomes&) = default;
};

struct Counters {
  Persons valid_receipts;
  Persons void_prints;
  Persons spoiled;
  Persons abandoned;
  Persons challenged;
  Persons assisted;
  Persons unblocks;
  Persons queue_tokens;
  Persons minutes_suspended;
  friend bool operator==(const Counters&, const Counters&) = default;
};

struct Acta {
  crypto::ElectionHandle election;
  election::BallotId ballot;
  MesaId mesa;
  std::uint32_t tomo = 1;
  std::int64_t time_s = 0;  // unix seconds UTC, a whole minute; zero acta: when made, else closing
  Persons registered;
  Persons voters;                      // authenticated
  Persons ballots;                     // in the vault
  std::vector<ContestCount> contests;  // in the order of the mesa's ballot definition
  Hash32 ballots_root;
  Hash32 software_root;
  crypto::MachineId machine;
  ActaType type = ActaType::final;
  GateOutcomes gate;
  std::int64_t opening_s = 0;  // a whole minute; 0 in a zero acta
  Counters counters;
  std::vector<crypto::MachineId> former_machines;
  Hash32 log_head;
  friend bool operator==(const Acta&, const Acta&) = default;
};

inline constexpr std::size_t kMaxActa = 4'096;  // bytes of the signed record

[[nodiscard]] Bytes encode(const Acta& acta);         // the payload
[[nodiscard]] Result<Acta> decode(ByteView payload);  // A101, C1xx: form only, no rule of the count
// A101 when the values have no form that `decode` accepts; C108 above kMaxActa. The key must be
// ES256 (K111).
[[nodiscard]] Result<Bytes> sign(const Acta& acta, crypto::Signer& machine);

// The bytes of a signed acta with what they say. Only `parse` makes one: the value can never be
// another than that of the bytes.
class SignedActa {
 public:
  [[nodiscard]] const Bytes& record() const { return record_; }  // the COSE bytes, as printed
  [[nodiscard]] const Acta& acta() const { return acta_; }
  [[nodiscard]] const crypto::Kid& kid() const { return kid_; }
  [[nodiscard]] Hash32 id() const;  // SHA-256(record)
  [[nodiscard]] std::string verification_code()
      const;  // "J1AH-ZBN7-ZNYH-8J7W": first 80 bits of the id
  [[nodiscard]] Acta take_acta() && { return std::move(acta_); }

 private:
  SignedActa() = default;
  friend Result<SignedActa> parse(ByteView record);
  Bytes record_;
  Acta acta_;
  crypto::Kid kid_;
};
// The first 80 bits of a hash for people: Crockford base32 in four groups of four.
[[nodiscard]] std::string short_code(const Hash32& hash);
[[nodiscard]] Result<SignedActa> parse(
    ByteView record);  // form only: says nothing about the signature

// Who may sign for which mesa: certificates, assignments and revocations of one election, each
// verified when added. `log_index` orders them: time fields never decide. The order
// of the calls never matters. The package must outlive the registry.
class MachineRegistry {
 public:
  explicit MachineRegistry(const election::Package& package);
  // K10x; A108 when the machine or the key already has another certificate. Again: no change.
  // `verified_before` is only for the records of an own log.
  using Signatures = crypto::Signatures;
  [[nodiscard]] Result<void> add_certificate(ByteView record,
                                             Signatures signatures = Signatures::verify);
  [[nodiscard]] Result<void> add_assignment(ByteView record, std::uint64_t log_index,
                                            Signatures signatures = Signatures::verify);
  [[nodiscard]] Result<void> add_revocation(ByteView record, std::uint64_t log_index,
                                            Signatures signatures = Signatures::verify);

  struct Machine {
    crypto::MachineId id;
    crypto::Verifier verifier;
    std::string serial;
    std::optional<std::uint64_t> revoked_at;  // lowest log index of a revocation
  };
  [[nodiscard]] const Machine* by_kid(const crypto::Kid& kid) const;
  [[nodiscard]] const Machine* by_id(const crypto::MachineId& id) const;
  [[nodiscard]] std::optional<crypto::MachineId> assigned(const MesaId& mesa) const;  // in force
  [[nodiscard]] bool ever_assigned(const MesaId& mesa, const crypto::MachineId& machine) const;
  [[nodiscard]] const election::Package& package() const { return package_; }

 private:
  struct AssignmentInForce {
    crypto::MachineId machine;
    std::uint64_t log_index = 0;
  };
  const election::Package& package_;
  std::vector<crypto::Verifier> election_ca_;
  std::vector<crypto::Verifier> ops_;
  std::map<crypto::Kid, Machine> by_kid_;
  std::map<crypto::MachineId, crypto::Kid> kid_of_;
  std::map<crypto::MachineId, std::uint64_t> revoked_;
  std::map<MesaId, AssignmentInForce> in_force_;
  std::map<MesaId, std::vector<crypto::MachineId>> history_;
};

// Are these bytes of this election, signed by the certified key of the machine that they name?
// Those checks of docs/spec/ledger.md that need no other row; revocations and assignments are
// judged by their place in the log (tally). K108 other election, A102 no certificate for the key or
// for this machine, K10x signature. Costs one ES256 verification and about a microsecond.
[[nodiscard]] Result<void> verify_signature(const SignedActa& acta,
                                            const MachineRegistry& machines);

}  // namespace sufragio::acta
