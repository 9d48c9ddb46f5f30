// The voting machine: a cast against writing, syncing, reading back past the cache and hashing the
// same bytes raw on both media; the step functions alone; boot after a cut; the real processes.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include "adapters/media/file_media.h"
#include "adapters/threads/threads.h"
#include "base/check.h"
#include "bench/benches.h"
#include "crypto/hash.h"
#include "machine/booth.h"
#include "machine/gate.h"
#include "machine/vault.h"
#include "ports/codes.h"
#include "tests/mesa/machine_at_work.h"

namespace sufragio::bench {

namespace {

using machine::Vault;
using machine::VaultPlan;

constexpr std::size_t kCasts = 400;  // two each fill the box; the p99 is the fourth worst

VaultPlan plan_of(std::uint32_t slots, std::uint32_t slot_size) {
  VaultPlan plan;
  plan.election.data = {1};
  plan.mesa = MesaId::parse("990101001.01").value();
  plan.slots = slots;
  plan.slot_size = slot_size;
  plan.choices_size = 4;
  return plan;
}

// The key cell is a part of its own (a TPM, or at drills a file), so its write is not a write of
// the vault: here it costs nothing, and the file's cost is said beside the ratio.
class FreeCell : public ports::KeyCell {
 public:
  Result<ports::Cell> read() override {
    if (!cell_) return fail(ports::kCellEmpty);
    return *cell_;
  }
  Result<void> write(const ports::Cell& cell) override {
    cell_ = cell;
    return {};
  }
  Result<void> destroy() override {
    cell_.reset();
    return {};
  }

 private:
  std::optional<ports::Cell> cell_;
};

class Media {  // two files beside the build, as two partitions
 public:
  explicit Media(const VaultPlan& plan) : folder_{"build/bench-media"} {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    for (std::size_t i = 0; i < 2; ++i) {
      devices[i] =
          adapters::open_block_file(folder_ + "/" + std::to_string(i), plan.device_size()).value();
    }
  }
  ~Media() { std::filesystem::remove_all(folder_); }
  Media(const Media&) = delete;
  Media& operator=(const Media&) = delete;
  [[nodiscard]] Vault::Parts parts() {
    return {{devices[0].get(), devices[1].get()},
            &cell,
            &rng,
            &workers,
            crypto::SecretBuffer::Kind::plain};
  }

 private:
  std::string folder_;

