#include "sim/table_machine.h"

#include <algorithm>

#include "base/check.h"
#include "machine/codes.h"
#include "sim/small_election.h"

namespace sufragio::sim {

namespace {

using machine::BoothState;
using machine::GateState;
using machine::Key;
using machine::Officials;
using machine::Order;
using machine::Press;

constexpr Officials kTwo{true, true, false, false};
constexpr Officials kAll{true, true, true, true};
constexpr int kMostRestarts = 4;  // of one evening
constexpr int kMostSteps = 400;   // of one visit: beyond them a screen is a dead end

roll::Roll make_roll(const election::Mesa& mesa, Rng& rng) {
  std::vector<roll::Elector> electors;
  std::uint32_t number = 3'000'000;
  for (std::int64_t i = 0; i < mesa.electors.value(); ++i) {
    number += static_cast<std::uint32_t>(1 + rng.below(900));
    const auto fingers = static_cast<std::uint8_t>(rng.below(100) < 8 ? 0 : 4);
    electors.push_back({{'V', number}, "ELECTOR " + std::to_string(i + 1), fingers});
  }
  return roll::Roll::of(mesa.id, std::move(electors), {}).value();
}

std::size_t draw_card(const std::vector<std::uint64_t>& weights, Rng& rng) {
  std::uint64_t sum = 0;
  for (const std::uint64_t weight : weights) sum += weight;
  std::uint64_t left = rng.below(sum);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return weights.size() - 1;
}

// This mesa's own weights around those of the country.
Tastes local_tastes(const Tastes& tastes, Rng& rng) {
  Tastes out = tastes;
  for (std::vector<std::uint64_t>& weights : out) {
    for (std::uint64_t& weight : weights) weight = weight * (50 + rng.below(101)) + 1;
  }
  return out;
}

election::Selections draw_choices(const election::Definition& definition, std::uint16_t style,
                                  const Tastes& tastes, Rng& rng) {
  election::Selections out;
  out.style = style;
  for (const election::ContestIndex index : definition.styles[style].contests) {
    std::vector<std::uint64_t> weights = tastes[index.value()];
    std::vector<std::uint16_t> cards;
    std::uint16_t null = 0;
    for (std::uint16_t n = 0; n < definition.contest(index).votes_per_voter; ++n) {
      if (rng.below(50) == 0) {
        ++null;
        continue;
      }
      const std::size_t card = draw_card(weights, rng);
      cards.push_back(static_cast<std::uint16_t>(card));
      weights[card] = 0;
    }
    out.contests.emplace_back(cards, null);
  }
  return out;
}

}  // namespace

struct TableMachine::World {
  World(const TableMachine& table, Rng& machine_rng, crypto::Signer& key);

