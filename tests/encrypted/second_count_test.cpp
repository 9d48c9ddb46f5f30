// The second count as a whole, on files in memory: a ceremony of three guardians, a small country
// whose machines encrypt every ballot, decryption by two, and the comparison with the actas.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "adapters/toml/toml.h"
#include "crypto/secrets.h"
#include "e2e/bundle.h"
#include "e2e/codes.h"
#include "e2e/shape.h"
#include "election/law_pack.h"
#include "ports/memory_store.h"
#include "services/ceremony/codes.h"
#include "services/ceremony/guardian.h"
#include "services/ceremony/rehearsal.h"
#include "services/ceremony/wrapped.h"
#include "services/encrypted/check_ballots.h"
#include "services/encrypted/codes.h"
#include "services/encrypted/duplicates.h"
#include "services/encrypted/election_key.h"
#include "services/office/office.h"
#include "sim/country.h"
#include "sim/people.h"
#include "sim/rng.h"
#include "sim/small_election.h"
#include "tests/support/small_election.h"
#include "tests/support/software_card.h"

namespace sufragio::services {
namespace {

using ports::MemoryStore;

GuardianSelf self_of(std::uint32_t number) {
  return {number, "guardian", "frase de paso", WrapCost::test};
}

struct Exchange {  // the carried folder and the private folders
  MemoryStore shared;
  std::vector<MemoryStore> own{3};
  crypto::SystemRng rng;

  Result<CeremonyState> advance(std::uint32_t number) {
    return advance_ceremony(shared, own[number - 1], self_of(number), rng);
  }
};

void prepare(Exchange& exchange, const std::string& manifest) {
  CeremonySetup setup;
  setup.plan = {3, 2, {}};
  setup.min_aggregate = 5;
  setup.manifest = to_bytes(as_bytes(manifest));
  ASSERT_TRUE(prepare_ceremony(exchange.shared, setup).has_value());
}

void hold(Exchange& exchange) {
  for (int round = 0; round < 4; ++round) {
    for (std::uint32_t i = 1; i <= 3; ++i) {
      const auto state = exchange.advance(i);
      ASSERT_TRUE(state.has_value()) << state.error().debug();
    }
  }
}

// A country of two mesas, its package with the joint key, its sealed ballots and its actas.
struct Country {
  Country() {
    crypto::SystemRng system;
    sim::SimRng people{77};
    const std::string law_text = tests::law_text();
    const codec::Document law = adapters::parse_toml(law_text).value();
    sim::CountryPlan plan;
    plan.states = plan.municipalities = plan.parishes = 1;
    plan.centres = 2;
    plan.mesas = 2;
    plan.electors_min = 18;
    plan.electors_max = 20;
    plan.cards = 4;
    plan.candidates = 3;
    plan.council_lists = 2;
    const election::LawPack pack = election::read_law_pack(law_text, law).value();
    const auto definition =
        sim::make_country(plan, election::list_seats(pack, plan.council_seats).value_or(0), people)
            .value();
    prepare(exchange, e2e::manifest_json(definition));
    hold(exchange);
    joint = finished_ceremony(exchange.shared).value();
    SecondCount second;
    second.keys = encrypted_count_of(joint, 5);
    second.files.emplace(election::kE2eManifestFile,
                         to_bytes(as_bytes(e2e::manifest_json(definition))));
    second.files.emplace(election::kE2eCeremonyFile, e2e::encode_transcript(joint));
    DrillKeys keys = DrillKeys::draw(system);
    frozen = freeze(definition, law_text, law, "ejemplo.example/2026", {sim::drill_release()}, keys,
                    &second)
                 .value();
    package = std::make_shared<election::Package>(
        election::Package::open(frozen.manifest_record, frozen.files, keys.root_keys(), law)
            .value());
    vote(people, system, keys);
  }

