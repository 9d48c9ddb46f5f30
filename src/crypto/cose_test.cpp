#include "crypto/cose.h"

#include "codec/cbor.h"
#include "crypto/codes.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::crypto {
namespace {

using tests::SeededRng;

constexpr RecordKind kKinds[] = {RecordKind::acta,
                                 RecordKind::envelope,
                                 RecordKind::receipt,
                                 RecordKind::package,
                                 RecordKind::machine_certificate,
                                 RecordKind::assignment,
                                 RecordKind::bulletin,
                                 RecordKind::ceremony,
                                 RecordKind::statement,
                                 RecordKind::publication};

SoftwareKey key(Algorithm algorithm, std::uint64_t seed) {
  SeededRng rng{seed};
  return SoftwareKey::generate(algorithm, rng);
}

Verifier verifier(const SoftwareKey& from) { return Verifier::from(from.public_key()).value(); }

Bytes payload() { return to_bytes(as_bytes("rows before totals")); }

TEST(Sign1, EveryAlgorithmGoesRound) {
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::es384, Algorithm::ed25519}) {
    SoftwareKey signer = key(algorithm, 1);
    const Bytes record = sign1(RecordKind::publication, payload(), signer).value();
    EXPECT_TRUE(codec::check_cbor(record, 4'096).has_value());
    const Sign1 parsed = parse_sign1(record).value();
    EXPECT_EQ(parsed.algorithm, algorithm);
    EXPECT_EQ(to_bytes(parsed.payload), payload());
    EXPECT_TRUE(verify_sign1(RecordKind::publication, parsed, verifier(signer)).has_value());
  }
}

TEST(Sign1, NoKindCanBeReadAsAnother) {
  SoftwareKey signer = key(Algorithm::ed25519, 1);
  for (const RecordKind made : kKinds) {
    const Bytes record = sign1(made, payload(), signer).value();
    for (const RecordKind read : kKinds) {
      const auto result = verify_sign1(read, parse_sign1(record).value(), verifier(signer));
      EXPECT_EQ(result.has_value(), made == read) << aad(made) << " as " << aad(read);
    }
  }
}

TEST(Sign1, SaysWhyItRefuses) {
  SoftwareKey signer = key(Algorithm::es256, 1);
  const Bytes record = sign1(RecordKind::acta, payload(), signer).value();
  const Sign1 parsed = parse_sign1(record).value();
  EXPECT_EQ(verify_sign1(RecordKind::acta, parsed, verifier(key(Algorithm::es256, 2))).error().code,
            kUnknownKey);
  Sign1 other = parsed;
  other.algorithm = Algorithm::ed25519;
  EXPECT_EQ(verify_sign1(RecordKind::acta, other, verifier(signer)).error().code, kWrongAlgorithm);
  other = parsed;
  other.payload = as_bytes("another");
  EXPECT_EQ(verify_sign1(RecordKind::acta, other, verifier(signer)).error().code, kBadSignature);
}

TEST(Sign1, EveryOtherFormOfTheRecordIsRefused) {
  SoftwareKey signer = key(Algorithm::es256, 1);
  const Bytes good = sign1(RecordKind::acta, payload(), signer).value();
  ASSERT_TRUE(parse_sign1(good).has_value());
  const auto altered = [&](std::size_t at, std::uint8_t value) {
    Bytes out = good;
    out[at] = value;
    return out;
  };
  std::vector<Bytes> bad{
      altered(0, 0xd3),                     // another tag
      Bytes(good.begin() + 1, good.end()),  // no tag
      altered(1, 0x83),
      altered(5, 0x27 + 1),  // another size, another algorithm
      altered(6, 0xa2),
      altered(7, 0x05),  // another unprotected header
      altered(8, 0x47),  // a kid of another length
      Bytes(good.begin(), good.end() - 1),
  };
  Bytes longer = good;
  longer.push_back(0);
  bad.push_back(longer);
  Bytes wide = good;  // the length of the protected header in two bytes
  wide[2] = 0x58;
  wide.insert(wide.begin() + 3, 0x03);
  bad.push_back(wide);
  for (const Bytes& record : bad) {
    EXPECT_EQ(parse_sign1(record).error().code, kBadCose) << to_hex(record);
  }
  EXPECT_EQ(parse_sign1(wide).error().fact("cause"), "C103");
}

struct Board {  // five signers of which three must sign
  std::vector<SoftwareKey> keys;
  std::vector<Verifier> verifiers;

  Board() {
    for (std::uint64_t i = 1; i <= 5; ++i) {
      keys.push_back(key(i == 5 ? Algorithm::es384 : Algorithm::es256, i));
      verifiers.push_back(verifier(keys.back()));
    }
  }
  Bytes signed_by(std::initializer_list<std::size_t> signers) {
    std::vector<SignaturePart> parts;
    for (const std::size_t i : signers) {
      parts.push_back(sign_part(RecordKind::bulletin, payload(), keys[i]).value());
    }
    return assemble(payload(), parts).value();
  }
  std::string verdict(const Bytes& record, std::size_t quorum = 3) {
    const auto parsed = parse_multi(record);
    if (!parsed) return parsed.error().code.text();
    const auto out = verify_multi(RecordKind::bulletin, *parsed, verifiers, quorum);
    return out ? std::to_string(out->size()) : out.error().code.text();
  }
};

TEST(MultiSign, AnyThreeOfFiveInAnyOrder) {
  Board board;
  EXPECT_EQ(board.verdict(board.signed_by({0, 1, 2})), "3");
  EXPECT_EQ(board.verdict(board.signed_by({4, 2, 0})), "3");
  EXPECT_EQ(board.verdict(board.signed_by({4, 3, 2, 1, 0})), "5");
  EXPECT_EQ(board.verdict(board.signed_by({1, 3})), "K105");
  EXPECT_EQ(board.signed_by({0, 1, 2}), board.signed_by({2, 1, 0}));
  EXPECT_TRUE(codec::check_cbor(board.signed_by({0, 4}), 4'096).has_value());
}

TEST(MultiSign, NobodyCountsTwice) {
  Board board;
  const auto part = sign_part(RecordKind::bulletin, payload(), board.keys[0]).value();
  EXPECT_EQ(assemble(payload(), {part, part}).error().code, kSignerTwice);
  // By hand, as an attacker would write it.
  const auto again = [&](std::initializer_list<std::size_t> signers) {
    codec::CborWriter out;
    out.tag(98);
    out.array(4);
    out.bytes({});
    out.map(0);
    out.bytes(payload());
    out.array(signers.size());
    for (const std::size_t i : signers) {
      const auto one = sign_part(RecordKind::bulletin, payload(), board.keys[i]).value();
      out.array(3);
      out.bytes(tests::hex("a10126"));
      out.map(1);
      out.uint(4);
      out.bytes(one.key.kid().view());
      out.bytes(one.signature);
    }
    return out.take();
  };
  EXPECT_EQ(board.verdict(again({0, 0, 0})), "K106");
  std::vector<std::size_t> ascending{0, 1, 2};
  std::sort(ascending.begin(), ascending.end(), [&](std::size_t a, std::size_t b) {
    return board.verifiers[a].kid() < board.verifiers[b].kid();
  });
  EXPECT_EQ(board.verdict(again({ascending[0], ascending[1], ascending[2]})), "3");
  EXPECT_EQ(board.verdict(again({ascending[1], ascending[0], ascending[2]})), "K106");
  EXPECT_EQ(board.verdict(again({})), "K104");
}

TEST(MultiSign, OneStrangerOrOneBadSignatureSpoilsTheRecord) {
  Board board;
  std::vector<SignaturePart> parts;
  for (SoftwareKey& one : board.keys) {
    parts.push_back(sign_part(RecordKind::bulletin, payload(), one).value());
  }
  SoftwareKey stranger = key(Algorithm::es256, 99);
  auto with_stranger = parts;
  with_stranger.push_back(sign_part(RecordKind::bulletin, payload(), stranger).value());
  EXPECT_EQ(board.verdict(assemble(payload(), with_stranger).value()), "K103");
  auto damaged = parts;
  damaged[2].signature[40] ^= 1;
  EXPECT_EQ(board.verdict(assemble(payload(), damaged).value()), "K102");
  auto other_kind = parts;
  other_kind[1] = sign_part(RecordKind::package, payload(), board.keys[1]).value();
  EXPECT_EQ(board.verdict(assemble(payload(), other_kind).value()), "K102");
  // A signature made for COSE_Sign1 is none here: another context string.
  const Bytes single = sign1(RecordKind::bulletin, payload(), board.keys[0]).value();
  auto mixed = parts;
  mixed[0].signature = to_bytes(parse_sign1(single).value().signature);
  EXPECT_EQ(board.verdict(assemble(payload(), mixed).value()), "K102");
}

}  // namespace
}  // namespace sufragio::crypto
