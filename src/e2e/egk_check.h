#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "e2e/egk_record.h"

// Checks a whole record of egk-ec: every hash, proof, code, sum and decryption of it, and counts
// what was checked. Findings do not stop the check; the record is good when there are none.
namespace sufragio::e2e {

struct EgkReport {
  std::vector<Error> findings;  // with the facts "ballot", "contest", "option", "guardian"
  std::uint32_t guardian_proofs = 0;
  std::uint32_t cast = 0;
  std::uint32_t challenged = 0;
  std::uint32_t range_proofs = 0;
  std::uint32_t limit_proofs = 0;  // as many contest hashes
  std::uint32_t codes = 0;
  std::uint32_t chained_codes = 0;
  std::uint32_t cells = 0;
  std::uint32_t opened_cells = 0;  // of challenged ballots
  std::uint32_t opened_data = 0;
};

template <class G>
class EgkCheck {
 public:
  // `challenge` turns the hash of a guardian's proof into a number.
  explicit EgkCheck(const EgkRecord& record) : record_{record} {}

  template <class Challenge>
  [[nodiscard]] EgkReport run(Challenge challenge) {
    hashes();
    guardians(challenge);
    const auto joint = work_.decode(record_.keys.joint);
    if (!joint) {
      found(kBadElement, {{"field", "joint_public_key"}});
      return std::move(report_);
    }
    const ElectionKey<G> key{*joint, record_.keys.extended};
    for (const EgkBallot& ballot : record_.ballots) check_ballot(ballot, key);
    for (const EgkChain& chain : record_.chains) check_chain(chain, key);
    if (record_.tally) check_tally(*record_.tally);
    if (record_.decryption) check_decryption(*record_.decryption, key);
    for (const EgkDecryption& opened : record_.challenged) check_challenged(opened, key);
    return std::move(report_);
  }

 private:
  using Cell = std::pair<std::string, std::string>;

  void found(Code code, std::vector<Fact> facts = {}) {
    report_.findings.push_back({code, std::move(facts)});
  }

  void hashes() {
    Hash32 version;
    std::copy(record_.constants.version.begin(), record_.constants.version.end(),
              version.data.begin());
    const crypto::KeyedHash version_key{version};
    crypto::KeyedHash::Message parameters = version_key.message();
    parameters.byte(0x00);
    for (const Bytes& part : record_.constants.hashed) parameters.bytes(part);
    const Hash32 hp = parameters.finish();
    const Hash32 hm = crypto::KeyedHash{hp}
                          .message()
                          .byte(0x01)
                          .uint32(static_cast<std::uint32_t>(record_.manifest.bytes.size()))
                          .bytes(record_.manifest.bytes)
                          .finish();
    const Hash32 hb = crypto::KeyedHash{hp}
                          .message()
                          .byte(0x02)
                          .bytes(hm.view())
                          .uint32(record_.config.guardians)
                          .uint32(record_.config.quorum)
                          .finish();
    const Hash32 he = crypto::KeyedHash{hb}.message().byte(0x12).bytes(record_.keys.joint).finish();
    if (hp != record_.config.parameters) found(kBaseHash, {{"field", "parameter_base_hash"}});
    if (hm != record_.config.manifest) found(kBaseHash, {{"field", "manifest_hash"}});
    if (hb != record_.config.election) found(kBaseHash, {{"field", "election_base_hash"}});
    if (he != record_.keys.extended) found(kBaseHash, {{"field", "extended_base_hash"}});
  }

  template <class Challenge>
  void guardians(Challenge challenge) {
    const crypto::KeyedHash parameters{record_.config.parameters};
    typename G::Element product;
    std::uint32_t expected = 0;
    for (const EgkGuardian& guardian : record_.keys.guardians) {
      const bool form =
          guardian.number == ++expected && guardian.coefficients.size() == record_.config.quorum;
      if (!form) found(kBadRecord, {{"guardian", guardian.id}});
      for (std::uint32_t j = 0; j < guardian.coefficients.size(); ++j) {
        ++report_.guardian_proofs;
        const auto element = verify_coefficient<G>(guardian.coefficients[j], parameters,
                                                   guardian.number, j, challenge, work_);
        if (!element) {
          found(element.error().code,
                {{"guardian", guardian.id}, {"coefficient", std::to_string(j)}});
        } else if (j == 0) {
          work_.multiply(product, *element);
        }
      }
    }
    const auto joint = work_.decode(record_.keys.joint);
    if (expected != record_.config.guardians || !joint || !(*joint == product)) found(kJointKey);
  }

