#include "crypto/machine_records.h"

#include <algorithm>

#include "codec/cbor.h"
#include "crypto/codes.h"

namespace sufragio::crypto {

namespace {

using codec::CborReader;
using codec::CborWriter;

constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kRevocationType = 14;  // log entry type, docs/spec/log.md
constexpr std::size_t kEs256Key = 33;

// The codec's failure becomes K107 with its code as "cause"; a failure of this room passes.
template <typename T>
Result<T> as_record(Result<T>&& result) {
  if (result || result.error().code.room == 'K') return std::move(result);
  const Error& error = result.error();
  return fail(kBadRecord,
              {{"offset", std::string{error.fact("offset")}}, {"cause", error.code.text()}});
}

tl::unexpected<Error> bad_record(std::string_view field) {
  return fail(kBadRecord, {{"field", std::string{field}}});
}

template <typename T>
Result<T> fixed(CborReader& reader) {
  const ByteView bytes = TRY(reader.bytes(T::kSize));
  return T::from(bytes);
}

Result<void> version_and_election(CborReader& reader, const ElectionHandle& expected) {
  TRY(reader.key(1));
  const std::uint64_t version = TRY(reader.uint());
  if (version != kVersion) return bad_record("version");
  TRY(reader.key(2));
  const ElectionHandle election = TRY(fixed<ElectionHandle>(reader));
  if (election != expected) {
    return fail(kOtherElection, {{"expected", expected.hex()}, {"got", election.hex()}});
  }
  return {};
}

Result<MachineCertificate> read_certificate(ByteView payload, const ElectionHandle& election) {
  MachineCertificate out;
  out.election = election;
  CborReader reader{payload};
  TRY(reader.map(5));
  TRY(version_and_election(reader, election));
  TRY(reader.key(3));
  out.machine = TRY(fixed<MachineId>(reader));
  TRY(reader.key(4));
  const ByteView key = TRY(reader.bytes(kEs256Key));
  out.acta_key = PublicKey{Algorithm::es256, to_bytes(key)};
  TRY(reader.key(5));
  const std::string_view serial = TRY(reader.text());
  out.serial = std::string{serial};
  TRY(reader.end());
  TRY(Verifier::from(out.acta_key));
  return out;
}

Result<Assignment> read_assignment(ByteView payload, const ElectionHandle& election) {
  Assignment out;
  out.election = election;
  CborReader reader{payload};
  TRY(reader.map(7));
  TRY(version_and_election(reader, election));
  TRY(reader.key(3));
  const std::uint64_t centre = TRY(reader.uint(kMaxCentre));
  TRY(reader.key(4));
  const std::uint64_t mesa = TRY(reader.uint(kMaxMesaNumber));
  if (mesa == 0) return bad_record("mesa");
  out.mesa = MesaId{CentreCode{static_cast<std::uint32_t>(centre)},
                    MesaNumber{static_cast<std::uint16_t>(mesa)}};
  TRY(reader.key(5));
  out.machine = TRY(fixed<MachineId>(reader));
  TRY(reader.key(6));
  const std::uint64_t replacement = TRY(reader.uint(1));
  out.replacement = replacement == 1;
  TRY(reader.key(7));
  const std::uint64_t time_s = TRY(reader.uint());
  out.time_s = static_cast<std::int64_t>(time_s);
  TRY(reader.end());
  return out;
}

Result<Revocation> read_revocation(ByteView payload, const ElectionHandle& election) {
  Revocation out;
  out.election = election;
  CborReader reader{payload};
  TRY(reader.map(6));
  TRY(reader.key(0));
  const std::uint64_t type = TRY(reader.uint());
  if (type != kRevocationType) return bad_record("type");
  TRY(version_and_election(reader, election));
  TRY(reader.key(3));
  const std::size_t machines = TRY(reader.array());
  if (machines == 0) return bad_record("machines");
  out.machines.reserve(machines);
  for (std::size_t i = 0; i < machines; ++i) {
    const MachineId machine = TRY(fixed<MachineId>(reader));
    out.machines.push_back(machine);
  }
  TRY(reader.key(4));
  const std::uint64_t time_s = TRY(reader.uint());
  out.time_s = static_cast<std::int64_t>(time_s);
  TRY(reader.key(5));
  const std::string_view reason = TRY(reader.text());
  if (reason.empty()) return bad_record("reason");
  out.reason = std::string{reason};
  TRY(reader.end());
  return out;
}

}  // namespace

Bytes encode(const MachineCertificate& certificate) {
  CborWriter out;
  out.map(5);
  out.uint(1);
  out.uint(kVersion);
  out.uint(2);
  out.bytes(certificate.election.view());
  out.uint(3);
  out.bytes(certificate.machine.view());
  out.uint(4);
  out.bytes(certificate.acta_key.bytes);
  out.uint(5);
  out.text(certificate.serial);
  return out.take();
}

Bytes encode(const Assignment& assignment) {
  CborWriter out;
  out.map(7);
  out.uint(1);
  out.uint(kVersion);
  out.uint(2);
  out.bytes(assignment.election.view());
  out.uint(3);
  out.uint(assignment.mesa.centre.value());
  out.uint(4);
  out.uint(assignment.mesa.mesa.value());
  out.uint(5);
  out.bytes(assignment.machine.view());
  out.uint(6);
  out.uint(assignment.replacement ? 1 : 0);
  out.uint(7);
  out.integer(assignment.time_s);
  return out.take();
}

Bytes encode(const Revocation& revocation) {
  CborWriter out;
  out.map(6);
  out.uint(0);
  out.uint(kRevocationType);
  out.uint(1);
  out.uint(kVersion);
  out.uint(2);
  out.bytes(revocation.election.view());
  out.uint(3);
  out.array(revocation.machines.size());
  for (const MachineId& machine : revocation.machines) out.bytes(machine.view());
  out.uint(4);
  out.integer(revocation.time_s);
  out.uint(5);
  out.text(revocation.reason);
  return out.take();
}

Result<MachineCertificate> verify_certificate(ByteView record, const Verifier& election_ca,
                                              const ElectionHandle& election,
                                              Signatures signatures) {
  const Sign1 signed_record = TRY(parse_sign1(record));
  if (signatures == Signatures::verify) {
    TRY(verify_sign1(RecordKind::machine_certificate, signed_record, election_ca));
  }
  return as_record(read_certificate(signed_record.payload, election));
}

Result<Assignment> verify_assignment(ByteView record, const Verifier& ops,
                                     const ElectionHandle& election, Signatures signatures) {
  const Sign1 signed_record = TRY(parse_sign1(record));
  if (signatures == Signatures::verify) {
    TRY(verify_sign1(RecordKind::assignment, signed_record, ops));
  }
  return as_record(read_assignment(signed_record.payload, election));
}

Result<Revocation> verify_revocation(ByteView record, const Verifier& ops,
                                     const ElectionHandle& election, Signatures signatures) {
  const Sign1 signed_record = TRY(parse_sign1(record));
  if (signatures == Signatures::verify) {
    TRY(verify_sign1(RecordKind::statement, signed_record, ops));
  }
  return as_record(read_revocation(signed_record.payload, election));
}

}  // namespace sufragio::crypto
