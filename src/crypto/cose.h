#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "crypto/keys.h"

// The COSE profile of docs/spec/cose.md (RFC 9052): embedded payload, one fixed protected header
// per algorithm, the kind of record as external_aad, so a signature of one kind can never be read
// as another.
namespace sufragio::crypto {

enum class RecordKind {
  acta,
  envelope,
  receipt,
  package,
  machine_certificate,
  assignment,
  bulletin,
  ceremony,
  statement,
  publication,
  nomination
};
[[nodiscard]] std::string_view aad(RecordKind kind);  // "sufragio/acta/1" …

struct Sign1 {  // views into the record
  Kid kid;
  Algorithm algorithm = Algorithm::es256;
  ByteView payload;
  ByteView signature;
};

[[nodiscard]] Result<Bytes> sign1(RecordKind kind, ByteView payload, Signer& signer);
// The record of a signature that was made elsewhere; `signature` is not looked at.
[[nodiscard]] Bytes assemble1(ByteView payload, Algorithm algorithm, const Kid& kid,
                              ByteView signature);
[[nodiscard]] Result<Sign1> parse_sign1(ByteView record);  // K104; says nothing about the signature
// K102, K103 (kid is not the verifier's), K111.
[[nodiscard]] Result<void> verify_sign1(RecordKind kind, const Sign1& record,
                                        const Verifier& verifier);

struct CoseSignature {
  Kid kid;
  Algorithm algorithm = Algorithm::es256;
  ByteView signature;
};
struct MultiSign {
  ByteView payload;
  std::vector<CoseSignature> signatures;  // ascending by kid, no kid twice
};

// k-of-n records (COSE_Sign). Signatures may be collected apart: `sign_part` makes one, `assemble`
// joins them.
struct SignaturePart {
  PublicKey key;
  Bytes signature;
};
[[nodiscard]] Result<SignaturePart> sign_part(RecordKind kind, ByteView payload, Signer& signer);
[[nodiscard]] Result<Bytes> assemble(ByteView payload, std::vector<SignaturePart> parts);  // K106
[[nodiscard]] Result<MultiSign> parse_multi(ByteView record);  // K104, K106
// Every signature present must be of a known key and verify, and there must be at least `quorum` of
// them. Returns the kids that signed. K102, K103, K105.
[[nodiscard]] Result<std::vector<Kid>> verify_multi(RecordKind kind, const MultiSign& record,
                                                    std::span<const Verifier> known,
                                                    std::size_t quorum);

}  // namespace sufragio::crypto
