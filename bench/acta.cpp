// Gate C7: from the text of QR-B to a verified acta, keys cached, against the bare ECDSA
// verification of the same signature.
#include <openssl/obj_mac.h>

#include "acta/acta.h"
#include "acta/qr.h"
#include "bench/bare_ecdsa.h"
#include "bench/benches.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "tests/acta_support/acta_country.h"

namespace sufragio::bench {

namespace {

Bytes sign_structure(ByteView payload) {  // docs/spec/cose.md
  constexpr std::uint8_t kEs256[] = {0xa1, 0x01, 0x26};
  codec::CborWriter out;
  out.array(4);
  out.text("Signature1");
  out.bytes(kEs256);
  out.bytes(as_bytes(crypto::aad(crypto::RecordKind::acta)));
  out.bytes(payload);
  return out.take();
}

void bench_size(Report& report, const std::vector<std::size_t>& cards, std::string_view id,
                std::string_view what) {
  tests::ActaCountry country{tests::ActaCountryOptions{election::ElectionKind::real, cards, 99}};
  const acta::SignedActa acta = country.signed_acta();
  const std::string text = acta::qr_b_text(acta.record());
  const crypto::Sign1 parts = crypto::parse_sign1(acta.record()).value();
  const Hash32 digest = crypto::sha256(sign_structure(parts.payload));
  const BareVerify bare{NID_X9_62_prime256v1, country.machine_key.public_key(),
                        to_bytes(digest.view()), to_bytes(parts.signature)};
  constexpr std::size_t kCalls = 1'000;
  const auto us =
      best_us(Time::cpu, Timed{kCalls, [&] { bare(); }},
              Timed{kCalls,
                    [&] {
                      const auto record = acta::parse_qr_b(text);
                      const auto read = acta::parse(*record);
                      CHECK(acta::verify_signature(*read, *country.machines).has_value());
                    }},
              Timed{kCalls * 10, [&] { keep(acta::parse(acta.record())); }});
  report.gate(id, what, us[1], us[0], 1.25);
  report.info("parse the record of that acta", us[2]);
}

}  // namespace

void bench_acta(Report& report) {
  bench_size(report, {38}, "C7", "QR-B text of 38 cards -> verified acta / T_ver");
  bench_size(report, {40, 40, 40, 40, 40, 40}, "", "QR-B text of 6 x 40 cards -> verified / T_ver");
}

}  // namespace sufragio::bench
