#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/cose.h"

// The chain of a machine without X.509: Election CA -> certificate (key, names no mesa); `ops` ->
// assignment (machine to mesa); revocation. docs/spec/machine-records.md.
namespace sufragio::crypto {

using ElectionHandle =
    FixedBytes<struct ElectionTag, 8>;  // first 8 bytes of SHA-256(package manifest payload)
using MachineId = FixedBytes<struct MachineTag, 16>;

struct MachineCertificate {
  ElectionHandle election;
  MachineId machine;
  PublicKey acta_key;  // es256
  std::string serial;
  friend bool operator==(const MachineCertificate&, const MachineCertificate&) = default;
};

struct Assignment {
  ElectionHandle election;
  MesaId mesa;
  MachineId machine;
  bool replacement = false;
  std::int64_t time_s = 0;  // unix seconds; information only
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

struct Revocation {  // a statement of log entry type 14
  ElectionHandle election;
  std::vector<MachineId> machines;
  std::int64_t time_s = 0;
  std::string reason;
  friend bool operator==(const Revocation&, const Revocation&) = default;
};

[[nodiscard]] Bytes encode(const MachineCertificate& certificate);  // the payload
[[nodiscard]] Bytes encode(const Assignment& assignment);
[[nodiscard]] Bytes encode(const Revocation& revocation);
// What the records of an own log say: their signatures were verified when they were appended, so a
// rebuild may leave that out. Everywhere else a record is verified.
enum class Signatures { verify, verified_before };
// From the whole COSE record; K102–K104, K107 (payload), K108 (other election).
[[nodiscard]] Result<MachineCertificate> verify_certificate(ByteView record,
                                                            const Verifier& election_ca,
                                                            const ElectionHandle& election,
                                                            Signatures = Signatures::verify);
[[nodiscard]] Result<Assignment> verify_assignment(ByteView record, const Verifier& ops,
                                                   const ElectionHandle& election,
                                                   Signatures = Signatures::verify);
[[nodiscard]] Result<Revocation> verify_revocation(ByteView record, const Verifier& ops,
                                                   const ElectionHandle& election,
                                                   Signatures = Signatures::verify);

}  // namespace sufragio::crypto