  void vote(sim::SimRng& people, Rng& system, DrillKeys& keys) {
    crypto::P256Work work;
    ElectionSealer sealer{package->definition(), joint.election_key(work), Bytes(32, 7)};
    const sim::Tastes tastes = sim::draw_tastes(package->definition(), people);
    const auto machines =
        sim::make_tables(*package, keys, system, people, sim::MachineRng::system).value();
    for (const auto& machine : machines) {
      machine->encrypt_with(sealer);
      const auto day = sim::draw_table_day(sim::local_midnight_s(*package), people);
      const auto report = machine->live(tastes, day, sim::DayFaults::none());
      ASSERT_TRUE(report.has_value()) << report.error().debug();
      EXPECT_TRUE(report->problems.empty()) << report->problems.front();
      const MesaId mesa = machine->mesa().id;
      actas[mesa] = acta::parse(machine->final_record())->acta();
      ballots[mesa] = machine->sealed_ballots();
      const e2e::Bundle bundle = e2e::make_bundle(machine->sealed_ballots()).value();
      EXPECT_EQ(actas[mesa].ballots_root, bundle.root);
      EXPECT_TRUE(files.write(bundle_path(mesa), bundle.bytes, false).has_value());
    }
  }

  std::vector<e2e::Aggregate> aggregates() {
    crypto::P256Work work;
    const BallotFiles public_files{files, BallotFiles::Place::centre};
    return committed_aggregates(*package, actas, joint.election_key(work), public_files, "")
        .value();
  }

  Result<DecryptionState> answer(std::uint32_t number, const std::vector<std::uint32_t>& with,
                                 std::span<const e2e::Aggregate> sums) {
    return advance_decryption(exchange.shared, exchange.own[number - 1], self_of(number), joint,
                              sums, with, exchange.rng);
  }

  void decrypt(const std::vector<std::uint32_t>& with) {
    const auto sums = aggregates();
    for (int round = 0; round < 3; ++round) {
      for (const std::uint32_t number : with) {
        const auto state = answer(number, with, sums);
        ASSERT_TRUE(state.has_value()) << state.error().debug();
      }
    }
    const auto tallies = finish_decryption(exchange.shared, joint, sums, with);
    ASSERT_TRUE(tallies.has_value()) << tallies.error().debug();
    for (const e2e::GroupTally& tally : *tallies) {
      ASSERT_TRUE(files.write(tally_path(tally.group), e2e::encode(tally), false).has_value());
    }
  }

  BallotsReport check(ports::Store* kept = nullptr, const std::string& territory = "") {
    ports::Inline workers;
    ports::OneProcess alone{workers};
    const BallotFiles public_files{files, BallotFiles::Place::centre};
    return check_ballots(*package, actas, public_files, {territory, kept}, alone, nullptr).value();
  }

