#pragma once

#include <memory>
#include <span>
#include <vector>

#include "crypto/scalar.h"

struct bignum_st;
struct bignum_ctx;

// The integers of ElectionGuard (p of 4,096 bits, q of 256), for the records that were made with
// them: shows that the protocol code hangs on no curve. For tests only: slow, and of no constant
// flow.
namespace sufragio::tests {

class IntElement {
 public:
  IntElement();  // 1
  IntElement(const IntElement& other);
  IntElement& operator=(const IntElement& other);
  ~IntElement();
  friend bool operator==(const IntElement& a, const IntElement& b);

 private:
  friend class IntWork;
  friend class IntBase;
  bignum_st* value_;
};

class IntWork {
 public:
  IntWork();
  ~IntWork();
  IntWork(const IntWork&) = delete;
  IntWork& operator=(const IntWork&) = delete;

  [[nodiscard]] Result<IntElement> decode(ByteView bytes);  // 0 < x < p and x^q = 1
  [[nodiscard]] Result<IntElement> decode_any(ByteView bytes) { return decode(bytes); }
  void encode_all(std::span<IntElement> elements, Bytes& out);
  [[nodiscard]] IntElement power(const IntElement& a, const crypto::Scalar& x);
  [[nodiscard]] IntElement power_times(const IntElement& a, const crypto::Scalar& x,
                                       const IntElement& b, const crypto::Scalar& y);
  void multiply(IntElement& a, const IntElement& b);
  [[nodiscard]] IntElement invert(const IntElement& a);

 private:
  bignum_ctx* context_;
};

class IntBase {
 public:
  explicit IntBase(const IntElement& element);
  [[nodiscard]] IntElement power(const crypto::Scalar& x, IntWork& work) const {
    return work.power(element_, x);
  }
  [[nodiscard]] IntElement power_times(const crypto::Scalar& x, const IntElement& a,
                                       const crypto::Scalar& y, IntWork& work) const {
    return work.power_times(element_, x, a, y);
  }
  [[nodiscard]] const IntElement& element() const { return element_; }
  [[nodiscard]] ByteView bytes() const { return bytes_; }

 private:
  IntElement element_;
  Bytes bytes_;
};

struct Int4096 {
  using Element = IntElement;
  using Base = IntBase;
  using Work = IntWork;
  static constexpr std::size_t kElementSize = 512;
  // Once, before anything else: p, q and g of constants.json.
  static void set(ByteView p, ByteView q, ByteView g);
  static const crypto::ScalarField& scalars();
  static const Base& generator();
  static crypto::Scalar challenge(const Hash32& hash) { return scalars().reduce(hash.view()); }
};

}  // namespace sufragio::tests
