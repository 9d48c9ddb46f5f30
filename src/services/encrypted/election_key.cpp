#include "services/encrypted/election_key.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/secrets.h"
#include "e2e/bundle.h"
#include "services/encrypted/codes.h"

namespace sufragio::services {

namespace {

tl::unexpected<Error> differs(std::string_view field) {
  return fail(e2e::kBaseHash, {{"field", std::string{field}}});
}

}  // namespace

election::EncryptedCount encrypted_count_of(const e2e::JointKey& joint,
                                            std::uint32_t min_aggregate) {
  election::EncryptedCount out;
  out.parameters = e2e::parameter_hash();
  out.manifest = joint.plan.manifest;
  out.base = joint.base;
  out.joint_key = joint.key;
  out.extended = joint.extended;
  out.guardians = joint.plan.guardians;
  out.quorum = joint.plan.quorum;
  out.transcript = joint.transcript;
  out.min_aggregate = min_aggregate;
  return out;
}

Result<e2e::JointKey> joint_key_of(const election::Package& package) {
  const auto& said = package.manifest().e2e;
  if (!said) return fail(kNoEncryptedCount);
  const ByteView manifest = package.e2e_file(election::kE2eManifestFile);
  if (as_text(manifest) != e2e::manifest_json(package.definition())) {
    return differs(election::kE2eManifestFile);
  }
  crypto::P256Work work;
  const e2e::CeremonyPlan plan{said->guardians, said->quorum, e2e::manifest_hash(manifest)};
  e2e::JointKey joint =
      TRY(e2e::read_transcript(plan, package.e2e_file(election::kE2eCeremonyFile), work));
  if (encrypted_count_of(joint, said->min_aggregate) != *said) return differs("manifest.cose");
  return joint;
}

ElectionSealer::ElectionSealer(const election::Definition& definition, e2e::Key key,
                               Bytes opening_secret)
    : definition_{definition}, key_{std::move(key)}, opening_secret_{std::move(opening_secret)} {
  for (std::size_t style = 0; style < definition.styles.size(); ++style) {
    shapes_.push_back(e2e::shape_of(definition, static_cast<std::uint16_t>(style)));
  }
}

ElectionSealer::~ElectionSealer() {
  forget();
  crypto::wipe(opening_secret_);
}

std::size_t ElectionSealer::size(std::uint16_t style) const {
  return e2e::ballot_size(shapes_.at(style));
}

Result<ports::SealedBallot> ElectionSealer::seal(const election::Selections& selections, Rng& rng) {
  forget();
  TRY(election::check_selections(definition_, selections));
  const e2e::Shape& shape = shapes_.at(selections.style);
  const e2e::Choices choices =
      TRY(e2e::Choices::from_selections(shape, definition_, selections));
  const e2e::BallotNonce nonce{rng, opening_secret_};
  e2e::SealedBallot sealed;
  sealed.style = selections.style;
  rng.fill(sealed.name.data);
  sealed.ballot = e2e::encrypt(shape, choices, nonce, key_, rng, work_);
  TRY(e2e::verify_ballot(sealed.ballot, shape, key_, work_, nullptr));
  nonce_ = to_bytes(nonce.publish().view());
  return ports::SealedBallot{sealed.ballot.code, e2e::encode_ballot(sealed)};
}

Result<void> ElectionSealer::check(std::uint16_t style, const ports::SealedBallot& sealed) const {
  crypto::P256Work work;
  const e2e::SealedBallot ballot = TRY(e2e::decode_ballot(sealed.bytes, shapes_.at(style), key_));
  if (ballot.ballot.code != sealed.code) return fail(e2e::kConfirmationCode);
  return e2e::verify_ballot(ballot.ballot, shapes_.at(style), key_, work, nullptr);
}

Bytes ElectionSealer::nonce() { return std::exchange(nonce_, {}); }

void ElectionSealer::forget() {
  crypto::wipe(nonce_);
  nonce_.clear();
}

}  // namespace sufragio::services
