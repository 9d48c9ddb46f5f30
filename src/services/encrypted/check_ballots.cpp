#include "services/encrypted/check_ballots.h"

#include <algorithm>

#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "e2e/bundle.h"
#include "ports/memory_store.h"
#include "services/encrypted/codes.h"
#include "services/encrypted/duplicates.h"
#include "services/encrypted/election_key.h"
#include "services/publication/layout.h"
#include "services/units/codes.h"

namespace sufragio::services {

namespace {

template <typename T>
Result<T> at_mesa(Result<T>&& result, const MesaId& mesa) {
  return annotate(std::move(result), "mesa", std::string_view{mesa.text()});
}

// 32 bytes of the coordinate would double the work; two of 2^64 pairs agree in 16 bytes by chance,
// never in an election.
void add_keys(const e2e::EncryptedBallot& ballot, Bytes& keys) {
  for (const e2e::EncryptedContest& contest : ballot.contests) {
    for (const e2e::EncryptedOption& option : contest.options) {
      const ByteView pad{option.vote.pad};
      if (pad.size() < 1 + RepeatedPads::kKey) continue;  // refused for what it is
      const ByteView key = pad.subspan(1, RepeatedPads::kKey);
      keys.insert(keys.end(), key.begin(), key.end());
    }
  }
}

Result<void> read_bundle(const Bytes& bytes, const acta::Acta& acta, const e2e::Shape& shape,
                         const e2e::Key& key, crypto::P256Work& work, e2e::Sums& sums,
                         Bytes* keys) {
  const e2e::Bundle summary = TRY(e2e::bundle_summary(bytes));
  if (summary.root != acta.ballots_root || std::int64_t{summary.ballots} != acta.ballots.value()) {
    return fail(kBundleRoot, {{"expected", acta.ballots_root.hex()}, {"got", summary.root.hex()}});
  }
  e2e::BundleReader reader{bytes};
  for (;;) {
    const auto ballot_bytes = TRY(reader.next());
    if (!ballot_bytes) return {};
    const e2e::SealedBallot ballot = TRY(e2e::decode_ballot(*ballot_bytes, shape, key));
    if (keys != nullptr) add_keys(ballot.ballot, *keys);
    const auto done = e2e::verify_ballot(ballot.ballot, shape, key, work, &sums);
    if (!done) {
      const std::string code = ballot.ballot.code.hex();
      return fail(Error{done.error()}.with("ballot", std::string_view{code}));
    }
  }
}

// What one group gave: its first problem, how many keys stand twice in it, and each key once,
// ascending.
struct GroupResult {
  std::optional<Error> problem;
  std::uint64_t twice = 0;
  Bytes keys;
};

Bytes encode_result(const std::optional<Error>& problem, const Bytes& keys) {
  using Key = std::array<std::uint8_t, RepeatedPads::kKey>;
  std::vector<Key> sorted(keys.size() / RepeatedPads::kKey);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    std::copy_n(keys.begin() + static_cast<std::ptrdiff_t>(i * sorted[i].size()), sorted[i].size(),
                sorted[i].begin());
  }
  std::ranges::sort(sorted);
  const auto end = std::unique(sorted.begin(), sorted.end());
  Bytes once;
  once.reserve(keys.size());
  for (auto at = sorted.begin(); at != end; ++at) once.insert(once.end(), at->begin(), at->end());
  codec::CborWriter out;
  out.array(3);
  out.bytes(problem ? encode_error(*problem) : Bytes{});
  out.uint(static_cast<std::uint64_t>(sorted.end() - end));
  out.bytes(once);
  return out.take();
}

Result<GroupResult> result_of(ByteView bytes) {
  codec::CborReader in{bytes};
  GroupResult out;
  TRY(in.array(3));
  const ByteView problem = TRY(in.bytes());
  out.twice = TRY(in.uint());
  const ByteView keys = TRY(in.bytes());
  TRY(in.end());
  if (!problem.empty()) out.problem = TRY(decode_error(problem));
  out.keys = to_bytes(keys);
  if (out.keys.size() % RepeatedPads::kKey != 0) return fail(kKeptUnit);
  return out;
}

// One unit is one group. A group that fails is a result like another: the report names it.
class GroupWork : public UnitWork {
 public:
  GroupWork(const election::Package& package, const CountedActas& actas, const BallotFiles& files,
            std::vector<e2e::Group> groups, e2e::Key key)
      : package_{package},
        actas_{actas},
        files_{files},
        groups_{std::move(groups)},
        key_{std::move(key)} {}

