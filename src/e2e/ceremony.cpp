#include "e2e/ceremony.h"

#include <algorithm>

#include "base/numbers.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "crypto/secrets.h"

namespace sufragio::e2e {

namespace {

using crypto::P256;
using crypto::P256Base;
using crypto::P256Element;
using crypto::P256Work;
using crypto::Scalar;
using crypto::ScalarField;
using crypto::Secret;

constexpr std::size_t kMaxName = 300;

// The key of one share: both channel keys and both numbers decide it.
crypto::AeadKey share_key(const P256Element& other, const Secret& own, std::uint32_t from,
                          std::uint32_t to, P256Work& work) {
  auto point = work.encode(work.power(other, own));
  const std::string info = "sufragio/share/1/" + std::to_string(from) + "/" + std::to_string(to);
  Bytes key = crypto::hkdf_sha256(point, parameter_hash().view(), info, 32);
  const auto out = crypto::AeadKey::from(key);
  crypto::wipe(key);
  crypto::wipe(point);
  return out.value();
}

Bytes share_context(std::uint32_t from, std::uint32_t to) {
  codec::CborWriter out;
  out.array(3);
  out.bytes(parameter_hash().view());
  out.uint(from);
  out.uint(to);
  return out.take();
}

void write_proof(codec::CborWriter& out, const CoefficientProof& coefficient) {
  out.array(3);
  out.bytes(coefficient.commitment);
  out.bytes(coefficient.proof.challenge);
  out.bytes(coefficient.proof.response);
}

Result<CoefficientProof> read_coefficient(codec::CborReader& in) {
  CoefficientProof out;
  TRY(in.array(3));
  const ByteView commitment = TRY(in.bytes(P256::kElementSize));
  const ByteView challenge = TRY(in.bytes(32));
  const ByteView response = TRY(in.bytes(32));
  out.commitment = to_bytes(commitment);
  std::ranges::copy(challenge, out.proof.challenge.begin());
  std::ranges::copy(response, out.proof.response.begin());
  return out;
}

Result<Announcement> announcement_of(ByteView bytes) {
  codec::CborReader in{bytes};
  Announcement out;
  TRY(in.array(5));
  TRY(in.uint(1));
  const std::uint64_t number = TRY(in.uint(kMaxGuardians));
  out.number = static_cast<std::uint32_t>(number);
  const std::string_view name = TRY(in.text());
  out.name = std::string{name};
  const std::size_t count = TRY(in.array());
  for (std::size_t i = 0; i < count; ++i) {
    CoefficientProof one = TRY(read_coefficient(in));
    out.coefficients.push_back(std::move(one));
  }
  const ByteView channel = TRY(in.bytes(P256::kElementSize));
  out.channel = to_bytes(channel);
  TRY(in.end());
  return out;
}

// The proof of coefficient j that its maker knows it.
Proof prove_coefficient(const Secret& coefficient, ByteView commitment, std::uint32_t i,
                        std::uint32_t j, Rng& rng, P256Work& work) {
  const ScalarField& field = ScalarField::p256();
  const Secret u = field.random(rng);
  const auto h = work.encode(P256Base::generator().power(u, work));
  const crypto::KeyedHash parameters{parameter_hash()};
  const Scalar c = P256::challenge(
      parameters.message().byte(0x10).uint32(i).uint32(j).bytes(commitment).bytes(h).finish());
  const Secret v = field.subtract(u, field.multiply(coefficient, c));
  return {c.bytes(), v.publish().bytes()};
}

Secret value_at(std::span<const Secret> coefficients, std::uint32_t at) {
  const ScalarField& field = ScalarField::p256();
  const Scalar x = field.number(at);
  Secret out;
  for (std::size_t j = coefficients.size(); j-- > 0;) {
    out = field.add(field.multiply(out, x), coefficients[j]);
  }
  return out;
}

Result<void> check_announcement(const Announcement& one, const CeremonyPlan& plan,
                                P256Element& joint, P256Work& work) {
  const crypto::KeyedHash parameters{parameter_hash()};
  const auto challenge = [](const Hash32& hash) { return P256::challenge(hash); };
  if (one.coefficients.size() != plan.quorum || one.name.size() > kMaxName) {
    return fail(kAnnouncements);
  }
  if (!work.decode(one.channel)) return fail(kBadElement);
  for (std::uint32_t j = 0; j < one.coefficients.size(); ++j) {
    const auto element = TRY(
        verify_coefficient<P256>(one.coefficients[j], parameters, one.number, j, challenge, work));
    if (j == 0) work.multiply(joint, element);
  }
  return {};
}

}  // namespace

Result<void> CeremonyPlan::check() const {
  if (quorum < 1 || quorum > guardians || guardians > kMaxGuardians) return fail(kBadPlan);
  return {};
}

Bytes encode(const Announcement& announcement) {
  codec::CborWriter out;
  out.array(5);
  out.uint(1);
  out.uint(announcement.number);
  out.text(announcement.name);
  out.array(announcement.coefficients.size());
  for (const CoefficientProof& coefficient : announcement.coefficients) {
    write_proof(out, coefficient);
  }
  out.bytes(announcement.channel);
  return out.take();
}

Result<Announcement> decode_announcement(ByteView bytes) {
  auto out = announcement_of(bytes);
  if (!out) return fail(kCeremonyBytes, {{"cause", out.error().code.text()}});
  return out;
}

Hash32 commitment_to(ByteView announcement, const Hash32& salt) {
  crypto::Sha256 hash;
  hash.update(announcement);
  hash.update(salt.view());
  return hash.finish();
}

GuardianSecret GuardianSecret::draw(const CeremonyPlan& plan, Rng& rng) {
  const ScalarField& field = ScalarField::p256();
  GuardianSecret out;
  for (std::uint32_t j = 0; j < plan.quorum; ++j) out.coefficients_.push_back(field.random(rng));
  out.channel_ = field.random(rng);
  return out;
}

GuardianSecret::~GuardianSecret() = default;

Announcement GuardianSecret::announce(std::uint32_t number, std::string name, Rng& rng,
                                      P256Work& work) const {
  Announcement out;
  out.number = number;
  out.name = std::move(name);
  for (std::uint32_t j = 0; j < coefficients_.size(); ++j) {
    CoefficientProof one;
    one.commitment = to_bytes(work.encode(P256Base::generator().power(coefficients_[j], work)));
    one.proof = prove_coefficient(coefficients_[j], one.commitment, number, j, rng, work);
    out.coefficients.push_back(std::move(one));
  }
  out.channel = to_bytes(work.encode(P256Base::generator().power(channel_, work)));
  return out;
}

Bytes GuardianSecret::seal_share(std::uint32_t from, const Announcement& to, Rng& rng,
                                 P256Work& work) const {
  const P256Element other = work.decode(to.channel).value();  // `join` has checked it
  const crypto::AeadKey key = share_key(other, channel_, from, to.number, work);
  auto share = value_at(coefficients_, to.number).publish().bytes();
  Bytes out = crypto::aead_seal(key, share, share_context(from, to.number), rng);
  crypto::wipe(share);
  return out;
}

Result<Secret> GuardianSecret::open_share(const Announcement& from, std::uint32_t own,
                                          ByteView sealed, P256Work& work) const {
  const auto where = [&](Code code) {
    return fail(code, {{"guardian", std::to_string(from.number)}});
  };
  const auto other = work.decode(from.channel);
  if (!other) return where(kBadElement);
  const crypto::AeadKey key = share_key(*other, channel_, from.number, own, work);
  auto plain = crypto::aead_open(key, sealed, share_context(from.number, own));
  if (!plain) return where(kShareClosed);
  const auto value = ScalarField::p256().read(*plain);
  crypto::wipe(*plain);
  if (!value) return where(kShareClosed);
  const Secret share{*value};
  const P256Element expected = TRY(share_commitment(from, own, work));
  if (!(P256Base::generator().power(share, work) == expected)) return where(kShareWrong);
  return share;
}

Bytes GuardianSecret::save() const {
  codec::CborWriter out;
  out.array(coefficients_.size() + 1);
  out.bytes(channel_.publish().bytes());
  for (const Secret& coefficient : coefficients_) out.bytes(coefficient.publish().bytes());
  return out.take();
}

Result<GuardianSecret> GuardianSecret::load(ByteView bytes) {
  const auto read = [&]() -> Result<GuardianSecret> {
    codec::CborReader in{bytes};
    GuardianSecret out;
    const std::size_t count = TRY(in.array());
    for (std::size_t i = 0; i < count; ++i) {
      const ByteView item = TRY(in.bytes(32));
      const Scalar value = TRY(ScalarField::p256().read(item));
      if (i == 0) {
        out.channel_ = Secret{value};
      } else {
        out.coefficients_.emplace_back(value);
      }
    }
    TRY(in.end());
    return out;
  };
  auto out = read();
  if (!out) return fail(kCeremonyBytes);
  return out;
}

Result<P256Element> share_commitment(const Announcement& from, std::uint32_t at, P256Work& work) {
  const ScalarField& field = ScalarField::p256();
  P256Element out;
  for (std::size_t j = from.coefficients.size(); j-- > 0;) {
    const auto element = work.decode(from.coefficients[j].commitment);
    if (!element) return fail(kBadElement);
    out = work.power(out, field.number(at));
    work.multiply(out, *element);
  }
  return out;
}

Result<JointKey> join(const CeremonyPlan& plan, std::vector<Announcement> announcements,
                      P256Work& work) {
  TRY(plan.check());
  std::ranges::sort(announcements, {}, &Announcement::number);
  JointKey out;
  out.plan = plan;
  P256Element joint;
  for (std::size_t i = 0; i < announcements.size(); ++i) {
    if (announcements[i].number != i + 1) return fail(kAnnouncements);
    TRY(annotate(check_announcement(announcements[i], plan, joint, work), "guardian",
                 std::int64_t{announcements[i].number}));
  }
  if (announcements.size() != plan.guardians) return fail(kAnnouncements);
  out.guardians = std::move(announcements);
  out.key = to_bytes(work.encode(joint));
  if (joint.is_identity()) return fail(kBadElement);
  out.base = base_hash(plan.manifest, plan.guardians, plan.quorum);
  out.extended = extended_hash(out.base, out.key);
  out.transcript = crypto::sha256(encode_transcript(out));
  for (std::uint32_t at = 1; at <= plan.guardians; ++at) {
    P256Element product;
    for (const Announcement& guardian : out.guardians) {
      const P256Element part = TRY(share_commitment(guardian, at, work));
      work.multiply(product, part);
    }
    out.verification.push_back(std::move(product));
  }
  return out;
}

Key JointKey::election_key(P256Work& work) const { return Key{work.decode(key).value(), extended}; }

Bytes encode_transcript(const JointKey& joint) {
  codec::CborWriter out;
  out.array(joint.guardians.size());
  for (const Announcement& guardian : joint.guardians) out.raw(encode(guardian));
  return out.take();
}

Result<JointKey> read_transcript(const CeremonyPlan& plan, ByteView bytes, P256Work& work) {
  codec::CborReader in{bytes};
  const auto count = in.array();
  if (!count || *count > kMaxGuardians) return fail(kCeremonyBytes);
  std::vector<Announcement> announcements;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto item = in.item();
    if (!item) return fail(kCeremonyBytes);
    Announcement one = TRY(decode_announcement(*item));
    announcements.push_back(std::move(one));
  }
  if (!in.end()) return fail(kCeremonyBytes);
  return join(plan, std::move(announcements), work);
}

Secret sum_of_shares(std::span<const Secret> shares) {
  Secret out;
  for (const Secret& share : shares) out = ScalarField::p256().add(out, share);
  return out;
}

}  // namespace sufragio::e2e
