// The joint key, its shares, and decryption by a quorum.
#include "e2e/ceremony.h"

#include <gtest/gtest.h>

#include "codec/text_codes.h"
#include "crypto/hash.h"
#include "e2e/bundle.h"
#include "e2e/tally.h"
#include "tests/e2e_support/egk_folder.h"
#include "tests/e2e_support/guardians.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::e2e {
namespace {

using crypto::P256;
using crypto::P256Base;
using crypto::P256Element;
using crypto::P256Work;
using crypto::Scalar;
using tests::SeededRng;

Bytes from_text(const codec::Document& at, std::string_view field) {
  return from_hex(at.string(field).value()).value();
}

std::vector<std::vector<std::uint32_t>> all_quorums(std::uint32_t n, std::uint32_t k) {
  std::vector<std::vector<std::uint32_t>> out;
  for (std::uint32_t mask = 0; mask < (1u << n); ++mask) {
    std::vector<std::uint32_t> one;
    for (std::uint32_t i = 0; i < n; ++i) {
      if (mask & (1u << i)) one.push_back(i + 1);
    }
    if (one.size() == k) out.push_back(one);
  }
  return out;
}

// K from the shares of a quorum: the product of (g^z)^w.
P256Element key_of(const std::vector<std::uint32_t>& quorum,
                   const std::vector<P256Element>& verification, P256Work& work) {
  const auto weights = crypto::lagrange_at_zero(P256::scalars(), quorum).value();
  P256Element out;
  for (std::size_t i = 0; i < quorum.size(); ++i) {
    work.multiply(out, work.power(verification[quorum[i] - 1], weights[i]));
  }
  return out;
}

CeremonyPlan plan_of(std::uint32_t n, std::uint32_t k) {
  return {n, k, crypto::sha256(as_bytes("manifest"))};
}

TEST(SharedKeys, OfThePublishedVectorsComeOut) {
  constexpr std::string_view kVectors = "vectors/dkg/cocktail-dkg-p256-sha256.json";
  SKIP_WITHOUT_SHARED(kVectors);
  const codec::Document file = tests::json_file(*tests::shared_path(kVectors));
  P256Work work;
  int shares = 0;
  for (const codec::Document& vector : *file.array("vectors").value()) {
    std::vector<Announcement> all;
    P256Element key;
    for (const codec::Document& one : *vector.array("round1").value()) {
      Announcement announcement;
      for (const codec::Document& text : *one.array("vss_commitment").value()) {
        announcement.coefficients.push_back(
            {from_hex(std::get<std::string>(text.value())).value(), {}});
      }
      const P256Element first = work.decode(announcement.coefficients[0].commitment).value();
      work.multiply(key, first);
      const Bytes proof = from_text(one, "pop");
      const Scalar z = P256::scalars().read(ByteView{proof}.subspan(33)).value();
      const Scalar c =
          P256::scalars().reduce(from_text(**one.table("pop_intermediate"), "challenge"));
      P256Element right = work.decode(ByteView{proof}.first(33)).value();
      work.multiply(right, work.power(first, c));
      EXPECT_EQ(P256Base::generator().power(z, work), right);
      all.push_back(std::move(announcement));
    }
    EXPECT_EQ(to_bytes(work.encode(key)), from_text(vector, "group_public_key"));
    std::vector<P256Element> verification;
    for (const codec::Document& one : *vector.array("round2").value()) {
      const auto number = static_cast<std::uint32_t>(one.integer("participant_id").value());
      P256Element expected;
      for (const Announcement& from : all) {
        work.multiply(expected, share_commitment(from, number, work).value());
      }
      const Scalar z = P256::scalars().read(from_text(one, "secret_share")).value();
      verification.push_back(P256Base::generator().power(z, work));
      EXPECT_EQ(verification.back(), expected);
      EXPECT_EQ(to_bytes(work.encode(expected)), from_text(one, "verification_share"));
      ++shares;
    }
    const auto k = static_cast<std::uint32_t>(vector.integer("t").value());
    const auto quorums = all_quorums(static_cast<std::uint32_t>(all.size()), k);
    for (std::size_t i = 0; i < quorums.size(); i += 1 + quorums.size() / 20) {
      EXPECT_EQ(key_of(quorums[i], verification, work), key);
    }
  }
  EXPECT_EQ(shares, 3 + 5 + 14 + 3);
}

TEST(SharedKeys, OfTheElectionGuardCeremoniesMatchTheirCommitments) {
  for (const char* name : {"runFakeKeyCeremonyAllEc", "runFakeKeyCeremonySomeEc"}) {
    const std::string folder = std::string{"vectors/egk-ec/keyceremony/"} + name;
    SKIP_WITHOUT_SHARED(folder);
    const std::string path = *tests::shared_path(folder);
    const EgkKeys keys =
        read_egk_keys(tests::json_file(path + "/election_initialized.json")).value();
    const EgkConfig config =
        read_egk_config(tests::json_file(path + "/election_config.json")).value();
    const crypto::KeyedHash parameters{config.parameters};
    P256Work work;
    std::vector<P256Element> verification;
    for (const std::string& file : tests::files_of(path + "/private_data/trustees", "")) {
      const codec::Document trustee = tests::json_file(file);
      const auto number = static_cast<std::uint32_t>(trustee.integer("x_coordinate").value());
      P256Element expected;
      for (const EgkGuardian& guardian : keys.guardians) {
        const Announcement from{guardian.number, "", guardian.coefficients, {}};
        work.multiply(expected, share_commitment(from, number, work).value());
      }
      const Bytes share = codec::base64_decode(trustee.string("key_share").value()).value();
      verification.push_back(
          P256Base::generator().power(P256::scalars().read(share).value(), work));
      EXPECT_EQ(verification.back(), expected);
    }
    const P256Element joint = work.decode(keys.joint).value();
    for (const auto& quorum : all_quorums(config.guardians, config.quorum)) {
      EXPECT_EQ(key_of(quorum, verification, work), joint);
    }
    // These records are older: their challenge is the hash modulo the order.
    const auto old = [](const Hash32& hash) { return P256::scalars().reduce(hash.view()); };
    for (const EgkGuardian& guardian : keys.guardians) {
      for (std::uint32_t j = 0; j < guardian.coefficients.size(); ++j) {
        EXPECT_TRUE(verify_coefficient<P256>(guardian.coefficients[j], parameters, guardian.number,
                                             j, old, work));
        EXPECT_FALSE(verify_coefficient<P256>(guardian.coefficients[j], parameters, guardian.number,
                                              j, P256::challenge, work));
      }
    }
  }
}

struct Small {  // three guardians, two needed; 12 ballots of one contest
  Small() {
    const Key key = guardians.joint.election_key(work);
    for (int i = 0; i < 12; ++i) {
      const BallotNonce nonce{rng, as_bytes("opening")};
      const std::uint8_t first = i < 5 ? 1 : 0;
      const std::uint8_t second = i >= 5 && i < 9 ? 1 : 0;
      const Choices choices = Choices::from_cards(shape, {{first, second}}).value();
      const EncryptedBallot ballot = encrypt(shape, choices, nonce, key, rng, work);
      CHECK(verify_ballot(ballot, shape, key, work, &sums).has_value());
    }
    Group group{{{CentreCode{10'101'001}, MesaNumber{1}}}, 0, 12, true};
    aggregates.push_back(make_aggregate(group, sums, work));
  }
  SeededRng rng{3};
  P256Work work;
  Shape shape{0, {{1, {1, 2, 3}, 1, 1}}};
  tests::Guardians guardians = tests::hold_ceremony(plan_of(3, 2), rng, work);
  Sums sums;
  std::vector<Aggregate> aggregates;
};

// [R51]
TEST(Decryption, ByEveryQuorumGivesTheSameProvenSums) {
  Small s;
  const Key key = s.guardians.joint.election_key(s.work);
  for (const std::vector<std::uint32_t>& quorum :
       std::vector<std::vector<std::uint32_t>>{{1, 2}, {1, 3}, {2, 3}, {1, 2, 3}}) {
    const auto tallies = s.guardians.decrypt(s.aggregates, quorum, s.rng, s.work);

    ASSERT_TRUE(tallies.has_value()) << tallies.error().debug();
    const auto& cells = (*tallies)[0].contests[0];
    EXPECT_EQ(cells[0].tally, 5u);
    EXPECT_EQ(cells[1].tally, 4u);
    EXPECT_EQ(cells[2].tally, 3u);
    EXPECT_TRUE(verify_tally((*tallies)[0], s.aggregates[0], s.shape, key, s.work));
    const Bytes bytes = encode((*tallies)[0]);
    const GroupTally again = decode_tally(bytes, s.shape).value();
    EXPECT_EQ(again.contests, (*tallies)[0].contests);
    EXPECT_EQ(again.group.mesas, (*tallies)[0].group.mesas);
    EXPECT_EQ(style_of_tally(bytes).value(), 0);
  }
}

TEST(Decryption, WithTooFewGuardiansOrAFalseOneIsRefusedAndNamesIt) {
  Small s;
  EXPECT_EQ(s.guardians.decrypt(s.aggregates, {2}, s.rng, s.work).error().code, kTooFewGuardians);
  tests::Guardians liar = s.guardians;
  liar.shares[2] = P256::scalars().random(s.rng);
  const auto wrong = liar.decrypt(s.aggregates, {1, 3}, s.rng, s.work);
  EXPECT_EQ(wrong.error().code, kBadAnswer);
  EXPECT_EQ(wrong.error().fact("guardian"), "3");
}

TEST(Decryption, AlteredAfterwardsIsFound) {
  Small s;
  const Key key = s.guardians.joint.election_key(s.work);
  const GroupTally good = s.guardians.decrypt(s.aggregates, {1, 2}, s.rng, s.work).value()[0];
  const auto code_of = [&](auto&& change) {
    GroupTally tally = good;
    change(tally);
    return verify_tally(tally, s.aggregates[0], s.shape, key, s.work).error().code;
  };
  EXPECT_EQ(code_of([](auto& t) { ++t.contests[0][0].tally; }), kTallyValue);
  EXPECT_EQ(code_of([](auto& t) { std::swap(t.contests[0][0], t.contests[0][1]); }), kAggregate);
  EXPECT_EQ(code_of([](auto& t) { t.contests[0][0].proof.response[3] ^= 1; }), kDecryptionProof);
  EXPECT_EQ(code_of([](auto& t) { t.contests[0].pop_back(); }), kAggregate);
  Aggregate fewer = s.aggregates[0];
  fewer.group.ballots = 11;
  EXPECT_EQ(verify_tally(good, fewer, s.shape, key, s.work).error().code, kTallyTotal);
}

TEST(Decryption, OfSomethingThatIsNoSumIsRefused) {
  Small s;
  s.aggregates[0].sums[0][0].pad.assign(33, 0xff);
  EXPECT_EQ(s.guardians.decrypt(s.aggregates, {1, 2}, s.rng, s.work).error().code, kBadAggregate);
}

TEST(Ceremony, RefusesWrongProofsMissingGuardiansAndFalseShares) {
  SeededRng rng{4};
  P256Work work;
  const CeremonyPlan plan = plan_of(3, 2);
  std::vector<GuardianSecret> secrets;
  std::vector<Announcement> all;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    secrets.push_back(GuardianSecret::draw(plan, rng));
    all.push_back(secrets.back().announce(i, "g", rng, work));
  }
  ASSERT_TRUE(join(plan, all, work).has_value());
  const auto code_of = [&](auto&& change) {
    std::vector<Announcement> altered = all;
    change(altered);
    return join(plan, altered, work).error().code;
  };
  EXPECT_EQ(code_of([](auto& a) { a.pop_back(); }), kAnnouncements);
  EXPECT_EQ(code_of([](auto& a) { a[1].number = 1; }), kAnnouncements);
  EXPECT_EQ(code_of([](auto& a) { a[1].coefficients.pop_back(); }), kAnnouncements);
  EXPECT_EQ(code_of([](auto& a) { a[2].coefficients[1].proof.response[0] ^= 1; }), kGuardianProof);
  EXPECT_EQ(code_of([](auto& a) { std::swap(a[0].coefficients[0], a[0].coefficients[1]); }),
            kGuardianProof);
  EXPECT_EQ(code_of([](auto& a) { a[0].channel.assign(33, 0xff); }), kBadElement);
  EXPECT_EQ((CeremonyPlan{3, 4, {}}.check().error().code), kBadPlan);
  EXPECT_EQ((CeremonyPlan{3, 0, {}}.check().error().code), kBadPlan);
  EXPECT_EQ((CeremonyPlan{33, 2, {}}.check().error().code), kBadPlan);

