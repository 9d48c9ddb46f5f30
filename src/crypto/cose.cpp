#include "crypto/cose.h"

#include <algorithm>

#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/codes.h"

namespace sufragio::crypto {

namespace {

using codec::CborReader;
using codec::CborWriter;

constexpr std::uint64_t kSign1Tag = 18;
constexpr std::uint64_t kSignTag = 98;
constexpr std::size_t kMostFrame = 160;  // more than what stands around a payload; only memory
constexpr std::uint64_t kKidHeader = 4;  // RFC 9052 section 3.1

// {1: algorithm}, the whole protected header: one fixed byte string per algorithm.
constexpr std::array<std::uint8_t, 3> kProtectedEs256{0xa1, 0x01, 0x26};
constexpr std::array<std::uint8_t, 4> kProtectedEs384{0xa1, 0x01, 0x38, 0x22};
constexpr std::array<std::uint8_t, 3> kProtectedEd25519{0xa1, 0x01, 0x27};

ByteView protected_header(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::es256:
      return kProtectedEs256;
    case Algorithm::es384:
      return kProtectedEs384;
    case Algorithm::ed25519:
      break;
  }
  return kProtectedEd25519;
}

std::size_t signature_size(Algorithm algorithm) { return algorithm == Algorithm::es384 ? 96 : 64; }

tl::unexpected<Error> bad_cose(std::size_t offset) {
  return fail(kBadCose, {{"offset", std::to_string(offset)}});
}

// Every failure of the reader is K104 here; the code of the codec stays as the fact "cause".
template <typename T>
Result<T> as_cose(Result<T>&& result) {
  if (result) return std::move(result);
  const Error& error = result.error();
  return fail(kBadCose,
              {{"offset", std::string{error.fact("offset")}}, {"cause", error.code.text()}});
}

Bytes sign1_message(RecordKind kind, Algorithm algorithm, ByteView payload) {
  CborWriter out{payload.size() + kMostFrame};
  out.array(4);
  out.text("Signature1");
  out.bytes(protected_header(algorithm));
  out.bytes(as_bytes(aad(kind)));
  out.bytes(payload);
  return out.take();
}

Bytes part_message(RecordKind kind, Algorithm algorithm, ByteView payload) {
  CborWriter out{payload.size() + kMostFrame};
  out.array(5);
  out.text("Signature");
  out.bytes({});
  out.bytes(protected_header(algorithm));
  out.bytes(as_bytes(aad(kind)));
  out.bytes(payload);
  return out.take();
}

void write_headers(CborWriter& out, Algorithm algorithm, const Kid& kid) {
  out.bytes(protected_header(algorithm));
  out.map(1);
  out.uint(kKidHeader);
  out.bytes(kid.view());
}

struct Headers {
  Kid kid;
  Algorithm algorithm = Algorithm::es256;
};

Result<Headers> read_headers(CborReader& reader) {
  Headers out;
  const std::size_t start = reader.offset();
  const ByteView header = TRY(reader.bytes());
  bool known = false;
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::es384, Algorithm::ed25519}) {
    if (!equal(header, protected_header(algorithm))) continue;
    out.algorithm = algorithm;
    known = true;
  }
  if (!known) return bad_cose(start);
  TRY(reader.map(1));
  TRY(reader.key(kKidHeader));
  const ByteView kid = TRY(reader.bytes(Kid::kSize));
  std::ranges::copy(kid, out.kid.data.begin());
  return out;
}

Result<Sign1> read_sign1(ByteView record) {
  CborReader reader{record};
  TRY(reader.tag(kSign1Tag));
  TRY(reader.array(4));
  const Headers headers = TRY(read_headers(reader));
  Sign1 out;
  out.kid = headers.kid;
  out.algorithm = headers.algorithm;
  out.payload = TRY(reader.bytes());
  out.signature = TRY(reader.bytes(signature_size(out.algorithm)));
  TRY(reader.end());
  return out;
}

Result<MultiSign> read_multi(ByteView record) {
  CborReader reader{record};
  TRY(reader.tag(kSignTag));
  TRY(reader.array(4));
  TRY(reader.bytes(0));
  TRY(reader.map(0));
  MultiSign out;
  out.payload = TRY(reader.bytes());
  const std::size_t start = reader.offset();
  const std::size_t signers = TRY(reader.array());
  if (signers == 0) return bad_cose(start);
  for (std::size_t i = 0; i < signers; ++i) {
    TRY(reader.array(3));
    const Headers headers = TRY(read_headers(reader));
    CoseSignature signature;
    signature.kid = headers.kid;
    signature.algorithm = headers.algorithm;
    signature.signature = TRY(reader.bytes(signature_size(headers.algorithm)));
    out.signatures.push_back(signature);
  }
  TRY(reader.end());
  return out;
}

}  // namespace

