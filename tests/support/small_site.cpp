#include "tests/support/small_site.h"

#include <gtest/gtest.h>

#include "adapters/files/files_store.h"
#include "adapters/json/json.h"
#include "adapters/mustache/mustache.h"
#include "adapters/toml/toml.h"
#include "crypto/hash.h"
#include "election/nominations.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::tests {

namespace {

constexpr std::int64_t kClose = 1'796'594'400;  // 2026-12-06 18:00 at UTC−4
constexpr const char* kOrigin = "example.org/simulacro";

// A picture of one white point: what a PNG reader needs, and no more.
constexpr const char* kPng =
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082";

template <typename T>
T must(Result<T> result) {
  EXPECT_TRUE(result.has_value()) << result.error().debug();
  return std::move(result).value();
}
void must(const Result<void>& result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().debug());
}

election::Definition read_small(bool imported) {
  Folder folder = small_election();
  std::string& text = folder["election.toml"];
  if (imported) text.replace(text.find("imported = false"), 16, "imported = true");
  if (imported) text.replace(text.find("\"drill\""), 7, "\"real\"");
  election::DefinitionFiles files;
  files.election = must(adapters::parse_toml(text));
  for (const auto& [name, content] : folder) {
    if (name.ends_with(".csv")) files.csv[name] = content;
  }
  return must(election::read_definition(files));
}

Persons persons_of(std::int64_t value) { return must(Persons::from(value)); }

// `total` votes over the cards, more for the first ones, a few null.
acta::ContestCount count_of(const election::Contest& contest, std::int64_t ballots,
                            std::int64_t shift) {
  acta::ContestCount out;
  const std::int64_t total = ballots * contest.votes_per_voter;
  std::int64_t left = total - total / 50;
  const auto cards = static_cast<std::int64_t>(contest.cards.size());
  for (std::int64_t i = 0; i < cards; ++i) {
    const std::int64_t cap = std::min(left, ballots);
    const std::int64_t part = i + 1 == cards ? cap : cap * (45 + (i + shift) % 3) / 100;
    out.cards.push_back(must(Votes::from(part)));
    left -= part;
  }
  out.null = must(Votes::from(total / 50 + left));
  return out;
}

}  // namespace

