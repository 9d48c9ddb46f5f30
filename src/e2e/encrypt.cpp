#include "e2e/encrypt.h"

#include "crypto/secrets.h"

namespace sufragio::e2e {

namespace {

using crypto::P256;
using crypto::P256Element;
using crypto::P256Work;
using crypto::Scalar;
using crypto::ScalarField;
using crypto::Secret;

std::uint64_t equals(std::uint64_t a, std::uint64_t b) {  // 1 or 0, without a branch
  const std::uint64_t x = a ^ b;
  return 1 ^ ((x | (0 - x)) >> 63);
}

// Every vote is held against every card: no place is looked up by what was chosen.
void mark(std::span<const std::uint16_t> votes, std::vector<std::uint8_t>& marks) {
  for (const std::uint16_t vote : votes) {
    for (std::size_t card = 0; card < marks.size(); ++card) {
      marks[card] = static_cast<std::uint8_t>(marks[card] | equals(vote, card));
    }
  }
}

// The branches of the proof that a ciphertext with the nonce `xi` holds `value`, one of 0 to
// `limit`. All branches are computed alike; only masks know which one is the true one.
class RangeProver {
 public:
  RangeProver(const Secret& xi, std::uint64_t value, std::uint32_t limit, Rng& rng)
      : xi_{xi}, value_{value} {
    for (std::uint32_t j = 0; j <= limit; ++j) {
      u_.push_back(field_.random(rng));
      c_.push_back(field_.random(rng));
    }
  }

  // a_j = g^u_j, b_j = K^t_j with t_j = u_j + (value - j) c_j, which is u_j in the true branch.
  void commit(const Key& key, P256Work& work, std::vector<P256Element>& out) const {
    for (std::size_t j = 0; j < u_.size(); ++j) {
      const Scalar distance = field_.subtract(field_.number(value_), field_.number(j));
      const Secret t = field_.add(u_[j], field_.multiply(c_[j], distance));
      out.push_back(key.g.power(u_[j], work));
      out.push_back(key.k.power(t, work));
    }
  }

  [[nodiscard]] std::vector<Proof> answer(const Scalar& challenge) const {
    Secret rest{challenge};
    for (std::size_t j = 0; j < c_.size(); ++j) {
      rest = field_.subtract(rest, ScalarField::masked(1 ^ equals(j, value_), c_[j]));
    }
    std::vector<Proof> out;
    for (std::size_t j = 0; j < c_.size(); ++j) {
      const std::uint64_t truth = equals(j, value_);
      const Secret c =
          field_.add(ScalarField::masked(truth, rest), ScalarField::masked(1 ^ truth, c_[j]));
      const Secret v = field_.subtract(u_[j], field_.multiply(xi_, c.publish()));
      out.push_back({c.publish().bytes(), v.publish().bytes()});
    }
    return out;
  }

