#include "services/publication/publisher.h"

#include <algorithm>
#include <set>

#include "base/numbers.h"
#include "crypto/hash.h"
#include "election/package.h"
#include "log/log.h"
#include "services/award/act_words.h"
#include "services/publication/codes.h"
#include "services/publication/layout.h"
#include "services/publication/lists.h"
#include "services/publication/log_files.h"
#include "services/publication/pages.h"
#include "services/publication/signature.h"
#include "tally/irreversible.h"

namespace sufragio::services {

namespace {

using election::TerritoryCode;

// Rendered at the same time and then written while the next ones are rendered: bounds the memory.
constexpr std::size_t kBatch = 512;

struct File {
  std::string path;
  Bytes bytes;
  Hash32 hash;
};
using Rendered = Result<std::vector<File>>;

void add(std::vector<File>& files, std::string path, std::string_view text) {
  files.push_back({std::move(path), to_bytes(as_bytes(text)), crypto::sha256(as_bytes(text))});
}

struct Job {  // one page: of a territory, or of a mesa
  TerritoryCode territory;
  const election::Mesa* mesa = nullptr;
};

struct LogView {  // the log as the checkpoint of this publication says
  const ports::Store* store = nullptr;
  std::string note;
  std::uint64_t size = 0;
};

Result<LogView> view_of_log(const SignedPart& part) {
  LogView out;
  out.store = part.log;
  if (part.log == nullptr) return out;
  const std::optional<Bytes> note = TRY(part.log->read("checkpoint"));
  if (!note) return fail(kLogBad, {{"file", "checkpoint"}});
  out.note = std::string{as_text(*note)};
  out.size = TRY(size_in_note(out.note));
  return out;
}

}  // namespace

struct Publisher::State {
  State(ports::Store& tree_in, const SiteTools& tools_in) : tree{tree_in}, tools{tools_in} {}

  ports::Store& tree;
  SiteTools tools;
  FileLists lists;
  std::unique_ptr<SiteFigures> figures;  // of the publication before
  crypto::ElectionHandle handle;
  std::string publishers;
  bool has_claims = false;
  std::optional<election::ActsHead> acts;  // by which the pages count stale cards
  std::uint32_t bulletins = 0;             // that the pages speak of
  std::size_t awards = 0;                  // acts of award that they speak of
  bool new_bulletin = false;
  bool whole = false;  // `lists` and `figures` say what stands in the tree
  PublishedTree counts;

