#include "crypto/p256.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "crypto/codes.h"
#include "crypto/keyed_hash.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::crypto {
namespace {

using tests::hex;

Scalar scalar(std::string_view text) { return ScalarField::p256().read(hex(text)).value(); }

constexpr std::string_view kOrder =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

// Plain OpenSSL numbers: the second opinion for the arithmetic of four limbs.
struct Numbers {
  Numbers() { BN_hex2bn(&order, std::string{kOrder}.c_str()); }
  ~Numbers() {
    BN_free(order);
    BN_CTX_free(context);
  }
  std::string of(const Scalar& a, const Scalar& b, char operation) {
    BIGNUM* x = BN_bin2bn(a.bytes().data(), 32, nullptr);
    BIGNUM* y = BN_bin2bn(b.bytes().data(), 32, nullptr);
    if (operation == '+') BN_mod_add(x, x, y, order, context);
    if (operation == '-') BN_mod_sub(x, x, y, order, context);
    if (operation == '*') BN_mod_mul(x, x, y, order, context);
    if (operation == '/') BN_mod_mul(x, x, BN_mod_inverse(y, y, order, context), order, context);
    Bytes out(32);
    BN_bn2binpad(x, out.data(), 32);
    BN_free(x);
    BN_free(y);
    return to_hex(out);
  }
  BIGNUM* order = nullptr;
  BN_CTX* context = BN_CTX_new();
};

TEST(Scalars, AgreeWithPlainBigNumbersOnThousandsOfValuesAndOnTheEdges) {
  const ScalarField& field = ScalarField::p256();
  Numbers numbers;
  tests::SeededRng rng{7};
  std::vector<Scalar> values{
      field.number(0),
      field.number(1),
      field.number(2),
      field.subtract(field.number(0), field.number(1)),
      scalar("00000000000000000000000000000000ffffffffffffffffffffffffffffffff"),
      scalar("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f")};
  for (int i = 0; i < 40; ++i) values.push_back(field.random(rng).publish());

  for (const Scalar& a : values) {
    for (const Scalar& b : values) {
      ASSERT_EQ(to_hex(field.add(a, b).bytes()), numbers.of(a, b, '+'));
      ASSERT_EQ(to_hex(field.subtract(a, b).bytes()), numbers.of(a, b, '-'));
      ASSERT_EQ(to_hex(field.multiply(a, b).bytes()), numbers.of(a, b, '*'));
    }
    if (!a.is_zero()) {
      ASSERT_EQ(to_hex(field.inverse(a).bytes()), numbers.of(field.number(1), a, '/'));
    }
  }
}

TEST(Scalars, AreRefusedUnlessBelowTheOrder) {
  const ScalarField& field = ScalarField::p256();
  EXPECT_EQ(field.read(hex(kOrder)).error().code, kBadScalar);
  EXPECT_EQ(field.read(Bytes(32, 0xff)).error().code, kBadScalar);
  EXPECT_EQ(field.read(Bytes(31, 1)).error().code, kBadScalar);
  EXPECT_EQ(field.read(Bytes(33, 0)).error().code, kBadScalar);
  EXPECT_TRUE(field.read(Bytes(32, 0)).value().is_zero());
  EXPECT_TRUE(field.reduce(hex(kOrder)).is_zero());
}

TEST(Scalars, OfSharesAtOneFiveAndNineGiveTheConstantOfAnyQuadratic) {
  const ScalarField& field = ScalarField::p256();
  tests::SeededRng rng{8};
  const Scalar a = field.random(rng).publish();
  const Scalar b = field.random(rng).publish();
  const Scalar c = field.random(rng).publish();
  const std::vector<std::uint32_t> at{9, 1, 5};

  const auto weights = lagrange_at_zero(field, at).value();

  Scalar sum;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const Scalar x = field.number(at[i]);
    const Scalar value = field.add(a, field.multiply(x, field.add(b, field.multiply(x, c))));
    sum = field.add(sum, field.multiply(weights[i], value));
  }
  EXPECT_EQ(sum, a);
  EXPECT_EQ(lagrange_at_zero(field, std::vector<std::uint32_t>{1, 1}).error().code, kBadPoints);
  EXPECT_EQ(lagrange_at_zero(field, std::vector<std::uint32_t>{0, 1}).error().code, kBadPoints);
}

TEST(ExpandMessage, GivesTheAnswerOfRfc9380) {
  Bytes out(32);
  expand_message_xmd({}, as_bytes("QUUX-V01-CS02-with-expander-SHA256-128"), out);
  EXPECT_EQ(to_hex(out), "68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235");
  Bytes longer(128);
  expand_message_xmd(as_bytes("abc"), as_bytes("QUUX-V01-CS02-with-expander-SHA256-128"), longer);
  EXPECT_EQ(to_hex(ByteView{longer}.first(32)),
            "abba86a6129e366fc877aab32fc4ffc70120d8996c88aee2fe4b32d6c7b6437a");
}

