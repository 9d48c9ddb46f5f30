// A small day over the real processes: authd, boothd and vaultd under their supervisor, with
// people, fingers and a printer at the other ends of their wires, and processes killed -9 at seeded
// moments.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "adapters/files/files_store.h"
#include "adapters/toml/toml.h"
#include "channel.h"
#include "machine/mesa_machine.h"
#include "sim/small_election.h"
#include "terminal.h"
#include "tests/support/support.h"

namespace sufragio::tests {
namespace {

namespace fs = std::filesystem;
using machine::BoothState;
using machine::Fault;
using machine::GateState;
using machine::Phase;
using mesa::Channel;
using mesa::PanelAct;
using mesa::ScreenAct;

// What stands on a machine for its mesa, made from a drill of the simulator.
class Folder {
 public:
  explicit Folder(std::uint64_t seed, std::uint16_t electors) : rng_{seed} {
    path_ = testing::TempDir() + "sufragio_mesa_" + std::to_string(::getpid());
    fs::remove_all(path_);
    fs::create_directories(path_ + "/authd");
    fs::create_directories(path_ + "/vaultd");
    fs::permissions(path_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec |
                               fs::perms::others_read | fs::perms::group_read);
    const sim::Law law{read_file("law/ve-2009.toml"), adapters::parse_toml};
    sim::CountryPlan plan = sim::CountryPlan::small();
    plan.mesas = 12;
    plan.electors_min = electors;
    plan.electors_max = electors;
    drill_ = sim::make_drill(plan, law, "sim.example/log", rng_, rng_).value();
    sim::TableMachine& table = *drill_.tables.front();
    electors_ = static_cast<std::uint16_t>(table.mesa().electors.value());
    auto package =
        adapters::FilesStore::open(path_ + "/package", adapters::FilesStore::Access::read_write);
    EXPECT_TRUE(services::save_package(drill_.frozen, drill_.keys.root_keys(), **package));
    put("certificate.cose", table.records().certificate);
    put("assignment.cose", table.records().assignment);
    put("machine", as_bytes(table.machine_id().hex()));
    put("mesa", as_bytes(table.mesa().id.text()));
    put("words.json", as_bytes(read_file("i18n/es.json")));
    put("vaultd/acta.key", as_bytes(crypto::secret_to_text(table.key())));
    code_key_.resize(32);
    rng_.fill(code_key_);
    put("vaultd/code.key", code_key_);
    Bytes mesa_key(32);
    rng_.fill(mesa_key);
    put("authd/mesa.key", mesa_key);
    std::vector<roll::Elector> people;
    for (std::uint16_t i = 0; i < electors_; ++i) {
      people.push_back(
          {{'V', 3'000'000U + 7U * i}, "ELECTOR", static_cast<std::uint8_t>(i % 9 ? 4 : 0)});
    }
    put("authd/roll.bin", encode(roll::Roll::of(table.mesa().id, std::move(people), {}).value()));
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint16_t electors() const { return electors_; }
  [[nodiscard]] const election::Package& package() const { return *drill_.package; }
  [[nodiscard]] const election::Mesa& mesa() const { return drill_.tables.front()->mesa(); }
  [[nodiscard]] std::string code(machine::CodeList list, std::uint16_t index) const {
    return machine::one_time_code(code_key_, {package().handle(), mesa().id}, list, index);
  }
  // Everything as it was before Friday.
  void wipe_day() const {
    for (const char* name :
         {"vaultd/cell", "vaultd/media-a", "vaultd/media-b", "vaultd/records-a", "vaultd/records-b",
          "authd/roll-a", "authd/roll-b", "authd/log-a", "authd/log-b", "handover"}) {
      fs::remove_all(path_ + "/" + name);
    }
  }

 private:
  void put(const std::string& name, ByteView bytes) const {
    std::ofstream{path_ + "/" + name, std::ios::binary}.write(
        reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
  }
  std::string path_;
  sim::SimRng rng_;
  sim::Drill drill_;
  std::uint16_t electors_ = 0;
  Bytes code_key_;
};

// The machine as its supervisor started it, and the three ends that people have.
class Running {
 public:
  explicit Running(const std::string& folder, bool poor = false) : printer_{power_} {
    mesa::ChannelPair panel = mesa::make_channel();
    mesa::ChannelPair screen = mesa::make_channel();
    mesa::ChannelPair paper = mesa::make_channel();
    int said[2];
    EXPECT_EQ(::pipe(said), 0);
    supervisor_ = ::fork();
    if (supervisor_ == 0) {
      const std::array<int, 3> given = {panel.other.fd(), screen.other.fd(), paper.other.fd()};
      ::dup2(said[1], 2);
      std::array<int, 3> away{};
      for (std::size_t i = 0; i < 3; ++i) away[i] = ::fcntl(given[i], F_DUPFD, 40);
      for (std::size_t i = 0; i < 3; ++i) ::dup2(away[i], 10 + static_cast<int>(i));
      for (int fd = 20; fd < 100; ++fd) ::close(fd);
      if (poor) become_poor();
      ::execl(MESA_PROGRAM, "mesa", "supervise", folder.c_str(), "--panel", "10", "--screen", "11",
              "--printer", "12", nullptr);
      ::_exit(127);
    }
    ::close(said[1]);
    said_ = Channel{said[0]};
    panel_ = std::move(panel.one);
    screen_ = std::move(screen.one);
    paper_ = std::move(paper.one);
  }
  ~Running() {
    ::kill(supervisor_, SIGTERM);
    ::waitpid(supervisor_, nullptr, 0);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // What the panel and the screen show after a touch; asked again when a process died under it.
  std::vector<std::int64_t> panel(PanelAct act, std::vector<std::int64_t> values = {},
                                  const std::string& text = "") {
    values.push_back(now_s);
    return touch(panel_, static_cast<std::uint8_t>(act), std::move(values), text);
  }
  std::vector<std::int64_t> screen(ScreenAct act, std::int64_t value = 0) {
    return touch(screen_, static_cast<std::uint8_t>(act), {value}, "");
  }
  void kill_one(std::size_t which, int signal = SIGKILL) {
    listen(0);
    static constexpr std::array<const char*, 3> kNames = {"authd", "boothd", "vaultd"};
    const auto found = pids_.find(kNames[which]);
    if (found != pids_.end()) ::kill(found->second, signal);
  }
  [[nodiscard]] const std::string& said() {
    listen(0);
    return text_;
  }
  [[nodiscard]] pid_t pid(const std::string& name) {
    listen(0);
    return pids_.contains(name) ? pids_[name] : 0;
  }
  [[nodiscard]] std::size_t papers() { return printer_.take().size(); }
  std::int64_t now_s = 0;

 private:
  static void become_poor() {  // no root, and no room to lock memory
    const rlimit little{65'536, 65'536};
    ::setrlimit(RLIMIT_MEMLOCK, &little);
    if (::setgid(65'534) != 0 || ::setuid(65'534) != 0) ::_exit(126);
  }

  std::vector<std::int64_t> touch(Channel& channel, std::uint8_t act,
                                  std::vector<std::int64_t> values, const std::string& text) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::seconds{60};
    auto again = Clock::now() + std::chrono::milliseconds{1'500};
    channel.send(encode(mesa::Touch{++number_, act, values, text}));
    while (Clock::now() < until) {
      listen(10);
      while (mesa::wait_for({&channel}, 0) == 0) {
        const auto bytes = channel.receive();
        if (!bytes) return {};
        const auto view = mesa::decode_view(*bytes);
        if (view && view->number == number_) return view->values;
      }
      if (Clock::now() < again) continue;
      // Who should have answered is dead: one only looks, as people would.
      again = Clock::now() + std::chrono::milliseconds{1'500};
      values = {now_s};
      channel.send(encode(mesa::Touch{++number_, 0, values, ""}));
    }
    ADD_FAILURE() << "silence\n" << text_;
    return {};
  }

  // The printer works, and the supervisor's lines are read, while somebody waits.
  void listen(int wait_ms) {
    for (int ready = mesa::wait_for({&paper_, &said_}, wait_ms); ready >= 0;
         ready = mesa::wait_for({&paper_, &said_}, 0)) {
      if (ready == 0) {
        if (const auto bytes = paper_.receive()) print(*bytes);
      } else {
        std::array<char, 4'096> part{};
        const ssize_t n = ::read(said_.fd(), part.data(), part.size());
        if (n <= 0) return said_.close();
        text_.append(part.data(), static_cast<std::size_t>(n));
        read_pids();
      }
    }
  }
  void print(const Bytes& bytes) {
    (void)printer_.send(bytes);
    const auto answer = printer_.receive(64, 0);
    if (answer && !answer->empty()) paper_.send(*answer);
  }
  void read_pids() {
    for (; text_.find('\n', at_) != std::string::npos; at_ = text_.find('\n', at_) + 1) {
      char name[16];
      int pid = 0;
      if (std::sscanf(text_.c_str() + at_, "supervise %15s %d", name, &pid) == 2) {
        pids_[name] = pid;
      }
    }
  }

  sim::SimPower power_;
  sim::SimPrinter printer_;
  pid_t supervisor_ = 0;
  Channel panel_;
  Channel screen_;
  Channel paper_;
  Channel said_;
  std::string text_;
  std::size_t at_ = 0;
  std::map<std::string, pid_t> pids_;
  std::uint64_t number_ = 0;
};

enum PanelShows : std::size_t {
  kPhase,
  kSuspended,
  kStation,
  kBlocked,
  kRefused,
  kVoted,
  kTokens,
  kUnblocks
};

// The people of the table. They look at the panel and at the screen and do the next thing; they do
// not know that processes die.
class People {
 public:
  People(Folder& folder, Running& machine, std::uint64_t kill_seed, int kills)
      : folder_{folder}, machine_{machine}, rng_{kill_seed}, kills_left_{kills} {}

  // Everything up to PACKED; the acta as it was handed over.
  std::optional<acta::SignedActa> live(std::uint16_t voters) {
    const std::int64_t midnight = sim::local_midnight_s(folder_.package());
    machine_.now_s = midnight - 86'400;
    reach(Phase::installed, PanelAct::install);
    machine_.now_s = midnight + 5 * 3'600;
    reach(Phase::constituted, PanelAct::constitute, {3});
    reach(Phase::zeroed, PanelAct::zero);
    machine_.now_s = midnight + 6 * 3'600;
    reach(Phase::open, PanelAct::open);
    for (std::uint16_t i = 0; i < voters && !testing::Test::HasFailure(); ++i) {
      machine_.now_s += 300;
      vote(i);
    }
    machine_.now_s = midnight + 18 * 3'600;
    reach(Phase::closing, PanelAct::begin_close, {0});
    reach(Phase::printed, PanelAct::close);
    kills_left_ = 0;
    reach(Phase::copies_out, PanelAct::hand_out, {}, "T");
    const auto acta = read_acta();
    reach(Phase::sent, PanelAct::delivered);
    reach(Phase::verified, PanelAct::draw);
    return acta;
  }
  [[nodiscard]] int killed() const { return killed_; }

 private:
  void maybe_kill() {
    if (kills_left_ == 0 || rng_.below(14) != 0) return;
    --kills_left_;
    ++killed_;
    ::usleep(static_cast<useconds_t>(rng_.below(4'000)));
    machine_.kill_one(rng_.below(3));
  }

  void reach(Phase phase, PanelAct act, std::vector<std::int64_t> values = {},
             const std::string& text = "") {
    std::vector<std::int64_t> seen;
    for (int i = 0; i < 40; ++i) {
      seen = machine_.panel(PanelAct::look);
      if (seen.empty()) return;
      if (seen[kPhase] >= static_cast<int>(phase)) return;
      maybe_kill();
      const bool owed = seen[kPhase] == static_cast<int>(Phase::closed) ||
                        seen[kPhase] == static_cast<int>(Phase::counted);
      machine_.panel(owed ? PanelAct::finish : act, values, text);
    }
    ADD_FAILURE() << "phase " << seen[kPhase] << " refused " << seen[kRefused] << "\n"
                  << machine_.said();
  }

  void vote(std::uint16_t elector) {
    const std::string card = roll::Cedula{'V', 3'000'000U + 7U * elector}.text();
    for (int i = 0; i < 400; ++i) {
      const auto panel = machine_.panel(PanelAct::look);
      if (panel.empty()) return;
      maybe_kill();
      switch (static_cast<GateState::At>(panel[kStation])) {
        case GateState::At::idle: {
          machine_.panel(PanelAct::finger, {elector % 5 == 3 ? 1 : 0});
          const auto seen = machine_.panel(PanelAct::present, {}, card);
          if (seen.empty() || seen[kVoted] != 0) return;
          break;
        }
        case GateState::At::authorising:
          machine_.panel(PanelAct::authorise);
          break;
        case GateState::At::ready:
          if (panel[kBlocked] != 0) unblock(panel[kUnblocks]);
          machine_.panel(PanelAct::activate);
          break;
        case GateState::At::booth:
          at_screen(elector);
          break;
        case GateState::At::capturing:
          machine_.panel(PanelAct::cancel);
          break;
        case GateState::At::closed:
          ADD_FAILURE() << "closed\n" << machine_.said();
          return;
      }
    }
    ADD_FAILURE() << "dead end, elector " << elector << "\n" << machine_.said();
  }

  void unblock(std::int64_t unblocks) {
    const auto list = unblocks == 0 ? machine::CodeList::mesa : machine::CodeList::regional;
    const std::uint16_t index = next_code_++;
    machine_.panel(PanelAct::code, {static_cast<int>(list), index}, folder_.code(list, index));
  }

  // One glance at the screen, one touch.
  void at_screen(std::uint16_t elector) {
    const auto screen = machine_.screen(ScreenAct::look);
    if (screen.empty()) return;
    maybe_kill();
    const auto press = [this](machine::Key key) {
      machine_.screen(ScreenAct::press, static_cast<std::int64_t>(key));
    };
    switch (static_cast<BoothState::At>(screen[0])) {
      case BoothState::At::start:
        return press(machine::Key::start);
      case BoothState::At::choosing: {
        const auto want = static_cast<std::int64_t>(elector % 3 + static_cast<unsigned>(screen[1]));
        if (screen.size() == 3 && elector % 4 != 0) machine_.screen(ScreenAct::select, want % 2);
        return press(machine::Key::next);
      }
      case BoothState::At::review:
        return press(machine::Key::vote);
      case BoothState::At::warn_under:
      case BoothState::At::warn_null:
        return press(machine::Key::confirm);
      case BoothState::At::check:
        return press(machine::Key::ok);
      case BoothState::At::thanks:
        machine_.screen(ScreenAct::tick, 5);
        return;
      case BoothState::At::fault:
        machine_.screen(ScreenAct::order, static_cast<int>(machine::Order::resume));
        return;
      default:
        ::usleep(5'000);
    }
  }

  std::optional<acta::SignedActa> read_acta() {
    for (int i = 0; i < 100; ++i) {
      const std::string bytes = read_if(folder_.path() + "/handover/acta.cose");
      const auto acta = acta::parse(as_bytes(bytes));
      if (acta) return *acta;
      ::usleep(50'000);
    }
    ADD_FAILURE() << "nothing was handed over\n" << machine_.said();
    return std::nullopt;
  }
  static std::string read_if(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
  }

  Folder& folder_;
  Running& machine_;
  sim::SimRng rng_;
  int kills_left_;
  int killed_ = 0;
  std::uint16_t next_code_ = 0;
};

// [R72] [R73] [R84] A1 A9: the same people, with and without death; the totals are the same.
TEST(MesaProcesses, AKilledProcessChangesNoTotal) {
  Folder folder{21, 20};
  constexpr std::uint16_t kVoters = 8;
  std::optional<acta::SignedActa> quiet;
  {
    Running machine{folder.path()};
    quiet = People{folder, machine, 1, 0}.live(kVoters);
    ASSERT_TRUE(quiet.has_value()) << machine.said();
    EXPECT_EQ(quiet->acta().ballots.value(), kVoters);
    EXPECT_EQ(quiet->acta().counters.valid_receipts.value(), kVoters);
    EXPECT_EQ(quiet->acta().counters.void_prints.value(), 0);
  }
  folder.wipe_day();
  Running machine{folder.path()};
  People people{folder, machine, 7, 6};
  const auto killed = people.live(kVoters);
  ASSERT_TRUE(killed.has_value());
  EXPECT_GE(people.killed(), 4);
  EXPECT_EQ(killed->acta().contests, quiet->acta().contests);
  EXPECT_EQ(killed->acta().voters, quiet->acta().voters);
  EXPECT_EQ(killed->acta().ballots, quiet->acta().ballots);
  EXPECT_EQ(killed->acta().counters.valid_receipts, quiet->acta().counters.valid_receipts);
}

// A9 [R108]: what each process gave up, as the kernel says it, in the phases of voting and after.
TEST(MesaProcesses, HaveNoNetworkAndNoWayToGetOne) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: no own users and networks";
  Folder folder{22, 20};
  Running machine{folder.path()};
  machine.panel(PanelAct::look);
  machine.screen(ScreenAct::look);
  std::error_code none;
  const std::string host = fs::read_symlink("/proc/self/ns/net", none).string();
  std::set<std::string> networks{host};
  for (const std::string name : {"authd", "boothd", "vaultd"}) {
    const std::string proc = "/proc/" + std::to_string(machine.pid(name));
    std::ifstream status{proc + "/status"};
    const std::string text{std::istreambuf_iterator<char>{status}, {}};
    EXPECT_NE(text.find("Seccomp:\t2"), std::string::npos) << name;
    EXPECT_NE(text.find("NoNewPrivs:\t1"), std::string::npos) << name;
    EXPECT_EQ(text.find("Uid:\t0"), std::string::npos) << name;
    EXPECT_NE(text.find("CapEff:\t0000000000000000"), std::string::npos) << name;
    networks.insert(fs::read_symlink(proc + "/ns/net", none).string());
    std::ifstream interfaces{proc + "/net/dev"};
    const std::string seen{std::istreambuf_iterator<char>{interfaces}, {}};
    EXPECT_EQ(std::ranges::count(seen, '\n'), 3) << name << " sees only lo, which is down\n"
                                                 << seen;
  }
  EXPECT_EQ(networks.size(), 4U) << "each has its own";
  EXPECT_EQ(machine.pid("uplink"), 0) << "no uplink before the copies are out";
}

// The vault wants to lock memory. Where that cannot be had there is no election, and it says why.
TEST(MesaProcesses, WithoutLockedMemoryThereIsNoElection) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: cannot become poor";
  Folder folder{23, 20};
  ASSERT_EQ(std::system(("chown -R 65534:65534 " + folder.path()).c_str()), 0);
  Running machine{folder.path(), true};
  machine.now_s = sim::local_midnight_s(folder.package()) - 86'400;
  const auto seen = machine.panel(PanelAct::install);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen[kRefused], static_cast<int>(Fault::memory_lock));
  EXPECT_EQ(seen[kPhase], static_cast<int>(Phase::sealed));
  EXPECT_NE(machine.said().find("root=0"), std::string::npos);
  EXPECT_NE(machine.said().find("memory=0"), std::string::npos) << machine.said();
}

// Kilobytes of one process that are its own: shared pages of the program count by share.
std::int64_t own_memory_kb(pid_t pid) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/smaps_rollup"};
  std::string word;
  std::int64_t kb = 0;
  while (in >> word) {
    if (word == "Pss:" && in >> kb) return kb;
  }
  return 0;
}

// Numbers, not a gate: memory of the three processes, and the screen after all three were killed.
TEST(MesaProcesses, DISABLED_NightlyNumbers) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: cannot look into the processes";
  Folder folder{25, 60};
  Running machine{folder.path()};
  machine.now_s = sim::local_midnight_s(folder.package()) - 86'400;
  machine.panel(PanelAct::install);
  std::int64_t all_kb = 0;
  for (const char* name : {"authd", "boothd", "vaultd"}) {
    const std::int64_t kb = own_memory_kb(machine.pid(name));
    std::printf("%s %lld kB\n", name, static_cast<long long>(kb));
    all_kb += kb;
  }
  std::printf("three processes %lld kB, vault of 63 slots of 4 KiB included\n",
              static_cast<long long>(all_kb));
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t which = 0; which < 3; ++which) machine.kill_one(which);
  ::usleep(50'000);
  machine.screen(ScreenAct::look);
  machine.panel(PanelAct::look);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  std::printf("all three killed, screen and panel back after %.2f s\n", passed.count());
}

TEST(MesaProcesses, DISABLED_NightlyThousandKills) {  // A1
  Folder folder{24, 60};
  int kills = 0;
  std::optional<acta::SignedActa> quiet;
  for (std::uint64_t day = 0; kills < 1'000 && !HasFailure(); ++day) {
    folder.wipe_day();
    Running machine{folder.path()};
    People people{folder, machine, 1'000 + day, day == 0 ? 0 : 40};
    const auto acta = people.live(30);
    ASSERT_TRUE(acta.has_value());
    if (!quiet) quiet = acta;
    ASSERT_EQ(acta->acta().contests, quiet->acta().contests) << "day " << day;
    ASSERT_EQ(acta->acta().counters.valid_receipts, quiet->acta().counters.valid_receipts);
    kills += people.killed();
    std::printf("day %d kills %d\n", static_cast<int>(day), kills);
  }
}

}  // namespace
}  // namespace sufragio::tests
