#pragma once

#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#include <utility>

#include "base/check.h"
#include "crypto/keys.h"

namespace sufragio::bench {

// ECDSA_do_verify on a parsed key, signature and digest: nothing else.
class BareVerify {
 public:
  BareVerify(int curve, const crypto::PublicKey& key, Bytes digest, const Bytes& signature)
      : key_{EC_KEY_new_by_curve_name(curve)}, pair_{ECDSA_SIG_new()}, digest_{std::move(digest)} {
    CHECK(EC_KEY_oct2key(key_, key.bytes.data(), key.bytes.size(), nullptr) == 1);
    const int half = static_cast<int>(signature.size() / 2);
    ECDSA_SIG_set0(pair_, BN_bin2bn(signature.data(), half, nullptr),
                   BN_bin2bn(signature.data() + half, half, nullptr));
  }
  ~BareVerify() {
    ECDSA_SIG_free(pair_);
    EC_KEY_free(key_);
  }
  BareVerify(const BareVerify&) = delete;
  BareVerify& operator=(const BareVerify&) = delete;
  void operator()() const {
    const int size = static_cast<int>(digest_.size());
    CHECK(ECDSA_do_verify(digest_.data(), size, pair_, key_) == 1);
  }
  void sign() const {
    const int size = static_cast<int>(digest_.size());
    ECDSA_SIG* made = ECDSA_do_sign(digest_.data(), size, key_);
    CHECK(made != nullptr);
    ECDSA_SIG_free(made);
  }
  void set_secret(ByteView secret) {
    BIGNUM* scalar = BN_bin2bn(secret.data(), static_cast<int>(secret.size()), nullptr);
    EC_KEY_set_private_key(key_, scalar);
    BN_clear_free(scalar);
  }

 private:
  EC_KEY* key_;
  ECDSA_SIG* pair_;
  Bytes digest_;
};

}  // namespace sufragio::bench