  Rng& rng;  // of the machine itself
  SimRng people;
  SimRng media_rng;
  acta::MachineRegistry registry;
  roll::Roll roll;
  SimPower power;
  SimDrawer drawer;
  SimQrReader qr;
  SimFingers fingers;
  SimPrinter printer;
  SimKeyCell cell;
  std::array<std::unique_ptr<SimBlockDevice>, 2> vault_media;
  std::array<std::unique_ptr<SimBlockDevice>, 2> roll_media;
  std::array<ports::MemoryStore, 2> stores;
  ports::Inline workers;
  machine::MachineSetup setup;
  machine::MachinePorts ports;
  crypto::BoxKeyPair contingency;  // shares of it: members' cards and the regional envelope
  std::unique_ptr<machine::Machine> machine;
  std::vector<Bytes> box;
  std::vector<election::Selections> wanted;  // what stored ballots should say
  std::optional<Bytes> old_cell;             // of the machine that was carried away
  std::int64_t swaps_seen = 0;
  std::int64_t void_before_swap = 0;  // the dead machine's cell knew of them
};

TableMachine::World::World(const TableMachine& table, Rng& machine_rng, crypto::Signer& key)
    : rng{machine_rng},
      people{table.seed_},
      media_rng{people.fork()},
      registry{table.package_},
      roll{make_roll(table.mesa_, people)},
      printer{power},
      cell{power, media_rng} {
  CHECK(registry.add_certificate(table.records_.certificate).has_value());
  CHECK(registry.add_assignment(table.records_.assignment, 1).has_value());
  const auto plan = machine::VaultPlan::of(table.package_, table.mesa_, *table.sealer_);
  CHECK(plan.has_value());
  const auto roll_size = machine::RollKeeper::device_size(roll.size());
  for (std::size_t medium = 0; medium < 2; ++medium) {
    vault_media[medium] = std::make_unique<SimBlockDevice>(plan->device_size(), power, media_rng);
    roll_media[medium] = std::make_unique<SimBlockDevice>(roll_size, power, media_rng);
    ports.vault.vault.media[medium] = vault_media[medium].get();
    ports.roll.media[medium] = roll_media[medium].get();
    ports.vault.records[medium] = &stores[medium];
    ports.log[medium] = &stores[medium];
  }
  setup.package = &table.package_;
  setup.machines = &registry;
  setup.mesa = &table.mesa_;
  setup.roll = &roll;
  setup.machine = table.machine_;
  setup.mesa_key.resize(32);
  setup.mesa_code_key.resize(32);
  rng.fill(setup.mesa_key);
  rng.fill(setup.mesa_code_key);
  contingency = crypto::box_key_pair(rng);
  setup.contingency = contingency.public_key;
  ports.vault.vault.cell = &cell;
  ports.vault.vault.rng = &rng;
  ports.vault.vault.workers = &workers;
  ports.vault.vault.memory = crypto::SecretBuffer::Kind::plain;
  ports.vault.sealer = table.sealer_;
  ports.vault.signer = &key;
  ports.roll.rng = &rng;
  ports.printer = &printer;
  ports.drawer = &drawer;
  ports.one_reader = &qr;
  ports.other_reader = &qr;
  ports.fingers = &fingers;
}

TableMachine::TableMachine(const election::Package& package, const election::Mesa& mesa,
                           services::CommissionedMachine records, crypto::MachineId machine,
                           crypto::SoftwareKey key, std::unique_ptr<Rng> machine_rng,
                           std::uint64_t seed)
    : package_{package},
      mesa_{mesa},
      records_{std::move(records)},
      machine_{machine},
      key_{std::move(key)},
      machine_rng_{std::move(machine_rng)},
      seed_{seed} {}

TableMachine::~TableMachine() = default;

machine::Machine& TableMachine::machine() { return *world_->machine; }
void TableMachine::rest() { world_.reset(); }
const machine::MachineSetup& TableMachine::setup() const { return world_->setup; }
const machine::MachinePorts& TableMachine::ports() const { return world_->ports; }
SimPrinter& TableMachine::printer() { return world_->printer; }
SimBlockDevice& TableMachine::vault_medium(std::size_t medium) {
  return *world_->vault_media[medium];
}
SimBlockDevice& TableMachine::roll_medium(std::size_t medium) {
  return *world_->roll_media[medium];
}
SimKeyCell& TableMachine::cell() { return world_->cell; }
const std::vector<Bytes>& TableMachine::box() const { return world_->box; }

Result<void> TableMachine::morning(const TableDay& day) {
  World& w = *world_;
  const std::int64_t friday = day.opening_s - 44 * 3'600;
  w.machine = TRY(machine::Machine::install(w.setup, w.ports, {}, friday));
  const std::int64_t sunday = day.opening_s - 3'600;
  TRY(w.machine->act(machine::Constituted{3}, sunday));
  TRY(w.machine->zero(day.opening_s - 900));
  zero_ = w.machine->zero_acta()->record();
  const std::int32_t minute = w.machine->minute_of(day.opening_s);
  TRY(w.machine->act(machine::OpenAsked{minute, kTwo}, day.opening_s));
  w.printer.take().clear();
  return {};
}

Result<void> TableMachine::reboot(std::int64_t now_s) {
  World& w = *world_;
  ++report_.power_cuts;
  w.machine.reset();
  w.power.restore();
  for (auto* media : {&w.vault_media, &w.roll_media}) {
    for (auto& device : *media) device->restart();
  }
  w.printer.repair();
  w.machine = TRY(machine::Machine::boot(w.setup, w.ports, now_s));
  return {};
}

// The machine is carried away; the spare has nothing but the removable media and its assignment.
Result<void> TableMachine::swap(std::int64_t now_s) {
  World& w = *world_;
  if (!spare_) return fail(machine::kBadScript, {{"expected", "spare"}});
  ++report_.swaps;
  w.machine.reset();
  w.power.restore();
  w.printer.repair();
  for (auto* media : {&w.vault_media, &w.roll_media}) {
    auto& internal = (*media)[0];
    internal = std::make_unique<SimBlockDevice>(internal->size(), w.power, w.media_rng);
    (*media)[1]->restart();
  }
  w.stores[0] = {};
  w.old_cell = w.cell.bytes();
  (void)w.cell.destroy();
  for (std::size_t medium = 0; medium < 2; ++medium) {
    w.ports.vault.vault.media[medium] = w.vault_media[medium].get();
    w.ports.roll.media[medium] = w.roll_media[medium].get();
  }
  TRY(w.registry.add_certificate(spare_->records.certificate));
  const auto moved = 1 + static_cast<std::uint64_t>(report_.swaps);
  TRY(w.registry.add_assignment(spare_->records.assignment, moved));
  w.setup.former.push_back(w.setup.machine);
  w.setup.machine = spare_->machine;
  w.ports.vault.signer = &spare_->key;
  w.machine = TRY(machine::Machine::swap_in(w.setup, w.ports, w.contingency, now_s));
  return {};
}

// One elector at both stations, with whatever goes wrong.
class TableMachine::Visit {
 public:
  Visit(TableMachine& table, const VisitPlan& plan, std::int64_t now_s)
      : t_{table}, w_{*table.world_}, plan_{plan}, now_s_{now_s} {}

