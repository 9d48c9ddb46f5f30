#include "services/ceremony/rehearsal.h"

#include "codec/cbor.h"
#include "e2e/bundle.h"
#include "services/ceremony/codes.h"

namespace sufragio::services {

namespace {

constexpr std::uint32_t kBallots = 12;

std::string path_of(std::uint32_t round) { return "rehearsal/" + std::to_string(round) + ".cbor"; }

tl::unexpected<Error> bad(std::uint32_t round) {
  return fail(kRehearsal, {{"file", path_of(round)}});
}

e2e::Shape dummy_shape() { return {0, {{1, {1, 2, 3, 4, 5}, 1, 1}, {2, {1, 2, 3, 4, 5}, 2, 1}}}; }

// No mesa of an election: centre 0. The number of the round makes each request another one.
e2e::Group group_of(std::uint32_t round) {
  const MesaId mesa{CentreCode{0}, MesaNumber{static_cast<std::uint16_t>(round)}};
  return {{mesa}, 0, kBallots, true};
}

std::vector<std::vector<std::uint8_t>> random_vote(const e2e::Shape& shape, Rng& rng) {
  std::vector<std::vector<std::uint8_t>> out;
  for (const e2e::ContestRule& rule : shape.contests) {
    const std::size_t cards = rule.options.size() - rule.votes_allowed;
    std::vector<std::uint8_t>& marks = out.emplace_back(cards, std::uint8_t{0});
    for (std::uint32_t vote = 0; vote < rule.votes_allowed; ++vote) {
      const std::uint64_t card = rng.below(cards + 1);  // the last one: not given
      if (card < cards) marks[card] = 1;
    }
  }
  return out;
}

Result<void> add_ballot(ByteView bytes, const e2e::BallotNonce& nonce, const e2e::Shape& shape,
                        const e2e::Key& key, crypto::P256Work& work, e2e::Sums& sums,
                        Rehearsal& out) {
  const e2e::SealedBallot sealed = TRY(e2e::decode_ballot(bytes, shape, key));
  TRY(e2e::verify_ballot(sealed.ballot, shape, key, work, &sums));
  const auto votes = TRY(e2e::open_challenged(sealed.ballot, nonce, key, work));
  for (std::size_t c = 0; c < votes.size(); ++c) {
    for (std::size_t o = 0; o < votes[c].size(); ++o) out.votes[c][o] += votes[c][o];
  }
  return {};
}

Result<Rehearsal> rehearsal_of(ByteView bytes, const e2e::JointKey& joint, std::uint32_t round) {
  const e2e::Shape shape = dummy_shape();
  crypto::P256Work work;
  const e2e::Key key = joint.election_key(work);
  Rehearsal out;
  for (const e2e::ContestRule& rule : shape.contests) {
    out.votes.emplace_back(rule.options.size(), 0);
  }
  e2e::Sums sums;
  codec::CborReader in{bytes};
  TRY(in.array(kBallots));
  for (std::uint32_t i = 0; i < kBallots; ++i) {
    TRY(in.array(2));
    const ByteView secret = TRY(in.bytes(32));
    const ByteView ballot = TRY(in.bytes());
    const e2e::BallotNonce nonce{Hash32::from(secret).value()};
    TRY(add_ballot(ballot, nonce, shape, key, work, sums, out));
  }
  TRY(in.end());
  out.aggregate = e2e::make_aggregate(group_of(round), sums, work);
  return out;
}

}  // namespace

Result<void> prepare_rehearsal(ports::Store& exchange, const e2e::JointKey& joint,
                               std::uint32_t round, Rng& rng) {
  if (round < 1 || round > kMaxRehearsals) return bad(round);
  const auto there = TRY(exchange.read(path_of(round)));
  if (there) return {};  // somebody may have answered for it
  const e2e::Shape shape = dummy_shape();
  crypto::P256Work work;
  const e2e::Key key = joint.election_key(work);
  codec::CborWriter out;
  out.array(kBallots);
  for (std::uint32_t i = 0; i < kBallots; ++i) {
    const e2e::BallotNonce nonce{rng, {}};
    const e2e::Choices choices = TRY(e2e::Choices::from_cards(shape, random_vote(shape, rng)));
    e2e::SealedBallot sealed;
    sealed.style = shape.style;
    rng.fill(sealed.name.data);
    sealed.ballot = e2e::encrypt(shape, choices, nonce, key, rng, work);
    out.array(2);
    out.bytes(nonce.publish().view());
    out.bytes(e2e::encode_ballot(sealed));
  }
  return exchange.write(path_of(round), out.view(), true);
}

Result<Rehearsal> read_rehearsal(const ports::Store& exchange, const e2e::JointKey& joint,
                                 std::uint32_t round) {
  if (round < 1 || round > kMaxRehearsals) return bad(round);
  const auto bytes = TRY(exchange.read(path_of(round)));
  if (!bytes) return bad(round);
  auto out = rehearsal_of(*bytes, joint, round);
  if (!out) return bad(round);
  return out;
}

Result<void> check_rehearsal(const Rehearsal& rehearsal, const e2e::GroupTally& tally) {
  for (std::size_t c = 0; c < rehearsal.votes.size(); ++c) {
    for (std::size_t o = 0; o < rehearsal.votes[c].size(); ++o) {
      if (tally.contests.at(c).at(o).tally != rehearsal.votes[c][o]) {
        return bad(tally.group.mesas.front().mesa.value());
      }
    }
  }
  return {};
}

}  // namespace sufragio::services
