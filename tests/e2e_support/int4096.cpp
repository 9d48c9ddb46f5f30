#include "tests/e2e_support/int4096.h"

#include <openssl/bn.h>

#include "base/check.h"
#include "crypto/codes.h"

namespace sufragio::tests {

namespace {

struct Parameters {
  BIGNUM* p = nullptr;
  BIGNUM* q = nullptr;
  BN_MONT_CTX* mont = nullptr;
  std::unique_ptr<crypto::ScalarField> field;
  std::unique_ptr<IntBase> generator;
};
Parameters& parameters() {
  static Parameters all;
  return all;
}

BIGNUM* number(const crypto::Scalar& x) {
  const auto bytes = x.bytes();
  return BN_bin2bn(bytes.data(), 32, nullptr);
}

}  // namespace

IntElement::IntElement() : value_{BN_dup(BN_value_one())} {}
IntElement::IntElement(const IntElement& other) : value_{BN_dup(other.value_)} {}
IntElement& IntElement::operator=(const IntElement& other) {
  CHECK(BN_copy(value_, other.value_) != nullptr);
  return *this;
}
IntElement::~IntElement() { BN_free(value_); }
bool operator==(const IntElement& a, const IntElement& b) {
  return BN_cmp(a.value_, b.value_) == 0;
}

IntWork::IntWork() : context_{BN_CTX_new()} {}
IntWork::~IntWork() { BN_CTX_free(context_); }

Result<IntElement> IntWork::decode(ByteView bytes) {
  IntElement out;
  IntElement test;
  if (bytes.size() != 512) return fail(crypto::kBadElement);
  BN_bin2bn(bytes.data(), 512, out.value_);
  if (BN_is_zero(out.value_) || BN_cmp(out.value_, parameters().p) >= 0) {
    return fail(crypto::kBadElement);
  }
  BN_mod_exp_mont(test.value_, out.value_, parameters().q, parameters().p, context_,
                  parameters().mont);
  if (!BN_is_one(test.value_)) return fail(crypto::kBadElement);
  return out;
}

void IntWork::encode_all(std::span<IntElement> elements, Bytes& out) {
  for (const IntElement& element : elements) {
    out.resize(out.size() + 512);
    BN_bn2binpad(element.value_, out.data() + out.size() - 512, 512);
  }
}

IntElement IntWork::power(const IntElement& a, const crypto::Scalar& x) {
  IntElement out;
  BIGNUM* exponent = number(x);
  BN_mod_exp_mont(out.value_, a.value_, exponent, parameters().p, context_, parameters().mont);
  BN_free(exponent);
  return out;
}

IntElement IntWork::power_times(const IntElement& a, const crypto::Scalar& x, const IntElement& b,
                                const crypto::Scalar& y) {
  IntElement out;
  BIGNUM* first = number(x);
  BIGNUM* second = number(y);
  BN_mod_exp2_mont(out.value_, a.value_, first, b.value_, second, parameters().p, context_,
                   parameters().mont);
  BN_free(first);
  BN_free(second);
  return out;
}

void IntWork::multiply(IntElement& a, const IntElement& b) {
  BN_mod_mul(a.value_, a.value_, b.value_, parameters().p, context_);
}

IntElement IntWork::invert(const IntElement& a) {
  IntElement out;
  BN_mod_inverse(out.value_, a.value_, parameters().p, context_);
  return out;
}

IntBase::IntBase(const IntElement& element) : element_{element} {
  IntWork{}.encode_all({&element_, 1}, bytes_);
}

void Int4096::set(ByteView p, ByteView q, ByteView g) {
  Parameters& all = parameters();
  if (all.generator) return;
  all.p = BN_bin2bn(p.data(), 512, nullptr);
  all.q = BN_bin2bn(q.data(), 32, nullptr);
  all.mont = BN_MONT_CTX_new();
  BN_CTX* context = BN_CTX_new();
  CHECK(BN_MONT_CTX_set(all.mont, all.p, context) == 1);
  BN_CTX_free(context);
  all.field = std::make_unique<crypto::ScalarField>(q.first<32>());
  IntWork work;
  all.generator = std::make_unique<IntBase>(work.decode(g).value());
}
const crypto::ScalarField& Int4096::scalars() { return *parameters().field; }
const Int4096::Base& Int4096::generator() { return *parameters().generator; }

}  // namespace sufragio::tests