  Exchange exchange;
  e2e::JointKey joint;
  FrozenElection frozen;
  std::shared_ptr<const election::Package> package;
  MemoryStore files;
  CountedActas actas;
  std::map<MesaId, std::vector<Bytes>> ballots;
};

// Made once; each test takes a copy.
Country country() {
  static const Country made;
  return made;
}

Code first_problem(const BallotsReport& report) {
  for (const GroupReport& group : report.groups) {
    if (group.problem) return group.problem->code;
  }
  return Code{};
}

// [R72]
TEST(SecondCount, AgreesWithTheActasAndFindsWhatDoesNot) {
  Country c = country();
  EXPECT_EQ(first_problem(c.check()), kNoTally);
  c.decrypt({1, 3});
  MemoryStore progress;
  const BallotsReport good = c.check(&progress);
  EXPECT_TRUE(good.good()) << first_problem(good).text();
  EXPECT_EQ(good.groups.size(), 2u);
  EXPECT_GT(good.ballots, 10u);
  const BallotsReport again = c.check(&progress);
  EXPECT_TRUE(again.good());
  EXPECT_TRUE(std::ranges::all_of(again.groups, &GroupReport::again));

  const MesaId first = c.actas.begin()->first;
  EXPECT_EQ(c.check(&progress, first.text()).groups.size(), 1u);
  EXPECT_EQ(c.check(&progress, first.text().substr(0, 9)).groups.size(), 1u);
  EXPECT_EQ(c.check(&progress, first.text().substr(0, 6)).groups.size(), 2u);
  // A finished unit that was torn is calculated again; so is one whose files changed.
  const std::string note = "checked/" + first.text();
  Bytes torn = *progress.read(note).value();
  torn.resize(torn.size() / 2);
  ASSERT_TRUE(progress.write(note, torn, false).has_value());
  EXPECT_FALSE(c.check(&progress).groups[0].again);
  EXPECT_TRUE(c.check(&progress).groups[0].again);

  const acta::Acta honest = c.actas[first];
  acta::ContestCount& count = c.actas[first].contests[0];
  count.cards[0] = Votes::from(count.cards[0].value() + 1).value();
  const BallotsReport other = c.check(&progress);
  EXPECT_EQ(first_problem(other), kActaDiffers);
  EXPECT_EQ(other.groups[0].problem->fact("mesa"), first.text());
  c.actas[first] = honest;
  c.actas[first].ballots_root.data[0] ^= 1;
  EXPECT_EQ(first_problem(c.check()), kBundleRoot);
  c.actas[first] = honest;
  const Bytes bundle = *c.files.read(bundle_path(first)).value();
  ASSERT_TRUE(c.files.remove(bundle_path(first)).has_value());
  EXPECT_EQ(first_problem(c.check()), kNoBundle);

  // Somebody puts a ballot of another mesa into this one, and even the acta agrees to it.
  std::vector<Bytes> stuffed = c.ballots[first];
  stuffed.push_back(c.ballots.rbegin()->second.front());
  const e2e::Bundle copy = e2e::make_bundle(stuffed).value();
  ASSERT_TRUE(c.files.write(bundle_path(first), copy.bytes, false).has_value());
  c.actas[first].ballots_root = copy.root;
  c.actas[first].ballots = Persons::from(honest.ballots.value() + 1).value();
  const BallotsReport stuffing = c.check();
  EXPECT_FALSE(stuffing.good());
  ASSERT_EQ(stuffing.duplicates.size(), 1u);
  EXPECT_EQ(stuffing.duplicates[0].code, kDuplicate);
  EXPECT_EQ(stuffing.duplicates[0].fact("mesa"), first.text());
  EXPECT_EQ(stuffing.duplicates[0].fact("other"), c.actas.rbegin()->first.text());
  // Every option of the copied ballot.
  EXPECT_EQ(stuffing.duplicates[0].fact("count"),
            std::to_string(stuffing.selections / stuffing.ballots));
  EXPECT_EQ(first_problem(stuffing), e2e::kAggregate);
}

TEST(SecondCount, OfATerritoryWithoutACountedMesaIsNoVerification) {
  const Country c = country();
  ports::Inline workers;
  ports::OneProcess alone{workers};
  const BallotFiles files{c.files, BallotFiles::Place::centre};
  const auto none = check_ballots(*c.package, c.actas, files, {"99", nullptr}, alone, nullptr);
  EXPECT_EQ(none.error().code, kNoMesa);
}

// [R72] More keys than one bucket may hold, spread, sorted and joined again.
TEST(RepeatedPads, FindsEveryPairOfUnitsAndNothingElse) {
  ports::Inline workers;
  ports::OneProcess alone{workers};
  MemoryStore scratch;
  ASSERT_TRUE(scratch.write("buckets/00003", Bytes(20, 1), false).has_value());  // an older search
  const auto key_of = [](std::uint64_t number) {
    Bytes key(RepeatedPads::kKey);
    for (int i = 0; i < 8; ++i)
      key[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(number >> (8 * i));
    return key;
  };
  auto search = RepeatedPads::begin(scratch, 20'000'000, Hash32{}).value();
  for (std::uint32_t unit = 0; unit < 5; ++unit) {
    Bytes keys;
    for (std::uint64_t i = 0; i < 300; ++i) {
      const Bytes key = key_of(1000 * unit + i);
      keys.insert(keys.end(), key.begin(), key.end());
    }
    if (unit == 1 || unit == 3 || unit == 4) {  // one key in three units
      const Bytes key = key_of(7'000'000);
      keys.insert(keys.end(), key.begin(), key.end());
    }
    if (unit == 2) {  // two keys of unit 0
      for (const std::uint64_t number : {17U, 18U}) {
        const Bytes key = key_of(number);
        keys.insert(keys.end(), key.begin(), key.end());
      }
    }
    ASSERT_TRUE(search.add(unit, keys).has_value());
  }
  using Twice = RepeatedPads::Twice;
  EXPECT_EQ(search.find(alone).value(), (std::vector<Twice>{{0, 2, 2}, {1, 3, 1}, {3, 4, 1}}));
  EXPECT_TRUE(scratch.list("").value().empty());
}

TEST(Guardians, NeverAnswerTwiceAndRepeatOnlyTheSameAnswer) {
  Country c = country();
  const auto sums = c.aggregates();
  for (int round = 0; round < 3; ++round) {
    for (const std::uint32_t number : {1u, 2u}) {
      ASSERT_TRUE(c.answer(number, {1, 2}, sums).has_value());
    }
  }
  const std::string answer = decryption_folder(sums, {1, 2}) + "/answer/1.cbor";
  const Bytes left = *c.exchange.shared.read(answer).value();
  ASSERT_TRUE(c.exchange.shared.remove(answer).has_value());  // lost on the way
  ASSERT_TRUE(c.answer(1, {1, 2}, sums).has_value());
  EXPECT_EQ(*c.exchange.shared.read(answer).value(), left);
  // The same sums with another guardian would be a second answer for one nonce.
  ASSERT_TRUE(c.answer(3, {1, 3}, sums).has_value());
  ASSERT_TRUE(c.answer(3, {1, 3}, sums).has_value());
  EXPECT_EQ(c.answer(1, {1, 3}, sums).error().code, kAlreadyAnswered);
  // Guardian 3 has not answered; with others it waits for them, and takes nobody's old answer.
  const auto others = c.answer(3, {2, 3}, sums).value();
  EXPECT_EQ(others.waiting, DecryptionStage::commit);
  EXPECT_EQ(others.missing, std::vector<std::uint32_t>{2});
  EXPECT_EQ(c.answer(2, {2, 3}, sums).error().code, kAlreadyAnswered);
  EXPECT_EQ(c.answer(1, {1}, sums).error().code, e2e::kTooFewGuardians);
  EXPECT_EQ(c.answer(1, {1, 1}, sums).error().code, kBadParty);
  EXPECT_EQ(c.answer(1, {2, 3}, sums).error().code, kBadParty);  // not one of them
  EXPECT_EQ(c.answer(1, {1, 4}, sums).error().code, kBadParty);
  // Under another's number the answers would look false, and that one a liar.
  EXPECT_EQ(advance_decryption(c.exchange.shared, c.exchange.own[1], self_of(3), c.joint, sums,
                               {1, 3}, c.exchange.rng)
                .error()
                .code,
            kOtherGuardian);
  EXPECT_EQ(c.answer(1, {1, 2}, {}).error().code, kNothingToDecrypt);
  // Every request is on record, before anything is answered.
  EXPECT_EQ(c.exchange.own[0].list("requests").value().size(), 1u);
  EXPECT_TRUE(c.exchange.own[0].list("nonces").value().empty());

  // An opening that differs from what was committed to.
  Country d = country();
  const auto other = d.aggregates();
  ASSERT_TRUE(d.answer(1, {1, 2}, other).has_value());
  ASSERT_TRUE(d.answer(2, {1, 2}, other).has_value());
  const std::string folder = decryption_folder(other, {1, 2});
  Bytes opening = *d.exchange.shared.read(folder + "/open/2.cbor").value();
  opening[40] ^= 1;
  ASSERT_TRUE(d.exchange.shared.write(folder + "/open/2.cbor", opening, false).has_value());
  EXPECT_EQ(d.answer(1, {1, 2}, other).error().code, kOpeningDiffers);

  // Too few ballots, or ballots that no acta commits to, are no request at all.
  for (auto& [mesa, acta] : d.actas) acta.ballots_root = Hash32{};
  crypto::P256Work work;
  const BallotFiles files{d.files, BallotFiles::Place::centre};
  EXPECT_EQ(
      committed_aggregates(*d.package, d.actas, d.joint.election_key(work), files, "").error().code,
      kBundleRoot);
}

TEST(KeyCeremony, StopsAtEveryLieAndSaysWhose) {
  const std::string manifest = "{}";
  {
    Exchange e;
    EXPECT_EQ(e.advance(1).error().code, kNoPlan);
    prepare(e, manifest);
    const auto waiting = e.advance(1).value();
    EXPECT_EQ(waiting.waiting, CeremonyStage::commit);
    EXPECT_EQ(waiting.missing, (std::vector<std::uint32_t>{2, 3}));
    GuardianSelf forgot = self_of(1);
    forgot.passphrase = "otra";
    EXPECT_EQ(advance_ceremony(e.shared, e.own[0], forgot, e.rng).error().code, kWrongPassphrase);
    MemoryStore stranger;  // a second person with the number 1
    EXPECT_EQ(advance_ceremony(e.shared, stranger, self_of(1), e.rng).error().code, kNumberTaken);
    EXPECT_EQ(advance_ceremony(e.shared, stranger, self_of(4), e.rng).error().code, kBadParty);
    EXPECT_EQ(advance_ceremony(e.shared, e.own[0], self_of(2), e.rng).error().code, kOtherGuardian);
    CeremonySetup setup = read_setup(e.shared).value();
    EXPECT_TRUE(prepare_ceremony(e.shared, setup).has_value());  // the same again
    setup.plan.quorum = 3;
    EXPECT_EQ(prepare_ceremony(e.shared, setup).error().code, kPlanThere);
    MemoryStore elsewhere;
    ASSERT_TRUE(prepare_ceremony(elsewhere, setup).has_value());
    EXPECT_EQ(advance_ceremony(elsewhere, e.own[0], self_of(1), e.rng).error().code, kOtherPlan);
  }
  {
    Exchange e;  // an announcement that was made after the others were seen
    prepare(e, manifest);
    for (const std::uint32_t i : {1u, 2u, 3u, 1u, 2u}) ASSERT_TRUE(e.advance(i).has_value());
    Bytes reveal = *e.shared.read("reveal/2.cbor").value();
    reveal.back() ^= 1;
    ASSERT_TRUE(e.shared.write("reveal/2.cbor", reveal, false).has_value());
    const auto refused = e.advance(3);
    EXPECT_EQ(refused.error().code, kRevealDiffers);
    EXPECT_EQ(refused.error().fact("guardian"), "2");
  }
  {
    Exchange e;  // a false share: a complaint, and nobody goes on
    prepare(e, manifest);
    for (int round = 0; round < 2; ++round) {
      for (const std::uint32_t i : {1u, 2u, 3u}) ASSERT_TRUE(e.advance(i).has_value());
    }
    Bytes shares = *e.shared.read("shares/3.cbor").value();
    shares[20] ^= 1;
    ASSERT_TRUE(e.shared.write("shares/3.cbor", shares, false).has_value());
    const auto complaint = e.advance(1);
    ASSERT_FALSE(complaint.has_value());
    EXPECT_EQ(complaint.error().code, e2e::kShareClosed);
    EXPECT_EQ(complaint.error().fact("guardian"), "3");
    const auto over = e.advance(2);
    EXPECT_EQ(over.error().code, kComplaint);
    EXPECT_EQ(over.error().fact("guardian"), "1");
  }
}

TEST(KeyCeremony, LeavesOnlyTheShareAndIsConfirmedByAll) {
  Exchange e;
  prepare(e, "{}");
  hold(e);
  EXPECT_EQ(e.advance(1).value().waiting, CeremonyStage::done);
  const e2e::JointKey joint = finished_ceremony(e.shared).value();
  EXPECT_EQ(e.advance(2).value().transcript, joint.transcript);
  Bytes confirm = *e.shared.read("confirm/2.cbor").value();
  confirm.back() ^= 1;
  ASSERT_TRUE(e.shared.write("confirm/2.cbor", confirm, false).has_value());
  const auto refused = finished_ceremony(e.shared);
  EXPECT_EQ(refused.error().code, kOtherTranscript);
  EXPECT_EQ(refused.error().fact("guardian"), "2");
  ASSERT_TRUE(e.shared.remove("confirm/2.cbor").has_value());
  EXPECT_EQ(finished_ceremony(e.shared).error().code, kNotFinished);
}

TEST(GuardianSecrets, UnderACardAndAPassphraseNeedBoth) {
  crypto::SystemRng rng;
  tests::SoftwareCard card{rng};
  tests::SoftwareCard other{rng};
  GuardianSelf self = self_of(1);
  self.token = &card;
  const Bytes secret(40, 7);
  const Bytes wrapped = wrap(secret, self, rng).value();
  EXPECT_EQ(unwrap(wrapped, self).value(), secret);
  self.token = nullptr;
  EXPECT_EQ(unwrap(wrapped, self).error().code, kNeedsToken);
  self.token = &other;
  EXPECT_EQ(unwrap(wrapped, self).error().code, kOtherToken);
  self.token = &card;
  self.passphrase = "otra";
  EXPECT_EQ(unwrap(wrapped, self).error().code, kWrongPassphrase);
  for (std::size_t at = 0; at < wrapped.size(); ++at) {
    Bytes altered = wrapped;
    altered[at] ^= 1;
    EXPECT_FALSE(unwrap(altered, self_of(1)).has_value()) << at;
  }
  // No file of another version is read as one of ours.
  Bytes version = wrap(secret, self_of(1), rng).value();
  version[1] = 0;
  EXPECT_EQ(unwrap(version, self_of(1)).error().code, kCeremonyFile);
  // Without a card as before; a card that is in the reader does no harm.
  const Bytes plain = wrap(secret, self_of(1), rng).value();
  EXPECT_EQ(unwrap(plain, self_of(1)).value(), secret);
  GuardianSelf with_card = self_of(1);
  with_card.token = &card;
  EXPECT_EQ(unwrap(plain, with_card).value(), secret);
}

TEST(Rehearsal, ByTwoQuorumsGivesWhatWasEncryptedAndNothingSecretIsAnswered) {
  Country c = country();
  for (const auto& [round, with] :
       std::map<std::uint32_t, std::vector<std::uint32_t>>{{1, {1, 2}}, {2, {2, 3}}}) {
    ASSERT_TRUE(prepare_rehearsal(c.exchange.shared, c.joint, round, c.exchange.rng).has_value());
    const auto rehearsal = read_rehearsal(c.exchange.shared, c.joint, round);
    ASSERT_TRUE(rehearsal.has_value()) << rehearsal.error().debug();
    const std::vector<e2e::Aggregate> sums{rehearsal->aggregate};
    for (int step = 0; step < 3; ++step) {
      for (const std::uint32_t number : with) {
        ASSERT_TRUE(c.answer(number, with, sums).has_value());
      }
    }
    auto tallies = finish_decryption(c.exchange.shared, c.joint, sums, with).value();
    EXPECT_TRUE(check_rehearsal(*rehearsal, tallies[0]).has_value());
    ++tallies[0].contests[0][0].tally;
    EXPECT_EQ(check_rehearsal(*rehearsal, tallies[0]).error().code, kRehearsal);
  }
  // A ballot whose nonce is not the one beside it might be anybody's: nobody answers for it.
  Bytes file = *c.exchange.shared.read("rehearsal/1.cbor").value();
  file[6] ^= 1;  // in the first nonce
  ASSERT_TRUE(c.exchange.shared.write("rehearsal/1.cbor", file, false).has_value());
  EXPECT_EQ(read_rehearsal(c.exchange.shared, c.joint, 1).error().code, kRehearsal);
  EXPECT_EQ(read_rehearsal(c.exchange.shared, c.joint, 3).error().code, kRehearsal);
  EXPECT_EQ(prepare_rehearsal(c.exchange.shared, c.joint, 0, c.exchange.rng).error().code,
            kRehearsal);
}

// Writes what tests/golden/encrypted holds, for the verifier in TypeScript: run by hand when a
// format changes.
TEST(SecondCount, DISABLED_WritesTheFilesForTheOtherVerifier) {
  Country c = country();
  c.decrypt({2, 3});
  crypto::SystemRng rng;
  crypto::SoftwareKey key = crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng);
  const auto put = [](const std::string& path, ByteView bytes) {
    const std::string whole = "tests/golden/encrypted/" + path;
    std::FILE* file = std::fopen(whole.c_str(), "wb");
    ASSERT_NE(file, nullptr) << whole;
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
  };
  put("manifest.cose", c.frozen.manifest_record);
  put("definition.cbor", c.frozen.files.at("definition.cbor"));
  put("mesas.cbor", c.frozen.files.at("mesas.cbor"));
  put("manifest.json", c.package->e2e_file(election::kE2eManifestFile));
  put("ceremony.cbor", c.package->e2e_file(election::kE2eCeremonyFile));
  for (auto& [mesa, acta] : c.actas) {
    acta.time_s = 60 * 28'000'000;
    put(mesa.text() + ".acta", acta::sign(acta, key).value());
  }
  const std::vector<std::string> paths = c.files.list("ballots").value();
  for (const std::string& path : paths) {
    put(path.substr(sizeof "ballots"), *c.files.read(path).value());
  }
}

TEST(PackageKey, MustFollowFromDefinitionAndCeremony) {
  Country c = country();
  EXPECT_TRUE(joint_key_of(*c.package).has_value());
  const election::Manifest manifest =
      election::decode_manifest(crypto::parse_multi(c.frozen.manifest_record)->payload).value();
  EXPECT_EQ(manifest.e2e, c.package->manifest().e2e);
  EXPECT_EQ(election::decode_manifest(election::encode_manifest(manifest)).value(), manifest);
}

}  // namespace
}  // namespace sufragio::services
