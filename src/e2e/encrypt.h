#pragma once

#include "base/rng.h"
#include "e2e/shape.h"
#include "election/selections.h"

// Encryption of one ballot with its proofs (docs/spec/e2e.md, parts 3 and 4). Which options were
// chosen changes neither the instructions nor the size of anything.
namespace sufragio::e2e {

using Key = ElectionKey<crypto::P256>;

// The one secret of a ballot: everything that its ciphertexts hide follows from it. It is made for
// one ballot, published when that ballot is challenged, and otherwise gone with the value.
class BallotNonce {
 public:
  // HKDF of 32 fresh bytes and the secret that was made at the opening (so that no single source of
  // randomness decides).
  BallotNonce(Rng& rng, ByteView opening_secret);
  explicit BallotNonce(const Hash32& published) : value_{published} {}
  ~BallotNonce();
  BallotNonce(const BallotNonce&) = delete;
  BallotNonce& operator=(const BallotNonce&) = delete;
  [[nodiscard]] const Hash32& publish() const { return value_; }  // of a challenged ballot only

  // Hq(HE; 20, nonce, contest, option).
  [[nodiscard]] crypto::Secret of(std::uint32_t contest, std::uint32_t option,
                                  const Key& key) const;

 private:
  Hash32 value_;
};

// For each contest of the shape, 0 or 1 for each of its options. Wiped at the end.
class Choices {
 public:
  // `cards`: for each contest of the shape, 0 or 1 for each card; the options NULO take what is
  // left. E201: another number of contests or cards, a value over 1, more votes than allowed.
  [[nodiscard]] static Result<Choices> from_cards(
      const Shape& shape, const std::vector<std::vector<std::uint8_t>>& cards);
  // `selections` must be allowed for the definition and of the style of `shape`. The same
  // instructions whatever was chosen.
  [[nodiscard]] static Result<Choices> from_selections(const Shape& shape,
                                                       const election::Definition& definition,
                                                       const election::Selections& selections);
  ~Choices();
  Choices(Choices&&) noexcept = default;
  Choices& operator=(Choices&&) noexcept = default;
  [[nodiscard]] const std::vector<std::vector<std::uint8_t>>& options() const { return options_; }

 private:
  Choices() = default;
  std::vector<std::vector<std::uint8_t>> options_;
};

// `choices` must be made for `shape`. The randomness of the proofs comes from `rng`, never from the
// nonce.
[[nodiscard]] EncryptedBallot encrypt(const Shape& shape, const Choices& choices,
                                      const BallotNonce& nonce, const Key& key, Rng& rng,
                                      crypto::P256Work& work);

// What a challenged ballot holds, from its published nonce: 0 or 1 for each option of each contest.
// E202 when a ciphertext is not what the nonce gives for 0 or for 1.
[[nodiscard]] Result<std::vector<std::vector<std::uint8_t>>> open_challenged(
    const EncryptedBallot& ballot, const BallotNonce& nonce, const Key& key,
    crypto::P256Work& work);

// Form, proofs, hashes and code of a ballot; adds its ciphertexts to `sums` (one for each option of
// each contest, in order; made when empty). E101-E107.
using Sums = std::vector<std::vector<Pair<crypto::P256>>>;
[[nodiscard]] Result<void> verify_ballot(const EncryptedBallot& ballot, const Shape& shape,
                                         const Key& key, crypto::P256Work& work, Sums* sums);

}  // namespace sufragio::e2e
