#include <algorithm>
#include <string>
#include <vector>

#include "acta/acta.h"
#include "adapters/threads/threads.h"
#include "adapters/toml/toml.h"
#include "centre_folder.h"
#include "commands.h"
#include "crypto/secrets.h"
#include "e2e/bundle.h"
#include "files.h"
#include "paper.h"
#include "services/encrypted/check_ballots.h"
#include "services/encrypted/election_key.h"
#include "services/totalization/centre.h"
#include "sim/rng.h"
#include "sim/small_election.h"

namespace sufragio::app {

namespace {

// One election day on real files: the machines of the tables count, sign and print; the centre,
// without faults of its own, judges, logs and counts. The voters come from the seed; keys and
// machine ids come from the system.
class QuietDay {
 public:
  QuietDay(const DayArgs& args, Console& console) : args_{args}, console_{console} {}

  // False: a machine's acta is not what people wanted, or not what lies in its box.
  [[nodiscard]] bool machines_good() const { return machines_good_; }

  Result<void> run() {
    TRY(open());
    sim::SimRng people{args_.seed};
    const sim::Tastes tastes = sim::draw_tastes(package_->definition(), people);
    TRY(open_tables(people));
    std::vector<sim::TableDay> days;
    for (const auto& table : tables_) {
      days.push_back(sim::draw_table_day(sim::local_midnight_s(*package_), people));
      TRY(vote(*table, tastes, days.back()));
    }
    console_.say("day.machines", {{"machines", std::to_string(tables_.size())},
                                  {"voters", std::to_string(voters_)},
                                  {"void", std::to_string(void_papers_)},
                                  {"cuts", std::to_string(power_cuts_)}});
    std::vector<std::size_t> order(tables_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair{days[i].closing_s, i}; });
    for (std::size_t n = 0; n < order.size(); ++n) {
      const std::size_t i = order[n];
      TRY(close(*tables_[i]));
      console_.progress("day.actas", static_cast<std::int64_t>(n + 1),
                        static_cast<std::int64_t>(order.size()));
      if (n + 1 == order.size() / 2 || n + 1 == order.size()) TRY(publish_bulletin());
    }
    return {};
  }

 private:
  Result<void> open() {
    const auto from = TRY(read_folder(args_.package));
    auto package = TRY(services::load_package(*from, {}, adapters::parse_toml));
    package_ = std::make_unique<election::Package>(std::move(package));
    const auto keys = TRY(read_folder(args_.keys));
    keys_ = TRY(services::DrillKeys::load(*keys));
    TRY(copy_package(*from));
    log_store_ = TRY(open_folder(args_.out + "/log"));
    pictures_ = TRY(open_folder(args_.out + "/pictures"));
    paper_ = TRY(Paper::create(console_));
    centre_ = TRY(services::Centre::open(
        {*package_, keys_.root_keys(), *log_store_, keys_.key("log"), workers_}));
    const auto record = TRY(from->read("manifest.cose"));
    const Bytes expected = TRY(sim::sign_expected_mesas(*package_, keys_));
    TRY(centre_->begin(*record, expected));
    // The picture of an acta is drawn when its row arrives, not when somebody publishes
    // (R155).
    centre_->on_row_arrival = [this](const acta::SignedActa& acta, const tally::Outcome&,
                                     std::uint64_t) { draw(acta); };
    return {};
  }

  Result<void> copy_package(const ports::Store& from) {
    const auto to = TRY(open_folder(args_.out + "/package"));
    const std::vector<std::string> files = TRY(from.list(""));
    for (const std::string& file : files) {
      const auto bytes = TRY(from.read(file));
      TRY(to->write(file, *bytes, false));
    }
    return to->sync();
  }

  Result<void> open_tables(Rng& people) {
    crypto::SystemRng rng;
    tables_ = TRY(sim::make_tables(*package_, keys_, rng, people, sim::MachineRng::system));
    std::vector<Bytes> certificates;
    std::vector<Bytes> assignments;
    for (const auto& table : tables_) {
      certificates.push_back(table->records().certificate);
      assignments.push_back(table->records().assignment);
    }
    TRY(centre_->add_certificates(certificates));
    TRY(centre_->add_assignments(assignments));
    return {};
  }