  std::size_t units() const override { return groups_.size(); }
  std::string name(std::size_t unit) const override {
    return "checked/" + groups_[unit].mesas.front().text();
  }

  Result<Hash32> inputs(std::size_t unit) const override {
    const e2e::Group& group = groups_[unit];
    crypto::Sha256 hash;
    hash.update(as_bytes("sufragio/checked-ballots/2"));
    hash.update(package_.hash().view());
    for (const MesaId& mesa : group.mesas) {
      hash.update(crypto::sha256(acta::encode(actas_.at(mesa))).view());
      const auto bundle = TRY(files_.bundle(mesa));
      hash.update(crypto::sha256(bundle ? ByteView{*bundle} : ByteView{}).view());
    }
    const auto tally = TRY(files_.tally(group));
    hash.update(crypto::sha256(tally ? ByteView{*tally} : ByteView{}).view());
    return hash.finish();
  }

  Result<Bytes> calculate(std::size_t unit) const override {
    Bytes keys;
    const auto done = run(groups_[unit], keys);
    return encode_result(done ? std::optional<Error>{} : done.error(), keys);
  }

  [[nodiscard]] const std::vector<e2e::Group>& groups() const { return groups_; }

 private:
  Result<void> run(const e2e::Group& group, Bytes& keys) const {
    const auto expected = TRY(aggregate_of(group, package_, actas_, key_, files_, &keys));
    const MesaId& first = group.mesas.front();
    if (!group.large_enough) {  // proofs and roots hold, but there is no decryption
      return at_mesa(Result<void>{fail(kBelowMinimum)}, first);
    }
    const auto bytes = TRY(files_.tally(group));
    if (!bytes) return at_mesa(Result<void>{fail(kNoTally)}, first);
    return at_mesa(check_tally(group, expected, *bytes), first);
  }

  Result<void> check_tally(const e2e::Group& group, const e2e::Aggregate& expected,
                           ByteView bytes) const {
    const e2e::Shape shape = e2e::shape_of(package_.definition(), group.style);
    crypto::P256Work work;
    const e2e::GroupTally tally = TRY(e2e::decode_tally(bytes, shape));
    if (tally.group.mesas != group.mesas || tally.group.ballots != group.ballots) {
      return fail(e2e::kAggregate);
    }
    TRY(e2e::verify_tally(tally, expected, shape, key_, work));
    return compare_with_actas(tally, package_, actas_);
  }

  const election::Package& package_;
  const CountedActas& actas_;
  const BallotFiles& files_;
  std::vector<e2e::Group> groups_;
  e2e::Key key_;
};

Error twice(const MesaId& mesa, const MesaId& other, std::uint64_t count) {
  return Error{kDuplicate}
      .with("mesa", std::string_view{mesa.text()})
      .with("other", std::string_view{other.text()})
      .with("count", static_cast<std::int64_t>(count));
}

// The reports of all groups, in order, and with their keys the search through the country.
Result<void> collect(const GroupWork& work, const UnitsRun& run, ports::Store& kept,
                     ports::Processes& processes, BallotsReport& out) {
  crypto::Sha256 all;
  for (std::size_t unit = 0; unit < work.units(); ++unit) {
    const Hash32 inputs = TRY(kept_inputs(work, unit, kept));
    all.update(inputs.view());
  }
  auto search = TRY(RepeatedPads::begin(kept, out.selections, all.finish()));
  for (std::size_t unit = 0; unit < work.units(); ++unit) {
    const Bytes bytes = TRY(kept_result(work, unit, kept));
    const auto result = result_of(bytes);
    if (!result) return fail(kKeptUnit, {{"file", work.name(unit)}});
    const e2e::Group& group = work.groups()[unit];
    out.groups.push_back({group, result->problem, run.again[unit]});
    if (result->twice > 0) {
      out.duplicates.push_back(twice(group.mesas.front(), group.mesas.front(), result->twice));
    }
    TRY(search.add(static_cast<std::uint32_t>(unit), result->keys));
  }
  const auto found = TRY(search.find(processes));
  for (const RepeatedPads::Twice& one : found) {
    out.duplicates.push_back(twice(work.groups()[one.unit].mesas.front(),
                                   work.groups()[one.other].mesas.front(), one.keys));
  }
  return {};
}

}  // namespace

