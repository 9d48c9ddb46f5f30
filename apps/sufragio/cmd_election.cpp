#include <algorithm>
#include <optional>
#include <string>

#include "adapters/qrencode/qr_encoder.h"
#include "adapters/toml/toml.h"
#include "adapters/xz/xz.h"
#include "codes.h"
#include "commands.h"
#include "crypto/secrets.h"
#include "election/nominations.h"
#include "files.h"
#include "nominated.h"
#include "resources.h"
#include "services/ceremony/guardian.h"
#include "services/encrypted/election_key.h"
#include "services/office/office.h"
#include "services/office/walk.h"
#include "sim/country.h"
#include "sim/fixtures.h"
#include "sim/rng.h"
#include "sim/small_election.h"

namespace sufragio::app {

namespace {

constexpr std::size_t kMostUnpacked = 64U << 20U;
constexpr const char* kLogOrigin = "ejemplo.example/2026";

// What a seed made is said wherever the definition is shown.
void say_generated(const election::Definition& definition, const Console& console) {
  const auto marked = std::ranges::count_if(
      definition.contests, [](const auto& contest) { return !contest.generated.empty(); });
  if (marked == 0 && definition.generated.empty()) return;
  console.say("define.generated",
              {{"what", definition.generated}, {"contests", console.number(marked)}});
}

Result<void> write_example(const DefineArgs& args, Console& console) {
  const election::LawPack law = TRY(load_law("ve-2009", nullptr));
  sim::CountryPlan plan = sim::CountryPlan::small();
  if (args.mesas != 0 && args.mesas != plan.mesas) {
    plan.mesas = args.mesas;
    // A small country has fewer places too: each holds a mesa at least.
    plan.states = std::min(plan.states, args.mesas);
    plan.municipalities = std::min(plan.municipalities, args.mesas);
    plan.parishes = std::min(plan.parishes, args.mesas);
    plan.centres = std::max(plan.parishes, args.mesas / 2);
  }
  sim::SimRng rng{args.seed};
  const std::uint32_t by_list = election::list_seats(law, plan.council_seats).value_or(0);
  const auto definition = TRY(sim::make_country(plan, by_list, rng));
  const auto store = TRY(open_folder(args.folder));
  for (const auto& [name, text] : election::write_definition(definition)) {
    TRY(store->write(name, as_bytes(text), false));
  }
  TRY(store->sync());
  console.say(
      "define.written",
      {{"folder", args.folder},
       {"mesas", console.number(static_cast<std::int64_t>(definition.mesas.size()))},
       {"contests", console.number(static_cast<std::int64_t>(definition.contests.size()))}});
  return {};
}

// A published table of the folder `--data`, unpacked; "" when there is none.
Result<std::string> published(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  if (folder.empty() || !exists(path)) return std::string{};
  const Bytes bytes = TRY(read_whole(path));
  if (!name.ends_with(".xz")) return std::string{as_text(bytes)};
  const Bytes text = TRY(adapters::unpack_xz(bytes, kMostUnpacked));
  return std::string{as_text(text)};
}

Result<void> write_fixture(const DefineArgs& args, Console& console) {
  const std::string_view description = resource("fixtures/" + args.folder + ".toml");
  if (description.empty() || args.out.empty()) {
    return fail(Error{kNoSuchFixture}.with("value", args.folder).with("out", args.out));
  }
  sim::FixtureSources sources;
  sources.description = TRY(adapters::parse_toml(description));
  const std::string law = TRY(sources.description.string("law"));
  sources.law = TRY(load_law(law, nullptr));
  sources.states_csv = std::string{resource("fixtures/states.csv")};
  if (args.folder == "municipal-2013") {
    sources.councils_csv = TRY(published(args.data, "municipal-2013/council_composition.csv"));
    sources.centres_csv = TRY(published(args.data, "municipal-2013/centres.csv.xz"));
  }
  const sim::Fixture fixture = TRY(sim::make_fixture(sources, args.mesas, args.seed));
  const auto store = TRY(open_folder(args.out));
  for (const auto& [name, text] : election::write_definition(fixture.definition)) {
    TRY(store->write(name, as_bytes(text), false));
  }
  if (!fixture.history.empty()) {
    const std::string history = election::write_nominations(fixture.history);
    TRY(store->write("nominations.csv", as_bytes(history), false));
    for (const auto& [id, png] : fixture.logos) {
      TRY(store->write("logos/" + logo_file(id), png, false));
    }
  }
  TRY(store->sync());
  const election::Definition& made = fixture.definition;
  std::int64_t seats = 0;
  for (const election::Contest& contest : made.contests) seats += contest.seats;
  const auto people = std::ranges::count_if(fixture.history, [](const auto& event) {
    return event.kind == election::EventKind::candidate;
  });
  const auto size = [&](std::size_t value) {
    return console.number(static_cast<std::int64_t>(value));
  };
  console.say("define.fixture", {{"folder", args.out},
                                 {"mesas", size(made.mesas.size())},
                                 {"contests", size(made.contests.size())},
                                 {"styles", size(made.styles.size())},
                                 {"seats", console.number(seats)},
                                 {"people", console.number(people)}});
  say_generated(made, console);
  return {};
}

Result<void> check_definition(const std::string& folder, Console& console) {
  const election::Definition definition = TRY(read_definition_folder(folder));
  console.say(
      "define.good",
      {{"folder", folder},
       {"mesas", console.number(static_cast<std::int64_t>(definition.mesas.size()))},
       {"contests", console.number(static_cast<std::int64_t>(definition.contests.size()))}});
  say_generated(definition, console);
  return {};
}

// The keys of the folder; when there are none a drill gets new ones.
Result<services::DrillKeys> keys_in(const std::string& folder, Console& console) {
  const auto store = TRY(open_folder(folder));
  const std::vector<std::string> files = TRY(store->list(""));
  if (!files.empty()) return services::DrillKeys::load(*store);
  crypto::SystemRng rng;
  services::DrillKeys keys = services::DrillKeys::draw(rng);
  TRY(keys.save(*store));
  console.note("keys.made", {{"folder", folder}});
  return keys;
}

// A history that stands beside the definition must be one that the law takes.
Result<election::NominationHistory> checked_history(const std::string& folder,
                                                    const election::Definition& definition,
                                                    const election::LawPack& law,
                                                    const Console& console) {
  election::NominationHistory history;
  const std::string path = folder + "/nominations.csv";
  if (!exists(path)) return history;
  const Bytes text = TRY(read_whole(path));
  history = TRY(annotate(election::read_nominations(as_text(text)), "file",
                         std::string_view{"nominations.csv"}));
  bool refused = false;
  for (const auto& found : election::check_nominations(definition, law, history)) {
    if (!found.refused) continue;
    console.finding(found.error);
    refused = true;
  }
  if (refused) return fail(Error{kNominationsBad}.with("folder", folder));
  return history;
}

// What is not signed yet is signed as one act by operations; the acts stand beside definition and
// package, and the package names them.
Result<Bytes> signed_history(const std::string& folder, const election::Definition& definition,
                             const election::NominationHistory& history,
                             services::DrillKeys& keys) {
  if (history.empty()) return Bytes{};
  const std::string path = folder + "/" + std::string{services::kNominationsBeside};
  Bytes before;
  if (exists(path)) before = TRY(read_whole(path));
  Bytes acts = TRY(election::sign_nominations(definition.id, before, history, keys.key("ops")));
  TRY(write_whole(path, acts));
  return acts;
}

// Walks every mesa and contest and says what is broken; what is only long is said in one line.
services::WalkReport walk_package(const election::Package& package, const Console& console) {
  adapters::LibQrEncoder encoder;
  acta::Words words;
  for (const std::string& key : acta::layout_words()) words.emplace(key, console.words().text(key));
  services::WalkReport report = services::walk(package, {encoder, words});
  for (const Error& problem : report.problems) console.finding(problem);
  if (!report.warnings.empty()) {
    console.finding(report.warnings.front());
    console.note("walk.long", {{"count", console.number(std::ssize(report.warnings))},
                               {"styles", console.number(report.styles)},
                               {"sheets", std::to_string(report.most_sheets)},
                               {"mm", std::to_string(report.longest_paper_mm)}});
  }
  return report;
}

Result<services::SecondCount> second_count_of(const std::string& exchange) {
  const auto store = TRY(read_folder(exchange));
  const services::CeremonySetup setup = TRY(services::read_setup(*store));
  const e2e::JointKey joint = TRY(services::finished_ceremony(*store));
  services::SecondCount out;
  out.keys = services::encrypted_count_of(joint, setup.min_aggregate);
  out.files.emplace(election::kE2eManifestFile, setup.manifest);
  out.files.emplace(election::kE2eCeremonyFile, e2e::encode_transcript(joint));
  return out;
}

Result<void> make_package(const PackageArgs& args, Console& console) {
  const election::Definition definition = TRY(read_definition_folder(args.definition));
  std::string law_text;
  const election::LawPack pack = TRY(load_law(definition.law, &law_text));
  const election::NominationHistory history =
      TRY(checked_history(args.definition, definition, pack, console));
  const codec::Document law = TRY(adapters::parse_toml(law_text));
  services::DrillKeys keys = TRY(keys_in(args.keys, console));
  std::optional<services::SecondCount> second;
  if (!args.ceremony.empty()) second = TRY(second_count_of(args.ceremony));
  const Bytes acts = TRY(signed_history(args.definition, definition, history, keys));
  Bytes fingers_text;
  std::optional<services::FingersText> fingers;
  if (!args.fingers.empty()) {
    fingers_text = TRY(read_whole(args.fingers));
    fingers = services::FingersText{as_text(fingers_text), {}};
    fingers->document = TRY(adapters::parse_toml(fingers->text));
  }
  const services::FrozenElection frozen =
      TRY(services::freeze(definition, law_text, law, kLogOrigin, {sim::drill_release()}, keys,
                           second ? &*second : nullptr, acts, fingers ? &*fingers : nullptr));
  const election::Package package =
      TRY(election::Package::open(frozen.manifest_record, frozen.files, keys.root_keys(), law));
  if (second) TRY(services::joint_key_of(package));
  if (!acts.empty()) TRY(election::nominations_of(package, acts));
  const services::WalkReport report = walk_package(package, console);
  if (!report.problems.empty()) return fail(kWalkFailed);
  const auto store = TRY(open_folder(args.out));
  TRY(services::save_package(frozen, keys.root_keys(), *store));
  if (!acts.empty()) TRY(store->write(services::kNominationsBeside, acts, false));
  console.say("package.done", {{"folder", args.out},
                               {"hash", package.hash().hex()},
                               {"mesas", console.number(report.mesas)},
                               {"pairs", console.number(report.pairs)},
                               {"bytes", std::to_string(report.longest_acta)},
                               {"characters", std::to_string(report.longest_code)},
                               {"mm", std::to_string(report.longest_paper_mm)}});
  say_generated(definition, console);
  return {};
}

}  // namespace

int run_define(const DefineArgs& args, Console& console) {
  const auto done = args.action == "example"   ? write_example(args, console)
                    : args.action == "fixture" ? write_fixture(args, console)
                                               : check_definition(args.folder, console);
  return done ? 0 : console.fail(done.error());
}

int run_package(const PackageArgs& args, Console& console) {
  const auto done = make_package(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