SmallNight::SmallNight(std::uint64_t seed, std::string_view nominations) {
  SeededRng rng{seed};
  keys_.emplace(services::DrillKeys::draw(rng));
  election::Release release;
  release.name = "drill";
  release.software_root = crypto::sha256(as_bytes("software"));
  release.source_hash = crypto::sha256(as_bytes("source"));
  const codec::Document law = must(adapters::parse_toml(law_text()));
  election::PackageInputs inputs;
  inputs.definition = read_small(false);
  inputs.law_text = law_text();
  inputs.law = law;
  inputs.keys = keys_->role_keys();
  inputs.log_origin = kOrigin;
  inputs.releases = {release};
  if (!nominations.empty()) {
    const auto history = must(election::read_nominations(nominations));
    acts_ = must(election::sign_nominations(inputs.definition.id, {}, history, keys_->key("ops")));
    inputs.nominations = must(election::head_of(acts_));
  }
  election::CompiledPackage compiled = must(election::compile(inputs));
  frozen_.manifest_record = signed_by_roots(crypto::RecordKind::package, compiled.manifest_payload);
  frozen_.files = std::move(compiled.files);
  package_.emplace(must(
      election::Package::open(frozen_.manifest_record, frozen_.files, keys_->root_keys(), law)));
  if (!acts_.empty()) must(package_->take_nominations(acts_));
  const services::CentreSetup setup{*package_, keys_->root_keys(), log_, keys_->key("log"),
                                    workers_};
  centre_ = must(services::Centre::open(setup));
  const Bytes expected = services::encode_expected_mesas(*package_);
  must(centre_->begin(frozen_.manifest_record,
                      signed_by_roots(crypto::RecordKind::statement, expected)));
  std::vector<Bytes> certificates;
  std::vector<Bytes> assignments;
  for (const election::Mesa& mesa : package_->definition().mesas) {
    crypto::SoftwareKey key = crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng);
    crypto::MachineId id;
    rng.fill(id.data);
    const services::CommissionedMachine made = must(services::commission(
        *package_, mesa.id, id, key.public_key(), "SN-" + mesa.id.text(), kClose - 90'000, *keys_));
    certificates.push_back(made.certificate);
    assignments.push_back(made.assignment);
    machines_.emplace(mesa.id, std::move(key));
  }
  must(centre_->add_certificates(certificates));
  must(centre_->add_assignments(assignments));
  const Bytes png = one_point_png();
  centre_->on_row_arrival = [this, png](const acta::SignedActa& acta, const tally::Outcome&,
                                        std::uint64_t) {
    must(pictures_.write(acta.id().hex() + ".png", png, false));
  };
}

Bytes SmallNight::signed_by_roots(crypto::RecordKind kind, ByteView payload) {
  std::vector<crypto::SignaturePart> parts;
  for (crypto::Signer* root : keys_->roots()) {
    parts.push_back(must(crypto::sign_part(kind, payload, *root)));
  }
  return must(crypto::assemble(payload, std::move(parts)));
}

void SmallNight::send(const MesaId& mesa_id, std::int64_t more_votes) {
  const election::Definition& definition = package_->definition();
  const election::Mesa& mesa = *definition.mesa(mesa_id);
  acta::Acta sheet;
  sheet.election = package_->handle();
  sheet.ballot = package_->ballot_of(mesa);
  sheet.mesa = mesa_id;
  sheet.time_s = kClose;
  sheet.opening_s = kClose - 12 * 3'600;
  sheet.registered = mesa.electors;
  const std::int64_t ballots = mesa.electors.value() * 6 / 10 + more_votes;
  sheet.voters = sheet.ballots = persons_of(ballots);
  sheet.gate.match = persons_of(ballots);
  sheet.counters.valid_receipts = persons_of(ballots);
  for (const election::ContestIndex contest : definition.styles.at(mesa.style).contests) {
    sheet.contests.push_back(
        count_of(definition.contest(contest), ballots, mesa_id.mesa.value() + more_votes));
  }
  sheet.ballots_root = crypto::sha256(as_bytes("ballots"));
  sheet.software_root = package_->manifest().releases.front().software_root;
  sheet.log_head = crypto::sha256(as_bytes("machine log"));
  sheet.machine = *centre_->night().registry().assigned(mesa_id);
  const Bytes record = must(acta::sign(sheet, machines_.at(mesa_id)));
  const services::Reply reply = must(centre_->receive(record));
  EXPECT_NE(reply.reception, tally::Reception::refused);
}

void SmallNight::bulletin() {
  const std::vector<crypto::Signer*> signers = keys_->bulletin_signers();
  const std::vector<crypto::Signer*> all(signers.begin(), signers.end());
  const services::PublishedBulletin published = must(centre_->publish(all));
  bulletins_.push_back(
      {published.record, published.bulletin.totals_blob(), published.bulletin.rows_blob()});
}

void SmallNight::whole_day() {
  const std::vector<election::Mesa>& mesas = package_->definition().mesas;
  for (std::size_t i = 0; i + 1 < mesas.size(); ++i) send(mesas[i].id);
  bulletin();
}

services::SiteSource SmallNight::source() {
  services::SiteSource out;
  out.definition = &package_->definition();
  out.law = &package_->law();
  out.counting = &package_->counting();
  out.law_text = law_text();
  out.rows = centre_->night().ledger().rows();
  services::SignedPart& part = out.signed_part.emplace();
  part.handle = package_->handle();
  part.manifest_record = frozen_.manifest_record;
  part.package_files = frozen_.files;
  part.nominations = acts_;
  part.roots = keys_->root_keys();
  part.log = &log_;
  part.log_origin = package_->manifest().log_origin;
  part.bulletins = bulletins_;
  part.pictures = &pictures_;
  part.actas = services::site_actas(centre_->night().ledger(), log_, centre_->log().size()).value();
  return out;
}

SiteKit::SiteKit() {
  es = must(services::Catalogue::from(must(adapters::parse_json(read_file("i18n/es.json"))), "es"));
  en = must(services::Catalogue::from(must(adapters::parse_json(read_file("i18n/en.json"))), "en"));
  const auto folder =
      must(adapters::FilesStore::open("templates", adapters::FilesStore::Access::read_only));
  pages_es = must(adapters::Mustache::from(must(services::worded_templates(*folder, *es))));
  pages_en = must(adapters::Mustache::from(must(services::worded_templates(*folder, *en))));
  additions["assets/site.css"] = to_bytes(as_bytes(read_file("assets/site.css")));
}

services::SiteTools SiteKit::tools(crypto::Signer& signer, ports::Workers& workers) const {
  return {signer, workers, *pages_es, *pages_en, *es, *en, additions};
}

std::unique_ptr<SmallImport> small_import() {
  auto out = std::make_unique<SmallImport>();
  out->definition = read_small(true);
  out->law_text = law_text();
  out->law =
      must(election::read_law_pack(out->law_text, must(adapters::parse_toml(out->law_text))));
  services::SiteSource& source = out->source;
  source.definition = &out->definition;
  source.law_text = out->law_text;
  source.law = &out->law;
  services::Source file;
  file.name = "filas.csv";
  file.format = "csv";
  file.publisher = "Observatorio de la Sabana";
  file.size = 1'234;
  file.hash = crypto::sha256(as_bytes("filas"));
  source.sources.push_back(file);
  const tally::JudgeContext context{out->definition, out->law};
  int line = 1;
  for (const election::Mesa& mesa : out->definition.mesas) {
    if (++line == 4) continue;  // one mesa without rows
    for (const election::ContestIndex index : out->definition.styles.at(mesa.style).contests) {
      const acta::ContestCount counts =
          count_of(out->definition.contest(index), 300, mesa.id.mesa.value());
      tally::JudgedRow judged;
      tally::Row& row = judged.row;
      row.contest = index;
      row.unit = tally::Unit::of(mesa.id);
      row.trust = tally::Trust::imported;
      row.source = file.hash;
      row.votes = counts.cards;
      row.null = counts.null;
      row.voters = persons_of(300);
      // The last mesa has 40 electors: 300 voters there are V207.
      if (mesa.electors.value() < 300) row.registered = mesa.electors;
      row.origin = file.name + ":" + std::to_string(line);
      judged.findings = tally::judge_row(context, row);
      row.status = tally::status_after(row, judged.findings);
      source.rows.push_back(std::move(judged));
    }
  }
  tally::judge_neighbours(context, source.rows);
  services::ImportNote note;
  note.error = Error{{'I', 101}, {{"file", "filas.csv"}, {"line", "9"}, {"value", "x"}}};
  source.notes.push_back(note);
  return out;
}

std::vector<std::string> files_of(const ports::Store& store) {
  return store.list("").value_or(std::vector<std::string>{});
}

Bytes one_point_png() { return hex(kPng); }

void write_tree(const ports::Store& tree, const std::string& folder) {
  const auto disk =
      must(adapters::FilesStore::open(folder, adapters::FilesStore::Access::read_write));
  for (const std::string& path : files_of(tree)) {
    must(disk->write(path, must(tree.read(path)).value(), false));
  }
}

}  // namespace sufragio::tests
