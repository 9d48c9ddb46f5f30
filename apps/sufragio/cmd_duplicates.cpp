// sufragio biometrics bank | plan | dedup | examiner | cases: the search for people who enrolled
// twice.
#include <algorithm>
#include <map>

#include "adapters/mpi/mpi_processes.h"
#include "adapters/threads/threads.h"
#include "codes.h"
#include "commands.h"
#include "crypto/hash.h"
#include "files.h"
#include "ports/memory_store.h"
#include "prompt.h"
#include "services/ceremony/wrapped.h"
#include "services/duplicates/codes.h"
#include "services/duplicates/search.h"
#include "sim/fingers.h"

namespace sufragio::app {

namespace {

constexpr std::string_view kTruthFile = "truth.csv";

Cell count_cell(std::uint64_t value) { return Cell{static_cast<std::int64_t>(value)}; }

// ---- an invented bank ------------------------------------------------------------------------

// Whole shards of the people from `first` on.
Result<void> write_people(const sim::InventedBank& bank, std::uint64_t first, std::uint64_t end,
                          std::uint64_t per_shard, std::size_t& shard, ports::Store& out,
                          Console& console) {
  for (std::uint64_t start = first; start < end; start += per_shard) {
    std::vector<services::PersonRecords> people;
    for (std::uint64_t k = start; k < std::min(end, start + per_shard); ++k) {
      people.push_back(bank.records(k));
    }
    TRY(out.write(services::shard_name(shard++), services::encode_shard(people), false));
    console.progress("biometrics.bank.progress", static_cast<std::int64_t>(start),
                     static_cast<std::int64_t>(bank.people));
  }
  return {};
}

// The repeated people stand in shards of their own at the end, so that they can be the probes.
Result<void> make_bank(const BankArgs& args, Console& console) {
  const auto out = TRY(open_folder(args.out));
  const sim::InventedBank bank{args.people, args.duplicates, args.seed};
  std::size_t shard = 0;
  const std::uint64_t repeated = args.people - args.duplicates;
  TRY(write_people(bank, 0, repeated, args.per_shard, shard, *out, console));
  TRY(write_people(bank, repeated, args.people, args.per_shard, shard, *out, console));
  std::string truth = "first,second\n";
  for (std::uint64_t k = repeated; k < args.people; ++k) {
    truth += std::to_string(bank.original(k)) + "," + std::to_string(k) + "\n";
  }
  TRY(out->write(kTruthFile, as_bytes(truth), false));
  return out->sync();
}

// ---- plan and search -------------------------------------------------------------------------

Result<void> plan_search(const DedupPlanArgs& args, Console& console) {
  const auto bank = TRY(open_folder(args.bank));
  const services::SearchPlan plan =
      TRY(services::make_search_plan(*bank, args.probes, args.sample));
  const Bytes bytes = services::encode(plan);
  TRY(bank->write(services::kPlanFile, bytes, true));
  console.table(
      {"quantity", "value"},
      {{"shards", count_cell(plan.shards.size())},
       {"people", count_cell(plan.people())},
       {"pairs", count_cell(plan.pairs())},
       {"first_stage", count_cell(plan.params.stage)},
       {"measured_to", count_cell(static_cast<std::uint64_t>(plan.calibration.measured_to))},
       {"total", count_cell(static_cast<std::uint64_t>(plan.params.total))},
       {"plan", crypto::sha256(bytes).hex()}},
      args.format);
  return {};
}

class TileProgress : public services::UnitWatcher {
 public:
  explicit TileProgress(Console& console) : console_{console} {}
  void unit_done(std::size_t done, std::size_t total) override {
    console_.progress("biometrics.dedup.progress", static_cast<std::int64_t>(done),
                      static_cast<std::int64_t>(total));
  }

