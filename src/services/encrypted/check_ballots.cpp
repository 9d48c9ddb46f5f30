#include "services/encrypted/check_ballots.h"

#include <algorithm>
#include <atomic>

#include "base/check.h"
#include "crypto/hash.h"
#include "e2e/bundle.h"
#include "services/encrypted/codes.h"
#include "services/encrypted/duplicates.h"
#include "services/encrypted/election_key.h"

namespace sufragio::services {

namespace {

template <typename T>
Result<T> at_mesa(Result<T>&& result, const MesaId& mesa) {
  return annotate(std::move(result), "mesa", std::string_view{mesa.text()});
}

void add_pads(const e2e::EncryptedBallot& ballot, std::vector<Bytes>& pads) {
  for (const e2e::EncryptedContest& contest : ballot.contests) {
    for (const e2e::EncryptedOption& option : contest.options) pads.push_back(option.vote.pad);
  }
}

// Only the product, for ballots whose proofs are known to hold.
Result<void> add_ballot(const e2e::EncryptedBallot& ballot, crypto::P256Work& work,
                        e2e::Sums& sums) {
  const bool first = sums.empty();
  for (std::size_t c = 0; c < ballot.contests.size(); ++c) {
    if (first) sums.emplace_back();
    for (std::size_t o = 0; o < ballot.contests[c].options.size(); ++o) {
      const e2e::Cipher& vote = ballot.contests[c].options[o].vote;
      auto pad = TRY(work.decode(vote.pad));
      auto data = TRY(work.decode(vote.data));
      if (first) {
        sums[c].push_back({std::move(pad), std::move(data)});
        continue;
      }
      work.multiply(sums[c][o].pad, pad);
      work.multiply(sums[c][o].data, data);
    }
  }
  return {};
}

Result<void> read_bundle(const Bytes& bytes, const acta::Acta& acta, const e2e::Shape& shape,
                         const e2e::Key& key, Proofs proofs, crypto::P256Work& work,
                         e2e::Sums& sums, std::vector<Bytes>* pads) {
  const e2e::Bundle summary = TRY(e2e::bundle_summary(bytes));
  if (summary.root != acta.ballots_root || std::int64_t{summary.ballots} != acta.ballots.value()) {
    return fail(kBundleRoot, {{"expected", acta.ballots_root.hex()}, {"got", summary.root.hex()}});
  }
  e2e::BundleReader reader{bytes};
  for (;;) {
    const auto ballot_bytes = TRY(reader.next());
    if (!ballot_bytes) return {};
    const e2e::SealedBallot ballot = TRY(e2e::decode_ballot(*ballot_bytes, shape, key));
    const std::string code = ballot.ballot.code.hex();
    const auto done = proofs == Proofs::verify
                          ? e2e::verify_ballot(ballot.ballot, shape, key, work, &sums)
                          : add_ballot(ballot.ballot, work, sums);
    if (!done) return fail(Error{done.error()}.with("ballot", std::string_view{code}));
    if (pads != nullptr) add_pads(ballot.ballot, *pads);
  }
}

// What a finished group's verdict rests on: the same bytes need no second look.
Hash32 inputs_of(const e2e::Group& group, const CountedActas& actas,
                 const election::Package& package, ByteView tally) {
  crypto::Sha256 hash;
  hash.update(as_bytes("sufragio/checked-ballots/1"));
  hash.update(package.hash().view());
  for (const MesaId& mesa : group.mesas) hash.update(actas.at(mesa).ballots_root.view());
  hash.update(tally);
  return hash.finish();
}

std::string note_path(const e2e::Group& group) { return "checked/" + group.mesas.front().text(); }

class Checker {
 public:
  Checker(const election::Package& package, const CountedActas& actas, const ports::Store& files,
          const BallotsOptions& options, e2e::Key key)
      : package_{package}, actas_{actas}, files_{files}, options_{options}, key_{std::move(key)} {}

