// EC_GROUP_set_generator, EC_GROUP_precompute_mult, EC_POINTs_mul, EC_POINTs_make_affine and the
// Jacobian coordinates are deprecated since OpenSSL 3.0 and work in it. This file is the place to
// change.
#include "crypto/p256.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <algorithm>

#include "base/check.h"
#include "crypto/codes.h"
#include "crypto/keyed_hash.h"

namespace sufragio::crypto {

namespace {

constexpr std::uint8_t kIdentityByte = 0xff;

// Made once, constant afterwards. OpenSSL's own tables serve its generator.
const EC_GROUP* curve() {
  static const EC_GROUP* const group = [] {
    EC_GROUP* made = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    CHECK(made != nullptr);
    return made;
  }();
  return group;
}

}  // namespace

P256Element::P256Element() : point_{EC_POINT_new(curve())} { CHECK(point_ != nullptr); }
P256Element::P256Element(const P256Element& other) : point_{EC_POINT_dup(other.point_, curve())} {
  CHECK(point_ != nullptr);
}
P256Element::P256Element(P256Element&& other) noexcept
    : point_{std::exchange(other.point_, nullptr)} {}
P256Element& P256Element::operator=(const P256Element& other) {
  if (this != &other) *this = P256Element{other};
  return *this;
}
P256Element& P256Element::operator=(P256Element&& other) noexcept {
  std::swap(point_, other.point_);
  return *this;
}
P256Element::~P256Element() { EC_POINT_clear_free(point_); }

bool P256Element::is_identity() const { return EC_POINT_is_at_infinity(curve(), point_) == 1; }

bool operator==(const P256Element& a, const P256Element& b) {
  return EC_POINT_cmp(curve(), a.point_, b.point_, nullptr) == 0;
}

P256Work::P256Work() : context_{BN_CTX_secure_new()} {
  CHECK(context_ != nullptr);
  for (bignum_st*& number : numbers_) {
    number = BN_new();
    CHECK(number != nullptr);
    BN_set_flags(number, BN_FLG_CONSTTIME);
  }
}

P256Work::~P256Work() {
  for (bignum_st* number : numbers_) BN_clear_free(number);
  BN_CTX_free(context_);
}

// BN_bin2bn skips leading zero bytes, which shows in the time; a leading one, masked away as a
// whole word, does not.
const BIGNUM* P256Work::load(const Scalar& x, int slot) {
  std::array<std::uint8_t, 33> bytes{1};
  const auto value = x.bytes();
  std::copy(value.begin(), value.end(), bytes.begin() + 1);
  BIGNUM* number = numbers_[static_cast<std::size_t>(slot)];
  CHECK(BN_bin2bn(bytes.data(), bytes.size(), number) != nullptr);
  BN_mask_bits(number, 256);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return number;
}

Result<P256Element> P256Work::decode(ByteView bytes) {
  P256Element out;
  if (bytes.size() != 33 || (bytes[0] != 2 && bytes[0] != 3) ||
      EC_POINT_oct2point(curve(), out.point_, bytes.data(), bytes.size(), context_) != 1) {
    return fail(kBadElement);
  }
  return out;
}

Result<P256Element> P256Work::decode_any(ByteView bytes) {
  const bool all = std::ranges::all_of(bytes, [](auto byte) { return byte == kIdentityByte; });
  if (all && bytes.size() == 33) return P256Element{};
  return decode(bytes);
}

std::array<std::uint8_t, 33> P256Work::encode(const P256Element& element) {
  std::array<std::uint8_t, 33> out{};
  if (element.is_identity()) {
    out.fill(kIdentityByte);
    return out;
  }
  CHECK(EC_POINT_point2oct(curve(), element.point_, POINT_CONVERSION_COMPRESSED, out.data(),
                           out.size(), context_) == 33);
  return out;
}

std::array<std::uint8_t, 65> P256Work::encode_whole(const P256Element& element) {
  std::array<std::uint8_t, 65> out{};
  CHECK(EC_POINT_point2oct(curve(), element.point_, POINT_CONVERSION_UNCOMPRESSED, out.data(),
                           out.size(), context_) == out.size());
  return out;
}

void P256Work::encode_all(std::span<P256Element> elements, Bytes& out) {
  // One inversion for all is dearer than the curve's own one, so that few pay for themselves.
  constexpr std::size_t kFew = 4;
  if (elements.size() <= kFew) {
    for (const P256Element& element : elements) {
      const auto bytes = encode(element);
      out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return;
  }
  std::vector<EC_POINT*> points;
  points.reserve(elements.size());
  for (P256Element& element : elements) points.push_back(element.point_);
  CHECK(EC_POINTs_make_affine(curve(), points.size(), points.data(), context_) == 1);
  out.reserve(out.size() + 33 * points.size());
  BIGNUM* x = numbers_[0];
  BIGNUM* y = numbers_[1];
  for (const P256Element& element : elements) {
    std::array<std::uint8_t, 33> bytes{};
    if (element.is_identity()) {
      bytes.fill(kIdentityByte);
    } else {
      CHECK(EC_POINT_get_Jprojective_coordinates_GFp(curve(), element.point_, x, y, nullptr,
                                                     context_) == 1);
      CHECK(BN_bn2binpad(x, bytes.data() + 1, 32) == 32);
      bytes[0] = static_cast<std::uint8_t>(2 + BN_is_odd(y));
    }
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
}

P256Element P256Work::power(const P256Element& a, const Scalar& x) {
  P256Element out;
  CHECK(EC_POINT_mul(curve(), out.point_, nullptr, a.point_, load(x, 0), context_) == 1);
  return out;
}

P256Element P256Work::power(const P256Element& a, const Secret& x) { return power(a, x.hidden()); }

P256Element P256Work::power_times(const P256Element& a, const Scalar& x, const P256Element& b,
                                  const Scalar& y) {
  P256Element out;
  const std::array<const EC_POINT*, 2> points{a.point_, b.point_};
  const std::array<const BIGNUM*, 2> exponents{load(x, 0), load(y, 1)};
  CHECK(EC_POINTs_mul(curve(), out.point_, nullptr, 2, const_cast<const EC_POINT**>(points.data()),
                      const_cast<const BIGNUM**>(exponents.data()), context_) == 1);
  return out;
}

void P256Work::multiply(P256Element& a, const P256Element& b) {
  CHECK(EC_POINT_add(curve(), a.point_, a.point_, b.point_, context_) == 1);
}

P256Element P256Work::invert(const P256Element& a) {
  P256Element out{a};
  CHECK(EC_POINT_invert(curve(), out.point_, context_) == 1);
  return out;
}

P256Base::P256Base() : group_{EC_GROUP_dup(curve())} {
  CHECK(group_ != nullptr);
  element_ = P256Element{};
  CHECK(EC_POINT_copy(element_.point_, EC_GROUP_get0_generator(group_)) == 1);
  bytes_ = P256Work{}.encode(element_);
}

P256Base::P256Base(const P256Element& element) : element_{element}, group_{EC_GROUP_dup(curve())} {
  CHECK(group_ != nullptr && !element.is_identity());
  P256Work work;
  bytes_ = work.encode(element_);
  element_ = work.decode(bytes_).value();  // the table wants its point in affine coordinates
  CHECK(EC_GROUP_set_generator(group_, element_.point_, EC_GROUP_get0_order(curve()),
                               BN_value_one()) == 1);
  CHECK(EC_GROUP_precompute_mult(group_, work.context_) == 1);
}

P256Base::~P256Base() { EC_GROUP_free(group_); }
P256Base::P256Base(P256Base&& other) noexcept
    : element_{std::move(other.element_)},
      bytes_{other.bytes_},
      group_{std::exchange(other.group_, nullptr)} {}

const P256Base& P256Base::generator() {
  static const P256Base base;
  return base;
}

P256Element P256Base::power(const Scalar& x, P256Work& work) const {
  P256Element out;
  CHECK(EC_POINT_mul(group_, out.point_, work.load(x, 0), nullptr, nullptr, work.context_) == 1);
  return out;
}

P256Element P256Base::power(const Secret& x, P256Work& work) const {
  return power(x.hidden(), work);
}

P256Element P256Base::power_times(const Scalar& x, const P256Element& a, const Scalar& y,
                                  P256Work& work) const {
  P256Element out;
  const BIGNUM* exponent = work.load(x, 0);
  CHECK(EC_POINT_mul(group_, out.point_, exponent, a.point_, work.load(y, 1), work.context_) == 1);
  return out;
}

Scalar P256::challenge(const Hash32& hash) {
  std::array<std::uint8_t, 48> wide{};
  expand_message_xmd(hash.view(), as_bytes("QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_"), wide);
  return ScalarField::p256().reduce(wide);
}

}  // namespace sufragio::crypto
