#include <mutex>
#include <string>

#include "adapters/threads/threads.h"
#include "codes.h"
#include "commands.h"
#include "counted_actas.h"
#include "files.h"
#include "log/entry.h"
#include "services/encrypted/codes.h"

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
        if (!acta || acta->acta.type == acta::ActaType::zero) return {};
        const tally::ActaRecord* known = centre.night->ledger().find(acta->id());
        const bool counts =
            known != nullptr && known->status == tally::RowStatus::counted && known->row_count > 0;
        if (counts) out[acta->acta.mesa] = acta->acta;
        return {};
      });
  if (!read) return fail(read.error());
  return out;
}

namespace {

class Progress : public services::BallotsWatcher {
 public:
  explicit Progress(Console& console) : console_{console} {}
  void group_done(std::size_t done, std::size_t total) override {
    const std::scoped_lock lock{mutex_};
    console_.progress("ballots.progress", static_cast<std::int64_t>(done),
                      static_cast<std::int64_t>(total));
  }

 private:
  Console& console_;
  std::mutex mutex_;
};

std::string group_name(const e2e::Group& group) {
  std::string out = group.mesas.front().text();
  if (group.mesas.size() > 1) out += " +" + std::to_string(group.mesas.size() - 1);
  return out;
}

Result<bool> verify_ballots(const VerifyBallotsArgs& args, Console& console) {
  const CentreFolder centre = TRY(read_centre_folder(args.folder));
  const auto files = TRY(read_folder(args.folder));
  const services::CountedActas actas = TRY(counted_actas(centre));
  std::unique_ptr<ports::Store> notes;
  if (!args.progress.empty()) notes = TRY(open_folder(args.progress));
  adapters::Threads workers{0};
  Progress progress{console};
  const services::BallotsOptions options{args.territory, notes.get()};
  const services::BallotsReport report =
      TRY(services::check_ballots(*centre.package, actas, *files, options, workers, &progress));
  std::vector<std::vector<Cell>> rows;
  for (const services::GroupReport& group : report.groups) {
    const std::string verdict =
        group.problem ? group.problem->code.text() : console.words().text("ballots.good");
    rows.push_back({group_name(group.group), std::int64_t{group.group.ballots}, verdict});
  }
  console.table({"column.mesa", "column.ballots", "column.verdict"}, rows, args.format);
  for (const services::GroupReport& group : report.groups) {
    if (group.problem) console.finding(*group.problem);
  }
  for (const Error& duplicate : report.duplicates) console.finding(duplicate);
  console.note(report.good() ? "ballots.verified" : "ballots.not-verified",
               {{"ballots", console.number(static_cast<std::int64_t>(report.ballots))},
                {"selections", console.number(static_cast<std::int64_t>(report.selections))},
                {"groups", std::to_string(report.groups.size())}});
  return report.good();
}

}  // namespace

int run_verify_ballots(const VerifyBallotsArgs& args, Console& console) {
  const auto done = verify_ballots(args, console);
  if (!done) return console.fail(done.error());
  return *done ? 0 : 1;
}

}  // namespace sufragio::app
