// The encrypted count against plain OpenSSL calls on the same curve in the same run (gates C1 to
// C6, C11). The bare calls are deprecated in OpenSSL 3.0 (CMakeLists.txt).
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "base/check.h"
#include "bench/benches.h"
#include "crypto/hash.h"
#include "crypto/secrets.h"
#include "e2e/bundle.h"
#include "e2e/tally.h"

namespace sufragio::bench {

namespace {

// What the same work costs in bare calls.
class Bare {
 public:
  Bare() {
    EC_GROUP_set_generator(with_table, b, EC_GROUP_get0_order(group), BN_value_one());
    EC_GROUP_precompute_mult(with_table, context);
    BN_rand_range(k, EC_GROUP_get0_order(group));
    BN_rand_range(l, EC_GROUP_get0_order(group));
    EC_POINT_mul(group, a, l, nullptr, nullptr, context);
    EC_POINT_point2oct(group, a, POINT_CONVERSION_COMPRESSED, bytes, 33, context);
  }
  void base() { EC_POINT_mul(group, r, k, nullptr, nullptr, context); }
  void table() { EC_POINT_mul(with_table, r, k, nullptr, nullptr, context); }
  void variable() { EC_POINT_mul(group, r, nullptr, a, l, context); }
  void both() { EC_POINT_mul(group, r, k, a, l, context); }
  void both_table() { EC_POINT_mul(with_table, r, k, a, l, context); }
  void decode() { EC_POINT_oct2point(group, r, bytes, 33, context); }
  void encode() { EC_POINT_point2oct(group, r, POINT_CONVERSION_COMPRESSED, out, 33, context); }
  void add() { EC_POINT_add(group, r, r, a, context); }

 private:
  static EC_POINT* some_point(EC_GROUP* group, BN_CTX* context, BN_ULONG x) {
    BIGNUM* n = BN_new();
    BN_set_word(n, x);
    EC_POINT* out = EC_POINT_new(group);
    EC_POINT_mul(group, out, n, nullptr, nullptr, context);
    std::uint8_t affine[33];  // through its bytes: affine
    EC_POINT_point2oct(group, out, POINT_CONVERSION_COMPRESSED, affine, 33, context);
    EC_POINT_oct2point(group, out, affine, 33, context);
    BN_free(n);
    return out;
  }
  BN_CTX* context = BN_CTX_new();
  EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  EC_GROUP* with_table = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  BIGNUM* k = BN_new();
  BIGNUM* l = BN_new();
  EC_POINT* a = some_point(group, context, 12345);
  EC_POINT* b = some_point(group, context, 54321);
  EC_POINT* r = some_point(group, context, 999);
  std::uint8_t bytes[33];
  std::uint8_t out[33];
};

struct Costs {
  double g, k, var, gp, kp, dec, enc, add;
};

Costs bare_costs(Bare& bare, Report& report) {
  const auto us = best_us(Time::cpu, Timed{std::size_t{500}, [&] { bare.base(); }},
                          Timed{std::size_t{500}, [&] { bare.table(); }},
                          Timed{std::size_t{200}, [&] { bare.variable(); }},
                          Timed{std::size_t{200}, [&] { bare.both(); }},
                          Timed{std::size_t{200}, [&] { bare.both_table(); }},
                          Timed{std::size_t{500}, [&] { bare.decode(); }},
                          Timed{std::size_t{1000}, [&] { bare.add(); }},
                          Timed{std::size_t{500}, [&] { bare.encode(); }});
  const Costs out{us[0], us[1], us[2], us[3], us[4], us[5], us[7], us[6]};
  report.info("T_g: P-256 base power", out.g);
  report.info("T_K: power of a base with table", out.k);
  report.info("T_var: variable power", out.var);
  report.info("T_gP: g^x a^y", out.gp);
  report.info("T_KP: K^x a^y", out.kp);
  report.info("T_dec: decode", out.dec);
  report.info("T_enc: encode", out.enc);
  report.info("T_add: multiply two elements", out.add);
  return out;
}

e2e::Shape shape_of_mesa() {
  e2e::Shape out;
  e2e::ContestRule rule{1, {}, 1, 1};
  for (std::uint32_t o = 1; o <= 39; ++o) rule.options.push_back(o);
  out.contests.push_back(rule);
  return out;
}

class Count {
 public:
  explicit Count(const Costs& costs) : t{costs} {}