TEST(Challenge, GivesTheKnownAnswersOfTheProfile) {
  Hash32 zeros;
  Hash32 ones;
  ones.data.fill(0xff);
  EXPECT_EQ(to_hex(P256::challenge(zeros).bytes()),
            "ce9e4cbec94816174c46f6cb6afe2b5d6d409c766a6e15bb215b52b740ce7172");
  EXPECT_EQ(to_hex(P256::challenge(ones).bytes()),
            "945d0e39ad81104faeb3a50c34231ffcabe04c8212c3cf319c5a4489d45b77f1");
}

TEST(P256, RefusesWhatIsNoElementInItsOneForm) {
  P256Work work;
  const Bytes g = to_bytes(P256Base::generator().bytes());
  EXPECT_TRUE(work.decode(g).has_value());
  Bytes bad = g;
  bad[0] = 4;
  EXPECT_EQ(work.decode(bad).error().code, kBadElement);
  bad[0] = 0;
  EXPECT_EQ(work.decode(bad).error().code, kBadElement);
  EXPECT_EQ(work.decode(ByteView{g}.first(32)).error().code, kBadElement);
  Bytes longer = g;
  longer.push_back(0);
  EXPECT_EQ(work.decode(longer).error().code, kBadElement);
  EXPECT_EQ(work.decode(Bytes{0}).error().code, kBadElement);
  // x = 5 is no point of the curve; x = p + 5 is not reduced.
  EXPECT_TRUE(work.decode(hex("02" + std::string(62, '0') + "05")).has_value());
  EXPECT_EQ(work.decode(hex("02" + std::string(62, '0') + "01")).error().code, kBadElement);
  EXPECT_EQ(work.decode(hex("02ffffffff00000001000000000000000000000001000000000000000000000004"))
                .error()
                .code,
            kBadElement);
  const Bytes identity(33, 0xff);
  EXPECT_EQ(work.decode(identity).error().code, kBadElement);
  EXPECT_TRUE(work.decode_any(identity).value().is_identity());
  EXPECT_EQ(to_bytes(work.encode(P256Element{})), identity);
}

TEST(P256, PowersFromTablesFromOpensslAndInOnePassAreEqual) {
  P256Work work;
  const ScalarField& field = ScalarField::p256();
  tests::SeededRng rng{9};
  const P256Base& g = P256Base::generator();
  const P256Element k = g.power(field.random(rng), work);
  const P256Base base{k};
  std::vector<Scalar> exponents{field.number(0), field.number(1), field.number(255),
                                field.subtract(field.number(0), field.number(1))};
  for (int i = 0; i < 20; ++i) exponents.push_back(field.random(rng).publish());

  for (const Scalar& x : exponents) {
    const P256Element slow = work.power(k, x);
    EXPECT_EQ(base.power(x, work), slow);
    EXPECT_EQ(base.power(Secret{x}, work), slow);
    const P256Element a = g.power(field.random(rng), work);
    P256Element product = work.power(a, exponents[5]);
    work.multiply(product, slow);
    EXPECT_EQ(base.power_times(x, a, exponents[5], work), product);
    P256Element none = slow;
    work.multiply(none, work.invert(slow));
    EXPECT_TRUE(none.is_identity());
  }
}

TEST(P256, EncodesManyAsItEncodesOneAndKeepsTheIdentity) {
  P256Work work;
  const ScalarField& field = ScalarField::p256();
  std::vector<P256Element> elements(5);  // the identity first and last
  for (std::size_t i = 1; i < 4; ++i) {
    elements[i] = P256Base::generator().power(field.number(1000 + i), work);
    work.multiply(elements[i], elements[i]);  // not in affine coordinates
  }
  Bytes one_by_one;
  for (const P256Element& element : elements) {
    const auto bytes = work.encode(element);
    one_by_one.insert(one_by_one.end(), bytes.begin(), bytes.end());
  }
  const std::vector<P256Element> before = elements;

  Bytes together{7};
  work.encode_all(elements, together);

  EXPECT_EQ(together[0], 7);
  EXPECT_EQ(to_hex(ByteView{together}.subspan(1)), to_hex(one_by_one));
  for (std::size_t i = 0; i < elements.size(); ++i) EXPECT_EQ(elements[i], before[i]);
}

}  // namespace
}  // namespace sufragio::crypto
