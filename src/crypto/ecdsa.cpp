// The EC_KEY interface is deprecated since OpenSSL 3.0 and works in it. Its replacement cannot take
// a nonce (RFC 6979), and costs a look-up per verification. This file is the place to change.
#include "crypto/ecdsa.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "crypto/hmac.h"

namespace sufragio::crypto::detail {

namespace {

struct Free {
  void operator()(BIGNUM* n) const { BN_clear_free(n); }
  void operator()(BN_CTX* c) const { BN_CTX_free(c); }
  void operator()(BN_MONT_CTX* m) const { BN_MONT_CTX_free(m); }
  void operator()(EC_POINT* p) const { EC_POINT_clear_free(p); }
  void operator()(ECDSA_SIG* s) const { ECDSA_SIG_free(s); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIGNUM> number(ByteView big_endian) {
  Owned<BIGNUM> out{BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr)};
  CHECK(out != nullptr);
  return out;
}

// Building a curve from its name costs as much as reading a key; copying it does not. Made once,
// constant afterwards. (A table for the generator of P-384 was measured: it gains nothing.)
const EC_GROUP* parameters(Curve curve) {
  static const EC_GROUP* const p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  static const EC_GROUP* const p384 = EC_GROUP_new_by_curve_name(NID_secp384r1);
  return curve == Curve::p256 ? p256 : p384;
}

// The nonces of RFC 6979 section 3.2, one after the other. The hash is as long as the order, so
// bits2int does not shift.
class Nonces {
 public:
  Nonces(Curve curve, ByteView secret, ByteView digest_mod_n)
      : curve_{curve}, size_{scalar_size(curve)} {
    v_.fill(1);
    k_.fill(0);
    for (const std::uint8_t step : {std::uint8_t{0}, std::uint8_t{1}}) {
      const std::array<ByteView, 4> parts{v(), ByteView{&step, 1}, secret, digest_mod_n};
      update_key(parts);
    }
  }
  ~Nonces() {
    OPENSSL_cleanse(v_.data(), v_.size());
    OPENSSL_cleanse(k_.data(), k_.size());
  }
  Nonces(const Nonces&) = delete;
  Nonces& operator=(const Nonces&) = delete;

  ByteView next() {
    if (!first_) {  // the candidate before was refused
      const std::uint8_t zero = 0;
      const std::array<ByteView, 2> parts{v(), ByteView{&zero, 1}};
      update_key(parts);
    }
    first_ = false;
    update_value();
    return v();
  }

 private:
  [[nodiscard]] ByteView v() const { return ByteView{v_}.first(size_); }

  void mac(std::span<const ByteView> parts, std::array<std::uint8_t, kMaxHash>& out) {
    const ByteView key = ByteView{k_}.first(size_);
    if (curve_ == Curve::p256) {
      hmac_sha256(key, parts, std::span{out}.first<32>());
    } else {
      hmac_sha384(key, parts, std::span{out}.first<48>());
    }
  }
  void update_value() {
    const std::array<ByteView, 1> parts{v()};
    mac(parts, v_);
  }
  void update_key(std::span<const ByteView> parts) {
    mac(parts, k_);
    update_value();
  }

