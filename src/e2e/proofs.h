#pragma once

#include <span>
#include <vector>

#include "base/check.h"
#include "crypto/keyed_hash.h"
#include "crypto/p256.h"
#include "e2e/codes.h"
#include "e2e/record.h"

// The equations of the profile EG20-P256 (docs/spec/e2e.md, parts 3 to 6), over a group G: P-256,
// and in the tests the integers of the older records too. They take public data only.
namespace sufragio::e2e {

// What every check of one election needs. Constant; may be shared between threads.
template <class G>
struct ElectionKey {
  ElectionKey(const typename G::Element& joint, const Hash32& extended_hash)
      : k{joint}, extended{extended_hash}, hash{extended_hash} {}
  const typename G::Base& g = G::generator();
  typename G::Base k;
  Hash32 extended;  // HE
  crypto::KeyedHash hash;
};

struct ContestRule {  // what the manifest says of a contest
  std::uint32_t sequence = 0;
  std::vector<std::uint32_t> options;  // their sequences, ascending
  std::uint32_t votes_allowed = 1;
  std::uint32_t option_limit = 1;  // most votes for one option
  friend bool operator==(const ContestRule&, const ContestRule&) = default;
};

template <class G>
struct Pair {  // a ciphertext as elements
  typename G::Element pad;
  typename G::Element data;
};

namespace detail {

struct ReadProof {
  crypto::Scalar challenge;
  crypto::Scalar response;
};

template <class G>
Result<ReadProof> read_proof(const Proof& proof) {
  const auto challenge = G::scalars().read(proof.challenge);
  const auto response = G::scalars().read(proof.response);
  if (!challenge || !response) return fail(kBadScalar);
  return ReadProof{*challenge, *response};
}

template <class G>
Result<typename G::Element> read_element(ByteView bytes, typename G::Work& work) {
  auto out = work.decode(bytes);
  if (!out) return fail(kBadElement);
  return *std::move(out);
}

// The commitments that the branches of a range proof imply: a_j = g^v A^c, b_j = K^(v - j c) B^c.
template <class G>
Result<void> commitments(const Pair<G>& cipher, std::span<const Proof> branches,
                         const ElectionKey<G>& key, typename G::Work& work,
                         std::vector<typename G::Element>& out) {
  const crypto::ScalarField& field = G::scalars();
  for (std::size_t j = 0; j < branches.size(); ++j) {
    const ReadProof p = TRY(read_proof<G>(branches[j]));
    const crypto::Scalar shifted =
        field.subtract(p.response, field.multiply(field.number(j), p.challenge));
    out.push_back(key.g.power_times(p.response, cipher.pad, p.challenge, work));
    out.push_back(key.k.power_times(shifted, cipher.data, p.challenge, work));
  }
  return {};
}

// Do the challenges of the branches add up to the hash of all that they are bound to?
template <class G>
bool challenges_hold(const Cipher& cipher, std::span<const Proof> branches,
                     ByteView commitment_bytes, const ElectionKey<G>& key) {
  crypto::KeyedHash::Message message = key.hash.message();
  message.byte(0x21).bytes(key.k.bytes()).bytes(cipher.pad).bytes(cipher.data);
  const crypto::Scalar expected = G::challenge(message.bytes(commitment_bytes).finish());
  crypto::Scalar sum;
  for (const Proof& branch : branches) {
    sum = G::scalars().add(sum, G::scalars().reduce(branch.challenge));
  }
  return sum == expected;
}

[[nodiscard]] inline bool has_form(const EncryptedContest& contest, const ContestRule& rule) {
  bool ok = contest.sequence == rule.sequence && contest.options.size() == rule.options.size() &&
            contest.limit.size() == rule.votes_allowed + std::size_t{1};
  for (std::size_t o = 0; ok && o < rule.options.size(); ++o) {
    ok = contest.options[o].sequence == rule.options[o] &&
         contest.options[o].range.size() == rule.option_limit + std::size_t{1};
  }
  return ok;
}

}  // namespace detail

// chi = H(HE; 23, sequence, K, A1, B1, A2, B2 ...)
template <class G>
Hash32 contest_hash(const EncryptedContest& contest, const ElectionKey<G>& key) {
  crypto::KeyedHash::Message message = key.hash.message();
  message.byte(0x23).uint32(contest.sequence).bytes(key.k.bytes());
  for (const EncryptedOption& option : contest.options) {
    message.bytes(option.vote.pad).bytes(option.vote.data);
  }
  return message.finish();
}

// H(HE; 24, chi1, chi2 ..., aux); `aux` is empty unless codes are chained.
[[nodiscard]] inline Hash32 confirmation_code(const EncryptedBallot& ballot, ByteView aux,
                                              const crypto::KeyedHash& extended) {
  crypto::KeyedHash::Message message = extended.message();
  message.byte(0x24);
  for (const EncryptedContest& contest : ballot.contests) message.bytes(contest.hash.view());
  return message.bytes(aux).finish();
}

// Form, every range proof, the limit proof and the hash of one contest; its ciphertexts as
// elements, in the order of the options. E107, E101-E105 with the facts "contest" and "option"
// (sequences).
template <class G>
Result<std::vector<Pair<G>>> verify_contest(const EncryptedContest& contest,
                                            const ContestRule& rule, const ElectionKey<G>& key,
                                            typename G::Work& work) {
  const auto where = [&](Code code, std::uint32_t option) {
    Error error{code};
    error = std::move(error).with("contest", std::int64_t{contest.sequence});
    if (option != 0) error = std::move(error).with("option", std::int64_t{option});
    return fail(std::move(error));
  };
  if (!detail::has_form(contest, rule)) return where(kBallotForm, 0);
  std::vector<Pair<G>> pairs;
  std::vector<typename G::Element> elements;
  for (const EncryptedOption& option : contest.options) {
    auto pad = detail::read_element<G>(option.vote.pad, work);
    auto data = detail::read_element<G>(option.vote.data, work);
    if (!pad || !data) return where(kBadElement, option.sequence);
    pairs.push_back({*std::move(pad), *std::move(data)});
    const auto done = detail::commitments<G>(pairs.back(), option.range, key, work, elements);
    if (!done) return where(done.error().code, option.sequence);
  }
  Pair<G> sum = pairs.front();
  for (std::size_t o = 1; o < pairs.size(); ++o) {
    work.multiply(sum.pad, pairs[o].pad);
    work.multiply(sum.data, pairs[o].data);
  }
  const auto limit = detail::commitments<G>(sum, contest.limit, key, work, elements);
  if (!limit) return where(limit.error().code, 0);
  elements.push_back(sum.pad);
  elements.push_back(sum.data);
  Bytes bytes;
  work.encode_all(elements, bytes);
  ByteView rest = bytes;
  const auto next = [&rest](std::size_t count) {
    const ByteView out = rest.first(count * G::kElementSize);
    rest = rest.subspan(out.size());
    return out;
  };
  for (const EncryptedOption& option : contest.options) {
    const ByteView own = next(2 * option.range.size());
    if (!detail::challenges_hold<G>(option.vote, option.range, own, key)) {
      return where(kRangeProof, option.sequence);
    }
  }
  const ByteView own = next(2 * contest.limit.size());
  const Cipher total{to_bytes(next(1)), to_bytes(next(1))};
  if (!detail::challenges_hold<G>(total, contest.limit, own, key)) return where(kLimitProof, 0);
  if (contest_hash<G>(contest, key) != contest.hash) return where(kContestHash, 0);
  return pairs;
}

// M = B / T was decrypted with the joint secret, and T = K^tally: E101, E102, E109, E110.
template <class G>
Result<void> verify_decryption(const DecryptedCell& cell, const ElectionKey<G>& key,
                               typename G::Work& work) {
  const auto a = work.decode_any(cell.sum.pad);
  const auto b = work.decode_any(cell.sum.data);
  const auto t = work.decode_any(cell.power);
  if (!a || !b || !t) return fail(kBadElement);
  const detail::ReadProof p = TRY(detail::read_proof<G>(cell.proof));
  std::vector<typename G::Element> elements;
  elements.push_back(*b);
  work.multiply(elements[0], work.invert(*t));
  elements.push_back(key.g.power(p.response, work));  // both have tables
  work.multiply(elements[1], key.k.power(p.challenge, work));
  elements.push_back(work.power_times(*a, p.response, elements[0], p.challenge));
  Bytes bytes;
  work.encode_all(elements, bytes);
  const ByteView m = ByteView{bytes}.first(G::kElementSize);
  crypto::KeyedHash::Message message = key.hash.message();
  message.byte(0x30).bytes(key.k.bytes()).bytes(cell.sum.pad).bytes(cell.sum.data);
  message.bytes(ByteView{bytes}.subspan(G::kElementSize)).bytes(m);
  if (G::challenge(message.finish()) != p.challenge) return fail(kDecryptionProof);
  if (!(key.k.power(G::scalars().number(cell.tally), work) == *t)) return fail(kTallyValue);
  return {};
}

// The maker of coefficient j of guardian i knows it: E101, E102, E111. `challenge` turns the hash
// into a number (older test records have another rule).
template <class G, class Challenge>
Result<typename G::Element> verify_coefficient(const CoefficientProof& coefficient,
                                               const crypto::KeyedHash& parameters, std::uint32_t i,
                                               std::uint32_t j, Challenge challenge,
                                               typename G::Work& work) {
  auto commitment = TRY(detail::read_element<G>(coefficient.commitment, work));
  const detail::ReadProof p = TRY(detail::read_proof<G>(coefficient.proof));
  std::vector<typename G::Element> h;
  h.push_back(G::generator().power_times(p.response, commitment, p.challenge, work));
  Bytes bytes;
  work.encode_all(h, bytes);
  crypto::KeyedHash::Message message = parameters.message();
  message.byte(0x10).uint32(i).uint32(j).bytes(coefficient.commitment).bytes(bytes);
  if (challenge(message.finish()) != p.challenge) return fail(kGuardianProof);
  return commitment;
}

}  // namespace sufragio::e2e
