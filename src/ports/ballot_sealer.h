#pragma once

#include "base/bytes.h"
#include "base/rng.h"
#include "election/selections.h"

namespace sufragio::ports {

// What the vault keeps of one ballot beside its compact choices.
struct SealedBallot {
  Hash32 code;  // confirmation code; zeros where ballots are not encrypted
  Bytes bytes;  // of `size(style)` bytes
};

// Encrypts a ballot for the second count, before anything of it is persistent (where the
// election chooses `vault_record = "choices"`: then `Unsealed` stands here).
class BallotSealer {
 public:
  virtual ~BallotSealer() = default;
  // Bytes of every sealed ballot of a style; fixed for an election, 0 without encryption.
  [[nodiscard]] virtual std::size_t size(std::uint16_t style) const = 0;
  // Encrypts and checks its own proofs; leaves no trace but the result, whose nonce is forgotten
  // with `forget` (cast) or given out with `nonce` (challenged).
  [[nodiscard]] virtual Result<SealedBallot> seal(const election::Selections& selections,
                                                  Rng& rng) = 0;
  // Does this sealed ballot hold together (proofs, code)? Asked for each record at close.
  [[nodiscard]] virtual Result<void> check(std::uint16_t style,
                                           const SealedBallot& sealed) const = 0;
  // The ballot nonce of the last `seal`, once; empty when there is none.
  [[nodiscard]] virtual Bytes nonce() = 0;
  virtual void forget() = 0;  // zeroises it
};

class Unsealed : public BallotSealer {  // records hold choices only
 public:
  [[nodiscard]] std::size_t size(std::uint16_t) const override { return 0; }
  [[nodiscard]] Result<SealedBallot> seal(const election::Selections&, Rng&) override {
    return SealedBallot{};
  }
  [[nodiscard]] Result<void> check(std::uint16_t, const SealedBallot&) const override { return {}; }
  [[nodiscard]] Bytes nonce() override { return {}; }
  void forget() override {}
};

}  // namespace sufragio::ports