 private:
  Console& console_;
};

Result<crypto::BoxPublicKey> read_examiner(const std::string& file) {
  const Bytes bytes = TRY(read_whole(file));
  std::string text{as_text(bytes)};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return annotate(crypto::BoxPublicKey::parse(text), "file", std::string_view{file});
}

// How many of the planted pairs were found, and how many others; for invented banks only.
Result<void> show_recall(const std::string& bank, const services::SearchResult& result,
                         Console& console) {
  if (!exists(bank + "/" + std::string{kTruthFile})) return {};
  const Bytes bytes = TRY(read_whole(bank + "/" + std::string{kTruthFile}));
  const std::string_view truth = as_text(bytes);
  std::int64_t planted = -1, found = 0;  // the first line is the head
  for (const char c : truth) planted += c == '\n' ? 1 : 0;
  for (const services::DuplicateCase& c : result.cases) {
    const std::string line = "\n" + std::to_string(c.first) + "," + std::to_string(c.second) + "\n";
    found += truth.find(line) != std::string_view::npos ? 1 : 0;
  }
  const auto others = static_cast<std::int64_t>(result.cases.size()) - found;
  console.note("biometrics.dedup.recall", {{"found", console.number(found)},
                                           {"planted", console.number(planted)},
                                           {"others", console.number(others)}});
  return {};
}

Result<void> search_bank(const DedupArgs& args, ports::Processes& processes, Console& console) {
  const auto bank = TRY(read_folder(args.bank));
  const auto bytes = TRY(bank->read(services::kPlanFile));
  if (!bytes) return fail(kCannotRead, {{"file", args.bank + "/plan.cbor"}});
  const services::SearchPlan plan = TRY(services::decode_search_plan(*bytes));
  std::vector<crypto::BoxPublicKey> examiners;
  for (const std::string& file : args.examiners) {
    const crypto::BoxPublicKey key = TRY(read_examiner(file));
    examiners.push_back(key);
  }
  if (examiners.size() != 2 || examiners[0] == examiners[1]) {  // said before days of work
    return fail(
        Error{services::kExaminers}.with("count", static_cast<std::int64_t>(examiners.size())));
  }
  std::unique_ptr<ports::Store> out = std::make_unique<ports::MemoryStore>();
  if (processes.leading()) out = TRY(open_folder(args.out));  // the others keep nothing
  const services::DuplicateSearch work{plan, *bank};
  TileProgress progress{console};
  const auto run = TRY(services::run_units(work, processes, *out, &progress));
  if (!processes.leading()) return {};
  const services::SearchResult result = TRY(services::gather(work, *out));
  TRY(services::write_result(result, plan, examiners, *out));
  const services::SearchCounts& c = result.counts;
  console.table({"quantity", "value"},
                {{"people", count_cell(c.people)},
                 {"few_fingers", count_cell(c.few_fingers)},
                 {"pairs", count_cell(c.pairs)},
                 {"unusable", count_cell(c.unusable)},
                 {"passed", count_cell(c.passed)},
                 {"full", count_cell(c.full)},
                 {"cases", count_cell(c.cases)},
                 {"tiles", result.tiles.hex()}},
                args.format);
  const auto again = std::ranges::count(run.again, true);
  if (again > 0) {
    console.note("biometrics.dedup.again", {{"tiles", console.number(std::int64_t{again})}});
  }
  return show_recall(args.bank, result, console);
}

// ---- examiners -------------------------------------------------------------------------------

services::GuardianSelf examiner_self(const Console& console) {
  services::GuardianSelf out;
  out.passphrase = ask(console, "biometrics.ask.passphrase", true);
  return out;
}

Result<void> make_examiner(const ExaminerArgs& args, Console& console) {
  keep_secrets_in_memory();
  crypto::SystemRng rng;
  services::GuardianSelf self;
  TRY(choose_passphrase(console, "biometrics.ask.passphrase", self.passphrase));
  const crypto::BoxKeyPair key = crypto::box_key_pair(rng);
  const Bytes wrapped = TRY(services::wrap(key.secret_key.view(), self, rng));
  TRY(write_whole(args.key, wrapped));
  return write_whole(args.key + ".pub", as_bytes(key.public_key.hex() + "\n"));
}

Result<void> show_cases(const CasesArgs& args, Console& console) {
  keep_secrets_in_memory();
  const Bytes sealed = TRY(read_whole(args.list));
  const Bytes wrapped = TRY(read_whole(args.key));
  crypto::BoxKeyPair key;
  key.public_key = TRY(read_examiner(args.key + ".pub"));
  Bytes secret = TRY(services::unwrap(wrapped, examiner_self(console)));
  key.secret_key = TRY(crypto::BoxSecretKey::from(secret));
  crypto::wipe(secret);
  const auto list = TRY(services::open_cases(sealed, key));
  crypto::wipe(key.secret_key.data);
  std::vector<std::vector<Cell>> rows;
  for (const services::DuplicateCase& c : list.cases) {
    rows.push_back({count_cell(c.first), count_cell(c.second), count_cell(c.score[0]),
                    count_cell(c.score[1]), count_cell(c.score[2]), count_cell(c.score[3])});
  }
  console.table({"first", "second", "right_thumb", "right_index", "left_thumb", "left_index"}, rows,
                args.format);
  return {};
}

int search_ended(const Result<void>& done, Console& console) {
  return done ? 0 : console.fail(done.error());
}

}  // namespace

int run_bank(const BankArgs& args, Console& console) {
  if (args.people < 2 || args.duplicates >= args.people / 2 || args.per_shard == 0) {
    return console.fail(
        Error{services::kSmallBank}.with("people", static_cast<std::int64_t>(args.people)));
  }
  return search_ended(make_bank(args, console), console);
}
int run_dedup_plan(const DedupPlanArgs& args, Console& console) {
  return search_ended(plan_search(args, console), console);
}
int run_dedup(const DedupArgs& args, Console& console) {
  const auto shared = adapters::processes_of_mpirun();
  if (!shared) return console.fail(shared.error());
  adapters::Threads workers{args.threads};
  ports::OneProcess alone{workers};
  const auto done = search_bank(args, *shared ? **shared : alone, console);
  if (!done) {
    console.fail(done.error());
    adapters::abandon_mpirun();
    return 1;
  }
  return 0;
}
int run_examiner(const ExaminerArgs& args, Console& console) {
  return search_ended(make_examiner(args, console), console);
}
int run_cases(const CasesArgs& args, Console& console) {
  return search_ended(show_cases(args, console), console);
}

}  // namespace sufragio::app
