#pragma once

#include <memory>
#include <span>
#include <vector>

#include "crypto/scalar.h"

struct bignum_ctx;
struct bignum_st;
struct ec_group_st;
struct ec_point_st;

// The group of the curve P-256 (FIPS 186-4), written multiplicatively: power(x) is x times a point.
// An element is 33 bytes, SEC1 compressed; the identity is 33 bytes FF (docs/spec/e2e.md). All
// curve calls of OpenSSL for it stand in p256.cpp; they are the same for secret exponents only in
// the functions that take a Secret.
namespace sufragio::crypto {

class P256Element {
 public:
  P256Element();  // the identity
  P256Element(const P256Element& other);
  P256Element(P256Element&& other) noexcept;
  P256Element& operator=(const P256Element& other);
  P256Element& operator=(P256Element&& other) noexcept;
  ~P256Element();  // wiped

  [[nodiscard]] bool is_identity() const;
  friend bool operator==(const P256Element& a, const P256Element& b);

 private:
  friend class P256Work;
  friend class P256Base;
  ec_point_st* point_;  // null after it was moved from
};

// Room for calculations: one for each thread.
class P256Work {
 public:
  P256Work();
  ~P256Work();
  P256Work(const P256Work&) = delete;
  P256Work& operator=(const P256Work&) = delete;

  // K123: not 33 bytes of a point in its one form; the identity only where `decode_any` takes it.
  [[nodiscard]] Result<P256Element> decode(ByteView bytes);
  [[nodiscard]] Result<P256Element> decode_any(ByteView bytes);
  [[nodiscard]] std::array<std::uint8_t, 33> encode(const P256Element& element);
  // 04 ‖ x ‖ y, as cards want it; not the identity (CHECK).
  [[nodiscard]] std::array<std::uint8_t, 65> encode_whole(const P256Element& element);
  // Appends all, each as its 33 bytes; a tenth of the time of one after the other. The elements
  // keep their values.
  void encode_all(std::span<P256Element> elements, Bytes& out);

  [[nodiscard]] P256Element power(const P256Element& a, const Scalar& x);
  [[nodiscard]] P256Element power(const P256Element& a, const Secret& x);
  // a^x b^y in one pass; for public data only.
  [[nodiscard]] P256Element power_times(const P256Element& a, const Scalar& x, const P256Element& b,
                                        const Scalar& y);
  void multiply(P256Element& a, const P256Element& b);  // a = a b
  [[nodiscard]] P256Element invert(const P256Element& a);

 private:
  friend class P256Base;
  [[nodiscard]] const bignum_st* load(const Scalar& x, int slot);  // wiped by the next load
  bignum_ctx* context_;
  std::array<bignum_st*, 3> numbers_{};
};

// An element with tables, for many powers: the base point g, or a joint key. Constant after it is
// made; may be shared between threads.
class P256Base {
 public:
  [[nodiscard]] static const P256Base& generator();
  explicit P256Base(const P256Element& element);  // not the identity (CHECK); about 20 ms
  ~P256Base();
  P256Base(P256Base&& other) noexcept;
  P256Base(const P256Base&) = delete;
  P256Base& operator=(const P256Base&) = delete;

  [[nodiscard]] P256Element power(const Scalar& x, P256Work& work) const;
  [[nodiscard]] P256Element power(const Secret& x, P256Work& work) const;  // constant flow
  // base^x a^y in one pass; for public data only.
  [[nodiscard]] P256Element power_times(const Scalar& x, const P256Element& a, const Scalar& y,
                                        P256Work& work) const;
  [[nodiscard]] const P256Element& element() const { return element_; }
  [[nodiscard]] const std::array<std::uint8_t, 33>& bytes() const { return bytes_; }

 private:
  P256Base();
  P256Element element_;
  std::array<std::uint8_t, 33> bytes_{};
  ec_group_st* group_;
};

// What the protocol code of e2e asks of a group; another one is in its tests.
struct P256 {
  using Element = P256Element;
  using Base = P256Base;
  using Work = P256Work;
  static constexpr std::size_t kElementSize = 33;
  static const ScalarField& scalars() { return ScalarField::p256(); }
  static const Base& generator() { return P256Base::generator(); }
  // The challenge of EG20-P256: expand_message_xmd of the hash with the example string of RFC 9380
  // as DST, 48 bytes, modulo the order.
  static Scalar challenge(const Hash32& hash);
};

}  // namespace sufragio::crypto
