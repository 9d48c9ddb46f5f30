#include "acta/acta.h"

#include <gtest/gtest.h>

#include "acta/codes.h"
#include "acta/qr.h"
#include "codec/cbor.h"
#include "codec/codes.h"
#include "crypto/codes.h"
#include "crypto/hash.h"
#include "tests/acta_support/acta_example.h"
#include "tests/support/support.h"

namespace sufragio::acta {
namespace {

Persons persons(std::int64_t value) { return Persons::from(value).value(); }

// The structure that is signed (docs/spec/cose.md), built here by hand.
Bytes sign_structure(ByteView payload) {
  codec::CborWriter out;
  out.array(4);
  out.text("Signature1");
  out.bytes(tests::hex("a10126"));
  out.bytes(as_bytes("sufragio/acta/1"));
  out.bytes(payload);
  return out.take();
}

// [R110] The known answer of docs/spec/acta.md, byte for byte.
TEST(ActaKnownAnswer, GivesThePublishedPayloadRecordHashCodeAndText) {
  const Acta acta = tests::example_acta();
  const Bytes payload = encode(acta);
  EXPECT_EQ(payload.size(), 252U);
  EXPECT_EQ(crypto::sha256(sign_structure(payload)).hex(),
            "ac18a9bd0ed22f811550002b0389860c407961aa2c1b7a73d61849de3b22fdca");

  crypto::SoftwareKey key = tests::example_acta_key();
  EXPECT_EQ(to_hex(key.public_key().bytes),
            "03a1adc05ca7cda5fdaa02c3e6cb6ff3f10244ed14f5fb8012f0403556540b1903");
  EXPECT_EQ(key.public_key().kid().hex(), "105088f8f6a56239");
  const Result<Bytes> record = sign(acta, key);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(to_hex(*record), to_hex(tests::example_record()));
  EXPECT_EQ(record->size(), 337U);

  const Result<SignedActa> parsed = parse(*record);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().debug();
  EXPECT_EQ(parsed->acta(), acta);
  EXPECT_EQ(parsed->id().hex(), "90551faea7fd7d1448fc05cb10ced311e855e5e4e21479ea6f41cdf282a4b300");
  EXPECT_EQ(parsed->verification_code(), "J1AH-ZBN7-ZNYH-8J7W");
  EXPECT_EQ(qr_b_text(*record), tests::example_qr_b());
}

TEST(ActaPayload, DecodesToTheSameValueAndEncodesToTheSameBytes) {
  Acta acta = tests::example_acta();
  acta.former_machines = {acta.machine, acta.machine};
  acta.contests.push_back(ContestCount{{Votes{}, Votes{}}, Votes{}, Votes{}});
  acta.tomo = 2;
  acta.type = ActaType::contingency;
  const Bytes payload = encode(acta);
  const Result<Acta> again = decode(payload);
  ASSERT_TRUE(again.has_value()) << again.error().debug();
  EXPECT_EQ(*again, acta);
  EXPECT_EQ(encode(*again), payload);
}

TEST(ActaPayload, RefusesWhatIsNoActaOfVersionOne) {
  const Bytes good = encode(tests::example_acta());
  Bytes version = good;
  ASSERT_EQ(version[2], 0x01);  // map head, key 1, value 1
  version[2] = 0x02;
  EXPECT_EQ(decode(version).error().code, kBadActa);

  Bytes trailing = good;
  trailing.push_back(0);
  EXPECT_EQ(decode(trailing).error().code, codec::kCborTrailing);

  Bytes missing = good;
  missing[0] = 0xb3;  // a map of 19 pairs
  EXPECT_FALSE(decode(missing).has_value());

  EXPECT_EQ(decode(Bytes(kMaxActa + 1, 0)).error().code, codec::kCborTooLarge);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode(ByteView{good}.first(size)).has_value()) << size;
  }
}

TEST(ActaPayload, TimesAreWholeMinutes) {
  Acta acta = tests::example_acta();
  acta.time_s += 1;
  EXPECT_EQ(decode(encode(acta)).error().code, kBadActa);
  acta = tests::example_acta();
  acta.opening_s += 59;
  EXPECT_EQ(decode(encode(acta)).error().code, kBadActa);
}

TEST(ActaPayload, AZeroActaHasNoOpeningTime) {
  Acta acta = tests::example_acta();
  acta.type = ActaType::zero;
  EXPECT_EQ(decode(encode(acta)).error().code, kBadActa);
  acta.opening_s = 0;
  EXPECT_TRUE(decode(encode(acta)).has_value());
}

TEST(ActaPayload, AContestHasAtLeastOneCardAndAnActaOneContest) {
  Acta acta = tests::example_acta();
  acta.contests[0].cards.clear();
  EXPECT_EQ(decode(encode(acta)).error().code, kBadActa);
  acta.contests.clear();
  EXPECT_EQ(decode(encode(acta)).error().code, kBadActa);
}

TEST(ActaPayload, TheMesaIsFromOneToNinetyNine) {
  Acta acta = tests::example_acta();
  acta.mesa.mesa = MesaNumber{0};
  EXPECT_EQ(decode(encode(acta)).error().code, kBadActa);
  acta.mesa.mesa = MesaNumber{100};
  EXPECT_EQ(decode(encode(acta)).error().code, codec::kCborRange);
}

TEST(ActaSigning, RefusesAValueThatHasNoForm) {
  crypto::SoftwareKey key = tests::example_acta_key();
  Acta acta = tests::example_acta();
  acta.time_s += 30;
  EXPECT_EQ(sign(acta, key).error().code, kBadActa);
  acta = tests::example_acta();
  acta.time_s = -60;
  EXPECT_FALSE(sign(acta, key).has_value());
}

TEST(ActaSigning, RefusesAnActaLongerThanFourKibibytes) {
  crypto::SoftwareKey key = tests::example_acta_key();
  Acta acta = tests::example_acta();
  for (int i = 0; i < 100; ++i) acta.contests.push_back(acta.contests[0]);
  EXPECT_EQ(sign(acta, key).error().code, codec::kCborTooLarge);
}

TEST(ActaParsing, SaysNothingAboutTheSignatureButKeepsTheForm) {
  Bytes record = tests::example_record();
  record.back() ^= 1U;
  EXPECT_TRUE(parse(record).has_value());
  record.push_back(0);
  EXPECT_FALSE(parse(record).has_value());
  EXPECT_EQ(parse(Bytes(kMaxActa + 1, 0)).error().code, codec::kCborTooLarge);
}

TEST(ActaParsing, ACardMoreIsAnotherVerificationCode) {
  crypto::SoftwareKey key = tests::example_acta_key();
  Acta acta = tests::example_acta();
  acta.registered = persons(536);
  const SignedActa other = parse(sign(acta, key).value()).value();
  EXPECT_NE(other.verification_code(), "J1AH-ZBN7-ZNYH-8J7W");
}

}  // namespace
}  // namespace sufragio::acta
