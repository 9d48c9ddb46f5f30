// Base costs of crypto, and the gates that depend on nothing else. The bare calls are OpenSSL's own
// (deprecated: CMakeLists.txt), on the same key.
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include "base/check.h"
#include "bench/bare_ecdsa.h"
#include "bench/benches.h"
#include "codec/cbor.h"
#include "codec/text_codes.h"
#include "crypto/cose.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "crypto/secrets.h"

namespace sufragio::bench {

namespace {

using crypto::Algorithm;
using crypto::SoftwareKey;
using crypto::Verifier;

Bytes some_bytes(std::size_t size, std::uint8_t seed) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 37 + seed);
  return out;
}

void bench_p256(Report& report) {
  const Bytes secret = some_bytes(32, 1);
  SoftwareKey key = std::move(SoftwareKey::from_secret(Algorithm::es256, secret).value());
  const Verifier verifier = Verifier::from(key.public_key()).value();
  const Bytes acta = some_bytes(300, 3);
  const Bytes signature = key.sign(acta).value();
  const Hash32 digest = crypto::sha256(acta);
  BareVerify bare{NID_X9_62_prime256v1, key.public_key(), to_bytes(digest.view()), signature};
  bare.set_secret(secret);
  const Bytes record = crypto::sign1(crypto::RecordKind::acta, acta, key).value();
  const std::string text = codec::base45_encode(record);
  constexpr std::size_t kCalls = 200;
  const auto us = best_us(
      Time::cpu, Timed{kCalls, [&] { bare(); }},
      Timed{kCalls, [&] { CHECK(verifier.verify(acta, signature).has_value()); }},
      Timed{kCalls,
            [&] {
              const auto parsed = crypto::parse_sign1(record);
              CHECK(crypto::verify_sign1(crypto::RecordKind::acta, *parsed, verifier).has_value());
            }},
      Timed{kCalls, [&] { bare.sign(); }}, Timed{kCalls, [&] { keep(key.sign(acta)); }},
      Timed{kCalls * 10, [&] { keep(codec::base45_decode(text)); }},
      Timed{kCalls * 10, [&] { keep(crypto::parse_sign1(record)); }},
      Timed{kCalls, [&] { keep(Verifier::from(key.public_key())); }});
  report.info("T_ver: ECDSA_do_verify P-256, key parsed", us[0]);
  report.gate("", "Verifier::verify es256 of 300 bytes / T_ver", us[1], us[0], 1.05);
  report.gate("", "parse + verify COSE_Sign1 of 300 bytes / T_ver", us[2], us[0], 1.10);
  report.info("T_sig: ECDSA_do_sign P-256", us[3]);
  report.info("SoftwareKey::sign es256 (RFC 6979, low s)", us[4]);
  report.info("base45 of a record of 390 bytes: decode", us[5]);
  report.info("parse COSE_Sign1 of 390 bytes", us[6]);
  report.info("make a Verifier of an es256 key", us[7]);
}

void bench_other_algorithms(Report& report) {
  const Bytes message = some_bytes(300, 5);
  const Bytes long_secret = some_bytes(48, 1);
  const Bytes seed = some_bytes(32, 2);
  SoftwareKey root = std::move(SoftwareKey::from_secret(Algorithm::es384, long_secret).value());
  SoftwareKey log = std::move(SoftwareKey::from_secret(Algorithm::ed25519, seed).value());
  const Verifier root_verifier = Verifier::from(root.public_key()).value();
  const Verifier log_verifier = Verifier::from(log.public_key()).value();
  const Bytes root_signature = root.sign(message).value();
  const Bytes log_signature = log.sign(message).value();
  const auto us =
      best_us(Time::cpu,
              Timed{20, [&] { CHECK(root_verifier.verify(message, root_signature).has_value()); }},
              Timed{20, [&] { keep(root.sign(message)); }},
              Timed{500, [&] { CHECK(log_verifier.verify(message, log_signature).has_value()); }},
              Timed{500, [&] { keep(log.sign(message)); }},
              Timed{100, [&] { keep(Verifier::from(root.public_key())); }});
  report.info("verify es384", us[0]);
  report.info("sign es384", us[1]);
  report.info("verify ed25519", us[2]);
  report.info("sign ed25519", us[3]);
  report.info("make a Verifier of an es384 key", us[4]);
}

void bench_hashes(Report& report) {
  const Bytes node = some_bytes(65, 1);
  const Bytes mebibyte = some_bytes(1 << 20, 1);
  constexpr std::size_t kEntries = 200'000;
  std::vector<Bytes> entries;
  entries.reserve(kEntries);
  for (std::size_t i = 0; i < kEntries; ++i) {
    entries.push_back(some_bytes(300 + i % 64, static_cast<std::uint8_t>(i)));
  }
  const auto us = best_us(Time::cpu,
                          Timed{20'000,
                                [&] {
                                  std::array<std::uint8_t, 32> out;
                                  SHA256_CTX context;
                                  SHA256_Init(&context);
                                  SHA256_Update(&context, node.data(), node.size());
                                  SHA256_Final(out.data(), &context);
                                  keep(out);
                                }},
                          Timed{20'000, [&] { keep(crypto::sha256(node)); }},
                          Timed{3, [&] { keep(crypto::sha256(mebibyte)); }},
                          Timed{1, [&] {
                                  crypto::CompactTree tree;
                                  for (const Bytes& entry : entries) {
                                    tree.append(crypto::leaf_hash(entry));
                                  }
                                  keep(tree.root());
                                }});
  report.gate("", "sha256 of 65 bytes / SHA256_Init, _Update, _Final", us[1], us[0], 1.10);
  report.info("sha256 of 1 MiB", us[2]);
  // 4·10⁵ hashes of 65 bytes, and five times that; here at 300 to 363 bytes an
  // entry.
  report.gate("C9", "log of 200,000 entries: leaf hashes and root / 4e5 hashes", us[3] / 1000,
              us[0] * 400'000 / 1000, 5.0, "ms");
}

}  // namespace

void bench_crypto(Report& report) {
  bench_p256(report);
  bench_other_algorithms(report);
  bench_hashes(report);
  bench_e2e(report);
}

}  // namespace sufragio::bench
