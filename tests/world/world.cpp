#include "tests/world/world.h"

#include "adapters/toml/toml.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "election/nominations.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::tests {

namespace {

using crypto::Algorithm;
using crypto::SoftwareKey;
using election::Role;

codec::Document toml(const std::string& text) {
  Result<codec::Document> out = adapters::parse_toml(text);
  EXPECT_TRUE(out) << out.error().debug();
  return *std::move(out);
}

SoftwareKey key(Algorithm algorithm, std::uint64_t seed) {
  SeededRng rng{seed};
  return SoftwareKey::generate(algorithm, rng);
}

Hash32 named(std::string_view name) { return crypto::sha256(as_bytes(name)); }

Bytes joint(crypto::RecordKind kind, ByteView payload, std::vector<SoftwareKey>& signers) {
  std::vector<crypto::SignaturePart> parts;
  for (SoftwareKey& signer : signers) {
    Result<crypto::SignaturePart> part = crypto::sign_part(kind, payload, signer);
    EXPECT_TRUE(part) << part.error().debug();
    parts.push_back(*std::move(part));
  }
  Result<Bytes> out = crypto::assemble(payload, std::move(parts));
  EXPECT_TRUE(out) << out.error().debug();
  return *std::move(out);
}

Bytes single(crypto::RecordKind kind, ByteView payload, SoftwareKey& signer) {
  Result<Bytes> out = crypto::sign1(kind, payload, signer);
  EXPECT_TRUE(out) << out.error().debug();
  return *std::move(out);
}

election::Definition small_definition(election::ElectionKind kind) {
  election::DefinitionFiles files;
  files.csv = small_election();
  std::string& text = files.csv["election.toml"];
  if (kind == election::ElectionKind::real) {
    text.replace(text.find("\"drill\""), 7, "\"real\"");
  }
  files.election = toml(text);
  Result<election::Definition> out = election::read_definition(files);
  EXPECT_TRUE(out) << out.error().debug();
  return *std::move(out);
}

}  // namespace

Votes votes(std::int64_t value) { return *Votes::from(value); }
Persons persons(std::int64_t value) { return *Persons::from(value); }

World::World(election::ElectionKind kind, void (*law_change)(std::string& law),
             std::string_view nominations)
    : ca{key(Algorithm::es256, 1)},
      ops{key(Algorithm::es256, 2)},
      auditor{key(Algorithm::es256, 3)},
      log{key(Algorithm::ed25519, 4)},
      publisher{key(Algorithm::es256, 5)} {
  for (std::uint64_t i = 0; i < 3; ++i) bulletin.push_back(key(Algorithm::es256, 10 + i));
  for (std::uint64_t i = 0; i < 2; ++i) roots.push_back(key(Algorithm::es384, 20 + i));
  election::PackageInputs inputs;
  inputs.definition = small_definition(kind);
  inputs.law_text = law_text();
  if (law_change != nullptr) law_change(inputs.law_text);
  inputs.law = toml(inputs.law_text);
  inputs.keys = {{Role::election_ca, ca.public_key(), "Autoridad de ensayo"},
                 {Role::ops, ops.public_key(), "Operaciones"},
                 {Role::auditor, auditor.public_key(), "Auditoría"},
                 {Role::log, log.public_key(), "Registro"}};
  for (const SoftwareKey& signer : bulletin) {
    inputs.keys.push_back({Role::bulletin, signer.public_key(), "Rector de ensayo"});
  }
  inputs.log_origin = "example.org/simulacro-2026";
  inputs.releases = {{"1.0.0", named("software"), named("source")}};
  if (!nominations.empty()) {
    inputs.keys.push_back({Role::publisher, publisher.public_key(), "Publicación"});
    const auto history = election::read_nominations(nominations);
    EXPECT_TRUE(history) << history.error().debug();
    acts = *election::sign_nominations(inputs.definition.id, {}, *history, ops);
    inputs.nominations = *election::head_of(acts);
  }
  Result<election::CompiledPackage> compiled = election::compile(inputs);
  EXPECT_TRUE(compiled) << compiled.error().debug();
  manifest_record_ = joint(crypto::RecordKind::package, compiled->manifest_payload, roots);
  Result<election::Package> opened =
      election::Package::open(manifest_record_, compiled->files, root_keys(), inputs.law);
  EXPECT_TRUE(opened) << opened.error().debug();
  bare_ = *opened;
  package_.emplace(*std::move(opened));
  files = std::move(compiled->files);
  if (acts.empty()) return;
  EXPECT_TRUE(package_->take_nominations(acts));
}

