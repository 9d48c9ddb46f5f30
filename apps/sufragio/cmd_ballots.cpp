#include <algorithm>
#include <string>

#include "adapters/mpi/mpi_processes.h"
#include "adapters/threads/threads.h"
#include "codes.h"
#include "commands.h"
#include "counted_actas.h"
#include "files.h"
#include "log/entry.h"

namespace sufragio::app {

Result<services::CountedActas> counted_actas(const CentreFolder& centre) {
  services::CountedActas out;
  const log::Checkpoint checkpoint = TRY(checkpoint_of(*centre.log_store, *centre.package));
  const log::LogReader reader{*centre.log_store, checkpoint.size};
  const auto read =
      reader.entries(0, checkpoint.size, [&](std::uint64_t, ByteView bytes) -> Result<void> {
        const log::Entry entry = TRY(log::decode_entry(bytes));
        if (entry.type != log::EntryType::acta) return {};
        const auto acta = acta::parse(entry.body);
        if (!acta || acta->acta().type == acta::ActaType::zero) return {};
        const tally::ActaRecord* known = centre.night->ledger().find(acta->id());
        const bool counts =
            known != nullptr && known->status == tally::RowStatus::counted && known->row_count > 0;
        if (counts) out[acta->acta().mesa] = acta->acta();
        return {};
      });
  if (!read) return fail(read.error());
  return out;
}

namespace {

class Progress : public services::UnitWatcher {
 public:
  explicit Progress(Console& console) : console_{console} {}
  void unit_done(std::size_t done, std::size_t total) override {
    console_.progress("ballots.progress", static_cast<std::int64_t>(done),
                      static_cast<std::int64_t>(total));
  }

 private:
  Console& console_;
};

std::string group_name(const e2e::Group& group) {
  std::string out = group.mesas.front().text();
  if (group.mesas.size() > 1) out += " +" + std::to_string(group.mesas.size() - 1);
  return out;
}

void print(const services::BallotsReport& report, TableFormat format, Console& console) {
  std::vector<std::vector<Cell>> rows;
  for (const services::GroupReport& group : report.groups) {
    const std::string verdict =
        group.problem ? group.problem->code.text() : console.words().text("ballots.good");
    rows.push_back({group_name(group.group), std::int64_t{group.group.ballots}, verdict});
  }
  console.table({"mesa", "ballots", "verdict"}, rows, format);
  for (const services::GroupReport& group : report.groups) {
    if (group.problem) console.finding(*group.problem);
  }
  for (const Error& duplicate : report.duplicates) console.finding(duplicate);
  const auto again = std::ranges::count_if(report.groups, &services::GroupReport::again);
  if (again > 0) {
    console.note("ballots.again", {{"groups", console.number(std::int64_t{again})}});
  }
  console.note(report.good() ? "ballots.verified" : "ballots.not-verified",
               {{"ballots", console.number(static_cast<std::int64_t>(report.ballots))},
                {"selections", console.number(static_cast<std::int64_t>(report.selections))},
                {"groups", std::to_string(report.groups.size())}});
}

Result<bool> verify_ballots(const VerifyBallotsArgs& args, ports::Processes& processes,
                            Console& console) {
  const bool site = exists(args.folder + "/data/site.json");
  const auto roots = TRY(read_roots(args.roots));
  const CentreFolder centre = TRY(read_centre_folder(args.folder + (site ? "/data" : ""), roots));
  const auto store = TRY(read_folder(args.folder));
  using services::BallotFiles;
  const BallotFiles files{*store, site ? BallotFiles::Place::site : BallotFiles::Place::centre};
  const services::CountedActas actas = TRY(counted_actas(centre));
  std::unique_ptr<ports::Store> kept;
  if (!args.progress.empty() && processes.leading()) kept = TRY(open_folder(args.progress));
  Progress progress{console};
  const services::BallotsOptions options{args.territory, kept.get()};
  const services::BallotsReport report =
      TRY(services::check_ballots(*centre.package, actas, files, options, processes, &progress));
  if (!processes.leading()) return true;
  print(report, args.format, console);
  if (args.roots.empty()) console.note("ballots.own-roots");
  return report.good();
}

}  // namespace

int run_verify_ballots(const VerifyBallotsArgs& args, Console& console) {
  const auto shared = adapters::processes_of_mpirun();
  if (!shared) return console.fail(shared.error());
  adapters::Threads workers{0};
  ports::OneProcess alone{workers};
  const auto done = verify_ballots(args, *shared ? **shared : alone, console);
  if (!done) {
    console.fail(done.error());
    adapters::abandon_mpirun();
    return 1;
  }
  return *done ? 0 : 1;
}

}  // namespace sufragio::app
