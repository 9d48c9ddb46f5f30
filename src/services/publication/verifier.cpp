#include "services/publication/verifier.h"

#include <algorithm>
#include <memory>
#include <set>

#include "base/numbers.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "election/nominations.h"
#include "services/office/office.h"
#include "services/publication/codes.h"
#include "services/publication/figures.h"
#include "services/publication/layout.h"
#include "services/publication/lists.h"
#include "services/publication/log_files.h"
#include "services/publication/part_of_store.h"
#include "services/publication/rows_file.h"
#include "services/publication/signature.h"
#include "services/publication/signed_source.h"
#include "services/totalization/night.h"

namespace sufragio::services {

namespace {

using election::TerritoryCode;
using tally::JudgedRow;

constexpr std::size_t kMaxFailures = 20;

tl::unexpected<Error> bad(Code code, std::string_view file) {
  return fail(code, {{"file", std::string{file}}});
}

class SiteVerifier {
 public:
  SiteVerifier(const ports::Store& tree, const SiteTrust& trust, TomlParser parse_toml,
               ports::Workers& workers)
      : tree_{tree}, trust_{trust}, parse_toml_{parse_toml}, workers_{workers} {}

  SiteReport run() {
    step("manifest", manifest()) && step("files", files()) && step("package", package()) &&
        (!report_.is_signed || step("log", log())) && step("rows", rows()) &&
        step("figures", figures()) &&
        (!report_.is_signed ||
         (step("bulletins", bulletins()) && step("acts", acts()) && step("actas", actas())));
    return std::move(report_);
  }

 private:
  bool step(std::string_view name, const Result<std::int64_t>& result) {
    if (result) report_.steps.push_back({name, *result});
    if (!result) report_.failures.insert(report_.failures.begin(), result.error());
    if (report_.failures.size() > kMaxFailures) report_.failures.resize(kMaxFailures);
    return report_.failures.empty();
  }

  Result<Bytes> read(std::string_view path) const {
    Result<std::optional<Bytes>> bytes = tree_.read(path);
    if (!bytes || !*bytes) return bad(kFileGone, path);
    return std::move(**bytes);
  }
  Result<void> same(std::string_view path, std::string_view expected, Code code) const {
    const Bytes bytes = TRY(read(path));
    if (as_text(bytes) == expected) return {};
    const auto differs = std::mismatch(bytes.begin(), bytes.end(), expected.begin(), expected.end(),
                                       [](std::uint8_t a, char b) { return char(a) == b; });
    const auto line = 1 + std::count(bytes.begin(), differs.first, '\n');
    return fail(Error{code, {{"file", std::string{path}}}}.with("line", std::int64_t{line}));
  }

  Result<std::int64_t> manifest();
  Result<std::int64_t> files();
  Result<std::int64_t> package();
  Result<std::int64_t> signed_package();
  Result<std::int64_t> imported_package();
  Result<std::int64_t> log();
  Result<std::int64_t> rows();
  Result<void> compare_signed(const std::vector<JudgedRow>& published) const;
  Result<void> compare_imported(const std::vector<JudgedRow>& published) const;
  Result<std::int64_t> figures();
  Result<void> shape() const;
  Result<void> page(const TerritoryCode& code) const;
  Result<void> page(const election::Mesa& mesa) const;
  Result<std::int64_t> bulletins();
  Result<void> bulletin(std::size_t place);
  Result<void> newest(const BulletinRecord& record);
  Result<std::int64_t> acts();
  Result<std::int64_t> actas();
  Result<void> acta(const SiteActa& acta, std::map<std::uint64_t, Hash32>& roots) const;