  const Bytes share = secrets[0].seal_share(1, all[1], rng, work);
  EXPECT_TRUE(secrets[1].open_share(all[0], 2, share, work).has_value());
  EXPECT_EQ(secrets[2].open_share(all[0], 3, share, work).error().code, kShareClosed);
  const GuardianSecret other = GuardianSecret::draw(plan, rng);
  Announcement impostor = other.announce(1, "g", rng, work);
  impostor.coefficients = all[0].coefficients;  // another polynomial behind the same channel
  const Bytes wrong = other.seal_share(1, all[1], rng, work);
  const auto refused = secrets[1].open_share(impostor, 2, wrong, work);
  EXPECT_EQ(refused.error().code, kShareWrong);
  EXPECT_EQ(refused.error().fact("guardian"), "1");
}

TEST(Ceremony, MessagesAndSecretsReadBackAndGarbageIsRefused) {
  SeededRng rng{6};
  P256Work work;
  const CeremonyPlan plan = plan_of(3, 2);
  const GuardianSecret secret = GuardianSecret::draw(plan, rng);
  const Announcement message = secret.announce(2, "Universidad", rng, work);
  const Bytes bytes = encode(message);
  EXPECT_EQ(decode_announcement(bytes).value(), message);
  EXPECT_EQ(decode_announcement(ByteView{bytes}.first(40)).error().code, kCeremonyBytes);
  EXPECT_EQ(GuardianSecret::load(secret.save()).value().save(), secret.save());
  EXPECT_EQ(GuardianSecret::load(ByteView{bytes}.first(9)).error().code, kCeremonyBytes);

  const tests::Guardians guardians = tests::hold_ceremony(plan, rng, work);
  const Bytes transcript = encode_transcript(guardians.joint);
  EXPECT_EQ(read_transcript(plan, transcript, work).value().transcript, guardians.joint.transcript);
  EXPECT_EQ(read_transcript(plan, ByteView{transcript}.first(90), work).error().code,
            kCeremonyBytes);
}

