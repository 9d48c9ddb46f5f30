#include "services/publication/signature.h"

#include "codec/cbor.h"
#include "services/publication/codes.h"
#include "services/publication/layout.h"

namespace sufragio::services {

namespace {

constexpr std::size_t kMaxRecord = 1'024;
constexpr std::size_t kKeyBytes = 33;

Result<SiteSignature> decode(ByteView payload) {
  codec::CborReader reader{payload};
  SiteSignature out;
  TRY(reader.map(6));
  TRY(reader.key(1));
  const std::uint64_t version = TRY(reader.uint(1));
  if (version != 1) return fail(kNoManifest);
  TRY(reader.key(2));
  const ByteView handle = TRY(reader.bytes(8));
  out.handle = TRY(crypto::ElectionHandle::from(handle));
  TRY(reader.key(3));
  const ByteView list = TRY(reader.bytes(32));
  out.list = TRY(Hash32::from(list));
  TRY(reader.key(4));
  out.number = TRY(reader.uint());
  TRY(reader.key(5));
  out.time_s = TRY(reader.integer());
  TRY(reader.key(6));
  const ByteView key = TRY(reader.bytes(kKeyBytes));
  out.key = {crypto::Algorithm::es256, to_bytes(key)};
  TRY(reader.end());
  return out;
}

}  // namespace

Result<Bytes> sign_site(const SiteSignature& fields, crypto::Signer& signer) {
  codec::CborWriter out;
  out.map(6);
  out.uint(1);
  out.uint(1);
  out.uint(2);
  out.bytes(fields.handle.view());
  out.uint(3);
  out.bytes(fields.list.view());
  out.uint(4);
  out.uint(fields.number);
  out.uint(5);
  out.integer(fields.time_s);
  out.uint(6);
  out.bytes(fields.key.bytes);
  return crypto::sign1(crypto::RecordKind::publication, out.view(), signer);
}

Result<SiteSignature> open_site(ByteView record) {
  const auto bad = [](Code code) { return fail(code, {{"file", kManifestRecord}}); };
  if (record.size() > kMaxRecord) return bad(kNoManifest);
  const Result<crypto::Sign1> parsed = crypto::parse_sign1(record);
  if (!parsed) return bad(kNoManifest);
  const Result<SiteSignature> fields = decode(parsed->payload);
  if (!fields || fields->number == 0) return bad(kNoManifest);
  const Result<crypto::Verifier> verifier = crypto::Verifier::from(fields->key);
  if (!verifier) return bad(kNoManifest);
  if (!crypto::verify_sign1(crypto::RecordKind::publication, *parsed, *verifier)) {
    return bad(kManifestSignature);
  }
  return *fields;
}

}  // namespace sufragio::services
