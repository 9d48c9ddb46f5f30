// Encryption, proofs and bytes of ballots.
#include "e2e/encrypt.h"

#include <gtest/gtest.h>

#include "adapters/json/json.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "e2e/bundle.h"
#include "e2e/egk_check.h"
#include "e2e/egk_write.h"
#include "tests/e2e_support/egk_folder.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::e2e {
namespace {

using crypto::P256;
using crypto::P256Work;
using tests::SeededRng;

// A shape by the number of cards and votes of each contest.
Shape shape_with(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& contests) {
  Shape out;
  for (const auto& [cards, votes] : contests) {
    ContestRule rule;
    rule.sequence = static_cast<std::uint32_t>(out.contests.size() + 1);
    rule.votes_allowed = votes;
    for (std::uint32_t option = 1; option <= cards + votes; ++option) {
      rule.options.push_back(option);
    }
    out.contests.push_back(rule);
  }
  return out;
}

struct World {
  World() : key{P256::generator().power(secret, work), crypto::sha256(as_bytes("extended"))} {}

  std::vector<std::vector<std::uint8_t>> random_vote(const Shape& shape) {
    std::vector<std::vector<std::uint8_t>> out;
    for (const ContestRule& rule : shape.contests) {
      const std::size_t cards = rule.options.size() - rule.votes_allowed;
      auto& contest = out.emplace_back(cards, std::uint8_t{0});
      for (std::uint32_t v = 0; v < rule.votes_allowed; ++v) {
        const std::uint64_t card = rng.below(cards + 1);  // the last one: no vote
        if (card < cards) contest[card] = 1;
      }
    }
    return out;
  }
  EncryptedBallot ballot(const Shape& shape, const std::vector<std::vector<std::uint8_t>>& vote) {
    const BallotNonce nonce{rng, as_bytes("opening")};
    return encrypt(shape, Choices::from_cards(shape, vote).value(), nonce, key, rng, work);
  }
  std::uint32_t decrypt(const Pair<P256>& pair) {  // with the secret that nobody has outside tests
    crypto::P256Element power = work.invert(work.power(pair.pad, secret.publish()));
    work.multiply(power, pair.data);
    for (std::uint32_t t = 0; t <= 2'000; ++t) {
      if (key.k.power(P256::scalars().number(t), work) == power) return t;
    }
    ADD_FAILURE() << "no small number";
    return 0;
  }