 public:
  std::array<std::unique_ptr<ports::BlockDevice>, 2> devices;
  FreeCell cell;
  crypto::SystemRng rng;
  adapters::Threads workers{3};
};

double p99(std::vector<double> us) {
  std::sort(us.begin(), us.end());
  return us[us.size() * 99 / 100];
}

template <typename F>
double timed_us(F&& body) {
  const std::uint64_t start = now_ns(Time::wall);
  body();
  return static_cast<double>(now_ns(Time::wall) - start) / 1'000;
}

// One half, raw: what any store must do to have the same bytes durable and known on both media.
void write_raw(Media& media, crypto::SecretBuffer& half,
               std::array<crypto::SecretBuffer, 2>& back) {
  media.workers.each(2, [&](std::size_t i) {
    CHECK(media.devices[i]->write(0, half.view()).has_value());
    CHECK(media.devices[i]->sync().has_value());
    CHECK(media.devices[i]->read(0, back[i].bytes()).has_value());
    keep(crypto::sha256(back[i].view()));
  });
}

void bench_cast(Report& report, std::string_view id, std::string_view what, const VaultPlan& plan,
                std::size_t casts) {
  Media media{plan};
  Vault vault = Vault::format(plan, media.parts()).value();
  const auto kind = crypto::SecretBuffer::Kind::plain;
  const std::size_t bytes = 8'192 + std::size_t{plan.slots} * plan.slot_size;
  crypto::SecretBuffer half = crypto::SecretBuffer::of(bytes, kind).value();
  std::array<crypto::SecretBuffer, 2> back;
  for (crypto::SecretBuffer& buffer : back) buffer = crypto::SecretBuffer::of(bytes, kind).value();
  machine::BallotRecord record;
  record.choices.resize(4);
  std::vector<double> cast;
  std::vector<double> raw;
  for (std::size_t i = 0; i < casts; ++i) {
    CHECK(vault.intent().has_value());
    cast.push_back(timed_us([&] { CHECK(vault.cast(record).has_value()); }));
    // The raw half goes to the half that is not the box now, and is overwritten by the next cast.
    raw.push_back(timed_us([&] { write_raw(media, half, back); }));
    CHECK(vault.cast(record).has_value());  // back to half 1 as the box
  }
  report.gate(id, what, p99(cast), p99(raw), 1.3);
  std::ranges::sort(cast);
  std::ranges::sort(raw);
  report.info("median of that cast", cast[cast.size() / 2]);
  report.info("median of the same bytes raw", raw[raw.size() / 2]);
}

void bench_file_cell(Report& report) {
  std::filesystem::create_directories("build/bench-media");
  adapters::FileKeyCell cell{"build/bench-media/cell"};
  std::vector<double> us;
  for (std::size_t i = 0; i < kCasts; ++i) {
    us.push_back(timed_us([&] { CHECK(cell.write({}).has_value()); }));
  }
  report.info("a key cell that is a file (drills), one write, p99", p99(us));
  std::filesystem::remove_all("build/bench-media");
}

void bench_boot(Report& report) {
  const VaultPlan plan = plan_of(840, 8'192);
  Media media{plan};
  {
    Vault vault = Vault::format(plan, media.parts()).value();
    for (int i = 0; i < 3; ++i)
      CHECK(vault.cast({{}, crypto::Wiped<std::uint8_t>(4), {}}).has_value());
    CHECK(vault.intent().has_value());
  }
  const double us = timed_us([&] { CHECK(Vault::boot(plan, media.parts()).has_value()); });
  report.limit("M4", "vault of 840 x 8 KiB found, repaired and wiped after a cut", us / 1'000'000,
               5, "s");
}

// 430 voters through gate and booth: the pure functions only.
void bench_steps(Report& report) {
  const std::vector<machine::BallotShape> shapes = {{0, {{38, 1, {}}, {38, 3, {}}}}};
  machine::Policy policy;
  policy.registered = 800;
  const auto day = [&] {
    machine::RollState roll;
    roll.marks.resize(800);
    machine::GateState gate = machine::resumed(roll, 0, 0);
    const auto at_gate = [&](const machine::GateEvent& event) {
      gate = machine::step(gate, event, policy).state;
    };
    at_gate(machine::PhaseIs{true, false});
    machine::BoothState booth;
    const auto at_booth = [&](const machine::BoothEvent& event) {
      booth = machine::step(booth, event, policy, shapes).state;
    };
    for (std::uint16_t i = 0; i < 430; ++i) {
      at_gate(machine::Presented{roll::Here{roll::RollIndex{i}}, 4});
      at_gate(machine::Captured{ports::Capture::match});
      at_gate(machine::Activate{});
      at_booth(machine::UnlockBallot{0});
      at_booth(machine::Press{machine::Key::start});
      at_booth(machine::Select{static_cast<std::uint16_t>(i % 38)});
      at_booth(machine::Press{machine::Key::next});
      for (std::uint16_t card = 0; card < 3; ++card) at_booth(machine::Select{card});
      at_booth(machine::Press{machine::Key::vote});
      at_booth(machine::Press{machine::Key::vote});
      const std::uint8_t parity = i % 2;
      at_booth(machine::VaultAnswer{true, parity, {}});
      at_booth(machine::PrinterAnswer{});
      at_booth(machine::VaultAnswer{true, parity, {}});
      at_booth(machine::PrinterAnswer{});
      at_booth(machine::Press{machine::Key::ok});
      at_booth(machine::VaultAnswer{true, static_cast<std::uint8_t>(1 - parity), {}});
      at_booth(machine::Tick{5});
      at_gate(machine::BoothIdle{static_cast<std::uint8_t>(1 - parity)});
    }
    CHECK(machine::counts(gate.roll).voters() == 430);
  };
  const auto us = best_us(Time::cpu, Timed{1, day});
  report.limit("M3", "step functions of a table of 430 voters", us[0] / 1'000, 50, "ms");
}

// A line of /proc/PID/FILE, in kB: shared pages of the program count by share.
double proc_kb(pid_t pid, const std::string& file, const std::string& line) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/" + file};
  std::string word;
  double kb = 0;
  while (in >> word) {
    if (word == line && in >> kb) return kb;
  }
  return 0;
}

// 800 electors, the processes as they run on election day: their memory beyond the locked vault,
// and the time from the start of the supervisor after a cut until screen and panel answer, with the
// vault found, repaired and wiped. The start of the operating system is not in it.
void bench_processes(Report& report) {
  if (::geteuid() != 0) {
    std::printf("M5, M6: only root can look into the processes\n");
    return;
  }
  using mesa::PanelAct;
  const tests::MesaFolder folder{25, 800};
  const std::int64_t midnight = sim::local_midnight_s(folder.package());
  {
    tests::MesaRunning machine{MESA_PROGRAM, folder.path()};
    machine.now_s = midnight - 86'400;
    (void)machine.panel(PanelAct::install);
    machine.now_s = midnight + 5 * 3'600;
    (void)machine.panel(PanelAct::constitute, {3});
    (void)machine.panel(PanelAct::zero);
    machine.now_s = midnight + 6 * 3'600;
    const auto seen = machine.panel(PanelAct::open);
    CHECK(!seen.empty() && seen[0] == static_cast<int>(machine::Phase::open));
    (void)machine.screen(mesa::ScreenAct::look);
    double kb = 0;
    for (const char* name : {"authd", "boothd", "vaultd"}) {
      kb += proc_kb(machine.pid(name), "smaps_rollup", "Pss:");
    }
    const double locked = proc_kb(machine.pid("vaultd"), "status", "VmLck:");
    report.limit("M5", "three processes beyond the locked vault, 800 electors",
                 (kb - locked) / 1'024, 64, "MB");
    report.info("locked by the vault, MB", locked / 1'024, "MB");
    machine.cut();
  }
  const double us = timed_us([&] {
    tests::MesaRunning machine{MESA_PROGRAM, folder.path()};
    CHECK(!machine.screen(mesa::ScreenAct::look).empty());
    const auto seen = machine.panel(PanelAct::look);
    CHECK(!seen.empty() && seen[0] == static_cast<int>(machine::Phase::open));
  });
  report.limit("M6", "screen and panel after a cut, 800 electors, processes alone", us / 1'000'000,
               5, "s");
}

}  // namespace

void bench_machine(Report& report) {
  bench_cast(report, "M1", "cast, 840 slots of 4 KiB (800 electors, choices) / raw, p99",
             plan_of(840, 4'096), kCasts);
  bench_cast(report, "M2", "cast, 1,200 slots of 80 KiB (the largest vault) / raw, p99",
             plan_of(1'200, 81'920), 30);
  bench_file_cell(report);
  bench_steps(report);
  bench_boot(report);
  bench_processes(report);
}

}  // namespace sufragio::bench