  Result<void> run() {
    leaves_ = plan_.leaves;
    mismatch_ = plan_.mismatch;
    if (plan_.medium_dies) w_.vault_media[1]->break_it(true);
    if (plan_.cut_after != 0) w_.power.cut_at(w_.power.points() + plan_.cut_after);
    if (plan_.trouble != SimPrinter::Trouble::none) {
      ++t_.report_.printer_troubles;
      w_.printer.plan(plan_.trouble, plan_.trouble_row);
    }
    for (int step = 0; step < kMostSteps; ++step) {
      if (w_.power.is_off()) {
        const auto back = plan_.swap ? t_.swap(now_s_) : t_.reboot(now_s_);
        if (!back) return back;
      }
      if (marked()) return done();
      go_on();
    }
    t_.report_.problems.push_back("dead-end " + std::string{name(w_.machine->screen().at)} + " " +
                                  std::string{name(w_.machine->station().at)});
    return done();
  }

 private:
  [[nodiscard]] bool marked() const {
    return w_.machine->station().roll.marks[plan_.elector] != 0 &&
           w_.machine->station().at != GateState::At::booth;
  }

  Result<void> done() {
    w_.power.cut_at(0);
    w_.printer.repair();
    if (!marked()) {
      t_.collect_papers(std::nullopt);
      return {};
    }
    t_.collect_papers(null_ ? election::null_selections(t_.package_.definition(), t_.mesa_.style)
                            : plan_.wanted);
    return {};
  }

  void go_on() {
    if (w_.machine->station().at == GateState::At::booth) return at_booth();
    at_gate();
  }