 private:
  const ScalarField& field_ = ScalarField::p256();
  Secret xi_;
  std::uint64_t value_;
  std::vector<Secret> u_;
  std::vector<Secret> c_;
};

Scalar challenge_of(ByteView cipher_and_commitments, const Key& key) {
  crypto::KeyedHash::Message message = key.hash.message();
  message.byte(0x21).bytes(key.k.bytes()).bytes(cipher_and_commitments);
  return P256::challenge(message.finish());
}

// All points first, then one conversion to bytes for all of them, then the answers.
EncryptedContest encrypt_contest(const ContestRule& rule, std::span<const std::uint8_t> votes,
                                 const BallotNonce& nonce, const Key& key, Rng& rng,
                                 P256Work& work) {
  const ScalarField& field = ScalarField::p256();
  std::vector<RangeProver> provers;
  provers.reserve(rule.options.size() + 1);
  std::vector<P256Element> elements;
  elements.reserve(6 * rule.options.size() + 2 * rule.votes_allowed + 4);
  Secret sum_xi;
  const auto add_cipher = [&](const Secret& xi, std::uint64_t vote) {
    elements.push_back(key.g.power(xi, work));
    elements.push_back(key.k.power(field.add(xi, Secret{field.number(vote)}), work));
  };
  for (std::size_t o = 0; o < rule.options.size(); ++o) {
    const Secret xi = nonce.of(rule.sequence, rule.options[o], key);
    sum_xi = field.add(sum_xi, xi);
    add_cipher(xi, votes[o]);
    provers.emplace_back(xi, votes[o], rule.option_limit, rng);
    provers.back().commit(key, work, elements);
  }
  add_cipher(sum_xi, rule.votes_allowed);  // every contest adds up to the votes allowed
  provers.emplace_back(sum_xi, rule.votes_allowed, rule.votes_allowed, rng);
  provers.back().commit(key, work, elements);
  Bytes bytes;
  work.encode_all(elements, bytes);

  EncryptedContest out;
  out.sequence = rule.sequence;
  ByteView rest = bytes;
  for (std::size_t o = 0; o < rule.options.size(); ++o) {
    const ByteView own = rest.first(33 * (2 + 2 * (rule.option_limit + std::size_t{1})));
    rest = rest.subspan(own.size());
    EncryptedOption option;
    option.sequence = rule.options[o];
    option.vote = {to_bytes(own.first(33)), to_bytes(own.subspan(33, 33))};
    option.range = provers[o].answer(challenge_of(own, key));
    out.options.push_back(std::move(option));
  }
  out.limit = provers.back().answer(challenge_of(rest, key));
  out.hash = contest_hash<P256>(out, key);
  return out;
}

}  // namespace

BallotNonce::BallotNonce(Rng& rng, ByteView opening_secret) {
  Bytes material(32);
  rng.fill(material);
  material.insert(material.end(), opening_secret.begin(), opening_secret.end());
  Bytes value = crypto::hkdf_sha256(material, {}, "sufragio/ballot-nonce/1", 32);
  std::copy(value.begin(), value.end(), value_.data.begin());
  crypto::wipe(material);
  crypto::wipe(value);
}

BallotNonce::~BallotNonce() { crypto::wipe(value_.data); }

Secret BallotNonce::of(std::uint32_t contest, std::uint32_t option, const Key& key) const {
  crypto::KeyedHash::Message message = key.hash.message();
  Hash32 hash = message.byte(0x20).bytes(value_.view()).uint32(contest).uint32(option).finish();
  Secret out{P256::challenge(hash)};
  crypto::wipe(hash.data);
  return out;
}

Result<Choices> Choices::from_cards(const Shape& shape,
                                    const std::vector<std::vector<std::uint8_t>>& cards) {
  if (cards.size() != shape.contests.size()) return fail(kChoices);
  Choices out;
  for (std::size_t c = 0; c < cards.size(); ++c) {
    const ContestRule& rule = shape.contests[c];
    if (cards[c].size() + rule.votes_allowed != rule.options.size()) return fail(kChoices);
    std::vector<std::uint8_t>& options = out.options_.emplace_back(cards[c]);
    std::uint64_t given = 0;
    std::uint8_t wrong = 0;
    for (const std::uint8_t vote : cards[c]) {
      given += vote;
      wrong = static_cast<std::uint8_t>(wrong | (vote >> 1));
    }
    if (wrong != 0 || given > rule.votes_allowed) return fail(kChoices);
    for (std::uint64_t i = 0; i < rule.votes_allowed; ++i) {  // 1 when i < allowed - given
      const std::uint64_t left = rule.votes_allowed - given;
      options.push_back(static_cast<std::uint8_t>((i - left) >> 63));
    }
  }
  return out;
}

Result<Choices> Choices::from_selections(const Shape& shape,
                                         const election::Definition& definition,
                                         const election::Selections& selections) {
  const auto& order = definition.styles[selections.style].contests;
  std::vector<std::vector<std::uint8_t>> cards;
  for (const ContestRule& rule : shape.contests) {
    auto& marks = cards.emplace_back(rule.options.size() - rule.votes_allowed, std::uint8_t{0});
    for (std::size_t c = 0; c < order.size(); ++c) {
      if (order[c].value() + std::uint32_t{1} != rule.sequence) continue;
      mark(selections.contests[c].votes, marks);
    }
  }
  auto out = from_cards(shape, cards);
  for (auto& marks : cards) crypto::wipe(marks);
  return out;
}

Choices::~Choices() {
  for (std::vector<std::uint8_t>& contest : options_) crypto::wipe(contest);
}

EncryptedBallot encrypt(const Shape& shape, const Choices& choices, const BallotNonce& nonce,
                        const Key& key, Rng& rng, P256Work& work) {
  CHECK(choices.options().size() == shape.contests.size());
  EncryptedBallot out;
  for (std::size_t c = 0; c < shape.contests.size(); ++c) {
    CHECK(choices.options()[c].size() == shape.contests[c].options.size());
    out.contests.push_back(
        encrypt_contest(shape.contests[c], choices.options()[c], nonce, key, rng, work));
  }
  out.code = confirmation_code(out, {}, key.hash);
  return out;
}

Result<std::vector<std::vector<std::uint8_t>>> open_challenged(const EncryptedBallot& ballot,
                                                               const BallotNonce& nonce,
                                                               const Key& key, P256Work& work) {
  const ScalarField& field = ScalarField::p256();
  std::vector<std::vector<std::uint8_t>> out;
  for (const EncryptedContest& contest : ballot.contests) {
    out.emplace_back();
    for (const EncryptedOption& option : contest.options) {
      const Scalar xi = nonce.of(contest.sequence, option.sequence, key).publish();
      const auto data = work.decode(option.vote.data);
      const bool pad = to_bytes(work.encode(key.g.power(xi, work))) == option.vote.pad;
      const bool zero = pad && data && key.k.power(xi, work) == *data;
      const Scalar next = field.add(xi, field.number(1));
      const bool one = pad && data && !zero && key.k.power(next, work) == *data;
      if (!zero && !one) {
        return fail(Error{kOpened}
                        .with("contest", std::int64_t{contest.sequence})
                        .with("option", std::int64_t{option.sequence}));
      }
      out.back().push_back(one ? 1 : 0);
    }
  }
  return out;
}

Result<void> verify_ballot(const EncryptedBallot& ballot, const Shape& shape, const Key& key,
                           P256Work& work, Sums* sums) {
  if (ballot.contests.size() != shape.contests.size()) return fail(kBallotForm);
  Sums fresh;
  for (std::size_t c = 0; c < shape.contests.size(); ++c) {
    auto pairs = TRY(verify_contest<P256>(ballot.contests[c], shape.contests[c], key, work));
    fresh.push_back(std::move(pairs));
  }
  if (confirmation_code(ballot, {}, key.hash) != ballot.code) return fail(kConfirmationCode);
  if (sums == nullptr) return {};
  if (sums->empty()) {
    *sums = std::move(fresh);
    return {};
  }
  for (std::size_t c = 0; c < fresh.size(); ++c) {
    for (std::size_t o = 0; o < fresh[c].size(); ++o) {
      work.multiply((*sums)[c][o].pad, fresh[c][o].pad);
      work.multiply((*sums)[c][o].data, fresh[c][o].data);
    }
  }
  return {};
}

}  // namespace sufragio::e2e