  SeededRng rng{5};
  P256Work work;
  crypto::Secret secret = P256::scalars().random(rng);
  Key key;
};

TEST(EncryptedBallots, VerifyAndAddUpToTheVotes) {
  World w;
  const Shape shape = shape_with({{5, 1}, {4, 2}, {1, 1}});
  Sums sums;
  std::vector<std::vector<std::uint32_t>> expected;
  for (const ContestRule& rule : shape.contests) expected.emplace_back(rule.options.size(), 0);
  for (int i = 0; i < 8; ++i) {
    const auto vote = w.random_vote(shape);
    const Choices choices = Choices::from_cards(shape, vote).value();
    const EncryptedBallot ballot = w.ballot(shape, vote);
    for (std::size_t c = 0; c < expected.size(); ++c) {
      for (std::size_t o = 0; o < expected[c].size(); ++o) {
        expected[c][o] += choices.options()[c][o];
      }
    }

    const auto done = verify_ballot(ballot, shape, w.key, w.work, &sums);

    ASSERT_TRUE(done.has_value()) << done.error().debug();
  }
  for (std::size_t c = 0; c < expected.size(); ++c) {
    std::uint32_t total = 0;
    for (std::size_t o = 0; o < expected[c].size(); ++o) {
      EXPECT_EQ(w.decrypt(sums[c][o]), expected[c][o]) << c << " " << o;
      total += expected[c][o];
    }
    EXPECT_EQ(total, 8 * shape.contests[c].votes_allowed);
  }
}

TEST(Choices, UnusedVotesGoToTheOptionsNulo) {
  const Shape shape = shape_with({{3, 2}});
  using Cards = std::vector<std::vector<std::uint8_t>>;
  using Options = std::vector<std::uint8_t>;
  EXPECT_EQ(Choices::from_cards(shape, Cards{{0, 0, 0}}).value().options()[0],
            (Options{0, 0, 0, 1, 1}));
  EXPECT_EQ(Choices::from_cards(shape, Cards{{0, 1, 0}}).value().options()[0],
            (Options{0, 1, 0, 1, 0}));
  EXPECT_EQ(Choices::from_cards(shape, Cards{{1, 1, 0}}).value().options()[0],
            (Options{1, 1, 0, 0, 0}));
  EXPECT_EQ(Choices::from_cards(shape, Cards{{1, 1, 1}}).error().code, kChoices);
  EXPECT_EQ(Choices::from_cards(shape, Cards{{2, 0, 0}}).error().code, kChoices);
  EXPECT_EQ(Choices::from_cards(shape, Cards{{1, 0}}).error().code, kChoices);
  EXPECT_EQ(Choices::from_cards(shape, Cards{}).error().code, kChoices);
}

TEST(ChallengedBallot, OpensToTheVoteWithItsNonceAndWithNoOther) {
  World w;
  const Shape shape = shape_with({{3, 1}, {2, 1}});
  const BallotNonce nonce{w.rng, as_bytes("opening")};
  const BallotNonce other{w.rng, as_bytes("opening")};
  const Choices choices = Choices::from_cards(shape, {{0, 1, 0}, {0, 0}}).value();
  EncryptedBallot ballot = encrypt(shape, choices, nonce, w.key, w.rng, w.work);

  EXPECT_EQ(open_challenged(ballot, nonce, w.key, w.work).value(), choices.options());
  EXPECT_EQ(open_challenged(ballot, other, w.key, w.work).error().code, kOpened);
  ballot.contests[1].options[0].vote.data = ballot.contests[0].options[0].vote.data;
  const auto altered = open_challenged(ballot, nonce, w.key, w.work);
  EXPECT_EQ(altered.error().code, kOpened);
  EXPECT_EQ(altered.error().fact("contest"), "2");
}

TEST(SwappedPairs, PassEveryRangeProofAndAreFoundByHashAndCode) {
  World w;
  const Shape shape = shape_with({{3, 1}});
  EncryptedBallot ballot = w.ballot(shape, {{1, 0, 0}});
  EncryptedContest& contest = ballot.contests[0];
  std::swap(contest.options[0].vote, contest.options[1].vote);
  std::swap(contest.options[0].range, contest.options[1].range);

  EXPECT_EQ(verify_ballot(ballot, shape, w.key, w.work, nullptr).error().code, kContestHash);
  contest.hash = contest_hash<P256>(contest, w.key);
  EXPECT_EQ(verify_ballot(ballot, shape, w.key, w.work, nullptr).error().code, kConfirmationCode);
}

TEST(BallotBytes, AreAsManyForEveryVoteAndReadBackToTheSame) {
  World w;
  const Shape shape = shape_with({{38, 1}});
  ASSERT_EQ(ballot_size(shape), 39u * 194 + 2 * 64 + 3 + 1 + 1 + 1 + 1 + 17 + 34);
  for (const std::size_t card : {std::size_t{0}, std::size_t{37}, std::size_t{38}}) {
    std::vector<std::uint8_t> cards(38, 0);
    if (card < 38) cards[card] = 1;
    SealedBallot sealed{0, {}, w.ballot(shape, {cards})};
    w.rng.fill(sealed.name.data);

    const Bytes bytes = encode_ballot(sealed);

    EXPECT_EQ(bytes.size(), ballot_size(shape));
    EXPECT_EQ(decode_ballot(bytes, shape, w.key).value(), sealed);
    EXPECT_EQ(ballot_head(bytes).value().code, sealed.ballot.code);
  }
}

TEST(BallotBytes, OfAnotherFormAreRefused) {
  World w;
  const Shape shape = shape_with({{2, 1}});
  const Bytes good = encode_ballot({0, {}, w.ballot(shape, {{1, 0}})});
  EXPECT_TRUE(decode_ballot(good, shape, w.key).has_value());
  EXPECT_EQ(decode_ballot(good, shape_with({{3, 1}}), w.key).error().code, kBallotBytes);
  EXPECT_EQ(decode_ballot(good, shape_with({{2, 1}, {2, 1}}), w.key).error().code, kBallotBytes);
  Shape other = shape;
  other.style = 1;
  EXPECT_EQ(decode_ballot(good, other, w.key).error().code, kBallotBytes);
  for (std::size_t cut = 0; cut < good.size(); cut += 13) {
    EXPECT_FALSE(decode_ballot(ByteView{good}.first(cut), shape, w.key).has_value());
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(decode_ballot(longer, shape, w.key).has_value());
  Bytes version = good;
  version[1] = 2;
  EXPECT_EQ(decode_ballot(version, shape, w.key).error().code, kBallotBytes);
}

// [R72]
TEST(Bundle, TellsNothingOfTheOrderInWhichBallotsWereCast) {
  World w;
  const Shape shape = shape_with({{2, 1}});
  std::vector<Bytes> ballots;
  for (int i = 0; i < 6; ++i) {
    ballots.push_back(encode_ballot({0, {}, w.ballot(shape, w.random_vote(shape))}));
  }
  const Bundle bundle = make_bundle(ballots).value();
  EXPECT_EQ(bundle.ballots, 6u);
  for (int i = 0; i < 50; ++i) {
    for (std::size_t at = ballots.size() - 1; at > 0; --at) {
      std::swap(ballots[at], ballots[w.rng.below(at + 1)]);
    }
    EXPECT_EQ(make_bundle(ballots).value().bytes, bundle.bytes);
  }
  EXPECT_EQ(bundle_summary(bundle.bytes).value().root, bundle.root);
  EXPECT_EQ(make_bundle({}).value().root, crypto::empty_root());
}

TEST(Bundle, IsRefusedWhenItsOrderOrItsLengthsAreWrong) {
  World w;
  const Shape shape = shape_with({{1, 1}});
  std::vector<Bytes> ballots;
  for (int i = 0; i < 2; ++i) ballots.push_back(encode_ballot({0, {}, w.ballot(shape, {{1}})}));
  const Bytes good = make_bundle(ballots).value().bytes;
  const std::size_t half = good.size() / 2;

  Bytes swapped(good.begin() + static_cast<std::ptrdiff_t>(half), good.end());
  swapped.insert(swapped.end(), good.begin(), good.begin() + static_cast<std::ptrdiff_t>(half));
  EXPECT_EQ(bundle_summary(swapped).error().code, kBundleOrder);
  EXPECT_EQ(make_bundle({ballots[0], ballots[0]}).error().code, kBundleOrder);
  EXPECT_EQ(bundle_summary(ByteView{good}.first(half + 3)).error().code, kBundleBytes);
  EXPECT_EQ(bundle_summary(ByteView{good}.first(half - 1)).error().code, kBundleBytes);
  Bytes longer = good;
  longer[0] = 0x7f;
  EXPECT_EQ(bundle_summary(longer).error().code, kBundleBytes);
}

TEST(ElectionGuardJson, ReadsBackWhatItWrites) {
  constexpr std::string_view kRecord = "vectors/egk-ec/workflow/allAvailableEc";
  SKIP_WITHOUT_SHARED(kRecord);
  const EgkRecord record = tests::egk_folder(*tests::shared_path(kRecord));
  const auto parse = [](const std::string& text) { return adapters::parse_json(text).value(); };
  EXPECT_EQ(read_egk_constants(parse(write_egk_constants())).value().hashed,
            record.constants.hashed);
  for (std::size_t i = 0; i < 3; ++i) {
    const EgkBallot& ballot = record.ballots[i];
    const EgkBallot again = read_egk_ballot(parse(write_egk_ballot(ballot, "d", 1))).value();
    EXPECT_EQ(again.ballot, ballot.ballot);
    EXPECT_EQ(again.aux, ballot.aux);
    EXPECT_EQ(again.cast, ballot.cast);
  }
  const EgkKeys keys = read_egk_keys(parse(write_egk_keys(record.keys))).value();
  EXPECT_EQ(keys.guardians[2].coefficients, record.keys.guardians[2].coefficients);
  const EgkConfig config = read_egk_config(parse(write_egk_config(record.config))).value();
  EXPECT_EQ(config.election, record.config.election);
  const std::string tally = write_egk_tally(*record.tally, record.manifest, "t");
  EXPECT_EQ(read_egk_tally(parse(tally)).value().cells, record.tally->cells);
  const std::string decryption = write_egk_decryption(*record.decryption);
  EXPECT_EQ(read_egk_decryption(parse(decryption)).value().contests[3].cells,
            record.decryption->contests[3].cells);
  const std::string opened = write_egk_decryption(record.challenged[0]);
  EXPECT_EQ(read_egk_decryption(parse(opened)).value().contests[0].data->beta,
            record.challenged[0].contests[0].data->beta);
}

}  // namespace
}  // namespace sufragio::e2e
