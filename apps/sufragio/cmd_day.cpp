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

// One election day without faults, on real files: machines count, sign and print; the centre
// judges, logs and counts. The voters come from the seed; keys and machine ids come from the
// system.
class QuietDay {
 public:
  QuietDay(const DayArgs& args, Console& console) : args_{args}, console_{console} {}

  Result<void> run() {
    TRY(open());
    sim::SimRng people{args_.seed};
    const sim::Tastes tastes = sim::draw_tastes(package_->definition(), people);
    TRY(open_tables());
    std::vector<sim::TableDay> days;
    for (sim::Table& table : tables_) {
      days.push_back(sim::draw_table_day(sim::local_midnight_s(*package_), people));
      TRY(serve(table, tastes, people));
    }
    std::vector<std::size_t> order(tables_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair{days[i].closing_s, i}; });
    for (std::size_t n = 0; n < order.size(); ++n) {
      const std::size_t i = order[n];
      TRY(close(tables_[i], days[i]));
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

  Result<void> open_tables() {
    crypto::SystemRng rng;
    tables_ = TRY(sim::make_tables(*package_, keys_, rng));
    std::vector<Bytes> certificates;
    std::vector<Bytes> assignments;
    for (const sim::Table& table : tables_) {
      certificates.push_back(table.certificate);
      assignments.push_back(table.assignment);
    }
    TRY(centre_->add_certificates(certificates));
    TRY(centre_->add_assignments(assignments));
    return {};
  }

  // With a joint key in the package every ballot is encrypted too, and the acta commits to all.
  Result<void> serve(sim::Table& table, const sim::Tastes& tastes, sim::SimRng& people) {
    if (!package_->manifest().e2e) {
      table.machine.serve_voters(tastes, people);
      return {};
    }
    if (!sealer_) {
      crypto::P256Work work;
      const e2e::JointKey joint = TRY(services::joint_key_of(*package_));
      Bytes opening(32);
      system_.fill(opening);
      sealer_ = std::make_unique<services::ElectionSealer>(
          package_->definition(), joint.election_key(work), std::move(opening));
      ballots_ = TRY(open_folder(args_.out + "/ballots"));
    }
    table.machine.encrypt_with(*sealer_, system_);
    table.machine.serve_voters(tastes, people);
    const e2e::Bundle bundle = TRY(e2e::make_bundle(table.machine.sealed_ballots()));
    table.machine.commit_to(bundle.root);
    const std::string path = services::bundle_path(table.machine.mesa().id);
    TRY(ballots_->write(path.substr(sizeof "ballots"), bundle.bytes, false));
    console_.progress("day.encrypted", static_cast<std::int64_t>(&table - tables_.data() + 1),
                      static_cast<std::int64_t>(tables_.size()));
    return ballots_->sync();
  }

  void draw(const acta::SignedActa& acta) {
    if (acta.acta.type != acta::ActaType::final || drawing_problem_) return;
    const auto picture = paper_->png(acta, centre_->night().registry());
    if (!picture) {
      drawing_problem_ = picture.error();
      return;
    }
    const auto written = pictures_->write(acta.id().hex() + ".png", *picture, false);
    if (!written) drawing_problem_ = written.error();
  }

  // Zero acta, votes, acta; only what is printed and signed is ever sent.
  Result<void> close(sim::Table& table, const sim::TableDay& day) {
    const Bytes zero = TRY(acta::sign(table.machine.zero_acta(day.opening_s - 900), table.key));
    TRY(centre_->receive(zero));
    const Bytes final = TRY(acta::sign(table.machine.final_acta(day), table.key));
    const services::Reply reply = TRY(centre_->receive(final));
    for (const tally::Finding& finding : reply.findings) {
      console_.finding(Error{tally::code_of(finding.rule), finding.facts}.with(
          "file", std::string_view{table.machine.mesa().id.text()}));
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
  std::vector<sim::Table> tables_;
  crypto::SystemRng system_;
  std::unique_ptr<services::ElectionSealer> sealer_;
  std::unique_ptr<ports::Store> ballots_;
  std::optional<Error> drawing_problem_;
};

}  // namespace

int run_day(const DayArgs& args, Console& console) {
  if (is_centre_folder(args.out)) {
    console.note("day.already", {{"folder", args.out}});
    return 1;
  }
  const auto done = QuietDay{args, console}.run();
  if (!done) return console.fail(done.error());
  console.say("day.done", {{"folder", args.out}});
  return 0;
}

}  // namespace sufragio::app