std::string_view aad(RecordKind kind) {
  switch (kind) {
    case RecordKind::acta:
      return "sufragio/acta/1";
    case RecordKind::envelope:
      return "sufragio/envelope/1";
    case RecordKind::receipt:
      return "sufragio/receipt/1";
    case RecordKind::package:
      return "sufragio/package/1";
    case RecordKind::machine_certificate:
      return "sufragio/machine-cert/1";
    case RecordKind::assignment:
      return "sufragio/assignment/1";
    case RecordKind::bulletin:
      return "sufragio/bulletin/1";
    case RecordKind::ceremony:
      return "sufragio/ceremony/1";
    case RecordKind::statement:
      return "sufragio/statement/1";
    case RecordKind::publication:
      return "sufragio/publication/1";
    case RecordKind::nomination:
      return "sufragio/nomination/1";
  }
  CHECK(false);
  return "";
}

Result<Bytes> sign1(RecordKind kind, ByteView payload, Signer& signer) {
  const PublicKey& key = signer.public_key();
  const Bytes signature = TRY(signer.sign(sign1_message(kind, key.algorithm, payload)));
  return assemble1(payload, key.algorithm, key.kid(), signature);
}

Bytes assemble1(ByteView payload, Algorithm algorithm, const Kid& kid, ByteView signature) {
  CborWriter out{payload.size() + kMostFrame};
  out.tag(kSign1Tag);
  out.array(4);
  write_headers(out, algorithm, kid);
  out.bytes(payload);
  out.bytes(signature);
  return out.take();
}

Result<Sign1> parse_sign1(ByteView record) { return as_cose(read_sign1(record)); }

Result<void> verify_sign1(RecordKind kind, const Sign1& record, const Verifier& verifier) {
  if (record.kid != verifier.kid()) return fail(kUnknownKey, {{"kid", record.kid.hex()}});
  if (record.algorithm != verifier.key().algorithm) {
    return fail(kWrongAlgorithm, {{"kid", record.kid.hex()},
                                  {"algorithm", std::string{algorithm_name(record.algorithm)}}});
  }
  return verifier.verify(sign1_message(kind, record.algorithm, record.payload), record.signature);
}

Result<SignaturePart> sign_part(RecordKind kind, ByteView payload, Signer& signer) {
  SignaturePart out;
  out.key = signer.public_key();
  out.signature = TRY(signer.sign(part_message(kind, out.key.algorithm, payload)));
  return out;
}

Result<Bytes> assemble(ByteView payload, std::vector<SignaturePart> parts) {
  std::sort(parts.begin(), parts.end(), [](const SignaturePart& a, const SignaturePart& b) {
    return a.key.kid() < b.key.kid();
  });
  CborWriter out;
  out.tag(kSignTag);
  out.array(4);
  out.bytes({});
  out.map(0);
  out.bytes(payload);
  out.array(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Kid kid = parts[i].key.kid();
    if (i > 0 && kid == parts[i - 1].key.kid()) return fail(kSignerTwice, {{"kid", kid.hex()}});
    out.array(3);
    write_headers(out, parts[i].key.algorithm, kid);
    out.bytes(parts[i].signature);
  }
  return out.take();
}

Result<MultiSign> parse_multi(ByteView record) {
  MultiSign out = TRY(as_cose(read_multi(record)));
  for (std::size_t i = 1; i < out.signatures.size(); ++i) {
    const Kid& kid = out.signatures[i].kid;
    if (kid <= out.signatures[i - 1].kid) return fail(kSignerTwice, {{"kid", kid.hex()}});
  }
  return out;
}

Result<std::vector<Kid>> verify_multi(RecordKind kind, const MultiSign& record,
                                      std::span<const Verifier> known, std::size_t quorum) {
  std::vector<Kid> signers;
  for (const CoseSignature& one : record.signatures) {
    if (!signers.empty() && one.kid <= signers.back()) {
      return fail(kSignerTwice, {{"kid", one.kid.hex()}});
    }
    const auto verifier = std::find_if(known.begin(), known.end(),
                                       [&](const Verifier& v) { return v.kid() == one.kid; });
    if (verifier == known.end()) return fail(kUnknownKey, {{"kid", one.kid.hex()}});
    if (verifier->key().algorithm != one.algorithm) {
      return fail(kWrongAlgorithm, {{"kid", one.kid.hex()},
                                    {"algorithm", std::string{algorithm_name(one.algorithm)}}});
    }
    TRY(verifier->verify(part_message(kind, one.algorithm, record.payload), one.signature));
    signers.push_back(one.kid);
  }
  if (signers.size() < quorum) {
    return fail(kTooFewSigners,
                {{"signers", std::to_string(signers.size())}, {"quorum", std::to_string(quorum)}});
  }
  return signers;
}

}  // namespace sufragio::crypto