TEST(Groups, SmallMesasAreDecryptedWithTheNextOfTheirCentre) {
  const auto mesa = [](std::uint32_t centre, std::uint16_t number, std::uint32_t ballots,
                       std::uint16_t style = 0) {
    return MesaBallots{{CentreCode{centre}, MesaNumber{number}}, style, ballots};
  };
  const auto groups =
      plan_groups({mesa(1, 1, 3), mesa(1, 2, 4), mesa(1, 3, 300), mesa(1, 4, 9), mesa(2, 1, 400),
                   mesa(2, 2, 400), mesa(3, 1, 9), mesa(4, 1, 5, 0), mesa(4, 2, 5, 1)},
                  10);
  std::vector<std::string> text;
  for (const Group& group : groups) {
    std::string one;
    for (const MesaId& id : group.mesas) one += id.text().substr(8) + " ";
    text.push_back(one + std::to_string(group.ballots) + (group.large_enough ? "" : " no"));
  }
  EXPECT_EQ(text, (std::vector<std::string>{"1.01 1.02 1.03 1.04 316", "2.01 400", "2.02 400",
                                            "3.01 9 no", "4.01 5 no", "4.02 5 no"}));
}

// Long: every C(9,6) = 84 quorums on the sums of 1,000 ballots of five styles.
TEST(Decryption, DISABLED_ThousandBallotsOfFiveStylesAreTheSameForAllEightyFourQuorums) {
  SeededRng rng{11};
  P256Work work;
  const tests::Guardians guardians = tests::hold_ceremony(plan_of(9, 6), rng, work);
  const Key key = guardians.joint.election_key(work);
  const std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> styles{
      {{38, 1}}, {{12, 2}}, {{100, 1}, {100, 1}, {100, 1}, {100, 1}}, {{1, 1}}, {{5, 3}, {7, 1}}};
  for (std::uint16_t style = 0; style < styles.size(); ++style) {
    Shape shape{style, {}};
    std::vector<std::vector<std::uint32_t>> expected;
    for (const auto& [cards, votes] : styles[style]) {
      ContestRule rule{static_cast<std::uint32_t>(shape.contests.size() + 1), {}, votes, 1};
      for (std::uint32_t o = 1; o <= cards + votes; ++o) rule.options.push_back(o);
      expected.emplace_back(rule.options.size(), 0);
      shape.contests.push_back(std::move(rule));
    }
    Sums sums;
    const int ballots = style == 2 ? 1'000 : 100;
    for (int i = 0; i < ballots; ++i) {
      std::vector<std::vector<std::uint8_t>> vote;
      for (const auto& [cards, votes] : styles[style]) {
        auto& contest = vote.emplace_back(cards, std::uint8_t{0});
        for (std::uint32_t v = 0; v < votes; ++v) {
          const std::uint64_t card = rng.below(cards + 1);
          if (card < cards) contest[card] = 1;
        }
      }
      const Choices choices = Choices::from_cards(shape, vote).value();
      for (std::size_t c = 0; c < expected.size(); ++c) {
        for (std::size_t o = 0; o < expected[c].size(); ++o) {
          expected[c][o] += choices.options()[c][o];
        }
      }
      const BallotNonce nonce{rng, as_bytes("opening")};
      const SealedBallot sealed{style, {}, encrypt(shape, choices, nonce, key, rng, work)};
      const SealedBallot again = decode_ballot(encode_ballot(sealed), shape, key).value();
      const auto done = verify_ballot(again.ballot, shape, key, work, &sums);
      ASSERT_TRUE(done.has_value()) << done.error().debug();
    }
    const Group group{
        {{CentreCode{1}, MesaNumber{1}}}, style, static_cast<std::uint32_t>(ballots), true};
    std::vector<Aggregate> aggregates{make_aggregate(group, sums, work)};
    const auto quorums = all_quorums(9, 6);
    ASSERT_EQ(quorums.size(), 84u);
    for (std::size_t q = 0; q < quorums.size(); q += style == 1 ? 1 : 41) {
      const auto tallies = guardians.decrypt(aggregates, quorums[q], rng, work);
      ASSERT_TRUE(tallies.has_value()) << tallies.error().debug();
      for (std::size_t c = 0; c < expected.size(); ++c) {
        for (std::size_t o = 0; o < expected[c].size(); ++o) {
          ASSERT_EQ((*tallies)[0].contests[c][o].tally, expected[c][o]);
        }
      }
      if (q == 0) {
        ASSERT_TRUE(verify_tally((*tallies)[0], aggregates[0], shape, key, work));
      }
    }
  }
}

}  // namespace
}  // namespace sufragio::e2e