  void at_gate() {
    machine::Machine& m = *w_.machine;
    switch (m.station().at) {
      case GateState::At::idle:
        if (m.station().needs_token) show_token();
        w_.fingers.next = plan_.capture;
        (void)m.present(w_.roll.elector(roll::RollIndex{plan_.elector}).cedula, now_s_);
        return;
      case GateState::At::authorising:
        if (plan_.no_hands && m.station().outcome != machine::Outcome::no_hands) {
          (void)m.gate(machine::NoHandsSeen{}, now_s_);
        }
        (void)m.gate(machine::Authorised{true, true}, now_s_);
        return;
      case GateState::At::ready:
        if (!m.station().blocked) {
          if (plan_.assisted) (void)m.assist(std::nullopt, now_s_);
          (void)m.gate(machine::Activate{}, now_s_);
          return;
        }
        return unblock();
      case GateState::At::closed:
      case GateState::At::capturing:
      case GateState::At::booth:
        (void)m.gate(machine::Cancelled{}, now_s_);
        return;
    }
  }

  void show_token() {
    machine::Machine& m = *w_.machine;
    for (std::uint16_t n = 1; n <= m.station().roll.tokens_issued; ++n) {
      if (m.show_token(m.token_of(n), now_s_)) return;
    }
  }

  void unblock() {
    machine::Machine& m = *w_.machine;
    const auto list =
        m.station().unblocks == 0 ? machine::CodeList::mesa : machine::CodeList::regional;
    const machine::CodeOf of{t_.package_.handle(), t_.mesa_.id};
    for (std::uint16_t i = 0; i < machine::kCodesOfAList && m.station().blocked; ++i) {
      (void)m.enter_code(list, i, machine::one_time_code(w_.setup.mesa_code_key, of, list, i),
                         now_s_ += 600);
    }
  }

  void press(Key key) { w_.machine->booth(Press{key}, now_s_); }
  void order(Order what) { w_.machine->booth(machine::OfficialOrder{what}, now_s_); }

  void at_booth() {
    const BoothState& screen = w_.machine->screen();
    switch (screen.at) {
      case BoothState::At::start:
        null_ = false;  // after a cut the session is gone and the elector comes again
        return press(Key::start);
      case BoothState::At::choosing:
        if (leaves_) return w_.machine->booth(machine::Tick{200}, now_s_);
        return choose(screen);
      case BoothState::At::review:
        return press(Key::vote);
      case BoothState::At::warn_under:
      case BoothState::At::warn_null:
        return press(Key::confirm);
      case BoothState::At::check:
        if (!mismatch_) return press(Key::ok);
        mismatch_ = false;
        return press(Key::no_match);
      case BoothState::At::spoil:
        return order(Order::spoil_done);
      case BoothState::At::thanks:
        return w_.machine->booth(machine::Tick{5}, now_s_);
      case BoothState::At::alert:
        return w_.machine->booth(machine::Tick{31}, now_s_);
      case BoothState::At::need_official:
        leaves_ = false;
        null_ = true;
        return order(Order::abandoned);
      case BoothState::At::fault:
        w_.printer.repair();
        return order(Order::resume);
      case BoothState::At::locked:
      case BoothState::At::sealing:
      case BoothState::At::printing:
      case BoothState::At::committing:
        return;
    }
  }

  void choose(const BoothState& screen) {
    const auto want = plan_.wanted.contests[screen.page].cards();
    const auto have = screen.choices.contests[screen.page].cards();
    for (const std::uint16_t card : want) {
      if (!std::ranges::binary_search(have, card)) {
        return w_.machine->booth(machine::Select{card}, now_s_);
      }
    }
    press(Key::next);
  }