  bool begin(const crypto::ElectionHandle& election, const Publication& publication);
  Result<void> put(const std::string& path, ByteView bytes, const Hash32& hash);
  Result<void> put(const std::string& path, std::string_view text);
  Result<std::uint64_t> next_number() const;
  std::vector<Job> jobs(const SiteFigures& now, bool everything) const;
  Result<void> write_pages(const Publication& publication, const SiteSource& source,
                           const LogView& log, const std::vector<Job>& jobs,
                           PublishProgress* progress);
  Rendered render(const Pages& es, const Pages& en, const SiteSource& source, const LogView& log,
                  const SiteFigures& now, const Job& job) const;
  Result<void> acta_files(std::vector<File>& files, const SiteSource& source, const LogView& log,
                          const SiteActa& acta, std::optional<PictureSize>& picture) const;
  Result<void> write_data(const SiteFigures& now, const SiteSource& source, const SiteFacts& facts);
  Result<void> write_package(const SiteFigures& now, const SiteSource& source);
  Result<void> write_log(const LogView& log);
  Result<void> write_ballots(const SiteSource& source);
  Result<void> write_additions();
  Result<void> write_rules(const Publication& publication);
  Result<void> write_errata(const Publication& publication);
  Result<void> write_award(const Publication& publication, std::int64_t time_s);
  Result<void> write_claims(const std::vector<PublishedClaim>& claims,
                            const Publication& publication);
  Result<void> remove_strangers();
  Result<void> sign(std::uint64_t number, std::int64_t time_s);
};

Publisher::Publisher(ports::Store& tree, const SiteTools& tools)
    : state_{std::make_unique<State>(tree, tools)} {}
Publisher::~Publisher() = default;

// Says whether everything has to be written: there is no publication before, or all pages change.
bool Publisher::State::begin(const crypto::ElectionHandle& election,
                             const Publication& publication) {
  const bool fresh = !whole || election != handle || publishers != publication.publishers ||
                     has_claims != publication.has_claims ||
                     acts != publication.figures.counting().head() ||
                     awards != publication.acts.size();
  if (fresh) lists = FileLists{};
  new_bulletin = bulletins != publication.bulletins;
  whole = false;
  handle = election;
  publishers = publication.publishers;
  has_claims = publication.has_claims;
  acts = publication.figures.counting().head();
  awards = publication.acts.size();
  counts = PublishedTree{};
  return fresh;
}

// A file that stands there as it should is not written again.
Result<void> Publisher::State::put(const std::string& path, ByteView bytes, const Hash32& hash) {
  const Hash32* before = lists.find(path);
  if (before != nullptr && *before == hash) return {};
  TRY(tree.write(path, bytes, false));
  lists.set(path, hash);
  counts.files += 1;
  counts.bytes += bytes.size();
  return {};
}

Result<void> Publisher::State::put(const std::string& path, std::string_view text) {
  return put(path, as_bytes(text), crypto::sha256(as_bytes(text)));
}

Result<std::uint64_t> Publisher::State::next_number() const {
  const std::optional<Bytes> before = TRY(tree.read(kManifestRecord));
  if (!before) return 1;
  const Result<SiteSignature> fields = open_site(*before);
  return fields ? fields->number + 1 : 1;
}

// Pages whose rows or acta changed, and all above them: territories first, then mesas.
std::vector<Job> Publisher::State::jobs(const SiteFigures& now, bool everything) const {
  const election::Definition& definition = now.definition();
  std::set<TerritoryCode> territories;
  std::set<MesaId> mesas;
  const auto changed = [&](const tally::Unit& unit) {
    const auto before = figures->rows_of(unit);
    const auto after = now.rows_of(unit);
    const auto same = [&](std::uint32_t a, std::uint32_t b) {
      return figures->rows()[a].row == now.rows()[b].row &&
             figures->rows()[a].findings == now.rows()[b].findings;
    };
    return !std::equal(before.begin(), before.end(), after.begin(), after.end(), same);
  };
  const auto touch = [&](const tally::Unit& unit) {
    for (std::optional<TerritoryCode> at = unit.territory; at; at = at->parent()) {
      territories.insert(*at);
    }
    const std::optional<MesaId> mesa = unit.mesa_id();
    if (mesa) mesas.insert(*mesa);
  };
  territories.insert(TerritoryCode{});
  for (const election::Contest& contest : definition.contests) {
    if (new_bulletin) territories.insert(contest.territory);  // its seats name the bulletin
  }
  if (!everything) {
    for (const tally::Unit& unit : now.units()) {
      if (changed(unit)) touch(unit);
    }
    for (const tally::Unit& unit : figures->units()) {
      if (now.rows_of(unit).empty()) touch(unit);
    }
  }
  std::vector<Job> out{{TerritoryCode{}, nullptr}};
  for (const election::Territory& territory : definition.territories) {
    if (everything || territories.contains(territory.code))
      out.push_back({territory.code, nullptr});
  }
  for (const election::Mesa& mesa : definition.mesas) {
    if (mesa.id.mesa.value() == 0) continue;
    const auto other_acta = [&] {
      const SiteActa* a = figures->acta_of(mesa.id);
      const SiteActa* b = now.acta_of(mesa.id);
      return (a == nullptr) != (b == nullptr) || (a != nullptr && a->id != b->id);
    };
    if (everything || mesas.contains(mesa.id) || other_acta()) {
      out.push_back({TerritoryCode::of(mesa.id.centre), &mesa});
    }
  }
  return out;
}

Result<void> Publisher::State::acta_files(std::vector<File>& files, const SiteSource& source,
                                          const LogView& log, const SiteActa& acta,
                                          std::optional<PictureSize>& picture) const {
  const SignedPart& part = *source.signed_part;
  const std::string folder = mesa_folder(acta.mesa);
  add(files, folder + "acta.cose", as_text(acta.record));
  if (log.store != nullptr) {
    const log::LogReader reader{*log.store, log.size};
    const std::string proof = TRY(log::make_proof(reader, acta.log_index, log.note));
    add(files, folder + "acta.proof", proof);
  }
  if (part.pictures == nullptr) return {};
  const std::optional<Bytes> png = TRY(part.pictures->read(acta.id.hex() + ".png"));
  if (!png) return {};
  picture = png_size(*png);
  if (!picture) return fail(kPictureBroken, {{"mesa", acta.mesa.text()}});
  add(files, folder + "acta.png", as_text(*png));
  return {};
}

Rendered Publisher::State::render(const Pages& es, const Pages& en, const SiteSource& source,
                                  const LogView& log, const SiteFigures& now,
                                  const Job& job) const {
  std::vector<File> files;
  std::optional<PictureSize> picture;
  const bool is_mesa = job.mesa != nullptr;
  const SiteActa* acta = is_mesa ? now.acta_of(job.mesa->id) : nullptr;
  if (acta != nullptr) TRY(acta_files(files, source, log, *acta, picture));
  const std::string folder = is_mesa ? mesa_folder(job.mesa->id) : page_folder(job.territory);
  for (const Pages* pages : {&es, &en}) {
    const ports::Templates& templates = pages == &es ? tools.templates_es : tools.templates_en;
    const ports::TemplateData data =
        is_mesa ? pages->mesa(*job.mesa, picture) : pages->territory(job.territory);
    const std::string html = TRY(templates.render(is_mesa ? "mesa" : "territory", data));
    add(files, folder + pages->file(), html);
  }
  add(files, folder + "data.json",
      is_mesa ? now.mesa_json(*job.mesa) : now.territory_json(job.territory));
  add(files, folder + "data.csv",
      is_mesa ? now.mesa_csv(*job.mesa) : now.territory_csv(job.territory));
  return files;
}

Result<void> Publisher::State::write_pages(const Publication& publication, const SiteSource& source,
                                           const LogView& log, const std::vector<Job>& jobs,
                                           PublishProgress* progress) {
  const Pages es{publication, tools.words_es};
  const Pages en{publication, tools.words_en};
  const auto empty = [](std::size_t count) {
    return std::vector<Rendered>(count, Rendered{std::vector<File>{}});
  };
  std::vector<Rendered> ready;
  for (std::size_t from = 0; from < jobs.size() || !ready.empty(); from += kBatch) {
    const std::size_t count = std::min(kBatch, jobs.size() - std::min(from, jobs.size()));
    std::vector<Rendered> next = empty(count);
    Result<void> written;
    // One worker writes what is ready while the others render: no two threads share a value.
    tools.workers.each(count + 1, [&](std::size_t i) {
      if (i > 0) {
        next[i - 1] = render(es, en, source, log, publication.figures, jobs[from + i - 1]);
        return;
      }
      for (const Rendered& one : ready) {
        if (!one) written = fail(one.error());
        for (std::size_t k = 0; written && k < one->size(); ++k) {
          written = put((*one)[k].path, (*one)[k].bytes, (*one)[k].hash);
        }
        if (!written) return;
      }
    });
    TRY(written);
    ready = std::move(next);
    counts.pages += count;
    if (progress != nullptr) progress->pages(counts.pages, jobs.size());
  }
  return {};
}

Result<void> Publisher::State::write_data(const SiteFigures& now, const SiteSource& source,
                                          const SiteFacts& facts) {
  TRY(put("data/site.json", site_json(now, facts)));
  TRY(put("data/rows.csv", now.rows_csv()));
  TRY(put("data/totals.csv", now.totals_csv()));
  TRY(put(kPublisherKeyFile, crypto::to_text(tools.signer.public_key()) + "\n"));
  if (!source.signed_part) {
    TRY(put("data/sources.csv", sources_csv(source.sources)));
    return put("data/notes.csv", notes_csv(source.notes));
  }
  const SignedPart& part = *source.signed_part;
  if (!part.bulletins.empty()) {
    const std::string seats = TRY(seats_json(now, *source.law, facts.bulletins));
    TRY(put("data/seats.json", seats));
  }
  for (std::size_t i = 0; i < part.bulletins.size(); ++i) {
    const SiteBulletin& bulletin = part.bulletins[i];
    const std::string stem = "data/bulletins/" + zero_padded(i + 1, 3);
    TRY(put(stem + ".cose", as_text(bulletin.record)));
    TRY(put(stem + ".totals.cbor", as_text(bulletin.totals)));
    TRY(put(stem + ".rows.cbor", as_text(bulletin.rows)));
  }
  return {};
}

Result<void> Publisher::State::write_package(const SiteFigures& now, const SiteSource& source) {
  const std::string folder = "data/package/";
  if (!source.signed_part) {
    TRY(put(folder + "definition.cbor", as_text(election::encode_definition(now.definition()))));
    TRY(put(folder + "mesas.cbor", as_text(election::encode_mesas(now.definition()))));
    return put(folder + "law.toml", source.law_text);
  }
  const SignedPart& part = *source.signed_part;
  for (const auto& [path, bytes] : part.package_files) {
    TRY(put(folder + path, as_text(bytes)));
  }
  TRY(put(folder + "manifest.cose", as_text(part.manifest_record)));
  if (!part.nominations.empty()) TRY(put("data/nominations.cbor", as_text(part.nominations)));
  std::string roots;
  for (const crypto::PublicKey& root : part.roots) roots += crypto::to_text(root) + "\n";
  return put(folder + "roots.key", roots);
}

// Full tiles never change; what belongs to an older size goes.
Result<void> Publisher::State::write_log(const LogView& log) {
  if (log.store == nullptr) return {};
  const std::string folder = "data/log/";
  std::set<std::string> wanted{folder + "checkpoint"};
  TRY(put(folder + "checkpoint", log.note));
  for (const std::string& path : log_files(log.size)) {
    wanted.insert(folder + path);
    if (lists.find(folder + path) != nullptr) continue;
    const std::optional<Bytes> bytes = TRY(log.store->read(path));
    if (!bytes) return fail(kLogBad, {{"file", path}});
    TRY(put(folder + path, as_text(*bytes)));
  }
  for (const std::string& path : lists.below(kManifestList, folder)) {
    if (wanted.contains(path)) continue;
    TRY(tree.remove(path));
    lists.erase(path);
  }
  return {};
}

// One file at a time: those of a large mesa have some megabytes.
Result<void> Publisher::State::write_ballots(const SiteSource& source) {
  if (!source.signed_part || source.signed_part->ballots == nullptr) return {};
  const ports::Store& ballots = *source.signed_part->ballots;
  for (const election::Mesa& mesa : source.definition->mesas) {
    for (const BallotFile kind : {BallotFile::bundle, BallotFile::tally}) {
      const auto bytes = TRY(ballots.read(ballot_file(mesa.id, kind)));
      if (!bytes) continue;
      TRY(put(site_ballot_file(mesa.id, kind), *bytes, crypto::sha256(*bytes)));
    }
  }
  return {};
}

Result<void> Publisher::State::write_additions() {
  for (const auto& [path, bytes] : tools.additions) {
    const bool good = path.starts_with("assets/") || path.starts_with("verify/");
    if (!good) return fail(kAssetOutside, {{"path", path}});
    TRY(put(path, as_text(bytes)));
  }
  return {};
}

Result<void> Publisher::State::write_rules(const Publication& publication) {
  const Pages es{publication, tools.words_es};
  const Pages en{publication, tools.words_en};
  const std::string spanish = TRY(tools.templates_es.render("rules", es.rules()));
  const std::string english = TRY(tools.templates_en.render("rules", en.rules()));
  TRY(put("rules/" + es.file(), spanish));
  TRY(put("rules/" + en.file(), english));
  const std::string law_es = TRY(tools.templates_es.render("assumptions", es.assumptions()));
  const std::string law_en = TRY(tools.templates_en.render("assumptions", en.assumptions()));
  TRY(put("law/" + es.file(), law_es));
  return put("law/" + en.file(), law_en);
}

Result<void> Publisher::State::write_errata(const Publication& publication) {
  if (!publication.figures.counting().head()) return {};
  const Pages es{publication, tools.words_es};
  const Pages en{publication, tools.words_en};
  const ports::TemplateData in_spanish = TRY(es.errata());
  const ports::TemplateData in_english = TRY(en.errata());
  const std::string spanish = TRY(tools.templates_es.render("errata", in_spanish));
  const std::string english = TRY(tools.templates_en.render("errata", in_english));
  TRY(put("errata/" + es.file(), spanish));
  return put("errata/" + en.file(), english);
}

// One page of all acts of award; of each its record and its paper.
Result<void> Publisher::State::write_award(const Publication& publication, std::int64_t time_s) {
  if (publication.acts.empty()) return {};
  for (const Catalogue* words : {&tools.words_es, &tools.words_en}) {
    const bool spanish = words == &tools.words_es;
    const Pages pages{publication, *words};
    const ports::TemplateData data = TRY(pages.award());
    const ports::Templates& templates = spanish ? tools.templates_es : tools.templates_en;
    const std::string html = TRY(templates.render("award", data));
    TRY(put("award/" + pages.file(), html));
    for (std::size_t i = 1; i <= publication.acts.size() && tools.drawer != nullptr; ++i) {
      const SiteAct& act = publication.acts[i - 1];
      const election::Definition& definition = publication.figures.definition();
      const ActText text =
          TRY(act_text(act.act, act.record, i, definition, publication.figures.counting(), *words));
      const Bytes pdf = TRY(tools.drawer->pdf(act_drawing(text, definition, *words, time_s)));
      TRY(put(act_paper_file(i, spanish ? Language::es : Language::en), as_text(pdf)));
    }
  }
  for (std::size_t i = 1; i <= publication.acts.size(); ++i) {
    TRY(put(act_record_file(i), as_text(publication.acts[i - 1].record)));
  }
  return {};
}

Result<void> Publisher::State::write_claims(const std::vector<PublishedClaim>& claims,
                                            const Publication& publication) {
  const Pages es{publication, tools.words_es};
  const Pages en{publication, tools.words_en};
  const ports::TemplateData in_spanish = TRY(es.claims(claims));
  const ports::TemplateData in_english = TRY(en.claims(claims));
  const std::string spanish = TRY(tools.templates_es.render("claims", in_spanish));
  const std::string english = TRY(tools.templates_en.render("claims", in_english));
  TRY(put("claims/" + es.file(), spanish));
  return put("claims/" + en.file(), english);
}

// A tree holds nothing that is not listed.
Result<void> Publisher::State::remove_strangers() {
  const std::vector<std::string> all = TRY(tree.list(""));
  for (const std::string& path : all) {
    const bool own = lists.find(path) != nullptr || path == kManifestList ||
                     path == kManifestRecord || path.starts_with("files/");
    if (!own) TRY(tree.remove(path));
  }
  const std::vector<std::string> named = lists.names();
  const std::vector<std::string> written = TRY(tree.list("files"));
  for (const std::string& path : written) {
    if (std::find(named.begin(), named.end(), path) == named.end()) TRY(tree.remove(path));
  }
  return {};
}

Result<void> Publisher::State::sign(std::uint64_t number, std::int64_t time_s) {
  for (const std::string& name : lists.names()) {
    if (name != kManifestList) TRY(put(name, lists.text(name)));
  }
  const std::string list = lists.text(kManifestList);
  SiteSignature fields;
  fields.handle = handle;
  fields.list = crypto::sha256(as_bytes(list));
  fields.number = number;
  fields.time_s = time_s;
  fields.key = tools.signer.public_key();
  const Bytes record = TRY(sign_site(fields, tools.signer));
  TRY(tree.sync());
  TRY(tree.write(kManifestList, as_bytes(list), true));
  TRY(tree.write(kManifestRecord, record, true));
  counts.files += 2;
  return {};
}

namespace {

crypto::ElectionHandle handle_of(const SiteSource& source) {
  if (source.signed_part) return source.signed_part->handle;
  const Hash32 hash = crypto::sha256(election::encode_definition(*source.definition));
  return crypto::ElectionHandle::from(hash.view().first(8)).value();
}

void name_publishers(const SiteSource& source, Publication& out) {
  std::set<std::string> named;
  for (const Source& file : source.sources) {
    out.publisher_of[file.hash] = file.publisher;
    if (!named.insert(file.publisher).second) continue;
    if (!out.publishers.empty()) out.publishers += ", ";
    out.publishers += file.publisher;
  }
  if (out.publishers.empty()) out.publishers = source.definition->organiser;
}

Result<void> allocate_seats(const SiteSource& source, Publication& out) {
  if (out.bulletins == 0) return {};
  const auto left = tally::outstanding(*source.definition, out.figures.rows());
  std::vector<const tally::Row*> counted;
  for (const tally::JudgedRow& judged : out.figures.rows()) {
    if (judged.row.status == tally::RowStatus::counted) counted.push_back(&judged.row);
  }
  const Hash32 rows = tally::rows_root(counted);
  for (std::size_t i = 0; i < source.definition->contests.size(); ++i) {
    const election::ContestIndex index{static_cast<std::uint16_t>(i)};
    if (!tally::gives_seats(source.definition->contests[i])) continue;
    ContestSeats seats = TRY(seats_of(out.figures, index, *source.law));
    if (!seats.complete) {
      const tally::Figures& figures =
          out.figures.at(index, source.definition->contests[i].territory);
      seats.bounds = TRY(tally::bounds_of(out.figures.by_law(index), figures, *source.law, left[i],
                                          {{"rows", rows}}));
    }
    out.seats.emplace(index, std::move(seats));
  }
  return {};
}

}  // namespace

Result<PublishedTree> Publisher::publish(const SiteSource& source, std::int64_t time_s,
                                         PublishProgress* progress) {
  State& state = *state_;
  const crypto::PublicKey& key = state.tools.signer.public_key();
  if (key.algorithm != crypto::Algorithm::es256) return fail(kWrongPublisherKey);
  const std::vector<SiteActa> none;
  auto now = std::make_unique<SiteFigures>(*source.definition, source.rows,
                                           source.signed_part ? source.signed_part->actas : none,
                                           source.signed_part.has_value(), source.counting);
  const crypto::ElectionHandle handle = handle_of(source);
  Publication publication{*now, *source.law, 0, time_s};
  publication.bulletins =
      source.signed_part ? static_cast<std::uint32_t>(source.signed_part->bulletins.size()) : 0;
  if (source.signed_part) publication.acts = source.signed_part->acts;
  publication.has_papers = state.tools.drawer != nullptr;
  publication.fingerprint = key.fingerprint();
  publication.notes = static_cast<std::int64_t>(source.notes.size());
  publication.has_claims = !source.claims.empty();
  name_publishers(source, publication);
  const bool fresh = state.begin(handle, publication);
  publication.number = TRY(state.next_number());
  state.counts.number = publication.number;
  TRY(allocate_seats(source, publication));
  const LogView log = TRY(source.signed_part ? view_of_log(*source.signed_part) : LogView{});
  SiteFacts facts;
  facts.handle = handle;
  facts.law_pack = source.law->hash;
  facts.log_origin = source.signed_part ? source.signed_part->log_origin : "";
  facts.bulletins = publication.bulletins;
  TRY(state.write_pages(publication, source, log, state.jobs(*now, fresh), progress));
  TRY(state.write_data(*now, source, facts));
  TRY(state.write_package(*now, source));
  TRY(state.write_log(log));
  TRY(state.write_ballots(source));
  TRY(state.write_additions());
  TRY(state.write_rules(publication));
  TRY(state.write_errata(publication));
  TRY(state.write_award(publication, time_s));
  if (!source.claims.empty()) TRY(state.write_claims(source.claims, publication));
  if (fresh) TRY(state.remove_strangers());
  TRY(state.sign(state.counts.number, time_s));
  state.figures = std::move(now);
  state.bulletins = publication.bulletins;
  state.whole = true;
  return state.counts;
}

Result<std::map<std::string, std::string>> worded_templates(const ports::Store& folder,
                                                            const Catalogue& words) {
  constexpr std::string_view kSuffix = ".html";
  std::map<std::string, std::string> out;
  const std::vector<std::string> files = TRY(folder.list(""));
  for (const std::string& path : files) {
    if (!path.ends_with(kSuffix)) continue;
    const std::optional<Bytes> text = TRY(folder.read(path));
    if (!text) continue;
    std::string worded = TRY(words.expand(as_text(*text)));
    out.emplace(path.substr(0, path.size() - kSuffix.size()), std::move(worded));
  }
  return out;
}

}  // namespace sufragio::services
