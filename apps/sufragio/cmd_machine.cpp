#include <algorithm>
#include <string>

#include "adapters/cairo/drawer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "adapters/toml/toml.h"
#include "codes.h"
#include "commands.h"
#include "crypto/secrets.h"
#include "files.h"
#include "machine/manual.h"
#include "services/office/office.h"
#include "sim/rng.h"
#include "sim/small_election.h"

namespace sufragio::app {

namespace {

struct TableOfPackage {
  std::unique_ptr<election::Package> package;
  services::DrillKeys keys;
  std::unique_ptr<sim::TableMachine> table;
};

Result<TableOfPackage> open_table(const MachineArgs& args) {
  TableOfPackage out;
  const auto from = TRY(read_folder(args.package));
  auto package = TRY(services::load_package(*from, {}, adapters::parse_toml));
  out.package = std::make_unique<election::Package>(std::move(package));
  const auto keys = TRY(read_folder(args.keys));
  out.keys = TRY(services::DrillKeys::load(*keys));
  MesaId wanted = out.package->definition().mesas.front().id;
  if (!args.mesa.empty()) wanted = TRY(MesaId::parse(args.mesa));
  crypto::SystemRng rng;
  sim::SimRng people{args.seed};
  auto tables = TRY(sim::make_tables(*out.package, out.keys, rng, people, sim::MachineRng::system));
  for (auto& table : tables) {
    if (table->mesa().id == wanted) out.table = std::move(table);
  }
  if (!out.table) return fail(kNoSuchMesa, {{"mesa", wanted.text()}});
  return out;
}

Result<sim::DayScript> script_of(const MachineArgs& args, const TableOfPackage& world) {
  const election::Definition& definition = world.package->definition();
  if (!args.script.empty()) {
    const Bytes text = TRY(read_whole(args.script));
    return sim::read_script(as_text(text), definition, world.table->mesa().style);
  }
  sim::SimRng rng{args.seed};
  const sim::Tastes tastes = sim::draw_tastes(definition, rng);
  const sim::TableDay day = sim::draw_table_day(sim::local_midnight_s(*world.package), rng);
  sim::DayScript out = world.table->draw(tastes, day, {});
  if (args.voters != 0 && out.visits.size() > args.voters) out.visits.resize(args.voters);
  out.in_line = static_cast<std::uint16_t>(std::min<std::size_t>(out.in_line, out.visits.size()));
  return out;
}

Result<void> write_records(const MachineArgs& args, const sim::DayScript& script,
                           const sim::TableMachine& table) {
  const auto folder = TRY(open_folder(args.out));
  TRY(folder->write("script.txt", as_bytes(sim::write_script(script)), false));
  TRY(folder->write("zero-acta.cose", table.zero_record(), false));
  TRY(folder->write("acta.cose", table.final_record(), false));
  return folder->sync();
}

void say_report(const sim::TableReport& report, const acta::SignedActa& acta, Console& console) {
  const acta::Acta& a = acta.acta();
  const auto number = [](auto value) { return std::to_string(value.value()); };
  console.say("machine.day", {{"mesa", a.mesa.text()},
                              {"voters", number(a.voters)},
                              {"ballots", number(a.ballots)},
                              {"receipts", number(a.counters.valid_receipts)},
                              {"void", number(a.counters.void_prints)},
                              {"spoiled", number(a.counters.spoiled)},
                              {"abandoned", number(a.counters.abandoned)},
                              {"cuts", std::to_string(report.power_cuts)}});
  console.say("machine.gate", {{"match", number(a.gate.match)},
                               {"no_match", number(a.gate.no_match)},
                               {"no_prints", number(a.gate.no_prints)},
                               {"no_hands", number(a.gate.no_hands)},
                               {"unblocks", number(a.counters.unblocks)},
                               {"tokens", number(a.counters.queue_tokens)}});
  console.say("machine.code", {{"code", acta.verification_code()}});
}

}  // namespace

int run_machine(const MachineArgs& args, Console& console) {
  auto world = open_table(args);
  if (!world) return console.fail(world.error());
  const auto script = script_of(args, *world);
  if (!script) return console.fail(script.error());
  if (args.show) {
    console.print(sim::write_script(*script));
    return 0;
  }
  const auto report = world->table->run(*script);
  if (!report) return console.fail(report.error());
  for (const std::string& problem : report->problems) {
    console.note("day.machine", {{"mesa", world->table->mesa().id.text()}, {"problem", problem}});
  }
  if (world->table->final_record().empty()) return 1;
  const auto acta = acta::parse(world->table->final_record());
  if (!acta) return console.fail(acta.error());
  say_report(*report, *acta, console);
  if (!args.out.empty()) {
    const auto written = write_records(args, *script, *world->table);
    if (!written) return console.fail(written.error());
  }
  return report->problems.empty() ? 0 : 1;
}

namespace {

Result<void> write_manual(const std::string& file, const services::Catalogue& catalogue) {
  acta::Words words;
  for (const std::string& key : machine::manual_words()) words[key] = catalogue.text(key);
  adapters::LibQrEncoder encoder;
  const auto drawer = TRY(adapters::CairoDrawer::create(encoder));
  const Bytes pdf = TRY(drawer->pdf(machine::fault_manual(words)));
  return write_whole(file, pdf);
}

}  // namespace

int run_manual(const ManualArgs& args, Console& console) {
  const auto written = write_manual(args.out, console.words());
  return written ? 0 : console.fail(written.error());
}

}  // namespace sufragio::app
