// A6 [R69]: somebody with everything (both media before and after, the newest key, the keys of the
// roll, the official log, what can be heard of the printer, the records and the state of the
// processes) wants to know which of two ballots the first voter of the day cast. Ten methods, many
// days.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <set>

#include "adapters/toml/toml.h"
#include "sim/small_election.h"
#include "tests/support/support.h"

namespace sufragio::tests {
namespace {

using machine::Vault;
using machine::VaultPlan;

constexpr std::uint16_t kX = 0;  // the two cards of the first contest; everybody else leaves it
constexpr std::uint16_t kY = 1;
constexpr std::size_t kVoters = 10;

using Guess = std::optional<bool>;  // the first voter chose X; nothing: nothing was found

bool chose(const election::Selections& ballot, std::uint16_t card) {
  return ballot.contests[0] == election::ContestChoice{{card}, 0};
}

// Media, key cell and ballots as they stand; opened on copies, with the key of this moment.
struct Snapshot {
  std::array<Bytes, 2> media;
  Bytes cell;
  Bytes roll;
};

class Thief : public sim::TableMachine::Watcher {
 public:
  void after_visit(sim::TableMachine& table, std::size_t number) override {
    Snapshot seen{
        {to_bytes(table.vault_medium(0).image()), to_bytes(table.vault_medium(1).image())},
        table.cell().bytes().value(),
        to_bytes(table.roll_medium(1).image())};
    snapshots.push_back(std::move(seen));
    screen_held_choices |= !table.machine().screen().choices.contests.empty();
    if (number + 1 == kVoters) at_the_end(table);
  }

  // Vault::boot on copies; the ballots in the order of their slots.
  static std::vector<election::Selections> open(const sim::TableMachine& table,
                                                const VaultPlan& plan, const Snapshot& seen,
                                                ByteView cell) {
    sim::SimRng rng{1};
    sim::SimPower power;
    sim::SimBlockDevice a{plan.device_size(), power, rng};
    sim::SimBlockDevice b{plan.device_size(), power, rng};
    sim::SimKeyCell own{power, rng};
    a.set_image(seen.media[0]);
    b.set_image(seen.media[1]);
    own.set_bytes(to_bytes(cell));
    ports::Inline workers;
    auto vault =
        Vault::boot(plan, {{&a, &b}, &own, &rng, &workers, crypto::SecretBuffer::Kind::plain});
    std::vector<election::Selections> out;
    if (!vault) return out;
    const auto records = vault->ballots_in_ram();
    if (!records) return out;
    for (const machine::BallotRecord& record : *records) {
      out.push_back(election::decode_compact(table.setup().package->definition(),
                                             table.mesa().style, record.choices)
                        .value());
    }
    return out;
  }

  std::vector<Snapshot> snapshots;
  std::vector<election::Selections> slots;  // at the end, by slot
  bool screen_held_choices = false;
  bool older_opened = false;
  std::size_t same_slots = 0;
  machine::RollState roll;

