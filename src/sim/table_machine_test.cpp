#include "sim/table_machine.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <set>

#include "adapters/toml/toml.h"
#include "machine/codes.h"
#include "sim/small_election.h"
#include "tests/support/support.h"

namespace sufragio::sim {
namespace {

using machine::Fault;
using machine::Officials;
using machine::Phase;

constexpr Officials kTwo{true, true, false, false};

struct World {
  static CountryPlan twelve_small_mesas() {
    CountryPlan plan = CountryPlan::small();
    plan.mesas = 12;
    return plan;
  }
  explicit World(std::uint64_t seed, const CountryPlan& plan = twelve_small_mesas()) : rng{seed} {
    const Law law{tests::read_file("law/ve-2009.toml"), adapters::parse_toml};
    drill = make_drill(plan, law, "sim.example/log", rng, rng).value();
    tastes = draw_tastes(drill.package->definition(), rng);
    day = draw_table_day(local_midnight_s(*drill.package), rng);
  }
  [[nodiscard]] TableMachine& table(std::size_t i) { return *drill.tables[i]; }
  SimRng rng;
  Drill drill;
  Tastes tastes;
  TableDay day;
};

std::string joined(const std::vector<std::string>& problems) {
  std::string out;
  for (const std::string& problem : problems) out += problem + "; ";
  return out;
}

// [R67] [R72] [R73] [R87] [R108] A4 A5: with jams, cuts, spoils and people who leave, the acta is
// what people wanted and what lies in the box.
TEST(TableMachine, ADayWithFaultsEndsWithTheTrueActa) {
  World world{1};
  std::int64_t cuts = 0;
  std::int64_t voids = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    const DayFaults often{9, 12, 14, 8, 60};
    const auto report = world.table(i).live(world.tastes, world.day, often);
    ASSERT_TRUE(report.has_value()) << i << " " << report.error().debug();
    EXPECT_TRUE(report->problems.empty()) << i << " " << joined(report->problems);
    EXPECT_EQ(world.table(i).machine().phase(), Phase::copies_out);
    cuts += report->power_cuts;
    voids += report->void_papers;
    world.table(i).rest();
  }
  EXPECT_GT(cuts, 3);
  EXPECT_GT(voids, 3);
}

// A14 [R54]: at any point at which something is written the machine is carried away; a spare with
// the removable medium goes on, and the acta is what people wanted.
void swap_days(World& world, std::size_t days, std::int64_t& swaps) {
  const election::Package& package = *world.drill.package;
  for (std::size_t i = 0; i < days; ++i) {
    TableMachine& table = world.table(i % world.drill.tables.size());
    crypto::MachineId id;
    world.rng.fill(id.data);
    auto key = crypto::SoftwareKey::generate(crypto::Algorithm::es256, world.rng);
    auto records = services::commission(package, table.mesa().id, id, key.public_key(), "SPARE",
                                        world.day.opening_s, world.drill.keys);
    ASSERT_TRUE(records.has_value()) << records.error().debug();
    table.keep_spare({std::move(*records), id, std::move(key)});
    DayScript script = table.draw(world.tastes, world.day, DayFaults{30, 40, 40, 0, 0});
    VisitPlan& visit = script.visits[world.rng.below(script.visits.size())];
    visit.swap = true;
    visit.cut_after = 1 + world.rng.below(24);
    const auto report = table.run(script);
    ASSERT_TRUE(report.has_value()) << i << " " << report.error().debug();
    ASSERT_TRUE(report->problems.empty()) << i << " " << joined(report->problems);
    const auto acta = acta::parse(table.final_record()).value();
    ASSERT_TRUE(acta::verify_signature(acta, *table.setup().machines).has_value());
    ASSERT_EQ(acta.acta().former_machines.size(), static_cast<std::size_t>(report->swaps));
    swaps += report->swaps;
    if (report->swaps > 0) {
      EXPECT_EQ(acta.acta().machine, id);
    }
    table.rest();
  }
}

TEST(TableMachine, ASpareGoesOnWithTheRemovableMedium) {
  World world{8};
  std::int64_t swaps = 0;
  swap_days(world, 5, swaps);
  EXPECT_GT(swaps, 1);
}

TEST(TableMachine, DISABLED_NightlyThousandSwaps) {
  std::int64_t swaps = 0;
  std::size_t days = 0;
  for (; swaps < 1'000 && !HasFailure(); days += 12) {
    SCOPED_TRACE(days);  // the seed of the world that failed, less a thousand
    World each{1'000 + days};
    swap_days(each, 12, swaps);
  }
  RecordProperty("swaps", static_cast<int>(swaps));
  RecordProperty("days", static_cast<int>(days));
}

// A14: the machine that was carried away comes back. It is not the machine of this mesa any more.
TEST(TableMachine, TheOldMachineDoesNotComeBack) {
  World world{9};
  TableMachine& table = world.table(0);
  ASSERT_TRUE(table.live(world.tastes, world.day, DayFaults::none()).has_value());
  machine::MachineSetup old = table.setup();
  old.machine.data.fill(7);
  const auto back = machine::Machine::boot(old, table.ports(), world.day.closing_s);
  ASSERT_FALSE(back.has_value());
  EXPECT_EQ(machine::fault_in(back.error()), Fault::no_assignment);
}

// A4 A5: one prints, cuts and spoils; the other counts positions, voters and papers of many days.
TEST(TableMachine, DISABLED_NightlyHundredThousandPrints) {
  std::int64_t prints = 0;
  std::int64_t votes = 0;
  std::int64_t positions = 0;
  std::int64_t cuts = 0;
  int days = 0;
  for (std::uint64_t seed = 50'000; (prints < 100'000 || positions < 10'000'000) && !HasFailure();
       ++seed) {
    World world{seed};
    for (auto& table : world.drill.tables) {
      const auto report = table->live(world.tastes, world.day, DayFaults{9, 12, 14, 8, 60});
      ASSERT_TRUE(report.has_value()) << seed << " " << report.error().debug();
      ASSERT_TRUE(report->problems.empty()) << seed << " " << joined(report->problems);
      const acta::Acta acta = acta::parse(table->final_record())->acta();
      std::int64_t cards = 0;
      for (const auto& contest : acta.contests) cards += std::ssize(contest.cards) + 1;
      prints += report->voters + report->void_papers;
      votes += report->voters;
      positions += report->voters * cards;
      cuts += report->power_cuts;
      ++days;
      table->rest();
    }
  }
  std::printf("days %d prints %lld votes %lld positions %lld cuts %lld\n", days,
              static_cast<long long>(prints), static_cast<long long>(votes),
              static_cast<long long>(positions), static_cast<long long>(cuts));
}

// A4 A5 at full size: a cast rewrites a vault of 800 slots.
TEST(TableMachine, DISABLED_NightlyDaysOfFullMesas) {
  CountryPlan plan = CountryPlan::small();
  plan.mesas = 24;
  plan.electors_min = 700;
  plan.electors_max = 800;
  World world{60'000, plan};
  std::int64_t votes = 0;
  std::int64_t cuts = 0;
  std::int64_t voids = 0;
  for (auto& table : world.drill.tables) {
    const auto report = table->live(world.tastes, world.day, DayFaults{60, 90, 40, 8, 60});
    ASSERT_TRUE(report.has_value()) << report.error().debug();
    ASSERT_TRUE(report->problems.empty()) << joined(report->problems);
    votes += report->voters;
    cuts += report->power_cuts;
    voids += report->void_papers;
    table->rest();
  }
  EXPECT_GT(votes, 24 * 300);
  EXPECT_GT(cuts, 24);
  std::printf("votes %lld cuts %lld voids %lld\n", static_cast<long long>(votes),
              static_cast<long long>(cuts), static_cast<long long>(voids));
}

// The power goes between the close of the vote and the first print: the count is repeated at boot.
TEST(TableMachine, ACutDuringTheCountIsMadeGood) {  // A1 [R72]
  World world{10};
  for (std::uint64_t point = 1; point <= 40; point += 8) {
    TableMachine& table = world.table(1);
    DayScript script = table.draw(world.tastes, world.day, DayFaults::none());
    script.cut_at_close = point;
    const auto report = table.run(script);
    ASSERT_TRUE(report.has_value()) << point << " " << report.error().debug();
    EXPECT_TRUE(report->problems.empty()) << point << " " << joined(report->problems);
  }
}

TEST(TableMachine, AQuietDayHasNoVoidPaperAndEndsPacked) {  // [R65] [R83] [R107] [R108] [R109]
  World world{2};
  TableMachine& table = world.table(0);
  const auto report = table.live(world.tastes, world.day, DayFaults::none());
  ASSERT_TRUE(report.has_value()) << report.error().debug();
  EXPECT_TRUE(report->problems.empty()) << joined(report->problems);
  EXPECT_EQ(report->void_papers, 0);
  const auto zero = acta::parse(table.zero_record()).value();
  EXPECT_EQ(zero.acta().type, acta::ActaType::zero);
  EXPECT_EQ(zero.acta().ballots.value(), 0);
  const auto final = acta::parse(table.final_record()).value();
  EXPECT_EQ(final.acta().counters.valid_receipts, final.acta().ballots);
  EXPECT_EQ(final.acta().opening_s, world.day.opening_s);
  EXPECT_EQ(final.acta().time_s, world.day.closing_s);
  EXPECT_NE(final.acta().log_head, Hash32{});
  EXPECT_TRUE(acta::verify_signature(final, *table.setup().machines).has_value());
  ASSERT_TRUE(table.pack(world.day.closing_s + 7'200).has_value());
  EXPECT_FALSE(table.machine().uplink_runs());
  EXPECT_FALSE(table.cell().bytes().has_value());
}

// What stands on each report in the tray below the hashes that all have.
using Lines = std::vector<std::string>;
std::map<std::string, Lines> reports_in(SimPrinter& printer) {
  std::map<std::string, Lines> out;
  for (const SimPrinter::Paper& paper : printer.take()) {
    const Lines lines = lines_of(paper.rows);
    const auto law = std::ranges::find(lines, "paper.law");
    if (law != lines.end()) out[lines[1]] = Lines(law + 2, lines.end());
  }
  return out;
}

// The hour comes before the last three visits: four people are in line, one of whom walks away.
class HourOfClose : public TableMachine::Watcher {
 public:
  HourOfClose(std::size_t after, std::int64_t hour_s) : after_{after}, hour_s_{hour_s} {}
  void after_visit(TableMachine& table, std::size_t number) override {
    if (number != after_) return;
    EXPECT_TRUE(table.machine().begin_close(hour_s_, kTwo, 4).has_value());
    table.printer().take().clear();
  }

 private:
  std::size_t after_;
  std::int64_t hour_s_;
};

// [R65] [R83] [R109]: a day with one spoiled and one torn receipt, one block of the reader, four
// people in line of whom three vote, and a witness who takes no copy. Each paper of the evening
// says so, in the numbers that were planned.
TEST(TableMachine, ThePapersOfTheEveningSayWhatHappened) {
  World world{12};
  TableMachine& table = world.table(0);
  DayScript script = table.draw(world.tastes, world.day, DayFaults::none());
  const std::size_t visits = script.visits.size();
  ASSERT_GT(visits, 25U);
  for (VisitPlan& visit : script.visits) visit.capture = ports::Capture::match;
  script.visits[2].mismatch = true;
  script.visits[3].trouble = SimPrinter::Trouble::jam;
  script.visits[3].trouble_row = 1;
  for (std::size_t n = 4; n < 16; ++n) script.visits[n].capture = ports::Capture::no_match;
  script.refused = {"T2"};
  HourOfClose hour{visits - 4, world.day.opening_s + 12 * 3'600};
  table.watch(&hour);
  const auto report = table.run(script);
  ASSERT_TRUE(report.has_value()) << report.error().debug();
  EXPECT_TRUE(report->problems.empty()) << joined(report->problems);
  machine::Machine& machine = table.machine();
  const std::int64_t now_s = world.day.closing_s + 7'200;
  ASSERT_TRUE(machine.act(machine::Delivered{kTwo}, now_s).has_value());
  ASSERT_TRUE(machine.act(machine::DrawEntered{}, now_s).has_value());
  const std::string entries = std::to_string(machine.log().entries().size());
  const std::string head = machine.log().head().hex();
  ASSERT_TRUE(machine.act(machine::Packed{kTwo}, now_s).has_value());

  const std::string votes = std::to_string(visits);
  const std::string code = acta::parse(table.final_record()).value().verification_code();
  auto reports = reports_in(table.printer());
  EXPECT_EQ(reports["paper.report.copies"],
            (Lines{"paper.reconcile.E\t" + votes, "paper.reconcile.C\t" + votes,
                   "paper.reconcile.V\t" + votes, "paper.reconcile.T\t" + votes,
                   "paper.reconcile.T\t" + votes, "paper.reconcile.T\t" + votes,
                   "paper.reconcile.equal", "paper.copies.printed\t5", "paper.copies.given\t4",
                   "paper.copies.refused\t1", "paper.copies.absent\t0"}));
  Lines leaves = {"paper.acta.code", code, "paper.acta.voters\t" + votes,
                  "paper.acta.ballots\t" + votes, "paper.acta.receipts\t" + votes,
                  "paper.acta.voided\t2", "paper.copies.printed\t5"};
  EXPECT_EQ(reports["paper.report.delivery"], leaves);
  leaves.insert(leaves.end(), {"paper.pack.tokens\t4", "paper.pack.unused\t1",
                               "paper.pack.codes\t1", "paper.log.entries\t" + entries,
                               "paper.log.head", head});
  EXPECT_EQ(reports["paper.report.packing"], leaves);
}

// [R69] [R98] A6: every receipt of a mesa is as long as every other.
TEST(TableMachine, AllReceiptsAreEquallyLong) {
  World world{3};
  TableMachine& table = world.table(1);
  ASSERT_TRUE(table.live(world.tastes, world.day, DayFaults::none()).has_value());
  std::set<std::size_t> lengths;
  for (const Bytes& rows : table.box()) lengths.insert(rows.size());
  EXPECT_EQ(lengths.size(), 1U);
}

// A7 [R69]: the official log of the day has no entry per vote.
TEST(TableMachine, TheOfficialLogKnowsNoVoter) {
  World world{4};
  TableMachine& table = world.table(2);
  const auto report = table.live(world.tastes, world.day, DayFaults::none());
  ASSERT_TRUE(report.has_value());
  const auto& entries = table.machine().log().entries();
  std::int64_t while_open = 0;
  for (const machine::ActEntry& entry : entries) {
    const bool device = entry.act == machine::Act::fault || entry.act == machine::Act::reader ||
                        entry.act == machine::Act::unblocked;
    if (entry.time_s > world.day.opening_s && entry.time_s < world.day.closing_s - 3'600 && !device)
      ++while_open;
  }
  EXPECT_GT(report->voters, 5);
  EXPECT_LE(while_open, 1);
}

// A20 [R77]: votes that a machine moves after the print are found by counting the box.
TEST(TableMachine, AFullCountOfTheBoxFindsEveryMaliciousCounter) {
  World world{5};
  TableMachine& table = world.table(3);
  ASSERT_TRUE(table.live(world.tastes, world.day, DayFaults::none()).has_value());
  const election::Definition& definition = world.drill.package->definition();
  const acta::Acta honest = acta::parse(table.final_record())->acta();
  std::vector<std::vector<std::int64_t>> counted;
  for (const acta::ContestCount& contest : honest.contests) {
    counted.emplace_back(contest.cards.size());
  }
  for (const Bytes& rows : table.box()) {
    const auto read = read_receipt(definition, table.mesa().style, lines_of(rows)).value();
    for (std::size_t i = 0; i < counted.size(); ++i) {
      for (const std::uint16_t card : read.contests[i].cards()) ++counted[i][card];
    }
  }
  const auto differs = [&counted](const acta::Acta& acta) {
    for (std::size_t i = 0; i < counted.size(); ++i) {
      for (std::size_t c = 0; c < counted[i].size(); ++c) {
        if (counted[i][c] != acta.contests[i].cards[c].value()) return true;
      }
    }
    return false;
  };
  EXPECT_FALSE(differs(honest));
  int found = 0;
  for (int mutant = 0; mutant < 500; ++mutant) {
    acta::Acta lie = honest;
    auto& cards = lie.contests[world.rng.below(lie.contests.size())].cards;
    const std::size_t to = world.rng.below(cards.size());
    std::size_t from = 0;
    while (from == to || cards[from].value() == 0) ++from;
    const Votes moved = Votes::from(1).value();
    cards[from] = cards[from].minus(moved).value();
    cards[to] = cards[to].plus(moved).value();
    if (differs(lie)) ++found;
  }
  EXPECT_EQ(found, 500);
}

Fault fault(const Error& error) { return machine::fault_in(error).value(); }

// [R54] [R60] [R61] [R64] [R66]: what is not in order on Friday never opens on Sunday.
TEST(TableMachine, IsNotInstalledWithAnythingOutOfOrder) {
  World world{6};
  TableMachine& table = world.table(4);
  ASSERT_TRUE(table.live(world.tastes, world.day, DayFaults::none()).has_value());
  ASSERT_TRUE(table.pack(world.day.closing_s + 7'200).has_value());
  const std::int64_t friday = world.day.opening_s - 48 * 3'600;
  const auto install = [&](const machine::Installed& checked, const acta::MachineRegistry& known) {
    machine::MachineSetup setup = table.setup();
    setup.machines = &known;
    const auto done = machine::Machine::install(setup, table.ports(), checked, friday);
    return done ? std::optional<Fault>{} : fault(done.error());
  };
  const acta::MachineRegistry& known = *table.setup().machines;
  machine::Installed bad;
  bad.seals_equal = false;
  EXPECT_EQ(install(bad, known), Fault::seal);
  bad = {};
  bad.build_before_freeze = false;
  EXPECT_EQ(install(bad, known), Fault::newer_build);
  bad = {};
  bad.audited = false;
  EXPECT_EQ(install(bad, known), Fault::passport);
  bad = {};
  bad.reader_paired = false;
  EXPECT_EQ(install(bad, known), Fault::foreign_reader);
  bad = {};
  bad.memory_locked = false;
  EXPECT_EQ(install(bad, known), Fault::memory_lock);
  const acta::MachineRegistry nobody{*world.drill.package};
  EXPECT_EQ(install({}, nobody), Fault::no_assignment);
  EXPECT_EQ(install({}, known), std::nullopt);
}

// [R65] A8: a machine whose vault holds ballots is neither formatted nor opened again.
TEST(TableMachine, ABoxWithBallotsIsNeverFormatted) {
  World world{7};
  TableMachine& table = world.table(5);
  ASSERT_TRUE(table.live(world.tastes, world.day, DayFaults::none()).has_value());
  const auto again = machine::Machine::install(table.setup(), table.ports(), {}, 0);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(fault(again.error()), Fault::not_zero);
}

}  // namespace
}  // namespace sufragio::sim
