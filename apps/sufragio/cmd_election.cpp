#include <string>

#include "adapters/toml/toml.h"
#include "codes.h"
#include "commands.h"
#include "crypto/secrets.h"
#include "files.h"
#include "services/office/office.h"
#include "services/office/walk.h"
#include "sim/country.h"
#include "sim/rng.h"
#include "sim/small_election.h"

namespace sufragio::app {

namespace {

constexpr const char* kLogOrigin = "ejemplo.example/2026";

Result<void> write_example(const DefineArgs& args, Console& console) {
  const election::LawPack law = TRY(embedded_law("ve-2009", nullptr));
  sim::CountryPlan plan = sim::CountryPlan::small();
  if (args.mesas != plan.mesas) {
    plan.mesas = args.mesas;
    plan.centres = std::max(plan.parishes, args.mesas / 2);
  }
  sim::SimRng rng{args.seed};
  const auto definition =
      TRY(sim::make_country(plan, election::list_seats(law, plan.council_seats), rng));
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

Result<void> check_definition(const std::string& folder, Console& console) {
  const election::Definition definition = TRY(read_definition_folder(folder));
  console.say(
      "define.good",
      {{"folder", folder},
       {"mesas", console.number(static_cast<std::int64_t>(definition.mesas.size()))},
       {"contests", console.number(static_cast<std::int64_t>(definition.contests.size()))}});
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

Result<void> make_package(const PackageArgs& args, Console& console) {
  const election::Definition definition = TRY(read_definition_folder(args.definition));
  std::string law_text;
  TRY(embedded_law(definition.law, &law_text));
  const codec::Document law = TRY(adapters::parse_toml(law_text));
  services::DrillKeys keys = TRY(keys_in(args.keys, console));
  const services::FrozenElection frozen =
      TRY(services::freeze(definition, law_text, law, kLogOrigin, {sim::drill_release()}, keys));
  const election::Package package =
      TRY(election::Package::open(frozen.manifest_record, frozen.files, keys.root_keys(), law));
  const services::WalkReport report = services::walk(package);
  for (const Error& problem : report.problems) console.finding(problem);
  if (!report.problems.empty()) return fail(kWalkFailed);
  const auto store = TRY(open_folder(args.out));
  TRY(services::save_package(frozen, keys.root_keys(), *store));
  console.say("package.done", {{"folder", args.out},
                               {"hash", package.hash().hex()},
                               {"mesas", console.number(report.mesas)},
                               {"pairs", console.number(report.pairs)},
                               {"bytes", std::to_string(report.longest_acta)},
                               {"characters", std::to_string(report.longest_code)}});
  return {};
}

}  // namespace

int run_define(const DefineArgs& args, Console& console) {
  const auto done = args.action == "example" ? write_example(args, console)
                                             : check_definition(args.folder, console);
  return done ? 0 : console.fail(done.error());
}

int run_package(const PackageArgs& args, Console& console) {
  const auto done = make_package(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
