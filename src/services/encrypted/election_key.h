#pragma once

#include "e2e/ceremony.h"
#include "election/package.h"
#include "ports/ballot_sealer.h"

// The joint key of a package, and the encryption of ballots with it.
namespace sufragio::services {

// What the manifest says of a finished ceremony.
[[nodiscard]] election::EncryptedCount encrypted_count_of(const e2e::JointKey& joint,
                                                          std::uint32_t min_aggregate);
// E501 without an encrypted count; E113 (fact "field") when key 8 does not follow from the
// definition and the two files; the codes of a transcript.
[[nodiscard]] Result<e2e::JointKey> joint_key_of(const election::Package& package);

// Encrypts the ballots of one machine. `opening_secret`: what was mixed at the opening.
class ElectionSealer : public ports::BallotSealer {
 public:
  ElectionSealer(const election::Definition& definition, e2e::Key key, Bytes opening_secret);
  ~ElectionSealer() override;
  [[nodiscard]] std::size_t size(std::uint16_t style) const override;
  // E201 and the codes of a ballot: its own proofs are verified before it is given out.
  [[nodiscard]] Result<ports::SealedBallot> seal(const election::Selections& selections,
                                                 Rng& rng) override;
  [[nodiscard]] Result<void> check(std::uint16_t style,
                                   const ports::SealedBallot& sealed) const override;
  [[nodiscard]] Bytes nonce() override;
  void forget() override;

 private:
  const election::Definition& definition_;
  e2e::Key key_;
  Bytes opening_secret_;
  std::vector<e2e::Shape> shapes_;  // by style
  crypto::P256Work work_;
  Bytes nonce_;
};

}  // namespace sufragio::services
