// The night of the country: 30,026 signed actas of 6 contests x 40 cards are verified, written to
// the log and folded, and the state is rebuilt from the log.
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "adapters/files/files_store.h"
#include "adapters/threads/threads.h"
#include "adapters/toml/toml.h"
#include "base/check.h"
#include "bench/benches.h"
#include "crypto/hash.h"
#include "services/totalization/centre.h"
#include "sim/country.h"
#include "sim/rng.h"

namespace sufragio::bench {

namespace {

using crypto::Algorithm;
using crypto::SoftwareKey;
using election::Role;

constexpr std::size_t kMachines = 64;  // each serves many mesas: the keys stay in the cache
constexpr std::size_t kContests = 6;
constexpr std::uint16_t kCards = 40;
constexpr int kRounds = 5;                        // the middle one of so many is reported
constexpr std::int64_t kOpening = 1'796'551'200;  // 2026-12-06 06:00, UTC-4

double ms_since(std::uint64_t start_ns, Time time = Time::wall) {
  return static_cast<double>(now_ns(time) - start_ns) / 1e6;
}

std::string law_text() {
  const std::ifstream in{"law/ve-2009.toml", std::ios::binary};  // run from the source root
  std::ostringstream out;
  out << in.rdbuf();
  CHECK(!out.str().empty());
  return out.str();
}

struct Folder {  // on the disk of the source tree, not in memory: an fsync is part of the price
  Folder() : path{std::filesystem::current_path() / "build" / "bench-night"} {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path path;
};

template <typename T>
T must(Result<T> result) {
  CHECK(result.has_value());
  return *std::move(result);
}

Bytes joint(crypto::RecordKind kind, ByteView payload, std::vector<SoftwareKey>& signers) {
  std::vector<crypto::SignaturePart> parts;
  for (SoftwareKey& signer : signers)
    parts.push_back(must(crypto::sign_part(kind, payload, signer)));
  return must(crypto::assemble(payload, std::move(parts)));
}

// The generated country with six national contests of 40 cards in place of its own.
election::Definition country(sim::SimRng& rng) {
  sim::CountryPlan plan = sim::CountryPlan::national();
  plan.cards = kCards;
  election::Definition out = must(sim::make_country(plan, 2, rng));
  const election::Contest president = out.contests.front();
  out.contests.clear();
  out.styles.clear();
  election::Style style;
  style.id = must(election::StyleId::parse("todos"));
  for (std::size_t i = 0; i < kContests; ++i) {
    election::Contest& contest = out.contests.emplace_back(president);
    contest.id = must(election::ContestId::parse("c" + std::to_string(i)));
    style.contests.emplace_back(static_cast<std::uint16_t>(i));
  }
  out.styles.push_back(style);
  for (election::Mesa& mesa : out.mesas) mesa.style = 0;
  out.date = "2026-12-06";
  return out;
}

struct Keys {
  explicit Keys(Rng& rng)
      : ca{SoftwareKey::generate(Algorithm::es256, rng)},
        ops{SoftwareKey::generate(Algorithm::es256, rng)},
        log{SoftwareKey::generate(Algorithm::ed25519, rng)} {
    for (int i = 0; i < 2; ++i) roots.push_back(SoftwareKey::generate(Algorithm::es384, rng));
    for (int i = 0; i < 3; ++i) bulletin.push_back(SoftwareKey::generate(Algorithm::es256, rng));
    for (std::size_t i = 0; i < kMachines; ++i) {
      machines.push_back(SoftwareKey::generate(Algorithm::es256, rng));
    }
  }
  std::vector<crypto::PublicKey> root_keys() const {
    return {roots[0].public_key(), roots[1].public_key()};
  }
  SoftwareKey ca, ops, log;
  std::vector<SoftwareKey> roots, bulletin, machines;
};

Hash32 software() { return crypto::sha256(as_bytes("software")); }

crypto::MachineId machine_id(std::size_t machine) {
  const Hash32 hash = crypto::sha256(as_bytes("machine " + std::to_string(machine)));
  return must(crypto::MachineId::from(hash.view().first(16)));
}

election::Package freeze(election::Definition definition, Keys& keys) {
  election::PackageInputs inputs;
  inputs.law_text = law_text();
  inputs.law = must(adapters::parse_toml(inputs.law_text));
  definition.law = "ve-2009";
  inputs.definition = std::move(definition);
  inputs.keys = {{Role::election_ca, keys.ca.public_key(), "CA"},
                 {Role::ops, keys.ops.public_key(), "ops"},
                 {Role::log, keys.log.public_key(), "log"}};
  for (const SoftwareKey& key : keys.bulletin) {
    inputs.keys.push_back({Role::bulletin, key.public_key(), "signer"});
  }
  inputs.log_origin = "example.org/night";
  inputs.releases = {{"1", software(), software()}};
  const election::CompiledPackage compiled = must(election::compile(inputs));
  return must(election::Package::open(
      joint(crypto::RecordKind::package, compiled.manifest_payload, keys.roots), compiled.files,
      keys.root_keys(), inputs.law));
}

acta::Acta sheet(const election::Package& package, std::size_t index, sim::SimRng& rng) {
  const election::Mesa& mesa = package.definition().mesas[index];
  acta::Acta out;
  out.election = package.handle();
  out.ballot = package.ballot_of(mesa);
  out.mesa = mesa.id;
  out.opening_s = kOpening;
  out.time_s = kOpening + 12 * 3600;
  out.registered = mesa.electors;
  const std::int64_t voters = mesa.electors.value() * 6 / 10;
  out.voters = out.ballots = out.gate.match = out.counters.valid_receipts =
      must(Persons::from(voters));
  for (std::size_t c = 0; c < kContests; ++c) {
    acta::ContestCount& count = out.contests.emplace_back();
    std::int64_t left = voters;
    for (std::uint16_t card = 0; card < kCards; ++card) {
      const auto most = static_cast<std::uint64_t>(left / 4 + 1);
      const std::int64_t given =
          std::min<std::int64_t>(left, static_cast<std::int64_t>(rng.below(most)));
      count.cards.push_back(must(Votes::from(given)));
      left -= given;
    }
    count.null = must(Votes::from(left));
  }
  out.software_root = software();
  out.machine = machine_id(index % kMachines);
  return out;
}

// What a signature costs: as many bare verifications as there are actas, on the same threads.
double bare_ms(const Keys& keys, std::span<const Bytes> records, ports::Workers& workers) {
  std::vector<crypto::Verifier> verifiers;
  for (const SoftwareKey& key : keys.machines) {
    verifiers.push_back(must(crypto::Verifier::from(key.public_key())));
  }
  // The signature of a COSE_Sign1 is over another message; verifying it over this one costs the
  // same and fails, which is all that a stopwatch needs.
  const std::uint64_t start = now_ns(Time::wall);
  workers.each(records.size(), [&](std::size_t i) {
    const ByteView record = records[i];
    const auto result =
        verifiers[i % kMachines].verify(record.first(record.size() - 64), record.last(64));
    keep(result);
  });
  return ms_since(start);
}

std::vector<Bytes> machine_entries(const election::Package& package, Keys& keys) {
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < kMachines; ++i) {
    const crypto::MachineCertificate certificate{
        package.handle(), machine_id(i), keys.machines[i].public_key(), "M" + std::to_string(i)};
    out.push_back(must(log::encode({log::EntryType::machine_certificate, std::nullopt,
                                    must(crypto::sign1(crypto::RecordKind::machine_certificate,
                                                       crypto::encode(certificate), keys.ca))})));
  }
  const std::vector<election::Mesa>& mesas = package.definition().mesas;
  for (std::size_t i = 0; i < mesas.size(); ++i) {
    const crypto::Assignment assignment{package.handle(), mesas[i].id, machine_id(i % kMachines),
                                        false, kOpening};
    out.push_back(must(log::encode({log::EntryType::assignment, mesas[i].id,
                                    must(crypto::sign1(crypto::RecordKind::assignment,
                                                       crypto::encode(assignment), keys.ops))})));
  }
  return out;
}

double memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void fold_rows(Report& report, const election::Definition& definition, sim::SimRng& rng) {
  std::vector<tally::Row> rows;
  for (const election::Mesa& mesa : definition.mesas) {
    for (std::uint16_t c = 0; c < kContests; ++c) {
      tally::Row& row = rows.emplace_back();
      row.contest = election::ContestIndex{c};
      row.unit = tally::Unit::of(mesa.id);
      row.registered = row.voters = row.ballots = mesa.electors;
      for (std::uint16_t i = 0; i < kCards; ++i) {
        row.votes.push_back(must(Votes::from(static_cast<std::int64_t>(rng.below(100)))));
      }
    }
  }
  tally::Totals totals{definition};
  const std::uint64_t start = now_ns(Time::cpu);
  for (const tally::Row& row : rows) totals.add(row);
  report.info("fold of " + std::to_string(rows.size()) + " rows of 40 cards (CPU)",
              ms_since(start, Time::cpu), "ms");
}

void fold_2024(Report& report, election::Definition definition, sim::SimRng& rng) {
  definition.contests.resize(1);
  definition.styles.front().contests.resize(1);
  definition.contests.front().cards.resize(10);
  std::vector<tally::Row> rows;
  for (std::size_t i = 0; i < 25'073; ++i) {
    tally::Row& row = rows.emplace_back();
    row.unit = tally::Unit::of(definition.mesas[i].id);
    for (int card = 0; card < 10; ++card) {
      row.votes.push_back(must(Votes::from(static_cast<std::int64_t>(rng.below(500)))));
    }
  }
  tally::Totals totals{definition};
  const std::uint64_t start = now_ns(Time::cpu);
  for (const tally::Row& row : rows) totals.add(row);
  report.limit("N3", "fold of 25,073 rows of 10 cards, all levels (CPU)",
               ms_since(start, Time::cpu), 20, "ms");
}

// One whole night on a new log, between two rounds of the bare verifications.
struct Round {
  double night_ms, night_cpu_ms, bare_ms, bare_cpu_ms;
  [[nodiscard]] double ratio() const { return night_ms / bare_ms; }
};

// The country's log before the night, and the centre that opened it.
struct Opened {
  Folder folder;
  std::unique_ptr<adapters::FilesStore> store;
  std::unique_ptr<services::Centre> centre;
};

std::unique_ptr<Opened> open_centre(const election::Package& package, Keys& keys,
                                    ports::Workers& workers) {
  auto out = std::make_unique<Opened>();
  out->store = must(adapters::FilesStore::open(out->folder.path.string(),
                                               adapters::FilesStore::Access::read_write));
  {
    log::LogWriter writer =
        must(log::LogWriter::open(*out->store, package.manifest().log_origin, keys.log));
    must(writer.append(machine_entries(package, keys)));
  }
  out->centre =
      must(services::Centre::open({package, keys.root_keys(), *out->store, keys.log, workers}));
  return out;
}

Round one_night(services::Centre& centre, const Keys& keys, std::span<const Bytes> records,
                ports::Workers& workers) {
  Round out{};
  const std::uint64_t bare_cpu = now_ns(Time::cpu);
  const double bare_before = bare_ms(keys, records, workers);
  out.bare_cpu_ms = ms_since(bare_cpu, Time::cpu);
  const std::uint64_t cpu = now_ns(Time::cpu);
  const std::uint64_t start = now_ns(Time::wall);
  for (const services::Reply& reply : must(centre.receive_batch(records))) {
    CHECK(reply.reception == tally::Reception::counted);
  }
  out.night_ms = ms_since(start);
  out.night_cpu_ms = ms_since(cpu, Time::cpu);
  out.bare_ms = (bare_before + bare_ms(keys, records, workers)) / 2;
  return out;
}

}  // namespace

void bench_night(Report& report) {
  sim::SimRng rng{20'261'206};
  Keys keys{rng};
  const election::Package package = freeze(country(rng), keys);
  const std::size_t count = package.definition().mesas.size();
  adapters::Threads workers{0};
  std::vector<Bytes> records(count);
  for (std::size_t i = 0; i < count; ++i) {
    records[i] = must(acta::sign(sheet(package, i, rng), keys.machines[i % kMachines]));
  }
  std::unique_ptr<Opened> opened;
  std::vector<Round> rounds;
  for (int i = 0; i < kRounds; ++i) {
    opened.reset();
    opened = open_centre(package, keys, workers);
    rounds.push_back(one_night(*opened->centre, keys, records, workers));
  }
  services::Centre& centre = *opened->centre;
  const double first = rounds.front().ratio();
  std::ranges::sort(rounds, {}, &Round::ratio);
  const Round& middle = rounds[kRounds / 2];
  report.gate("N1", "verify + append (fsync) + fold of " + std::to_string(count) + " signed actas",
              middle.night_ms, middle.bare_ms, 1.5, "ms");
  // On a machine that others use, wall time of the part on one thread suffers most. CPU time says
  // what is left of it when nobody else is there.
  report.info("the same, CPU time of all threads", middle.night_cpu_ms, "ms");
  report.info("bare verifications, CPU time of all threads", middle.bare_cpu_ms, "ms");
  report.info("ratio of the first of " + std::to_string(kRounds) + " nights, on memory never used",
              first, "");
  report.limit("N4", "memory of this process at its highest", memory_mib(), 512, "MiB");

  // A rebuild is of an own log, whose signatures were verified before each entry was written; so it
  // does not verify them again. A stranger's replay verifies them all (Signatures::verify).
  const std::uint64_t rebuild_start = now_ns(Time::cpu);
  services::Night again{package, keys.root_keys()};
  const log::LogReader reader{*opened->store, centre.log().size()};
  CHECK(services::replay(reader, again, services::Signatures::verified_before).has_value());
  report.limit("N2", "rebuild of all totals from the own, verified log (CPU)",
               ms_since(rebuild_start, Time::cpu), 3'000, "ms");
  for (std::uint16_t c = 0; c < kContests; ++c) {
    const election::ContestIndex contest{c};
    CHECK(again.ledger().totals().of(contest) == centre.night().ledger().totals().of(contest));
  }
  const std::uint64_t bulletin_start = now_ns(Time::cpu);
  keep(must(centre.night().next_bulletin({centre.log().size(), centre.log().root()})));
  report.info("bulletin over all rows (CPU)", ms_since(bulletin_start, Time::cpu), "ms");
  fold_rows(report, package.definition(), rng);
  fold_2024(report, package.definition(), rng);
}

}  // namespace sufragio::bench
