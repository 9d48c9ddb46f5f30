// The config walk over the regional election of 2021 (3,082 offices, 30,026 mesas): target 60 s and
// 1 GB for the whole, from the seed to the last mesa.
#include <sys/resource.h>

#include <fstream>
#include <iterator>

#include "adapters/qrencode/qr_encoder.h"
#include "adapters/toml/toml.h"
#include "base/check.h"
#include "bench/benches.h"
#include "services/office/office.h"
#include "services/office/walk.h"
#include "sim/fixtures.h"
#include "sim/rng.h"

namespace sufragio::bench {

namespace {

std::string file_text(const char* path) {
  std::ifstream in{path};
  CHECK(in.good());
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string whole_law(const std::string& name, const std::string& parent) {
  const std::string text = file_text(("law/" + name + ".toml").c_str());
  const std::string above = file_text(("law/" + parent + ".toml").c_str());
  return *election::complete_law({text, *adapters::parse_toml(text)},
                                 {above, *adapters::parse_toml(above)});
}

double most_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Once: what takes seconds needs no best of five.
template <typename F>
double seconds_of(F&& work) {
  const std::uint64_t start = now_ns(Time::cpu);
  work();
  return static_cast<double>(now_ns(Time::cpu) - start) / 1e9;
}

}  // namespace

void bench_walk(Report& report) {
  sim::FixtureSources sources;
  sources.description = *adapters::parse_toml(file_text("fixtures/regional-2021.toml"));
  sources.states_csv = file_text("fixtures/states.csv");
  const std::string law_text = whole_law("ve-2021", "ve-2009");
  const codec::Document law = *adapters::parse_toml(law_text);
  sources.law = *election::read_law_pack(law_text, law);
  const auto fixture = *sim::make_fixture(sources, 0, 1);
  CHECK(fixture.definition.mesas.size() == 30'026);
  sim::SimRng rng{1};
  services::DrillKeys keys = services::DrillKeys::draw(rng);
  const auto frozen = services::freeze(fixture.definition, law_text, law, "bench", {}, keys);
  CHECK(frozen.has_value());
  const auto package =
      election::Package::open(frozen->manifest_record, frozen->files, keys.root_keys(), law);
  CHECK(package.has_value());
  adapters::LibQrEncoder encoder;
  const acta::Words words;
  services::WalkReport walked;
  const double walk_s = seconds_of([&] { walked = services::walk(*package, {encoder, words}); });
  CHECK(walked.problems.empty());
  report.limit("W1", "walk of regional-2021, every mesa and contest", walk_s, 60, "s");
  report.limit("W2", "most memory of the process", most_megabytes(), 1'024, "MB");
  report.info("pairs of mesa and contest", static_cast<double>(walked.pairs), "pairs");
  report.info("longest acta", walked.longest_paper_mm, "mm");
  const auto state = [&] {
    keep(election::check_nominations(fixture.definition, package->law(), fixture.history));
  };
  report.limit("H1", "check the nominations of 70,244 persons", seconds_of(state), 60, "s");
}

}  // namespace sufragio::bench