  // With a joint key in the package every ballot is encrypted too, and the acta commits to all.
  Result<void> prepare_encryption(sim::TableMachine& table) {
    if (!package_->manifest().e2e) return {};
    if (!sealer_) {
      crypto::P256Work work;
      const e2e::JointKey joint = TRY(services::joint_key_of(*package_));
      Bytes opening(32);
      system_.fill(opening);
      sealer_ = std::make_unique<services::ElectionSealer>(
          package_->definition(), joint.election_key(work), std::move(opening));
      ballots_ = TRY(open_folder(args_.out + "/ballots"));
    }
    table.encrypt_with(*sealer_);
    return {};
  }

  Result<void> keep_bundle(const sim::TableMachine& table) {
    if (!sealer_) return {};
    const e2e::Bundle bundle = TRY(e2e::make_bundle(table.sealed_ballots()));
    const std::string path = services::bundle_path(table.mesa().id);
    TRY(ballots_->write(path.substr(sizeof "ballots"), bundle.bytes, false));
    console_.progress("day.encrypted", static_cast<std::int64_t>(++bundles_),
                      static_cast<std::int64_t>(tables_.size()));
    return ballots_->sync();
  }

  void draw(const acta::SignedActa& acta) {
    if (acta.acta().type != acta::ActaType::final || drawing_problem_) return;
    const auto picture = paper_->png(acta, centre_->night().registry());
    if (!picture) {
      drawing_problem_ = picture.error();
      return;
    }
    const auto written = pictures_->write(acta.id().hex() + ".png", *picture, false);
    if (!written) drawing_problem_ = written.error();
  }

  // The table's whole day on its machine, with paper jams, power cuts and people who leave.
  Result<void> vote(sim::TableMachine& table, const sim::Tastes& tastes, const sim::TableDay& day) {
    TRY(prepare_encryption(table));
    const sim::TableReport report = TRY(table.live(tastes, day));
    TRY(keep_bundle(table));
    table.rest();
    voters_ += report.voters;
    void_papers_ += report.void_papers;
    power_cuts_ += report.power_cuts;
    for (const std::string& problem : report.problems) {
      console_.note("day.machine", {{"mesa", table.mesa().id.text()}, {"problem", problem}});
    }
    machines_good_ &= report.problems.empty();
    return {};
  }

  // Only what is printed, signed and handed out is ever sent.
  Result<void> close(const sim::TableMachine& table) {
    TRY(centre_->receive(table.zero_record()));
    const services::Reply reply = TRY(centre_->receive(table.final_record()));
    for (const tally::Finding& finding : reply.findings) {
      console_.finding(Error{tally::code_of(finding.rule), finding.facts}.with(
          "file", std::string_view{table.mesa().id.text()}));
    }
    if (drawing_problem_) return fail(*drawing_problem_);
    return {};
  }

  Result<void> publish_bulletin() {
    const auto signers = keys_.bulletin_signers();
    const services::PublishedBulletin bulletin = TRY(centre_->publish(signers));
    console_.say("day.bulletin", {{"number", std::to_string(bulletin.bulletin.number())},
                                  {"signers", std::to_string(signers.size())},
                                  {"index", std::to_string(bulletin.log_index)}});
    return pictures_->sync();
  }

  const DayArgs& args_;
  Console& console_;
  adapters::Threads workers_{0};
  std::unique_ptr<election::Package> package_;
  services::DrillKeys keys_;
  std::unique_ptr<ports::Store> log_store_;
  std::unique_ptr<ports::Store> pictures_;
  std::unique_ptr<Paper> paper_;
  std::unique_ptr<services::Centre> centre_;
  std::vector<std::unique_ptr<sim::TableMachine>> tables_;
  std::int64_t voters_ = 0;
  std::int64_t void_papers_ = 0;
  std::int64_t power_cuts_ = 0;
  bool machines_good_ = true;
  crypto::SystemRng system_;
  std::unique_ptr<services::ElectionSealer> sealer_;
  std::unique_ptr<ports::Store> ballots_;
  std::size_t bundles_ = 0;
  std::optional<Error> drawing_problem_;
};

}  // namespace

int run_day(const DayArgs& args, Console& console) {
  if (is_centre_folder(args.out)) {
    console.note("day.already", {{"folder", args.out}});
    return 1;
  }
  QuietDay day{args, console};
  const auto done = day.run();
  if (!done) return console.fail(done.error());
  if (!day.machines_good()) return 1;
  console.say("day.done", {{"folder", args.out}});
  return 0;
}

}  // namespace sufragio::app