  // The manifest's contests of the ballot's style, no other, in order, with the right ids.
  [[nodiscard]] bool has_style(const EgkBallot& ballot) const {
    const auto style = record_.manifest.styles.find(ballot.style);
    if (style == record_.manifest.styles.end()) return false;
    const std::set<std::string> districts{style->second.begin(), style->second.end()};
    std::size_t at = 0;
    for (const EgkContest& contest : record_.manifest.contests) {
      if (!districts.contains(contest.district)) continue;
      if (at == ballot.ballot.contests.size()) return false;
      const EncryptedContest& own = ballot.ballot.contests[at++];
      if (own.id != contest.id || own.options.size() != contest.options.size()) return false;
      for (std::size_t o = 0; o < own.options.size(); ++o) {
        if (own.options[o].id != contest.options[o].id) return false;
      }
    }
    return at == ballot.ballot.contests.size();
  }

  void check_ballot(const EgkBallot& ballot, const ElectionKey<G>& key) {
    ++(ballot.cast ? report_.cast : report_.challenged);
    if (ballot.extended != key.extended) found(kBaseHash, {{"ballot", ballot.id}});
    if (!has_style(ballot)) found(kBallotForm, {{"ballot", ballot.id}});
    for (const EncryptedContest& contest : ballot.ballot.contests) {
      const EgkContest* known = record_.manifest.contest(contest.id);
      if (known == nullptr) continue;
      report_.range_proofs += static_cast<std::uint32_t>(contest.options.size());
      ++report_.limit_proofs;
      const auto pairs = verify_contest<G>(contest, known->rule, key, work_);
      if (!pairs) {
        found(pairs.error().code, {{"ballot", ballot.id},
                                   {"contest", contest.id},
                                   {"option", std::string{pairs.error().fact("option")}}});
      } else if (ballot.cast) {
        for (std::size_t o = 0; o < pairs->size(); ++o) {
          add({contest.id, contest.options[o].id}, (*pairs)[o]);
        }
      }
    }
    ++report_.codes;
    if (confirmation_code(ballot.ballot, ballot.aux, key.hash) != ballot.ballot.code) {
      found(kConfirmationCode, {{"ballot", ballot.id}});
    }
    if (!record_.config.chained && ballot.aux != record_.config.aux)
      found(kChain, {{"ballot", ballot.id}});
  }

  void add(Cell cell, const Pair<G>& pair) {
    const auto [at, fresh] = sums_.try_emplace(std::move(cell), pair);
    if (fresh) return;
    work_.multiply(at->second.pad, pair.pad);
    work_.multiply(at->second.data, pair.data);
  }

  // B_aux of ballot j = code of ballot j-1 ‖ B0, from H(HE; 24, B0) on.
  void check_chain(const EgkChain& chain, const ElectionKey<G>& key) {
    Hash32 last = key.hash.message().byte(0x24).bytes(chain.start).finish();
    for (const std::string& id : chain.ballots) {
      ++report_.chained_codes;
      const auto at = std::ranges::find(record_.ballots, id, &EgkBallot::id);
      Bytes expected = to_bytes(last.view());
      expected.insert(expected.end(), chain.start.begin(), chain.start.end());
      if (at == record_.ballots.end() || at->aux != expected) {
        found(kChain, {{"ballot", id}});
        return;
      }
      last = at->ballot.code;
    }
    const Hash32 closing = key.hash.message()
                               .byte(0x24)
                               .bytes(last.view())
                               .bytes(chain.start)
                               .bytes(as_bytes("CLOSE"))
                               .finish();
    if (last != chain.last || closing != chain.closing) found(kChain, {{"field", "closing_hash"}});
  }

  void check_tally(const EgkTally& tally) {
    std::set<std::string> cast;
    for (const EgkBallot& ballot : record_.ballots) {
      if (ballot.cast) cast.insert(ballot.id);
    }
    const std::set<std::string> named{tally.cast.begin(), tally.cast.end()};
    if (cast != named || named.size() != tally.cast.size()) {
      found(kAggregate, {{"field", "cast_ballot_ids"}});
    }
    for (auto& [cell, sum] : sums_) {
      const auto at = tally.cells.find(cell);
      Bytes pad;
      Bytes data;
      work_.encode_all({&sum.pad, 1}, pad);
      work_.encode_all({&sum.data, 1}, data);
      if (at == tally.cells.end() || at->second != Cipher{pad, data}) {
        found(kAggregate, {{"contest", cell.first}, {"option", cell.second}});
      }
    }
    if (tally.cells.size() != sums_.size()) found(kAggregate);
  }

