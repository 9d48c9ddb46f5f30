#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include "adapters/cairo/drawer.h"
#include "adapters/httplib/static_server.h"
#include "adapters/json/json.h"
#include "adapters/qrencode/qr_encoder.h"
#include "adapters/threads/threads.h"
#include "adapters/toml/toml.h"
#include "base/check.h"
#include "base/numbers.h"
#include "centre_folder.h"
#include "codes.h"
#include "commands.h"
#include "crypto/secrets.h"
#include "files.h"
#include "page_kit.h"
#include "ports/memory_store.h"
#include "resources.h"
#include "services/office/office.h"
#include "services/publication/publisher.h"
#include "services/publication/signed_source.h"
#include "services/publication/site_records.h"
#include "services/publication/verifier.h"
#include "services/workspace/workspace.h"
#include "sim/rng.h"

namespace sufragio::app {

namespace {

class PageProgress : public services::PublishProgress {
 public:
  explicit PageProgress(Console& console) : console_{console} {}
  void pages(std::size_t done, std::size_t total) override {
    console_.progress("publish.pages", static_cast<std::int64_t>(done),
                      static_cast<std::int64_t>(total));
  }

 private:
  Console& console_;
};

// The publisher's key: the file's, or a new one when there is none.
Result<crypto::SoftwareKey> publisher_key(const std::string& file, Console& console) {
  if (exists(file)) {
    const Bytes bytes = TRY(read_whole(file));
    return annotate(crypto::secret_key_from_text(trim(as_text(bytes))), "file",
                    std::string_view{file});
  }
  crypto::SystemRng rng;
  auto key = crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng);
  TRY(write_whole(file, as_bytes(crypto::secret_to_text(key) + "\n")));
  console.note("keys.made", {{"folder", file}});
  return key;
}

Result<std::map<std::string, Bytes>> additions(const PublishArgs& args) {
  std::map<std::string, Bytes> out;
  for (const auto& [name, text] : resource_folder("assets", "")) {
    out["assets/" + name] = to_bytes(as_bytes(text));
  }
  if (args.verify_page.empty()) return out;
  const auto store = TRY(read_folder(args.verify_page));
  const std::vector<std::string> files = TRY(store->list(""));
  for (const std::string& file : files) {
    auto bytes = TRY(store->read(file));
    out["verify/" + file] = std::move(*bytes);
  }
  return out;
}

struct Loaded {  // what a SiteSource points into
  std::unique_ptr<CentreFolder> centre;
  std::unique_ptr<ports::Store> ballots;
  std::unique_ptr<services::Workspace> workspace;
  services::SiteSource source;
};

Result<void> load_centre(const std::string& folder, Loaded& out) {
  auto centre = TRY(read_centre_folder(folder));
  out.centre = std::make_unique<CentreFolder>(std::move(centre));
  const CentreFolder& from = *out.centre;
  out.source.definition = &from.package->definition();
  out.source.law = &from.package->law();
  TRY(annotate(from.package->can_count(), "file", services::kNominationsBeside));
  out.source.counting = &from.package->counting();
  out.source.rows = from.night->ledger().rows();
  services::SignedPart part;
  part.handle = from.package->handle();
  part.roots = from.roots;
  part.log = from.log_store.get();
  part.log_origin = from.package->manifest().log_origin;
  part.pictures = from.pictures.get();
  if (exists(folder + "/ballots")) {
    out.ballots = TRY(read_folder(folder + "/ballots"));
    part.ballots = out.ballots.get();
  }
  const std::vector<std::string> files = TRY(from.package_store->list(""));
  for (const std::string& file : files) {
    auto bytes = TRY(from.package_store->read(file));
    if (file == "manifest.cose") {
      part.manifest_record = std::move(*bytes);
    } else if (file == services::kNominationsBeside) {
      part.nominations = std::move(*bytes);
    } else if (file != "roots.key") {
      part.package_files.emplace(file, std::move(*bytes));
    }
  }
  out.source.law_text = std::string{as_text(part.package_files.at("law.toml"))};
  part.actas = TRY(services::site_actas(from.night->ledger(), *part.log, from.night->size()));
  services::SiteRecords records =
      TRY(services::site_records(*from.package, from.roots, *part.log, from.night->size()));
  part.bulletins = std::move(records.bulletins);
  part.acts = std::move(records.acts);
  out.source.signed_part = std::move(part);
  return {};
}

Result<Loaded> load_source(const std::string& folder) {
  Loaded out;
  if (is_centre_folder(folder)) {
    TRY(load_centre(folder, out));
    return out;
  }
  const auto store = TRY(read_folder(folder));
  auto workspace = TRY(services::load(*store, adapters::parse_toml));
  out.workspace = std::make_unique<services::Workspace>(std::move(workspace));
  out.source.definition = &out.workspace->definition;
  out.source.law_text = out.workspace->law_text;
  out.source.law = &out.workspace->law;
  out.source.rows = out.workspace->rows;
  out.source.sources = out.workspace->sources;
  out.source.notes = out.workspace->notes;
  return out;
}

Result<std::int64_t> publication_time(const PublishArgs& args) {
  if (!args.time.empty()) {
    const std::uint64_t given = TRY(parse_uint(args.time, INT32_MAX));
    return static_cast<std::int64_t>(given);
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

Result<void> publish(const PublishArgs& args, Console& console) {
  Loaded loaded = TRY(load_source(args.folder));
  loaded.source.claims = TRY(services::read_claims(resource("claims/claims.csv")));
  const std::string key_file = args.key.empty() ? args.folder + "/publisher.key" : args.key;
  crypto::SoftwareKey key = TRY(publisher_key(key_file, console));
  const services::Catalogue es = TRY(catalogue("es"));
  const services::Catalogue en = TRY(catalogue("en"));
  const auto templates_es = TRY(templates(es));
  const auto templates_en = TRY(templates(en));
  const auto extra = TRY(additions(args));
  adapters::Threads workers{0};
  adapters::LibQrEncoder encoder;
  const auto drawer = TRY(adapters::CairoDrawer::create(encoder));
  const services::SiteTools tools{key, workers, *templates_es, *templates_en,
                                  es,  en,      extra,         drawer.get()};
  const auto tree = TRY(open_folder(args.out));
  services::Publisher publisher{*tree, tools};
  PageProgress progress{console};
  const std::int64_t time_s = TRY(publication_time(args));
  const services::PublishedTree done = TRY(publisher.publish(loaded.source, time_s, &progress));
  console.say("publish.done", {{"folder", args.out},
                               {"number", std::to_string(done.number)},
                               {"pages", console.number(static_cast<std::int64_t>(done.pages))},
                               {"files", console.number(static_cast<std::int64_t>(done.files))},
                               {"fingerprint", key.public_key().fingerprint()}});
  return {};
}

// A file with a key, the text of a key, or a fingerprint.
Result<std::string> trusted_publisher(const std::string& given) {
  if (given.empty() || !exists(given)) return given;
  const Bytes bytes = TRY(read_whole(given));
  const std::string_view text = trim(as_text(bytes));
  if (!text.starts_with("sufragio-secret-key:")) return std::string{text};
  const crypto::SoftwareKey key = TRY(crypto::secret_key_from_text(text));
  return crypto::to_text(key.public_key());
}

// Every file of a folder into memory; their paths.
Result<std::vector<std::string>> copy_tree(const ports::Store& from, ports::Store& to) {
  std::vector<std::string> paths = TRY(from.list(""));
  for (const std::string& path : paths) {
    const auto bytes = TRY(from.read(path));
    TRY(to.write(path, *bytes, false));
  }
  return paths;
}

}  // namespace

int run_publish(const PublishArgs& args, Console& console) {
  const auto done = publish(args, console);
  return done ? 0 : console.fail(done.error());
}

int run_verify(const VerifyArgs& args, Console& console) {
  const auto roots = read_roots(args.roots);
  if (!roots) return console.fail(roots.error());
  const auto publisher = trusted_publisher(args.publisher);
  if (!publisher) return console.fail(publisher.error());
  const auto store = read_folder(args.site);
  if (!store) return console.fail(store.error());
  adapters::Threads workers{0};
  const services::SiteReport report =
      services::verify_site(**store, {*roots, *publisher}, adapters::parse_toml, workers);
  for (const services::SiteStep& step : report.steps) {
    console.say("verify.line",
                {{"what", console.words().text("verify.step." + std::string{step.name})},
                 {"count", console.number(step.checked)}});
  }
  for (const Error& failure : report.failures) console.fail(failure);
  if (!report.holds()) {
    console.say("verify.bad", {{"site", args.site}});
    return 1;
  }
  const bool trusted = report.publisher_known || report.roots_known;
  console.say(trusted ? "verify.trusted" : "verify.consistent",
              {{"site", args.site}, {"fingerprint", report.fingerprint}});
  for (const std::string& root : report.roots) console.say("verify.root", {{"fingerprint", root}});
  return 0;
}

int run_flips(const FlipsArgs& args, Console& console) {
  const auto on_disk = read_folder(args.site);
  if (!on_disk) return console.fail(on_disk.error());
  ports::MemoryStore tree;
  const auto loaded = copy_tree(**on_disk, tree);
  if (!loaded) return console.fail(loaded.error());
  adapters::Threads workers{0};
  const auto holds = [&] {
    return services::verify_site(tree, {}, adapters::parse_toml, workers).holds();
  };
  if (!holds()) {
    console.say("verify.bad", {{"site", args.site}});
    return 1;
  }
  sim::SimRng rng{args.seed};
  std::int64_t unseen = 0;
  for (std::uint32_t i = 0; i < args.count; ++i) {
    const std::string& path = (*loaded)[rng.below(loaded->size())];
    Bytes bytes = **tree.read(path);
    if (bytes.empty()) continue;
    const std::size_t at = rng.below(bytes.size());
    const auto bit = static_cast<std::uint8_t>(1U << rng.below(8));
    bytes[at] ^= bit;
    CHECK(tree.write(path, bytes, false).has_value());
    if (holds()) {
      ++unseen;
      console.say("flips.unseen", {{"path", path}, {"offset", std::to_string(at)}});
    }
    bytes[at] ^= bit;
    CHECK(tree.write(path, bytes, false).has_value());
    console.progress("flips.progress", i + 1, args.count);
  }
  console.say("flips.done",
              {{"count", std::to_string(args.count)}, {"unseen", std::to_string(unseen)}});
  return unseen == 0 ? 0 : 1;
}

int run_serve(const ServeArgs& args, Console& console) {
  struct Site {
    std::string folder;
    std::string prefix;
    std::unique_ptr<ports::Store> store;
  };
  std::vector<Site> sites;
  for (const std::string& site : args.sites) {
    const std::size_t equals = site.find('=');
    const bool named = equals != std::string::npos;
    const std::string folder = named ? site.substr(equals + 1) : site;
    auto store = read_folder(folder);
    if (!store) return console.fail(store.error());
    sites.push_back({folder, named ? "/" + site.substr(0, equals) + "/" : "/", *std::move(store)});
  }
  // The longest prefix first: the front page would take every address.
  std::ranges::stable_sort(sites, std::ranges::greater{},
                           [](const Site& s) { return s.prefix.size(); });
  std::vector<adapters::ServedFolder> served;
  for (const Site& site : sites) served.push_back({site.prefix, site.store.get()});
  adapters::StaticServer server{std::move(served)};
  const auto port = server.listen("127.0.0.1", args.port);
  if (!port) return console.fail(port.error());
  for (const Site& site : sites) {
    console.say("serve.address",
                {{"address", "http://127.0.0.1:" + std::to_string(*port) + site.prefix},
                 {"folder", site.folder}});
  }
  server.serve();
  return 0;
}

}  // namespace sufragio::app