  const ports::Store& tree_;
  const SiteTrust& trust_;
  TomlParser parse_toml_;
  ports::Workers& workers_;
  SiteReport report_;
  SiteSignature signature_;
  FileLists lists_;
  std::vector<std::string> paths_;  // of the tree, ascending
  std::optional<election::Package> package_;
  std::unique_ptr<PartOfStore> log_store_;
  std::unique_ptr<Night> night_;
  std::vector<crypto::PublicKey> roots_;
  std::vector<log::LogKey> log_keys_;
  std::uint64_t log_size_ = 0;
  election::Definition definition_;
  election::LawPack law_;
  std::vector<SiteActa> actas_;
  std::unique_ptr<SiteFigures> figures_;
};

Result<std::int64_t> SiteVerifier::manifest() {
  const Result<Bytes> record = read(kManifestRecord);
  if (!record) return bad(kNoManifest, kManifestRecord);
  signature_ = TRY(open_site(*record));
  report_.fingerprint = signature_.key.fingerprint();
  report_.handle = signature_.handle;
  report_.number = signature_.number;
  report_.time_s = signature_.time_s;
  const std::string key = crypto::to_text(signature_.key);
  const Bytes published = TRY(read(kPublisherKeyFile));
  if (as_text(published) != key + "\n") return bad(kPublisherKey, kPublisherKeyFile);
  if (!trust_.publisher.empty()) {
    const std::string_view named = trim(trust_.publisher);
    if (named != key && named != report_.fingerprint) {
      return fail(kOtherPublisher, {{"fingerprint", report_.fingerprint}});
    }
    report_.publisher_known = true;
  }
  return 1;
}

Result<std::int64_t> SiteVerifier::files() {
  const Bytes list = TRY(read(kManifestList));
  if (crypto::sha256(list) != signature_.list) return bad(kListHash, kManifestList);
  TRY(lists_.read(kManifestList, as_text(list)));
  for (const std::string& path : lists_.below(kManifestList, "files/")) {
    const Bytes text = TRY(read(path));
    if (crypto::sha256(text) != *lists_.find(path)) return bad(kFileHash, path);
    TRY(lists_.read(path, as_text(text)));
  }
  paths_ = TRY(tree_.list(""));
  std::vector<const Hash32*> expected;
  std::erase_if(paths_, [](const std::string& path) {
    return path == kManifestList || path == kManifestRecord;
  });
  for (const std::string& path : paths_) {
    expected.push_back(lists_.find(path));
    if (expected.back() == nullptr) report_.failures.push_back(bad(kFileUnlisted, path).value());
  }
  if (paths_.size() < lists_.size() || !report_.failures.empty()) {
    for (const std::string& list_name : lists_.names()) {
      for (const auto& file : lists_.of(list_name)) {
        if (std::binary_search(paths_.begin(), paths_.end(), file.first)) continue;
        report_.failures.push_back(bad(kFileGone, file.first).value());
      }
    }
  }
  std::vector<char> good(paths_.size(), 0);
  workers_.each(paths_.size(), [&](std::size_t i) {
    if (expected[i] == nullptr) return;
    const Result<Bytes> bytes = read(paths_[i]);
    good[i] = bytes && crypto::sha256(*bytes) == *expected[i] ? 1 : 0;
  });
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if (expected[i] == nullptr || good[i] != 0) continue;
    report_.failures.push_back(bad(kFileHash, paths_[i]).value());
  }
  return static_cast<std::int64_t>(paths_.size());
}

Result<std::int64_t> SiteVerifier::package() {
  report_.is_signed = lists_.find("data/package/manifest.cose") != nullptr;
  return report_.is_signed ? signed_package() : imported_package();
}

Result<std::int64_t> SiteVerifier::signed_package() {
  const Bytes text = TRY(read("data/package/roots.key"));
  const Result<std::vector<crypto::PublicKey>> named = read_public_keys(as_text(text));
  if (!named || named->empty()) return bad(kPackageBad, "data/package/roots.key");
  roots_ = *named;
  for (const crypto::PublicKey& root : roots_) report_.roots.push_back(root.fingerprint());
  if (!trust_.roots.empty()) {
    const std::set<crypto::PublicKey> trusted(trust_.roots.begin(), trust_.roots.end());
    if (trusted != std::set<crypto::PublicKey>(roots_.begin(), roots_.end())) {
      return bad(kOtherRoots, "data/package/roots.key");
    }
    report_.roots_known = true;
  }
  const PartOfStore folder{tree_, "data/package"};
  Result<election::Package> opened = load_package(folder, roots_, parse_toml_);
  if (!opened)
    return fail(
        Error{kPackageBad, {{"file", "data/package"}}}.with("cause", opened.error().debug()));
  package_.emplace(std::move(*opened));
  definition_ = package_->definition();
  law_ = package_->law();
  const std::vector<crypto::PublicKey> publishers = package_->keys(election::Role::publisher);
  if (std::find(publishers.begin(), publishers.end(), signature_.key) == publishers.end()) {
    return bad(kPublisherKey, kPublisherKeyFile);
  }
  if (package_->handle() != signature_.handle)
    return bad(kPackageBad, "data/package/manifest.cose");
  if (package_->nominations()) {
    const Bytes acts = TRY(read("data/nominations.cbor"));
    if (!package_->take_nominations(acts)) {
      return bad(kPackageBad, "data/nominations.cbor");
    }
  }
  for (const crypto::PublicKey& key : package_->keys(election::Role::log)) {
    log_keys_.push_back({package_->manifest().log_origin, key});
  }
  return static_cast<std::int64_t>(roots_.size());
}

Result<std::int64_t> SiteVerifier::imported_package() {
  const Bytes definition = TRY(read("data/package/definition.cbor"));
  const Bytes mesas = TRY(read("data/package/mesas.cbor"));
  const Bytes law = TRY(read("data/package/law.toml"));
  Result<election::Definition> decoded = election::decode_definition(definition, mesas);
  if (!decoded || !decoded->imported) return bad(kPackageBad, "data/package/definition.cbor");
  definition_ = std::move(*decoded);
  const Result<codec::Document> document = parse_toml_(as_text(law));
  if (!document) return bad(kPackageBad, "data/package/law.toml");
  Result<election::LawPack> pack = election::read_law_pack(as_text(law), *document);
  if (!pack || pack->id != definition_.law) return bad(kPackageBad, "data/package/law.toml");
  law_ = std::move(*pack);
  const Hash32 hash = crypto::sha256(definition);
  if (!equal(hash.view().first(8), signature_.handle.view())) {
    return bad(kPackageBad, "data/package/definition.cbor");
  }
  return 0;
}

Result<std::int64_t> SiteVerifier::log() {
  log_store_ = std::make_unique<PartOfStore>(tree_, "data/log");
  const auto failed = [](std::string_view file, const Error& cause) {
    return fail(Error{kLogBad, {{"file", std::string{file}}}}.with("cause", cause.debug()));
  };
  const Bytes note = TRY(read("data/log/checkpoint"));
  const Result<log::Checkpoint> checkpoint =
      log::open_checkpoint(as_text(note), package_->manifest().log_origin, log_keys_);
  if (!checkpoint) return failed("data/log/checkpoint", checkpoint.error());
  log_size_ = checkpoint->size;
  std::set<std::string> wanted{"data/log/checkpoint"};
  for (const std::string& path : log_files(log_size_)) wanted.insert("data/log/" + path);
  for (const std::string& path : lists_.below(kManifestList, "data/log/")) {
    if (wanted.erase(path) == 0) return bad(kTreeShape, path);
  }
  if (!wanted.empty()) return bad(kTreeShape, *wanted.begin());
  const log::LogReader reader{*log_store_, log_size_};
  const Result<void> good = reader.verify(checkpoint->root);
  if (!good) return failed("data/log", good.error());
  night_ = std::make_unique<Night>(*package_, roots_);
  const Result<void> replayed = replay(reader, *night_, Signatures::verify);
  if (!replayed) {
    return fail(Error{kNightBad, {{"index", std::string{replayed.error().fact("index")}}}}.with(
        "cause", replayed.error().debug()));
  }
  actas_ = TRY(site_actas(night_->ledger(), *log_store_, log_size_));
  return static_cast<std::int64_t>(log_size_);
}

bool is_hint(tally::Rule rule) { return static_cast<int>(rule) >= 300; }

std::vector<tally::Rule> hard_rules(const std::vector<tally::Finding>& findings) {
  std::vector<tally::Rule> out;
  for (const tally::Finding& finding : findings) {
    if (!is_hint(finding.rule)) out.push_back(finding.rule);
  }
  return out;
}

tl::unexpected<Error> row_differs(std::size_t row) {
  return fail(Error{kRowsDiffer, {{"file", "data/rows.csv"}}}.with(
      "line", static_cast<std::int64_t>(row + 2)));
}

// The rows that the log gives, in every column but the hints.
Result<void> SiteVerifier::compare_signed(const std::vector<JudgedRow>& published) const {
  const SiteFigures own{definition_, night_->ledger().rows(), actas_, true};
  for (std::size_t i = 0; i < std::max(published.size(), own.rows().size()); ++i) {
    if (i >= published.size() || i >= own.rows().size()) return row_differs(i);
    const JudgedRow& a = published[i];
    const JudgedRow& b = own.rows()[i];
    if (a.row != b.row || hard_rules(a.findings) != hard_rules(b.findings)) return row_differs(i);
  }
  return {};
}

// The rules that one row of an import, and its double, can break.
Result<void> SiteVerifier::compare_imported(const std::vector<JudgedRow>& published) const {
  std::map<std::pair<election::ContestIndex, tally::Unit>, int> doubles;
  for (const JudgedRow& judged : published) ++doubles[{judged.row.contest, judged.row.unit}];
  const tally::JudgeContext context{definition_, law_};
  for (std::size_t i = 0; i < published.size(); ++i) {
    const tally::Row& row = published[i].row;
    std::vector<tally::Finding> own = tally::judge_row(context, row);
    if (doubles[{row.contest, row.unit}] > 1) {
      own.push_back({tally::Rule::conflicting_acta, {}});
      tally::tidy(own);
    }
    if (row.trust != tally::Trust::imported || row.status != tally::status_after(row, own) ||
        hard_rules(published[i].findings) != hard_rules(own)) {
      return row_differs(i);
    }
  }
  return {};
}

Result<std::int64_t> SiteVerifier::rows() {
  const Bytes text = TRY(read("data/rows.csv"));
  std::vector<JudgedRow> published = TRY(read_rows(as_text(text), definition_));
  TRY(report_.is_signed ? compare_signed(published) : compare_imported(published));
  const election::Counting* counting = package_ ? &package_->counting() : nullptr;
  figures_ = std::make_unique<SiteFigures>(definition_, std::move(published), actas_,
                                           report_.is_signed, counting);
  TRY(same("data/rows.csv", figures_->rows_csv(), kRowsForm));
  return static_cast<std::int64_t>(figures_->rows().size());
}

Result<void> SiteVerifier::page(const TerritoryCode& code) const {
  const std::string folder = page_folder(code);
  TRY(same(folder + "data.json", figures_->territory_json(code), kPageDiffers));
  return same(folder + "data.csv", figures_->territory_csv(code), kPageDiffers);
}

Result<void> SiteVerifier::page(const election::Mesa& mesa) const {
  const std::string folder = mesa_folder(mesa.id);
  TRY(same(folder + "data.json", figures_->mesa_json(mesa), kPageDiffers));
  return same(folder + "data.csv", figures_->mesa_csv(mesa), kPageDiffers);
}

// Every page is there, and below `t/` stands nothing else.
Result<void> SiteVerifier::shape() const {
  std::set<std::string> wanted;
  const auto want = [&](const std::string& folder) {
    for (const char* name : {"index.html", "en.html", "data.json", "data.csv"}) {
      wanted.insert(folder + name);
    }
  };
  want("");
  std::set<std::string> may;  // what a mesa with an acta may have
  for (const election::Territory& territory : definition_.territories) {
    want(page_folder(territory.code));
  }
  for (const election::Mesa& mesa : definition_.mesas) {
    if (mesa.id.mesa.value() == 0) continue;
    const std::string folder = mesa_folder(mesa.id);
    want(folder);
    if (figures_->acta_of(mesa.id) == nullptr) continue;
    wanted.insert(folder + "acta.cose");
    wanted.insert(folder + "acta.proof");
    may.insert(folder + "acta.png");
    may.insert(site_ballot_file(mesa.id, BallotFile::bundle));
    may.insert(site_ballot_file(mesa.id, BallotFile::tally));
  }
  for (const std::string& path : paths_) {
    if (wanted.erase(path) > 0 || may.contains(path)) continue;
    if (path.starts_with("t/") || path.find('/') == std::string::npos) return bad(kTreeShape, path);
  }
  if (!wanted.empty()) return bad(kTreeShape, *wanted.begin());
  return {};
}

Result<std::int64_t> SiteVerifier::figures() {
  SiteFacts facts;
  facts.handle = signature_.handle;
  facts.law_pack = law_.hash;
  if (report_.is_signed) facts.log_origin = package_->manifest().log_origin;
  if (night_) facts.bulletins = static_cast<std::uint32_t>(night_->bulletins().size());
  TRY(same("data/site.json", site_json(*figures_, facts), kSiteFile));
  TRY(same("data/totals.csv", figures_->totals_csv(), kTotalsDiffer));
  TRY(shape());
  const std::size_t territories = definition_.territories.size() + 1;
  std::vector<Result<void>> results(territories + definition_.mesas.size());
  workers_.each(results.size(), [&](std::size_t i) {
    if (i == 0) {
      results[i] = page(TerritoryCode{});
    } else if (i < territories) {
      results[i] = page(definition_.territories[i - 1].code);
    } else if (definition_.mesas[i - territories].id.mesa.value() != 0) {
      results[i] = page(definition_.mesas[i - territories]);
    }
  });
  for (const Result<void>& result : results) {
    TRY(result);
  }
  return static_cast<std::int64_t>(2 * results.size());
}

Result<void> SiteVerifier::bulletin(std::size_t place) {
  const BulletinRecord& record = night_->bulletins()[place];
  const std::string stem = "data/bulletins/" + zero_padded(place + 1, 3);
  TRY(same(stem + ".cose", as_text(record.record), kBulletinBad));
  const Bytes totals = TRY(read(stem + ".totals.cbor"));
  if (crypto::sha256(totals) != record.fields.totals) {
    return bad(kBulletinDiffers, stem + ".totals.cbor");
  }
  const Bytes rows = TRY(read(stem + ".rows.cbor"));
  codec::CborReader reader{rows};
  const Result<std::size_t> count = reader.array();
  std::vector<Hash32> leaves;
  for (std::size_t i = 0; count && i < *count; ++i) {
    const Result<ByteView> row = reader.item();
    if (!row) return bad(kBulletinDiffers, stem + ".rows.cbor");
    leaves.push_back(crypto::leaf_hash(*row));
  }
  if (!count || !reader.end() || std::int64_t(leaves.size()) != record.fields.rows ||
      crypto::root_of(leaves) != record.fields.rows_root) {
    return bad(kBulletinDiffers, stem + ".rows.cbor");
  }
  return {};
}

// The newest bulletin is made again from the log at its size, when the fold has not done so.
Result<void> SiteVerifier::newest(const BulletinRecord& record) {
  if (record.recomputed) return {};
  const std::string file = "data/bulletins/" + zero_padded(record.fields.number, 3) + ".cose";
  const log::LogReader reader{*log_store_, record.fields.log.size};
  Night then{*package_, roots_};
  const Result<void> replayed = replay(reader, then, Signatures::verified_before);
  if (!replayed) return bad(kBulletinDiffers, file);
  const Result<tally::Bulletin> own =
      then.next_bulletin(record.fields.log, record.fields.nominations);
  const Result<crypto::MultiSign> parts = crypto::parse_multi(record.record);
  if (!own || !parts || !equal(own->payload(), parts->payload)) return bad(kBulletinDiffers, file);
  return {};
}

Result<std::int64_t> SiteVerifier::bulletins() {
  const std::size_t count = night_->bulletins().size();
  for (std::size_t i = 0; i < count; ++i) {
    TRY(bulletin(i));
  }
  const std::size_t listed = lists_.below(kManifestList, "data/bulletins/").size();
  if (listed != 3 * count) return bad(kTreeShape, "data/bulletins");
  const bool seats_there = lists_.find("data/seats.json") != nullptr;
  if (seats_there != (count > 0)) return bad(kTreeShape, "data/seats.json");
  if (count == 0) return 0;
  TRY(newest(night_->bulletins().back()));
  const Result<std::string> seats = seats_json(*figures_, law_, static_cast<std::uint32_t>(count));
  if (!seats) return bad(kSeatsDiffer, "data/seats.json");
  TRY(same("data/seats.json", *seats, kSeatsDiffer));
  return static_cast<std::int64_t>(count);
}

// The fold has made each act of award again at its place; the files are the same.
Result<std::int64_t> SiteVerifier::acts() {
  const std::size_t count = night_->acts().size();
  for (std::size_t i = 0; i < count; ++i) {
    TRY(same(act_record_file(i + 1), as_text(night_->acts()[i].record), kActFile));
  }
  if (lists_.below(kManifestList, "data/acts/").size() != count) {
    return bad(kTreeShape, "data/acts");
  }
  return static_cast<std::int64_t>(count);
}

Result<void> SiteVerifier::acta(const SiteActa& acta,
                                std::map<std::uint64_t, Hash32>& roots) const {
  const std::string folder = mesa_folder(acta.mesa);
  TRY(same(folder + "acta.cose", as_text(acta.record), kActaDiffers));
  const std::string path = folder + "acta.proof";
  const Bytes bytes = TRY(read(path));
  const std::string_view proof = as_text(bytes);
  const log::LogReader reader{*log_store_, log_size_};
  const Bytes entry = TRY(reader.entry(acta.log_index));
  const Result<std::uint64_t> index =
      log::verify_proof(proof, entry, package_->manifest().log_origin, log_keys_);
  if (!index || *index != acta.log_index) return bad(kProofBad, path);
  const std::size_t blank = proof.find("\n\n");
  const Result<log::Checkpoint> checkpoint =
      log::open_checkpoint(proof.substr(blank + 2), package_->manifest().log_origin, log_keys_);
  if (!checkpoint || checkpoint->size > log_size_) return bad(kProofBad, path);
  const auto known = roots.emplace(checkpoint->size, checkpoint->root);
  if (!known.second && known.first->second != checkpoint->root) return bad(kProofBad, path);
  return {};
}

Result<std::int64_t> SiteVerifier::actas() {
  std::map<std::uint64_t, Hash32> roots;  // by size, as the proofs say
  std::int64_t count = 0;
  for (const election::Mesa& mesa : definition_.mesas) {
    const SiteActa* shown = figures_->acta_of(mesa.id);
    if (shown == nullptr) continue;
    TRY(acta(*shown, roots));
    ++count;
  }
  crypto::CompactTree tree;
  const log::LogReader reader{*log_store_, log_size_};
  TRY(reader.entries(0, log_size_, [&](std::uint64_t, ByteView entry) -> Result<void> {
    tree.append(crypto::leaf_hash(entry));
    const auto stated = roots.find(tree.size());
    if (stated != roots.end() && stated->second != tree.root()) return bad(kProofBad, "acta.proof");
    return {};
  }));
  return count;
}

}  // namespace

SiteReport verify_site(const ports::Store& tree, const SiteTrust& trust, TomlParser parse_toml,
                       ports::Workers& workers) {
  return SiteVerifier{tree, trust, parse_toml, workers}.run();
}

}  // namespace sufragio::services
