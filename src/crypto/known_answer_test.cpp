#include "codec/cbor.h"
#include "codec/text_codes.h"
#include "crypto/cose.h"
#include "crypto/hash.h"
#include "tests/support/support.h"

// The known answer of docs/spec/cose.md: the first real QR of 2024 (mesa 201301006.01) with
// invented fields around it, signed by an invented key.
namespace sufragio::crypto {
namespace {

using codec::CborReader;
using codec::CborWriter;
using tests::hex;

constexpr std::string_view kActa =
    "d28443a10126a10448105088f8f6a5623958fcb4010102483da444c13cc02ee403487973495e3754e73d041a"
    "0bff9c0e05010601071a66a6c08c08190217091901700a1901700b819828188c070a08010701000203000108"
    "01000100030101000100000000000001020000000507189b010100000c5820bae54ee769bd64587149041bfd"
    "aed30886c7c7631132f39dea09c6297781b5580d5820ceabdcdc9bbbea02c58fe25511db554d385bd94bc576"
    "c14066149cd13e0aca0c0e50bc497eab98aa124894928e9bf982260c0f01108419014b181d0800111a66a619"
    "70128919017001000000050209001380145820e207dcad1b65e7bb53bdfca95dc7172a6718ad5620fa37d350"
    "f5617265739484584003d5d4091ace47e8c53a178fa863d50e83943418a707bc13dd68c21f371f00d5445871"
    "63b529ca52a75b68d6c72955c62f50ec4d55e8e347aa35fecda973785f";
constexpr std::string_view kText =
    "VE1:RRQXO8O600GK/4968AELV%+KAB7R.VW50:C0UZ76V8RU7Y-5UI0-FFHC9Y:6MATFN0BN1ZWJLS07Y0I+0//C"
    "HFO311+B0Y61880KC1880KK1RAJT432+0O01%*02003H0*50V50V504H0V50V50000000100HB0000RS0:43W500"
    "00AP1864M:SLBTJ.N68BHA9AO3P4MM31NBPQNC%J6G/JRA1+A5+HG-5BF6BW5QK-R.UJBQT+/OQRSQB2CZAR577L"
    "RF/OHJOW+C5$J.$7JOPJ 16 NR0GMDJ0E29ZIC1IJOVK 4G+1/32B739M97U3H008F3-:KP7E.EH880V50000MS0"
    "961.K2XP2374W:0Z*LW*CUUN 0OMILR7PAG5H53/*AKSV6WQ.0VZKENRE+WG748K1RZ61M3Q9JTLF7B7I.RCP$15"
    "XIB530:00N2/ADQ.3G-3B/Q68BARCXC59KA0PB%6R6A5K2PGAA.Y9*JTV297$6::P+QE52";

Hash32 invented(std::string_view name) {
  return sha256(as_bytes("sufragio example " + std::string{name}));
}

ByteView first(const Hash32& hash, std::size_t size) { return hash.view().first(size); }

void field(CborWriter& out, std::uint64_t key, ByteView value) {
  out.uint(key);
  out.bytes(value);
}

void field(CborWriter& out, std::uint64_t key, std::uint64_t value) {
  out.uint(key);
  out.uint(value);
}

void field(CborWriter& out, std::uint64_t key, const std::vector<std::uint64_t>& values) {
  out.uint(key);
  out.array(values.size());
  for (const std::uint64_t value : values) out.uint(value);
}

Bytes answer_payload() {
  CborWriter out;
  out.map(20);
  field(out, 1, 1);
  field(out, 2, first(invented("election"), 8));
  field(out, 3, first(invented("ballot definition"), 8));
  field(out, 4, 201301006);
  field(out, 5, 1);
  field(out, 6, 1);
  field(out, 7, 1722204300);
  field(out, 8, 535);
  field(out, 9, 368);
  field(out, 10, 368);
  const std::vector<std::uint64_t> counts{140, 7, 10, 8, 1, 7, 1, 0,   2, 3, 0, 1, 8, 1,
                                          0,   1, 0,  3, 1, 1, 0, 1,   0, 0, 0, 0, 0, 0,
                                          1,   2, 0,  0, 0, 5, 7, 155, 1, 1, 0, 0};
  out.uint(11);
  out.array(1);
  out.array(counts.size());
  for (const std::uint64_t count : counts) out.uint(count);
  field(out, 12, invented("ballots root").view());
  field(out, 13, invented("software root").view());
  field(out, 14, first(invented("machine"), 16));
  field(out, 15, 1);
  field(out, 16, {331, 29, 8, 0});
  field(out, 17, 1722161520);
  field(out, 18, {368, 1, 0, 0, 0, 5, 2, 9, 0});
  field(out, 19, std::vector<std::uint64_t>{});
  field(out, 20, invented("official log").view());
  return out.take();
}

PublicKey public_key() {
  return {Algorithm::es256,
          hex("03a1adc05ca7cda5fdaa02c3e6cb6ff3f10244ed14f5fb8012f0403556540b1903")};
}

TEST(KnownAnswer, TheTextOnPaperIsTheRecord) {  // [R110]
  const Bytes acta = hex(kActa);
  EXPECT_EQ(acta.size(), 337u);
  EXPECT_EQ(kText.size(), 510u);
  EXPECT_EQ("VE1:" + codec::base45_encode(acta), kText);
  EXPECT_EQ(codec::base45_decode(kText.substr(4)).value(), acta);
  EXPECT_EQ(sha256(acta).hex(), "90551faea7fd7d1448fc05cb10ced311e855e5e4e21479ea6f41cdf282a4b300");
  EXPECT_EQ(codec::crockford_encode(first(sha256(acta), 10)), "J1AHZBN7ZNYH8J7W");
  EXPECT_EQ(codec::crockford_decode("j1ah-zbn7-znyh-8j7w").value(),
            to_bytes(first(sha256(acta), 10)));
}

TEST(KnownAnswer, TheSignatureVerifiesWithTheGivenKeyOnly) {
  const Bytes acta = hex(kActa);
  const Sign1 record = parse_sign1(acta).value();
  const Verifier verifier = Verifier::from(public_key()).value();
  EXPECT_EQ(record.kid.hex(), "105088f8f6a56239");
  EXPECT_EQ(to_bytes(record.payload), answer_payload());
  EXPECT_TRUE(verify_sign1(RecordKind::acta, record, verifier).has_value());
  EXPECT_EQ(verify_sign1(RecordKind::envelope, record, verifier).error().code.text(), "K102");
}

TEST(KnownAnswer, SigningThePayloadGivesTheseBytes) {
  const Bytes secret = hex("633d1742448a7f150ee89ec326dbc58199a3aca6753aeeae8bc470ba60eeba6b");
  EXPECT_EQ(invented("acta key").hex(), to_hex(secret));
  SoftwareKey key = std::move(SoftwareKey::from_secret(Algorithm::es256, secret).value());
  EXPECT_EQ(key.public_key(), public_key());
  EXPECT_EQ(answer_payload().size(), 252u);
  EXPECT_EQ(to_hex(sign1(RecordKind::acta, answer_payload(), key).value()), kActa);
}

TEST(KnownAnswer, EveryFlippedBitIsFound) {  // 337 × 8 records, none may pass
  const Bytes acta = hex(kActa);
  const Verifier verifier = Verifier::from(public_key()).value();
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < acta.size() * 8; ++bit) {
    Bytes altered = acta;
    altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ 1u << bit % 8);
    const Result<Sign1> record = parse_sign1(altered);
    if (!record || !verify_sign1(RecordKind::acta, *record, verifier)) ++refused;
  }
  EXPECT_EQ(refused, acta.size() * 8);
}

}  // namespace
}  // namespace sufragio::crypto
