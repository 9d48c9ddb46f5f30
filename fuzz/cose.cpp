// Signed records and machine records: any bytes end in a coded failure, and what parses is exactly
// one canonical record (docs/spec/cose.md).
#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/machine_records.h"

namespace {

using namespace sufragio;

// Signs the input as payload, so that the payload parsers see bytes that pass the signature.
void records_with_payload(ByteView payload) {
  static crypto::SoftwareKey* key = [] {
    Bytes secret(32, 7);
    auto made = crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, secret);
    return new crypto::SoftwareKey{std::move(*made)};
  }();
  static const crypto::Verifier verifier = crypto::Verifier::from(key->public_key()).value();
  const crypto::ElectionHandle election;
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  if (crypto::parse_sign1(input)) CHECK(codec::check_cbor(input, size).has_value());
  if (const auto record = crypto::parse_multi(input)) {
    CHECK(codec::check_cbor(input, size).has_value());
    CHECK(!crypto::verify_multi(crypto::RecordKind::package, *record, {}, 0));
  }
  (void)crypto::public_key_from_text(as_text(input));
  records_with_payload(input);
  return 0;
}