  // The first problem of the group, or none.
  GroupReport check(const e2e::Group& group, std::vector<Bytes>& pads) const {
    GroupReport out{group, {}, false};
    const auto done = run(group, pads, out.again);
    if (!done) out.problem = done.error();
    return out;
  }

 private:
  Result<void> run(const e2e::Group& group, std::vector<Bytes>& pads, bool& again) const {
    if (!group.large_enough) {  // proofs and roots hold or not, but there is no decryption
      const auto sums = TRY(aggregate(group, Proofs::verify, pads));
      return at_mesa(Result<void>{fail(kBelowMinimum)}, group.mesas.front());
    }
    const auto bytes = TRY(files_.read(tally_path(group)));
    const Hash32 inputs = inputs_of(group, actas_, package_, bytes ? ByteView{*bytes} : ByteView{});
    again = noted(group, inputs);
    const auto expected =
        TRY(aggregate(group, again ? Proofs::verified_before : Proofs::verify, pads));
    if (!bytes) return at_mesa(Result<void>{fail(kNoTally)}, group.mesas.front());
    const e2e::Shape shape = e2e::shape_of(package_.definition(), group.style);
    TRY(at_mesa(check_tally(group, expected, shape, *bytes), group.mesas.front()));
    if (options_.progress != nullptr && !again) {
      TRY(options_.progress->write(note_path(group), inputs.view(), false));
    }
    return {};
  }

  Result<e2e::Aggregate> aggregate(const e2e::Group& group, Proofs proofs,
                                   std::vector<Bytes>& pads) const {
    return aggregate_of(group, package_, actas_, key_, files_, proofs, &pads);
  }

  Result<void> check_tally(const e2e::Group& group, const e2e::Aggregate& expected,
                           const e2e::Shape& shape, ByteView bytes) const {
    crypto::P256Work work;
    const e2e::GroupTally tally = TRY(e2e::decode_tally(bytes, shape));
    if (tally.group.mesas != group.mesas || tally.group.ballots != group.ballots) {
      return fail(e2e::kAggregate);
    }
    TRY(e2e::verify_tally(tally, expected, shape, key_, work));
    return compare_with_actas(tally, package_, actas_);
  }

  [[nodiscard]] bool noted(const e2e::Group& group, const Hash32& inputs) const {
    if (options_.progress == nullptr) return false;
    const auto note = options_.progress->read(note_path(group));
    return note && *note && equal(**note, inputs.view());
  }

