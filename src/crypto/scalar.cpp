#include "crypto/scalar.h"

#include "base/check.h"
#include "crypto/codes.h"
#include "crypto/secrets.h"

namespace sufragio::crypto {

namespace {

__extension__ typedef unsigned __int128 Wide;

std::array<std::uint64_t, 4> limbs_of(std::span<const std::uint8_t, 32> bytes) {
  std::array<std::uint64_t, 4> out{};
  for (std::size_t i = 0; i < 32; ++i) {
    out[3 - i / 8] = (out[3 - i / 8] << 8) | bytes[i];
  }
  return out;
}

// a - b; the borrow.
std::uint64_t subtract_limbs(std::array<std::uint64_t, 4>& a,
                             const std::array<std::uint64_t, 4>& b) {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const Wide d = static_cast<Wide>(a[i]) - b[i] - borrow;
    a[i] = static_cast<std::uint64_t>(d);
    borrow = static_cast<std::uint64_t>(d >> 64) & 1;
  }
  return borrow;
}

void select_limbs(std::array<std::uint64_t, 4>& a, const std::array<std::uint64_t, 4>& b,
                  std::uint64_t mask) {  // all ones: b
  for (std::size_t i = 0; i < 4; ++i) a[i] = (a[i] & ~mask) | (b[i] & mask);
}

// FIPS 186-4 D.1.2.3: the order of the base point.
constexpr std::array<std::uint8_t, 32> kP256Order{
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

}  // namespace

std::array<std::uint8_t, 32> Scalar::bytes() const {
  std::array<std::uint8_t, 32> out{};
  for (std::size_t i = 0; i < 32; ++i) {
    out[i] = static_cast<std::uint8_t>(limb[3 - i / 8] >> (56 - 8 * (i % 8)));
  }
  return out;
}

Secret::~Secret() {
  wipe({reinterpret_cast<std::uint8_t*>(value_.limb.data()), sizeof value_.limb});
}

ScalarField::ScalarField(std::span<const std::uint8_t, 32> modulus) : modulus_{limbs_of(modulus)} {
  CHECK((modulus_[0] & 1) == 1 && (modulus_[3] >> 63) == 1);
  std::uint64_t inverse = modulus_[0];  // Newton: each step doubles the correct bits, 3 at first
  for (int i = 0; i < 5; ++i) inverse *= 2 - modulus_[0] * inverse;
  minus_ = 0 - inverse;
  // 2^512 mod m by doubling 2^256 - m (< m) 256 times.
  Limbs value{};
  subtract_limbs(value, modulus_);
  for (int i = 0; i < 256; ++i) {
    std::uint64_t carry = 0;
    for (std::uint64_t& limb : value) {
      const std::uint64_t next = limb >> 63;
      limb = (limb << 1) | carry;
      carry = next;
    }
    reduce_once(value, carry);
  }
  square_ = value;
}

const ScalarField& ScalarField::p256() {
  static const ScalarField field{kP256Order};
  return field;
}

void ScalarField::reduce_once(Limbs& a, std::uint64_t carry) const {
  Limbs less = a;
  const std::uint64_t borrow = subtract_limbs(less, modulus_);
  select_limbs(a, less, 0 - (carry | (1 - borrow)));
}

ScalarField::Limbs ScalarField::montgomery(const Limbs& a, const Limbs& b) const {
  std::array<std::uint64_t, 6> t{};
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const Wide sum = static_cast<Wide>(a[j]) * b[i] + t[j] + carry;
      t[j] = static_cast<std::uint64_t>(sum);
      carry = static_cast<std::uint64_t>(sum >> 64);
    }
    Wide top = static_cast<Wide>(t[4]) + carry;
    t[4] = static_cast<std::uint64_t>(top);
    t[5] = static_cast<std::uint64_t>(top >> 64);
    const std::uint64_t q = t[0] * minus_;
    carry = static_cast<std::uint64_t>((static_cast<Wide>(q) * modulus_[0] + t[0]) >> 64);
    for (std::size_t j = 1; j < 4; ++j) {
      const Wide sum = static_cast<Wide>(q) * modulus_[j] + t[j] + carry;
      t[j - 1] = static_cast<std::uint64_t>(sum);
      carry = static_cast<std::uint64_t>(sum >> 64);
    }
    top = static_cast<Wide>(t[4]) + carry;
    t[3] = static_cast<std::uint64_t>(top);
    t[4] = t[5] + static_cast<std::uint64_t>(top >> 64);
  }
  Limbs out{t[0], t[1], t[2], t[3]};
  reduce_once(out, t[4]);
  return out;
}