std::string bundle_path(const MesaId& mesa) {
  return "ballots/" + ballot_file(mesa, BallotFile::bundle);
}
std::string tally_path(const e2e::Group& group) {
  return "ballots/" + ballot_file(group.mesas.front(), BallotFile::tally);
}

Result<std::optional<Bytes>> BallotFiles::bundle(const MesaId& mesa) const {
  return store_.read(place_ == Place::centre ? bundle_path(mesa)
                                             : site_ballot_file(mesa, BallotFile::bundle));
}
Result<std::optional<Bytes>> BallotFiles::tally(const e2e::Group& group) const {
  return store_.read(place_ == Place::centre
                         ? tally_path(group)
                         : site_ballot_file(group.mesas.front(), BallotFile::tally));
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
                                    const BallotFiles& files, Bytes* keys) {
  const e2e::Shape shape = e2e::shape_of(package.definition(), group.style);
  crypto::P256Work work;
  e2e::Sums sums;
  for (const MesaId& mesa : group.mesas) {
    const auto bytes = TRY(files.bundle(mesa));
    if (!bytes) return fail(kNoBundle, {{"mesa", mesa.text()}});
    TRY(at_mesa(read_bundle(*bytes, actas.at(mesa), shape, key, work, sums, keys), mesa));
  }
  return e2e::make_aggregate(group, sums, work);
}

Result<std::vector<e2e::Aggregate>> committed_aggregates(const election::Package& package,
                                                         const CountedActas& actas,
                                                         const e2e::Key& key,
                                                         const BallotFiles& files,
                                                         std::string_view territory) {
  std::vector<e2e::Aggregate> out;
  for (e2e::Group& group : groups_of(package, actas)) {
    if (!group.large_enough || !group.mesas.front().text().starts_with(territory)) continue;
    auto one = TRY(aggregate_of(group, package, actas, key, files, nullptr));
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
                                    const BallotFiles& files, const BallotsOptions& options,
                                    ports::Processes& processes, UnitWatcher* watcher) {
  const e2e::JointKey joint = TRY(joint_key_of(package));
  crypto::P256Work work;
  BallotsReport out;
  std::vector<e2e::Group> groups = groups_of(package, actas);
  std::erase_if(groups, [&](const e2e::Group& group) {
    return std::ranges::none_of(group.mesas, [&](const MesaId& mesa) {
      return mesa.text().starts_with(options.territory);
    });
  });
  if (groups.empty()) return fail(kNoMesa, {{"territory", options.territory}});
  for (const e2e::Group& group : groups) {
    out.ballots += group.ballots;
    out.selections += group.ballots * e2e::shape_of(package.definition(), group.style).cells();
  }
  const GroupWork groups_work{package, actas, files, std::move(groups), joint.election_key(work)};
  ports::MemoryStore memory;
  ports::Store& kept = options.kept != nullptr ? *options.kept : memory;
  const UnitsRun run = TRY(run_units(groups_work, processes, kept, watcher));
  if (processes.leading()) {
    TRY(collect(groups_work, run, kept, processes, out));
  } else {
    RepeatedPads::help(processes);
  }
  return out;
}

}  // namespace sufragio::services
