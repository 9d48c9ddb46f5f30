#pragma once

#include "crypto/p256.h"
#include "crypto/secrets.h"
#include "ports/key_token.h"

namespace sufragio::tests {

// A card in software: a secret that only `agree` uses.
class SoftwareCard : public ports::KeyToken {
 public:
  explicit SoftwareCard(Rng& rng) : secret_{crypto::ScalarField::p256().random(rng)} {}
  Bytes public_key() const override {
    crypto::P256Work work;
    return to_bytes(work.encode(crypto::P256Base::generator().power(secret_, work)));
  }
  Result<Bytes> agree(ByteView element) override {
    crypto::P256Work work;
    const crypto::P256Element point = TRY(work.decode(element));
    const auto bytes = work.encode(work.power(point, secret_));
    return Bytes(bytes.begin() + 1, bytes.end());
  }

 private:
  crypto::Secret secret_;
};

}  // namespace sufragio::tests
