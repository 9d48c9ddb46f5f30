#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/rng.h"

// Numbers modulo the order of a group, 256 bits, always reduced. Every operation but `inverse` and
// the comparisons runs the same instructions whatever the values are.
namespace sufragio::crypto {

struct Scalar {
  std::array<std::uint64_t, 4> limb{};  // least significant first; below the order

  [[nodiscard]] bool is_zero() const { return (limb[0] | limb[1] | limb[2] | limb[3]) == 0; }
  [[nodiscard]] std::array<std::uint8_t, 32> bytes() const;  // big-endian
  friend bool operator==(const Scalar&, const Scalar&) = default;
};

// A scalar that nobody may learn: wiped at the end, and no function for public data takes it. What
// may be published of it is published by name.
class Secret {
 public:
  Secret() = default;
  explicit Secret(const Scalar& value) : value_{value} {}
  ~Secret();
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;

  [[nodiscard]] const Scalar& publish() const { return value_; }
  [[nodiscard]] const Scalar& hidden() const { return value_; }  // for arithmetic of constant flow

 private:
  Scalar value_;
};

// Arithmetic modulo one odd number m with 2^255 < m < 2^256: Montgomery's product (Montgomery 1985)
// on four 64-bit limbs.
class ScalarField {
 public:
  explicit ScalarField(std::span<const std::uint8_t, 32> modulus);  // big-endian
  [[nodiscard]] static const ScalarField& p256();                   // the order of P-256

  [[nodiscard]] Result<Scalar> read(ByteView big_endian) const;  // K121: not 32 bytes, or >= m
  [[nodiscard]] Scalar reduce(ByteView big_endian) const;        // at most 64 bytes (CHECK)
  [[nodiscard]] Scalar number(std::uint64_t value) const;
  // 48 random bytes modulo m: the bias is below 2^-128.
  [[nodiscard]] Secret random(Rng& rng) const;

  [[nodiscard]] Scalar add(const Scalar& a, const Scalar& b) const;
  [[nodiscard]] Scalar subtract(const Scalar& a, const Scalar& b) const;
  [[nodiscard]] Scalar multiply(const Scalar& a, const Scalar& b) const;
  [[nodiscard]] Scalar inverse(const Scalar& a) const;  // a^(m-2); a != 0 (CHECK); public values
  [[nodiscard]] Secret add(const Secret& a, const Secret& b) const;
  [[nodiscard]] Secret subtract(const Secret& a, const Secret& b) const;
  [[nodiscard]] Secret multiply(const Secret& a, const Scalar& b) const;
  // yes ? a : 0, without a branch; `yes` is 0 or 1.
  [[nodiscard]] static Secret masked(std::uint64_t yes, const Secret& a);

 private:
  using Limbs = std::array<std::uint64_t, 4>;
  [[nodiscard]] Limbs montgomery(const Limbs& a, const Limbs& b) const;  // a b / 2^256
  void reduce_once(Limbs& a, std::uint64_t carry) const;                 // a - m unless a < m

  Limbs modulus_{};
  Limbs square_{};           // 2^512 mod m
  std::uint64_t minus_ = 0;  // -1/m mod 2^64
};

// The weights that make f(0) of the values f(x) of a polynomial at the points `at` (Lagrange):
// w_i = prod over l != i of l / (l - i) mod m. K122 when a point is 0 or stands twice.
[[nodiscard]] Result<std::vector<Scalar>> lagrange_at_zero(const ScalarField& field,
                                                           std::span<const std::uint32_t> at);

}  // namespace sufragio::crypto
