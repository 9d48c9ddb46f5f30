// Signed records and machine records: any bytes end in a coded failure, and what parses is exactly
// one canonical record (docs/spec/cose.md).
#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/machine_records.h"

namespace {

using namespace sufragio;

const crypto::ElectionHandle election;

crypto::SoftwareKey& signing_key() {
  static crypto::SoftwareKey key =
      std::move(crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, Bytes(32, 7)).value());
  return key;
}

// Good records and payloads, from which the input makes damaged ones.
std::vector<Bytes> good_ones() {
  const Bytes payload{0xa0};
  const crypto::MachineId machine;
  Bytes secret(32, 1);
  const auto acta_key = crypto::SoftwareKey::from_secret(crypto::Algorithm::es256, secret);
  const auto part = crypto::sign_part(crypto::RecordKind::package, payload, signing_key()).value();
  const MesaId mesa{CentreCode{10'113'042}, MesaNumber{7}};
  return {
      crypto::sign1(crypto::RecordKind::acta, payload, signing_key()).value(),
      crypto::assemble(payload, {part}).value(),
      crypto::encode(crypto::MachineCertificate{election, machine, acta_key->public_key(), "VE-1"}),
      crypto::encode(crypto::Assignment{election, mesa, machine, true, 1'722'161'520}),
      crypto::encode(crypto::Revocation{election, {machine}, 1'722'161'520, "x"})};
}

// input: which good one, then pairs (place, new byte).
Bytes damaged(ByteView input) {
  static const std::vector<Bytes> good = good_ones();
  Bytes out = good[input.empty() ? 0 : input[0] % good.size()];
  for (std::size_t i = 1; i + 1 < input.size(); i += 2) out[input[i] % out.size()] = input[i + 1];
  return out;
}

// Signs the bytes as payload, so that the payload parsers see bytes that pass the signature.
void records_with_payload(ByteView payload) {
  crypto::SoftwareKey* const key = &signing_key();
  static const crypto::Verifier verifier = crypto::Verifier::from(key->public_key()).value();
  using crypto::RecordKind;
  const Bytes certificate = crypto::sign1(RecordKind::machine_certificate, payload, *key).value();
  if (const auto out = crypto::verify_certificate(certificate, verifier, election)) {
    CHECK(equal(crypto::encode(*out), payload));
  }
  const Bytes assignment = crypto::sign1(RecordKind::assignment, payload, *key).value();
  if (const auto out = crypto::verify_assignment(assignment, verifier, election)) {
    CHECK(equal(crypto::encode(*out), payload));
  }
  const Bytes revocation = crypto::sign1(RecordKind::statement, payload, *key).value();
  if (const auto out = crypto::verify_revocation(revocation, verifier, election)) {
    CHECK(equal(crypto::encode(*out), payload));
  }
}

void check_record(ByteView input) {
  if (crypto::parse_sign1(input)) CHECK(codec::check_cbor(input, input.size()).has_value());
  if (const auto record = crypto::parse_multi(input)) {
    CHECK(codec::check_cbor(input, input.size()).has_value());
    CHECK(!crypto::verify_multi(crypto::RecordKind::package, *record, {}, 0));
  }
  records_with_payload(input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  (void)crypto::public_key_from_text(as_text(input));
  check_record(input);
  check_record(damaged(input));
  return 0;
}