std::vector<crypto::PublicKey> World::root_keys() const {
  std::vector<crypto::PublicKey> out;
  for (const SoftwareKey& root : roots) out.push_back(root.public_key());
  return out;
}

SoftwareKey World::machine_key(std::size_t machine) {
  return key(Algorithm::es256, 1000 + machine);
}

crypto::MachineId World::machine_id(std::size_t machine) {
  return *crypto::MachineId::from(named("machine " + std::to_string(machine)).view().first(16));
}

Bytes World::certificate(std::size_t machine) {
  const crypto::MachineCertificate certificate{package().handle(), machine_id(machine),
                                               machine_key(machine).public_key(),
                                               "M-" + std::to_string(machine)};
  return single(crypto::RecordKind::machine_certificate, crypto::encode(certificate), ca);
}

Bytes World::assignment(const MesaId& mesa, std::size_t machine, bool replacement) {
  const crypto::Assignment assignment{package().handle(), mesa, machine_id(machine), replacement,
                                      kOpening - 86'400};
  return single(crypto::RecordKind::assignment, crypto::encode(assignment), ops);
}

Bytes World::revocation(const std::vector<std::size_t>& machines) {
  crypto::Revocation revocation{package().handle(), {}, kOpening, "extraviada"};
  for (const std::size_t machine : machines) revocation.machines.push_back(machine_id(machine));
  return single(crypto::RecordKind::statement, crypto::encode(revocation), ops);
}

void World::equip(acta::MachineRegistry& registry) {
  for (std::size_t i = 0; i < definition().mesas.size(); ++i) {
    EXPECT_TRUE(registry.add_certificate(certificate(i)));
    EXPECT_TRUE(registry.add_assignment(assignment(mesa(i), i), i));
  }
}

acta::Acta World::sheet(std::size_t index, std::uint64_t seed) const {
  SeededRng rng{seed * 1'000 + index};
  const election::Mesa& mesa = definition().mesas.at(index);
  acta::Acta out;
  out.election = package().handle();
  out.ballot = package().ballot_of(mesa);
  out.mesa = mesa.id;
  out.time_s = kClosing;
  out.opening_s = kOpening;
  out.registered = mesa.electors;
  const std::int64_t voters =
      mesa.electors.value() / 2 +
      static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(mesa.electors.value() / 4)));
  out.voters = out.ballots = out.gate.match = out.counters.valid_receipts = persons(voters);
  for (const election::ContestIndex contest : definition().styles.at(mesa.style).contests) {
    const election::Contest& ballot = definition().contest(contest);
    acta::ContestCount& count = out.contests.emplace_back();
    count.cards.assign(ballot.cards.size(), Votes{});
    std::int64_t left = voters * ballot.votes_per_voter;
    // Nearly equal parts, so that no option passes the ballots (V205) and few votes are null
    // (V304).
    const auto part = static_cast<std::uint64_t>(left) / ballot.cards.size();
    for (Votes& card : count.cards) {
      const auto given = static_cast<std::int64_t>(part - rng.below(part / 15 + 1));
      card = votes(given);
      left -= given;
    }
    // Also where the parts are small.
    for (std::size_t i = 0; left * 15 > voters * ballot.votes_per_voter; ++i, --left) {
      Votes& card = count.cards[i % count.cards.size()];
      card = votes(card.value() + 1);
    }
    count.null = votes(left);
  }
  out.software_root = named("software");
  out.ballots_root = named("");
  out.machine = machine_id(index);
  out.log_head = named("official log " + std::to_string(index));
  return out;
}

acta::Acta World::zero_sheet(std::size_t index) const {
  acta::Acta out = sheet(index);
  out.type = acta::ActaType::zero;
  out.time_s = kOpening - 600;
  out.opening_s = 0;
  out.voters = out.ballots = Persons{};
  out.gate = {};
  out.counters = {};
  for (acta::ContestCount& count : out.contests) {
    count.cards.assign(count.cards.size(), Votes{});
    count.null = Votes{};
  }
  return out;
}

acta::SignedActa World::sign(const acta::Acta& sheet, std::size_t machine) {
  SoftwareKey signer = machine_key(machine);
  const Result<Bytes> record = acta::sign(sheet, signer);
  EXPECT_TRUE(record) << record.error().debug();
  Result<acta::SignedActa> out = acta::parse(*record);
  EXPECT_TRUE(out) << out.error().debug();
  return *std::move(out);
}

World& small_world() {
  static World shared;
  return shared;
}

std::string codes(const std::vector<tally::Finding>& findings) {
  std::string out;
  for (const tally::Finding& finding : findings) {
    if (!out.empty()) out += " ";
    out += code_of(finding.rule).text();
  }
  return out;
}

}  // namespace sufragio::tests