  Curve curve_;
  std::size_t size_;
  std::array<std::uint8_t, kMaxHash> v_{};
  std::array<std::uint8_t, kMaxHash> k_{};
  bool first_ = true;
};

}  // namespace

EcKey::EcKey(Curve curve) : curve_{curve}, size_{scalar_size(curve)}, key_{EC_KEY_new()} {
  CHECK(key_ != nullptr && EC_KEY_set_group(key_, parameters(curve)) == 1);
  EC_KEY_set_conv_form(key_, POINT_CONVERSION_COMPRESSED);
  const BIGNUM* order = EC_GROUP_get0_order(EC_KEY_get0_group(key_));
  BN_bn2binpad(order, order_.data(), static_cast<int>(size_));
  const Owned<BIGNUM> half{BN_dup(order)};
  BN_rshift1(half.get(), half.get());  // n is odd: (n-1)/2
  BN_bn2binpad(half.get(), half_order_.data(), static_cast<int>(size_));
}

EcKey::~EcKey() {
  EC_KEY_free(key_);
  OPENSSL_cleanse(secret_.data(), secret_.size());
}

bool EcKey::in_range(ByteView scalar) const {
  if (std::ranges::all_of(scalar, [](std::uint8_t byte) { return byte == 0; })) return false;
  return std::memcmp(scalar.data(), order_.data(), size_) < 0;
}

std::unique_ptr<const EcKey> EcKey::from_public(Curve curve, ByteView compressed) {
  if (compressed.size() != scalar_size(curve) + 1) return nullptr;
  if (compressed[0] != 2 && compressed[0] != 3) return nullptr;
  std::unique_ptr<EcKey> out{new EcKey{curve}};
  // Decompression refuses x >= p and an x without a point; the identity has no such encoding. Both
  // curves have cofactor 1, so every point has order n: EC_KEY_check_key would multiply by n, at
  // the cost of a whole verification, to learn what is known.
  if (EC_KEY_oct2key(out->key_, compressed.data(), compressed.size(), nullptr) != 1) return nullptr;
  return out;
}

std::unique_ptr<const EcKey> EcKey::from_secret(Curve curve, ByteView secret) {
  if (secret.size() != scalar_size(curve)) return nullptr;
  std::unique_ptr<EcKey> out{new EcKey{curve}};
  if (!out->in_range(secret)) return nullptr;
  std::ranges::copy(secret, out->secret_.begin());
  const EC_GROUP* group = EC_KEY_get0_group(out->key_);
  const Owned<BIGNUM> scalar = number(secret);
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  const Owned<EC_POINT> point{EC_POINT_new(group)};
  CHECK(EC_POINT_mul(group, point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1);
  CHECK(EC_KEY_set_private_key(out->key_, scalar.get()) == 1);
  CHECK(EC_KEY_set_public_key(out->key_, point.get()) == 1);
  return out;
}

Bytes EcKey::public_bytes() const {
  Bytes out(size_ + 1);
  const std::size_t written =
      EC_POINT_point2oct(EC_KEY_get0_group(key_), EC_KEY_get0_public_key(key_),
                         POINT_CONVERSION_COMPRESSED, out.data(), out.size(), nullptr);
  CHECK(written == out.size());
  return out;
}

bool EcKey::verify(ByteView digest, ByteView signature) const {
  if (signature.size() != 2 * size_ || digest.size() != size_) return false;
  const ByteView r = signature.first(size_);
  const ByteView s = signature.last(size_);
  if (!in_range(r) || !in_range(s)) return false;
  // Otherwise a stranger could make a second valid record with other bytes and another id.
  if (std::memcmp(s.data(), half_order_.data(), size_) > 0) return false;
  const Owned<ECDSA_SIG> pair{ECDSA_SIG_new()};
  CHECK(pair != nullptr);
  CHECK(ECDSA_SIG_set0(pair.get(), number(r).release(), number(s).release()) == 1);
  return ECDSA_do_verify(digest.data(), static_cast<int>(digest.size()), pair.get(), key_) == 1;
}

Bytes EcKey::sign(ByteView digest) const {
  CHECK(digest.size() == size_ && EC_KEY_get0_private_key(key_) != nullptr);
  const EC_GROUP* group = EC_KEY_get0_group(key_);
  const BIGNUM* order = EC_GROUP_get0_order(group);
  const Owned<BN_CTX> context{BN_CTX_secure_new()};
  const Owned<BIGNUM> exponent{BN_dup(order)};
  BN_sub_word(exponent.get(), 2);

  const Owned<BIGNUM> reduced = number(digest);
  CHECK(BN_nnmod(reduced.get(), reduced.get(), order, context.get()) == 1);
  Scalar digest_mod_n{};
  BN_bn2binpad(reduced.get(), digest_mod_n.data(), static_cast<int>(size_));

  Nonces nonces{curve_, ByteView{secret_}.first(size_), ByteView{digest_mod_n}.first(size_)};
  const Owned<EC_POINT> point{EC_POINT_new(group)};
  const Owned<BIGNUM> r{BN_new()};
  const Owned<BIGNUM> inverse{BN_secure_new()};
  for (;;) {
    const ByteView candidate = nonces.next();
    if (!in_range(candidate)) continue;
    const Owned<BIGNUM> nonce = number(candidate);
    BN_set_flags(nonce.get(), BN_FLG_CONSTTIME);
    CHECK(EC_POINT_mul(group, point.get(), nonce.get(), nullptr, nullptr, context.get()) == 1);
    CHECK(EC_POINT_get_affine_coordinates(group, point.get(), r.get(), nullptr, context.get()));
    CHECK(BN_nnmod(r.get(), r.get(), order, context.get()) == 1);
    // 1/k by Fermat: the exponentiation in constant time, unlike the extended Euclid.
    CHECK(BN_mod_exp_mont_consttime(inverse.get(), nonce.get(), exponent.get(), order,
                                    context.get(), nullptr) == 1);
    const Owned<ECDSA_SIG> pair{ECDSA_do_sign_ex(digest.data(), static_cast<int>(digest.size()),
                                                 inverse.get(), r.get(), key_)};
    if (pair == nullptr) continue;  // r or s was 0: the next nonce, as the RFC says
    const BIGNUM* raw_s = ECDSA_SIG_get0_s(pair.get());
    Bytes out(2 * size_);
    BN_bn2binpad(r.get(), out.data(), static_cast<int>(size_));
    BN_bn2binpad(raw_s, out.data() + size_, static_cast<int>(size_));
    if (std::memcmp(out.data() + size_, half_order_.data(), size_) > 0) {
      const Owned<BIGNUM> low{BN_new()};
      CHECK(BN_sub(low.get(), order, raw_s) == 1);
      BN_bn2binpad(low.get(), out.data() + size_, static_cast<int>(size_));
    }
    return out;
  }
}

}  // namespace sufragio::crypto::detail