 private:
  void at_the_end(sim::TableMachine& table) {
    ports::Unsealed unsealed;
    VaultPlan plan = VaultPlan::of(*table.setup().package, table.mesa(), unsealed).value();
    plan.contingency = table.setup().contingency;
    slots = open(table, plan, snapshots.back(), snapshots.back().cell);
    // Every older snapshot and half under the newest key.
    ports::Cell newest = ports::decode_cell(snapshots.back().cell).value();
    for (std::size_t i = 0; i + 1 < snapshots.size(); ++i) {
      newest.generation = i + 1;
      const auto guess = ports::encode(newest);
      older_opened |= !open(table, plan, snapshots[i], guess).empty();
    }
    // Slots whose bytes are anywhere in the snapshot before the last vote.
    const Bytes& before = snapshots[snapshots.size() - 2].media[1];
    const Bytes& after = snapshots.back().media[1];
    std::set<Bytes> known;
    for (std::size_t at = 0; at + 4'096 <= before.size(); at += 4'096) {
      known.insert(
          {before.begin() + static_cast<long>(at), before.begin() + static_cast<long>(at) + 4'096});
    }
    const std::size_t half = kVoters % 2 * plan.half_size();
    for (std::size_t i = 0; i < plan.slots; ++i) {
      const std::size_t at = half + 8'192 + i * plan.slot_size;
      const Bytes slot{after.begin() + static_cast<long>(at),
                       after.begin() + static_cast<long>(at) + 4'096};
      if (known.contains(slot)) ++same_slots;
    }
    roll = table.machine().station().roll;
  }
};

struct Day {
  bool first_chose_x = false;
  std::array<Guess, 10> guesses;
};

Guess by_order(const Thief& thief) {  // 1: X before Y among the slots
  for (const election::Selections& ballot : thief.slots) {
    if (chose(ballot, kX)) return true;
    if (chose(ballot, kY)) return false;
  }
  return std::nullopt;
}

Guess by_place(const Thief& thief) {  // 2: X in the lower half of the ballots
  for (std::size_t i = 0; i < thief.slots.size(); ++i) {
    if (chose(thief.slots[i], kX)) return i < thief.slots.size() / 2;
  }
  return std::nullopt;
}

Day live(sim::TableMachine& table, const sim::DayScript& base, bool first_chose_x) {
  sim::DayScript script = base;
  script.visits.resize(kVoters);
  script.in_line = 0;
  script.cut_at_close = 0;
  for (std::size_t i = 0; i < kVoters; ++i) {
    sim::VisitPlan& visit = script.visits[i];
    visit.capture = ports::Capture::match;
    visit.no_hands = visit.assisted = false;
    visit.wanted = election::null_selections(table.package().definition(), table.mesa().style);
    if (i == 0) visit.wanted.contests[0] = {{first_chose_x ? kX : kY}, 0};
    if (i + 1 == kVoters) visit.wanted.contests[0] = {{first_chose_x ? kY : kX}, 0};
  }
  Thief thief;
  table.watch(&thief);
  const auto report = table.run(script);
  table.watch(nullptr);
  EXPECT_TRUE(report.has_value() && report->problems.empty());
  Day out{first_chose_x, {}};
  out.guesses[0] = by_order(thief);
  out.guesses[1] = by_place(thief);
  // 3, 4: a slot that stayed, an older generation that opens: the rest would be the newest ballot.
  if (thief.same_slots != 0) out.guesses[2] = first_chose_x;
  if (thief.older_opened) out.guesses[3] = first_chose_x;
  // 5: keys that come back, counters that name a ballot.
  std::set<Bytes> keys;
  for (const Snapshot& seen : thief.snapshots) {
    const auto key = ports::decode_cell(seen.cell)->key;
    keys.insert({key.data.begin(), key.data.end()});
  }
  if (keys.size() != kVoters) out.guesses[4] = first_chose_x;
  // 6: an entry of the official log for a vote.
  for (const machine::ActEntry& entry : table.machine().log().entries()) {
    const bool act = entry.act == machine::Act::phase || entry.act == machine::Act::acta ||
                     entry.act == machine::Act::copies || entry.act == machine::Act::fault ||
                     entry.act == machine::Act::unblocked;
    if (!act) out.guesses[5] = first_chose_x;
  }
  // 7: the marks of the two differ, or somebody is pending.
  const auto mark = [&](std::size_t i) { return thief.roll.marks[script.visits[i].elector]; };
  const auto prints = [&](std::size_t i) {
    return table.setup().roll->elector(roll::RollIndex{script.visits[i].elector}).fingers;
  };
  if (thief.roll.pending) out.guesses[6] = first_chose_x;
  if (prints(0) != 0 && prints(kVoters - 1) != 0 && mark(0) != mark(kVoters - 1)) {
    out.guesses[6] = first_chose_x;
  }
  // 8: what the printer sounded like.
  if (table.box().front().size() != table.box().back().size()) out.guesses[7] = first_chose_x;
  // 9: more on the media than the two actas and the log.
  for (const ports::Store* store : table.ports().vault.records) {
    const auto files = store->list("").value();
    if (files.size() > 3) out.guesses[8] = first_chose_x;
  }
  // 10: what booth and vault hold after Thanks.
  if (thief.screen_held_choices) out.guesses[9] = first_chose_x;
  return out;
}

void attack_runs(int runs, std::uint64_t seed, bool loud) {
  const sim::Law law{read_file("law/ve-2009.toml"), adapters::parse_toml};
  sim::SimRng rng{seed};
  sim::CountryPlan plan = sim::CountryPlan::small();
  plan.mesas = 12;
  plan.electors_min = plan.electors_max = 30;
  sim::Drill drill = sim::make_drill(plan, law, "sim.example/log", rng, rng).value();
  const sim::Tastes tastes = sim::draw_tastes(drill.package->definition(), rng);
  const sim::TableDay day = sim::draw_table_day(sim::local_midnight_s(*drill.package), rng);
  std::array<int, 10> right{};
  std::array<int, 10> found{};
  for (int run = 0; run < runs; ++run) {
    sim::TableMachine& table = *drill.tables[static_cast<std::size_t>(run) % 12];
    const sim::DayScript base = table.draw(tastes, day, sim::DayFaults::none());
    ASSERT_GE(base.visits.size(), kVoters);
    const Day lived = live(table, base, rng.below(2) == 1);
    ASSERT_FALSE(testing::Test::HasFailure());
    for (std::size_t m = 0; m < 10; ++m) {
      if (lived.guesses[m]) ++found[m];
      const bool said = lived.guesses[m] ? *lived.guesses[m] : rng.below(2) == 1;
      if (said == lived.first_chose_x) ++right[m];
    }
    table.rest();
  }
  for (std::size_t m = 0; m < 10; ++m) {
    if (loud) {
      std::printf("method %d: had something to go on in %d of %d runs, right in %d\n",
                  static_cast<int>(m) + 1, found[m], runs, right[m]);
    }
    EXPECT_LT(std::abs(right[m] - runs / 2.0), 4 * std::sqrt(runs) / 2) << "method " << m + 1;
    if (m >= 2) {
      EXPECT_EQ(found[m], 0) << "method " << m + 1;
    }
  }
}

TEST(AttackRuns, TenMethodsAreNoBetterThanACoin) { attack_runs(4, 6, false); }

TEST(AttackRuns, DISABLED_NightlyHundredRuns) { attack_runs(100, 600, true); }

}  // namespace
}  // namespace sufragio::tests