  void run(Report& report) {
    const auto vote = e2e::Choices::from_cards(shape, {marks}).value();
    const e2e::EncryptedBallot ballot = seal(vote);
    const Bytes bytes = e2e::encode_ballot({0, {}, ballot});
    e2e::Sums sums;
    CHECK(e2e::verify_ballot(ballot, shape, key, work, &sums).has_value());
    const auto us = best_us(Time::cpu, Timed{std::size_t{10}, [&] { keep(seal(vote)); }},
                            Timed{std::size_t{5}, [&] { CHECK(verify(bytes, nullptr)); }},
                            Timed{std::size_t{20}, [&] { add_up(ballot, sums); }});
    report.gate("C1", "encrypt with range proof, one option", us[0] / 39, 3 * t.g + 3 * t.k, 1.80);
    report.gate("C2", "verify a range proof, one option", us[1] / 39,
                2 * t.gp + 2 * t.kp + 2 * t.dec, 1.11);
    report.gate("C3", "decode and add, one option", us[2] / 39, 2 * t.dec + 2 * t.add, 1.03);
    guardian(sums, report);
    report.info("60 encryptions (egk-ec, published: 6 ms)", us[0] / 39 * 60 / 1000, "ms");
    report.limit("C6", "a mesa of 400 ballots of 38 cards + NULO, verified", us[1] * 400 / 1e6, 4.0,
                 "s");
    const auto table = best_us(Time::cpu, Timed{std::size_t{1}, [&] {
                                                  keep(e2e::PowerTable{key, 2'000, work});
                                                }});
    report.limit("C11", "table of K^0 ... K^2000", table[0] / 1000, 15, "ms");
  }

 private:
  e2e::EncryptedBallot seal(const e2e::Choices& vote) {
    const e2e::BallotNonce nonce{rng, as_bytes("opening")};
    return e2e::encrypt(shape, vote, nonce, key, rng, work);
  }
  bool verify(const Bytes& bytes, e2e::Sums* sums) {
    const auto ballot = e2e::decode_ballot(bytes, shape, key);
    return e2e::verify_ballot(ballot->ballot, shape, key, work, sums).has_value();
  }
  void add_up(const e2e::EncryptedBallot& ballot, e2e::Sums& sums) {
    for (std::size_t o = 0; o < 39; ++o) {
      const e2e::Cipher& vote = ballot.contests[0].options[o].vote;
      work.multiply(sums[0][o].pad, work.decode(vote.pad).value());
      work.multiply(sums[0][o].data, work.decode(vote.data).value());
    }
  }

  // C4 and C5: a guardian's first answer and the check of one decryption, points decoded.
  void guardian(e2e::Sums& sums, Report& report) {
    const crypto::ScalarField& field = crypto::ScalarField::p256();
    const crypto::P256Element pad = sums[0][0].pad;
    const auto answer = [&] {
      const crypto::Secret u = field.random(rng);
      std::vector<crypto::P256Element> three;
      three.push_back(work.power(pad, secret));
      three.push_back(crypto::P256Base::generator().power(u, work));
      three.push_back(work.power(pad, u));
      Bytes out;
      work.encode_all(three, out);
      keep(out);
    };
    const crypto::P256Element data = sums[0][0].data;
    const crypto::Scalar v = field.random(rng).publish();
    const crypto::Scalar c = field.random(rng).publish();
    const auto check = [&] {
      std::vector<crypto::P256Element> three;
      three.push_back(data);
      three.push_back(key.g.power(v, work));
      work.multiply(three[1], key.k.power(c, work));
      three.push_back(work.power_times(pad, v, data, c));
      Bytes out;
      work.encode_all(three, out);
      keep(crypto::P256::challenge(key.hash.message().bytes(out).finish()));
      keep(key.k.power(field.number(3), work));
    };
    const auto us =
        best_us(Time::cpu, Timed{std::size_t{50}, answer}, Timed{std::size_t{50}, check});
    report.gate("C4", "guardian: M, a, b of one sum", us[0], 2 * t.var + t.g + 3 * t.enc, 1.08);
    report.gate("C5", "verify one decryption", us[1], t.gp, 2.4);
  }

  const Costs& t;
  crypto::SystemRng rng;
  crypto::P256Work work;
  crypto::Secret secret = crypto::ScalarField::p256().random(rng);
  e2e::Key key{crypto::P256Base::generator().power(secret, work),
               crypto::sha256(as_bytes("bench"))};
  e2e::Shape shape = shape_of_mesa();
  std::vector<std::uint8_t> marks = std::vector<std::uint8_t>(38, 0);
};

}  // namespace

void bench_e2e(Report& report) {
  Bare bare;
  const Costs costs = bare_costs(bare, report);
  Count{costs}.run(report);
}

}  // namespace sufragio::bench