  void check_cells(const EgkDecryption& file, const EgkDecryption::Contest& contest,
                   const ElectionKey<G>& key) {
    for (const DecryptedCell& cell : contest.cells) {
      const auto done = verify_decryption<G>(cell, key, work_);
      if (!done) {
        found(done.error().code,
              {{"tally", file.id}, {"contest", contest.id}, {"option", cell.id}});
      }
    }
  }

  void check_decryption(const EgkDecryption& file, const ElectionKey<G>& key) {
    if (file.extended != key.extended) found(kBaseHash, {{"tally", file.id}});
    std::map<Cell, Cipher> cells;
    for (const EgkDecryption::Contest& contest : file.contests) {
      report_.cells += static_cast<std::uint32_t>(contest.cells.size());
      check_cells(file, contest, key);
      for (const DecryptedCell& cell : contest.cells) cells[{contest.id, cell.id}] = cell.sum;
    }
    if (record_.tally && cells != record_.tally->cells) found(kAggregate, {{"tally", file.id}});
  }

  void check_challenged(const EgkDecryption& file, const ElectionKey<G>& key) {
    const auto at = std::ranges::find(record_.ballots, file.id, &EgkBallot::id);
    const bool known = at != record_.ballots.end() && !at->cast &&
                       at->ballot.contests.size() == file.contests.size();
    if (!known || file.extended != key.extended) {
      found(kBallotForm, {{"ballot", file.id}});
      return;
    }
    for (std::size_t c = 0; c < file.contests.size(); ++c) {
      const EgkDecryption::Contest& contest = file.contests[c];
      const EncryptedContest& sealed = at->ballot.contests[c];
      report_.opened_cells += static_cast<std::uint32_t>(contest.cells.size());
      bool same = contest.id == sealed.id && contest.cells.size() == sealed.options.size();
      for (std::size_t o = 0; same && o < sealed.options.size(); ++o) {
        same = contest.cells[o].id == sealed.options[o].id &&
               contest.cells[o].sum == sealed.options[o].vote;
      }
      if (!same) found(kAggregate, {{"ballot", file.id}, {"contest", contest.id}});
      check_cells(file, contest, key);
      if (!contest.data) continue;
      ++report_.opened_data;
      if (sealed.data != contest.data->data) found(kContestData, {{"ballot", file.id}});
      const auto opened = check_data(*contest.data, key);
      if (!opened) found(opened.error().code, {{"ballot", file.id}, {"contest", contest.id}});
    }
  }

  // beta = C0^s: c = Hq(HE; 31, K, C0, hex(C1), C2, a, b, beta) with a = g^v K^c, b = C0^v beta^c.
  Result<void> check_data(const OpenedData& opened, const ElectionKey<G>& key) {
    const auto c0 = TRY(detail::read_element<G>(opened.data.c0, work_));
    const auto beta = TRY(detail::read_element<G>(opened.beta, work_));
    const detail::ReadProof p = TRY(detail::read_proof<G>(opened.proof));
    std::vector<typename G::Element> elements;
    elements.push_back(key.g.power_times(p.response, key.k.element(), p.challenge, work_));
    elements.push_back(work_.power_times(c0, p.response, beta, p.challenge));
    Bytes bytes;
    work_.encode_all(elements, bytes);
    std::string hex = to_hex(opened.data.c1);
    for (char& c : hex) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    crypto::KeyedHash::Message message = key.hash.message();
    message.byte(0x31).bytes(key.k.bytes()).bytes(opened.data.c0).bytes(as_bytes(hex));
    message.bytes(opened.data.c2.view()).bytes(bytes).bytes(opened.beta);
    if (G::challenge(message.finish()) != p.challenge) return fail(kContestData);
    return {};
  }

  const EgkRecord& record_;
  typename G::Work work_;
  EgkReport report_;
  std::map<Cell, Pair<G>> sums_;
};

// For P-256.
[[nodiscard]] EgkReport check_egk_record(const EgkRecord& record);
// Contest data: the MAC holds under the key made of `beta` = C0^s, and the plain bytes. E114.
[[nodiscard]] Result<Bytes> open_contest_data(const ContestData& data, ByteView beta,
                                              ByteView joint, std::string_view contest_id,
                                              const Hash32& extended);

}  // namespace sufragio::e2e
