#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "adapters/files/files_store.h"
#include "adapters/json/json.h"
#include "adapters/mustache/mustache.h"
#include "adapters/threads/threads.h"
#include "adapters/toml/toml.h"
#include "bench/benches.h"
#include "services/publication/publisher.h"
#include "services/publication/verifier.h"
#include "sim/rng.h"

// A tree of the size of 2024: 24 states, 328 municipalities, 1,090 parishes, 13,110 centres and
// 25,073 mesas, each page in two languages. [R125]
namespace sufragio::bench {

namespace {

namespace fs = std::filesystem;

constexpr int kStates = 24;
constexpr int kMunicipalities = 328;
constexpr int kParishes = 1'090;
constexpr int kCentres = 13'110;
constexpr int kMesas = 25'073;
constexpr int kOptions = 10;

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().debug());
  return std::move(result).value();
}

election::TerritoryCode code(const std::string& text) {
  return must(election::TerritoryCode::parse(text));
}

// `count` children over `parents`, as evenly as can be.
std::vector<std::string> spread(const std::vector<std::string>& parents, int count, int width) {
  std::vector<std::string> out;
  const int each = count / static_cast<int>(parents.size());
  const int more = count % static_cast<int>(parents.size());
  for (std::size_t i = 0; i < parents.size(); ++i) {
    const int here = each + (static_cast<int>(i) < more ? 1 : 0);
    for (int k = 1; k <= here; ++k) out.push_back(fmt::format("{}{:0{}}", parents[i], k, width));
  }
  return out;
}

void add_territories(election::Definition& definition, const std::vector<std::string>& codes,
                     const char* name) {
  for (const std::string& text : codes) {
    definition.territories.push_back({code(text), fmt::format("{} {}", name, text)});
  }
}

election::Definition country() {
  election::Definition d;
  d.id = "bench";
  d.title_es = d.title_en = "Bench";
  d.date = "2024-07-28";
  d.kind = election::ElectionKind::real;
  d.organiser = "Bench";
  d.law = "ve-2009";
  d.imported = true;
  const std::vector<std::string> states = spread({""}, kStates, 2);
  const std::vector<std::string> municipalities = spread(states, kMunicipalities, 2);
  const std::vector<std::string> parishes = spread(municipalities, kParishes, 2);
  const std::vector<std::string> centres = spread(parishes, kCentres, 3);
  add_territories(d, states, "EDO.");
  add_territories(d, municipalities, "MP.");
  add_territories(d, parishes, "PQ.");
  add_territories(d, centres, "UNIDAD EDUCATIVA");
  std::sort(d.territories.begin(), d.territories.end(),
            [](const auto& a, const auto& b) { return a.code < b.code; });
  election::Contest contest;
  contest.id = must(election::ContestId::parse("presidencia"));
  contest.title_es = contest.title_en = "Presidencia";
  contest.cards_known = false;
  for (int i = 0; i < kOptions; ++i) {
    const auto id = must(election::OptionId::parse(fmt::format("o{}", i)));
    contest.options.push_back({id, fmt::format("Candidata {}", i)});
    contest.cards.push_back({{}, id, {}});
  }
  d.contests.push_back(contest);
  d.styles.push_back({must(election::StyleId::parse("s")), {election::ContestIndex{0}}});
  for (const std::string& text : spread(centres, kMesas, 2)) {
    election::Mesa mesa;
    mesa.id = must(MesaId::parse(text.substr(0, 9) + "." + text.substr(9)));
    mesa.electors_known = false;
    d.mesas.push_back(mesa);
  }
  return d;
}

std::vector<tally::JudgedRow> rows_of(const election::Definition& definition) {
  sim::SimRng rng{2024};
  std::vector<tally::JudgedRow> out(definition.mesas.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    tally::Row& row = out[i].row;
    row.unit = tally::Unit::of(definition.mesas[i].id);
    row.trust = tally::Trust::imported;
    for (int k = 0; k < kOptions; ++k) {
      row.votes.push_back(must(Votes::from(static_cast<std::int64_t>(rng.below(300)))));
    }
    row.origin = fmt::format("filas.csv:{}", i + 2);
  }
  return out;
}

struct Kit {
  services::Catalogue es, en;
  std::unique_ptr<ports::Templates> pages_es, pages_en;
  std::string law_text;
  election::LawPack law;
};

Kit kit() {
  using Access = adapters::FilesStore::Access;
  const auto root = must(adapters::FilesStore::open(".", Access::read_only));
  const auto text = [&](const char* path) {
    return std::string{as_text(must(root->read(path)).value())};
  };
  Kit out;
  out.es = must(services::Catalogue::from(must(adapters::parse_json(text("i18n/es.json"))), "es"));
  out.en = must(services::Catalogue::from(must(adapters::parse_json(text("i18n/en.json"))), "en"));
  const auto folder = must(adapters::FilesStore::open("templates", Access::read_only));
  out.pages_es = must(adapters::Mustache::from(must(services::worded_templates(*folder, out.es))));
  out.pages_en = must(adapters::Mustache::from(must(services::worded_templates(*folder, out.en))));
  out.law_text = text("law/ve-2009.toml");
  out.law = must(election::read_law_pack(out.law_text, must(adapters::parse_toml(out.law_text))));
  return out;
}

double seconds(std::uint64_t from_ns) {
  return static_cast<double>(now_ns(Time::wall) - from_ns) / 1e9;
}

}  // namespace

void bench_publish(Report& report) {
  const fs::path folder = fs::temp_directory_path() / "sufragio-bench-publish";
  fs::remove_all(folder);
  const Kit tools = kit();
  const election::Definition definition = country();
  sim::SimRng rng{1};
  crypto::SoftwareKey key = crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng);
  adapters::Threads workers{0};
  const std::map<std::string, Bytes> additions;
  services::SiteSource source;
  source.definition = &definition;
  source.law = &tools.law;
  source.law_text = tools.law_text;
  source.rows = rows_of(definition);
  const tally::JudgedRow last = source.rows.back();
  source.rows.pop_back();
  {
    auto tree =
        must(adapters::FilesStore::open(folder.string(), adapters::FilesStore::Access::read_write));
    services::Publisher publisher{
        *tree, {key, workers, *tools.pages_es, *tools.pages_en, tools.es, tools.en, additions}};
    std::uint64_t start = now_ns(Time::wall);
    const services::PublishedTree whole = must(publisher.publish(source, 0));
    report.limit("publish", fmt::format("{} pages, {} files", whole.pages, whole.files),
                 seconds(start), 30, "s");
    report.info("bytes written", static_cast<double>(whole.bytes) / 1e6, "MB");
    source.rows.push_back(last);
    start = now_ns(Time::wall);
    const services::PublishedTree one = must(publisher.publish(source, 1));
    report.limit("publish-one", fmt::format("one new row, {} pages", one.pages), seconds(start), 1,
                 "s");
    start = now_ns(Time::wall);
    const services::SiteReport verdict =
        services::verify_site(*tree, {}, adapters::parse_toml, workers);
    report.limit("verify-site", verdict.holds() ? "the tree holds" : "the tree does not hold",
                 verdict.holds() ? seconds(start) : 1e9, 30, "s");
  }
  fs::remove_all(folder);
}

}  // namespace sufragio::bench