Result<Scalar> ScalarField::read(ByteView big_endian) const {
  if (big_endian.size() != 32) return fail(kBadScalar);
  Scalar out{limbs_of(big_endian.first<32>())};
  Limbs test = out.limb;
  if (subtract_limbs(test, modulus_) == 0) return fail(kBadScalar);
  return out;
}

Scalar ScalarField::reduce(ByteView big_endian) const {
  CHECK(big_endian.size() <= 64);
  std::array<std::uint8_t, 64> padded{};
  std::copy(big_endian.begin(), big_endian.end(), padded.end() - big_endian.size());
  const std::span<const std::uint8_t, 64> all{padded};
  const Limbs high = montgomery(limbs_of(all.first<32>()), square_);  // high 2^256 mod m
  Limbs low = limbs_of(all.last<32>());
  reduce_once(low, 0);
  wipe(padded);
  return add(Scalar{high}, Scalar{low});
}

Scalar ScalarField::number(std::uint64_t value) const { return Scalar{{value, 0, 0, 0}}; }

Secret ScalarField::random(Rng& rng) const {
  std::array<std::uint8_t, 48> bytes{};
  rng.fill(bytes);
  Secret out{reduce(bytes)};
  wipe(bytes);
  return out;
}

Scalar ScalarField::add(const Scalar& a, const Scalar& b) const {
  Scalar out;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const Wide sum = static_cast<Wide>(a.limb[i]) + b.limb[i] + carry;
    out.limb[i] = static_cast<std::uint64_t>(sum);
    carry = static_cast<std::uint64_t>(sum >> 64);
  }
  reduce_once(out.limb, carry);
  return out;
}

Scalar ScalarField::subtract(const Scalar& a, const Scalar& b) const {
  Scalar out = a;
  const std::uint64_t mask = 0 - subtract_limbs(out.limb, b.limb);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const Wide sum = static_cast<Wide>(out.limb[i]) + (modulus_[i] & mask) + carry;
    out.limb[i] = static_cast<std::uint64_t>(sum);
    carry = static_cast<std::uint64_t>(sum >> 64);
  }
  return out;
}

Scalar ScalarField::multiply(const Scalar& a, const Scalar& b) const {
  return Scalar{montgomery(montgomery(a.limb, b.limb), square_)};
}

Scalar ScalarField::inverse(const Scalar& a) const {
  CHECK(!a.is_zero());
  Limbs exponent = modulus_;
  subtract_limbs(exponent, Limbs{2, 0, 0, 0});
  const Limbs base = montgomery(a.limb, square_);
  Limbs power = base;
  for (int bit = 254; bit >= 0; --bit) {  // the top bit is set
    power = montgomery(power, power);
    const auto at = static_cast<std::size_t>(bit);
    if ((exponent[at / 64] >> (at % 64)) & 1) power = montgomery(power, base);
  }
  return Scalar{montgomery(power, Limbs{1, 0, 0, 0})};
}

Secret ScalarField::add(const Secret& a, const Secret& b) const {
  return Secret{add(a.hidden(), b.hidden())};
}
Secret ScalarField::subtract(const Secret& a, const Secret& b) const {
  return Secret{subtract(a.hidden(), b.hidden())};
}
Secret ScalarField::multiply(const Secret& a, const Scalar& b) const {
  return Secret{multiply(a.hidden(), b)};
}

Secret ScalarField::masked(std::uint64_t yes, const Secret& a) {
  const std::uint64_t mask = 0 - yes;
  Scalar out = a.hidden();
  for (std::uint64_t& limb : out.limb) limb &= mask;
  return Secret{out};
}

Result<std::vector<Scalar>> lagrange_at_zero(const ScalarField& field,
                                             std::span<const std::uint32_t> at) {
  std::vector<Scalar> out;
  for (std::size_t i = 0; i < at.size(); ++i) {
    Scalar up = field.number(1);
    Scalar down = field.number(1);
    for (std::size_t l = 0; l < at.size(); ++l) {
      if (l == i) continue;
      if (at[l] == at[i]) return fail(kBadPoints);
      up = field.multiply(up, field.number(at[l]));
      down = field.multiply(down, field.subtract(field.number(at[l]), field.number(at[i])));
    }
    if (at[i] == 0) return fail(kBadPoints);
    out.push_back(field.multiply(up, field.inverse(down)));
  }
  return out;
}

}  // namespace sufragio::crypto
