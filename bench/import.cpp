// Import + validate + fold of the 25,073 real rows of 2024, from the xz file as it is (issue gate:
// 0.5 s). Needs the folder `shared` beside the checkout, or $SUFRAGIO_SHARED.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "adapters/toml/toml.h"
#include "adapters/xz/xz.h"
#include "base/check.h"
#include "bench/benches.h"
#include "services/importing/import.h"

namespace sufragio::bench {

namespace {

std::optional<std::string> text_of(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in.good()) return std::nullopt;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

void bench_import(Report& report) {
  const char* named = std::getenv("SUFRAGIO_SHARED");
  const std::string shared = named != nullptr ? named : "../shared";
  const auto packed = text_of(shared + "/data/presidential-2024/mesas_v2.csv.xz");
  const auto description = text_of("formats/ve-2024-mesas.toml");
  const auto law = text_of("law/ve-2009.toml");
  if (!packed || !description || !law) {
    report.info("import: the real rows are not here", 0, "-");
    return;
  }
  services::ImportOptions options;
  options.description = *description;
  options.law_text = *law;
  options.parse_toml = adapters::parse_toml;
  options.unpack_xz = adapters::unpack_xz;
  const std::vector<services::ImportFile> files{{"mesas_v2.csv.xz", to_bytes(as_bytes(*packed))}};
  const auto unpack = [&] { keep(adapters::unpack_xz(files[0].bytes, options.max_unpacked)); };
  const auto all = [&] {
    const auto w = services::import_files("ve-2024-mesas", files, options);
    CHECK(w && w->rows.size() == 25'073);
    const tally::Totals totals = services::fold(*w, services::Which::counted);
    CHECK(totals.at(election::ContestIndex{0}, {})->valid() == 10'887'262);
  };
  const auto best = best_us(Time::wall, Timed{1, unpack}, Timed{1, all});
  report.info("unpack 4 MB of xz", best[0] / 1000.0, "ms");
  report.limit("import", "import, validate and fold 25,073 real rows", best[1] / 1000.0, 500.0,
               "ms");
}

}  // namespace sufragio::bench