  const election::Package& package_;
  const CountedActas& actas_;
  const ports::Store& files_;
  const BallotsOptions& options_;
  e2e::Key key_;
};

}  // namespace

std::string bundle_path(const MesaId& mesa) { return "ballots/" + mesa.text() + ".bundle"; }
std::string tally_path(const e2e::Group& group) {
  return "ballots/" + group.mesas.front().text() + ".tally";
}

std::vector<e2e::Group> groups_of(const election::Package& package, const CountedActas& actas) {
  std::vector<e2e::MesaBallots> mesas;
  for (const auto& [id, acta] : actas) {
    const election::Mesa* mesa = package.definition().mesa(id);
    CHECK(mesa != nullptr);
    mesas.push_back({id, mesa->style, static_cast<std::uint32_t>(acta.ballots.value())});
  }
  return e2e::plan_groups(std::move(mesas), package.manifest().e2e->min_aggregate);
}

Result<e2e::Aggregate> aggregate_of(const e2e::Group& group, const election::Package& package,
                                    const CountedActas& actas, const e2e::Key& key,
                                    const ports::Store& files, Proofs proofs,
                                    std::vector<Bytes>* pads) {
  const e2e::Shape shape = e2e::shape_of(package.definition(), group.style);
  crypto::P256Work work;
  e2e::Sums sums;
  for (const MesaId& mesa : group.mesas) {
    const auto bytes = TRY(files.read(bundle_path(mesa)));
    if (!bytes) return fail(kNoBundle, {{"mesa", mesa.text()}});
    TRY(at_mesa(read_bundle(*bytes, actas.at(mesa), shape, key, proofs, work, sums, pads), mesa));
  }
  return e2e::make_aggregate(group, sums, work);
}

Result<std::vector<e2e::Aggregate>> committed_aggregates(const election::Package& package,
                                                         const CountedActas& actas,
                                                         const e2e::Key& key,
                                                         const ports::Store& files,
                                                         std::string_view territory) {
  std::vector<e2e::Aggregate> out;
  for (e2e::Group& group : groups_of(package, actas)) {
    if (!group.large_enough || !group.mesas.front().text().starts_with(territory)) continue;
    auto one = TRY(aggregate_of(group, package, actas, key, files, Proofs::verify, nullptr));
    out.push_back(std::move(one));
  }
  return out;
}

Result<void> compare_with_actas(const e2e::GroupTally& tally, const election::Package& package,
                                const CountedActas& actas) {
  const auto& order = package.definition().styles.at(tally.group.style).contests;
  const e2e::Shape shape = e2e::shape_of(package.definition(), tally.group.style);
  for (std::size_t c = 0; c < shape.contests.size(); ++c) {
    const e2e::ContestRule& rule = shape.contests[c];
    const auto at = static_cast<std::size_t>(
        std::ranges::find(order,
                          election::ContestIndex{static_cast<std::uint16_t>(rule.sequence - 1)}) -
        order.begin());
    const std::size_t cards = rule.options.size() - rule.votes_allowed;
    std::int64_t nulls = 0;
    std::int64_t nulo = 0;
    for (const MesaId& mesa : tally.group.mesas) {
      const acta::ContestCount& count = actas.at(mesa).contests.at(at);
      nulls += count.null.value() + count.invalid.value();
    }
    const auto differs = [&](std::size_t option, std::int64_t got, std::int64_t expected) {
      return fail(Error{kActaDiffers}
                      .with("contest", std::int64_t{rule.sequence})
                      .with("option", static_cast<std::int64_t>(option + 1))
                      .with("got", got)
                      .with("expected", expected));
    };
    for (std::size_t o = 0; o < rule.options.size(); ++o) {
      const std::int64_t got = tally.contests[c][o].tally;
      if (o >= cards) {
        nulo += got;
        continue;
      }
      std::int64_t expected = 0;
      for (const MesaId& mesa : tally.group.mesas) {
        expected += actas.at(mesa).contests.at(at).cards.at(o).value();
      }
      if (got != expected) return differs(o, got, expected);
    }
    if (nulo != nulls) return differs(cards, nulo, nulls);
  }
  return {};
}

bool BallotsReport::good() const {
  return duplicates.empty() && std::ranges::none_of(groups, [](const GroupReport& group) {
           return group.problem && group.problem->code != kBelowMinimum;
         });
}

Result<BallotsReport> check_ballots(const election::Package& package, const CountedActas& actas,
                                    const ports::Store& files, const BallotsOptions& options,
                                    ports::Workers& workers, BallotsWatcher* watcher) {
  const e2e::JointKey joint = TRY(joint_key_of(package));
  crypto::P256Work work;
  std::vector<e2e::Group> groups = groups_of(package, actas);
  std::erase_if(groups, [&](const e2e::Group& group) {
    return !group.mesas.front().text().starts_with(options.territory);
  });
  const Checker checker{package, actas, files, options, joint.election_key(work)};
  BallotsReport out;
  out.groups.resize(groups.size());
  DuplicateFinder finder;
  std::atomic<std::size_t> done{0};
  workers.each(groups.size(), [&](std::size_t i) {
    std::vector<Bytes> pads;
    out.groups[i] = checker.check(groups[i], pads);
    finder.add(groups[i].mesas.front(), pads);
    if (watcher != nullptr) watcher->group_done(++done, groups.size());
  });
  for (const e2e::Group& group : groups) {
    out.ballots += group.ballots;
    out.selections += group.ballots * e2e::shape_of(package.definition(), group.style).cells();
  }
  out.duplicates = finder.find();
  return out;
}

}  // namespace sufragio::services