  TableMachine& t_;
  World& w_;
  const VisitPlan& plan_;
  std::int64_t now_s_;
  bool leaves_ = false;
  bool mismatch_ = false;
  bool null_ = false;
};

// The last whole receipt of a stored vote goes into the box; everything else is stamped void.
void TableMachine::collect_papers(std::optional<election::Selections> stored) {
  World& w = *world_;
  std::vector<SimPrinter::Paper> papers = w.printer.take();
  std::size_t valid = papers.size();
  for (std::size_t i = 0; stored && i < papers.size(); ++i) {
    const auto read = read_receipt(package_.definition(), mesa_.style, lines_of(papers[i].rows));
    if (papers[i].whole && read == stored) valid = i;
  }
  if (stored) {
    ++report_.voters;
    w.wanted.push_back(*stored);
    if (valid == papers.size()) {
      report_.problems.push_back("no-receipt");
    } else {
      w.box.push_back(std::move(papers[valid].rows));
    }
  }
  const std::int64_t voids = static_cast<std::int64_t>(papers.size()) - (stored ? 1 : 0);
  report_.void_papers += voids;
  if (report_.swaps != w.swaps_seen) w.void_before_swap += voids;
  w.swaps_seen = report_.swaps;
}

Result<void> TableMachine::evening(const TableDay& day, const DayScript& script) {
  World& w = *world_;
  if (script.cut_at_close != 0) w.power.cut_at(w.power.points() + script.cut_at_close);
  for (int i = 0; i < kMostRestarts && w.machine->phase() < machine::Phase::printed; ++i) {
    const auto closed = w.machine->phase() == machine::Phase::closing
                            ? w.machine->act(machine::CloseAsked{kTwo, false}, day.closing_s)
                            : w.machine->finish(day.closing_s);
    if (w.power.is_off()) {
      TRY(reboot(day.closing_s));
    } else if (!closed) {
      return closed;
    }
  }
  w.power.cut_at(0);
  if (w.machine->phase() != machine::Phase::printed) {
    report_.problems.emplace_back("not-printed");
    return {};
  }
  if (w.machine->uplink_runs()) report_.problems.emplace_back("network-before-copies");
  final_ = w.machine->final_acta()->record();
  sealed_ballots_ = w.machine->vaultd().sealed_ballots();
  using To = machine::CopyGiven::To;
  using How = machine::CopyGiven::How;
  std::vector<machine::CopyGiven> copies = {{To::president, How::given, "P"},
                                            {To::secretary, How::given, "S"},
                                            {To::witness, How::given, "T"}};
  for (const std::string& witness : script.refused) {
    copies.push_back({To::witness, How::refused, witness});
  }
  copies.push_back({To::door, How::given, "D"});
  TRY(w.machine->hand_out(copies, kTwo, day.closing_s + 900));
  if (!w.machine->uplink_runs()) report_.problems.emplace_back("no-uplink");
  compare();
  return {};
}

Result<void> TableMachine::pack(std::int64_t now_s) {
  machine::Machine& m = *world_->machine;
  TRY(m.act(machine::Delivered{kTwo}, now_s));
  TRY(m.act(machine::DrawEntered{}, now_s));
  return m.act(machine::Packed{kTwo}, now_s);
}

// The acta against what people wanted, and against the papers in the box read one by one.
void TableMachine::compare() {
  World& w = *world_;
  const acta::Acta acta = w.machine->final_acta()->acta();
  std::vector<election::Selections> read;
  for (const Bytes& rows : w.box) {
    const auto receipt = read_receipt(package_.definition(), mesa_.style, lines_of(rows));
    if (receipt) read.push_back(*receipt);
  }
  if (read.size() != w.wanted.size()) report_.problems.emplace_back("unreadable-receipt");
  for (const auto* ballots : {&w.wanted, &read}) {
    for (std::size_t i = 0; i < acta.contests.size(); ++i) {
      std::vector<std::int64_t> sums(acta.contests[i].cards.size());
      std::int64_t null = 0;
      for (const election::Selections& ballot : *ballots) {
        for (const std::uint16_t card : ballot.contests[i].cards()) ++sums[card];
        null += ballot.contests[i].null();
      }
      bool same = null == acta.contests[i].null.value();
      for (std::size_t c = 0; c < sums.size(); ++c) {
        same &= sums[c] == acta.contests[i].cards[c].value();
      }
      if (!same) report_.problems.push_back("contest " + std::to_string(i + 1));
    }
  }
  const auto all = machine::Vaultd::reconcile(acta, package_.definition());
  const auto voters = static_cast<std::int64_t>(w.wanted.size());
  if (!all.equal() || all.ballots != voters) report_.problems.emplace_back("unequal");
  const std::int64_t voids = acta.counters.void_prints.value() + acta.counters.spoiled.value();
  if (voids + w.void_before_swap < report_.void_papers)
    report_.problems.emplace_back("void-papers");
}

DayScript TableMachine::draw(const Tastes& tastes, const TableDay& day,
                             const DayFaults& faults) const {
  SimRng rng{seed_ ^ 0x5eed};
  const auto happens = [&rng](std::uint32_t one_in) {
    return one_in != 0 && rng.below(one_in) == 0;
  };
  const std::int64_t midnight = local_midnight_s(package_);
  DayScript out;
  out.open_min = static_cast<std::int32_t>((day.opening_s - midnight) / 60);
  out.close_min = static_cast<std::int32_t>((day.closing_s - midnight) / 60);
  const Tastes local = local_tastes(tastes, rng);
  const std::uint64_t turnout = 45 + rng.below(31);
  for (std::uint16_t i = 0; i < mesa_.electors.value(); ++i) {
    if (rng.below(100) >= turnout) continue;
    VisitPlan plan;
    plan.elector = i;
    // 2012: 11 % no match; 8 % without a print come from the roll.
    if (rng.below(100) < 12) plan.capture = ports::Capture::no_match;
    if (happens(200)) plan.capture = ports::Capture::fault;
    plan.no_hands = happens(300);
    plan.assisted = happens(60);
    plan.wanted = draw_choices(package_.definition(), mesa_.style, local, rng);
    plan.leaves = happens(faults.leaves);
    plan.mismatch = happens(faults.mismatch);
    plan.medium_dies = happens(faults.medium);
    if (happens(faults.power_cut)) plan.cut_after = 1 + rng.below(24);
    if (happens(faults.printer)) {
      plan.trouble = static_cast<SimPrinter::Trouble>(1 + rng.below(SimPrinter::kTroubles - 1));
      plan.trouble_row = rng.below(7);
    }
    out.visits.push_back(std::move(plan));
  }
  for (std::size_t n = out.visits.size(); n > 1; --n) {
    std::swap(out.visits[n - 1], out.visits[rng.below(n)]);
  }
  // Those who still stand in line at the hour of close get tokens.
  const bool late = out.close_min > package_.law().day.close_min + 12;
  if (late) out.in_line = static_cast<std::uint16_t>(std::min<std::size_t>(out.visits.size(), 3));
  out.refused = {"T2"};
  return out;
}

Result<TableReport> TableMachine::live(const Tastes& tastes, const TableDay& day,
                                       const DayFaults& faults) {
  return run(draw(tastes, day, faults));
}

Result<TableReport> TableMachine::run(const DayScript& script) {
  world_ = std::make_unique<World>(*this, *machine_rng_, key_);
  World& w = *world_;
  report_ = {};
  const std::int64_t midnight = local_midnight_s(package_);
  const TableDay day{midnight + script.open_min * 60, midnight + script.close_min * 60};
  const std::int64_t hour = midnight + package_.law().day.close_min * 60;
  TRY(morning(day));
  for (std::size_t n = 0; n < script.visits.size(); ++n) {
    if (script.visits[n].elector >= w.roll.size()) {
      return fail(machine::kBadScript, {{"expected", "voter=LINE"}});
    }
    if (script.in_line > 0 && n + script.in_line == script.visits.size()) {
      TRY(w.machine->begin_close(hour, kTwo, script.in_line));
      w.printer.take().clear();
    }
    const std::int64_t now = day.opening_s + static_cast<std::int64_t>(n) * 300;
    TRY(Visit(*this, script.visits[n], std::min(now, day.closing_s)).run());
    if (watcher_ != nullptr) watcher_->after_visit(*this, n);
  }
  if (w.machine->phase() == machine::Phase::open) {
    TRY(w.machine->begin_close(std::max(hour, day.closing_s), kTwo, 0));
  }
  while (w.machine->life().tokens.open() > 0) {
    TRY(w.machine->act(machine::TokenVoided{kAll}, day.closing_s));
  }
  TRY(evening(day, script));
  return report_;
}

}  // namespace sufragio::sim
