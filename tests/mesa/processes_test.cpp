// A small day over the real processes: authd, boothd and vaultd under their supervisor, with
// people, fingers and a printer at the other ends of their wires, and processes killed -9 at seeded
// moments.
#include <gtest/gtest.h>

#include "tests/mesa/machine_at_work.h"

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

constexpr std::int64_t kMarkedContest = 2;
constexpr std::array<std::uint16_t, 5> kMarkedCards = {1, 3, 4, 7, 9};

using Folder = MesaFolder;
class Running : public MesaRunning {
 public:
  explicit Running(const std::string& folder, Start start = Start::as_it_is)
      : MesaRunning{MESA_PROGRAM, folder, start} {}
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

  void look_for_the_vote_of(std::uint16_t elector) { marked_ = elector; }
  [[nodiscard]] int there() const { return there_; }  // while it stood on the screen
  [[nodiscard]] int left() const { return left_; }    // when the next elector stood there
  [[nodiscard]] int searched() const { return searched_; }
  [[nodiscard]] std::size_t read() const { return read_; }  // bytes
  [[nodiscard]] bool refused() const { return refused_; }

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
  // The first ACTIVAR comes when the booth has seen the vault die and no other has started yet.
  void activate_without_vault() { without_vault_ = true; }

 private:
  void maybe_kill() {
    if (kills_left_ == 0 || rng_.below(14) != 0) return;
    --kills_left_;
    ++killed_;
    looks_ = 0;  // whoever starts again takes a while: a dead end is one that no death explains
    ::usleep(static_cast<useconds_t>(rng_.below(4'000)));
    machine_.kill_one(rng_.below(3));
  }

  void reach(Phase phase, PanelAct act, std::vector<std::int64_t> values = {},
             const std::string& text = "") {
    std::vector<std::int64_t> seen;
    for (looks_ = 0; looks_ < 40; ++looks_) {
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
    for (looks_ = 0; looks_ < 400; ++looks_) {
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
          if (std::exchange(without_vault_, false)) {
            machine_.kill_one(2);
            ::usleep(60'000);  // of the 200 ms that the supervisor waits
          }
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
        if (marked_ && elector == *marked_ + 1) ++searched_;
        if (marked_ && elector == *marked_ + 1) left_ += found("boothd") + found("vaultd");
        return press(machine::Key::start);
      case BoothState::At::choosing: {
        if (marked_ == elector && screen[1] == kMarkedContest) return mark(screen);
        const auto want = static_cast<std::int64_t>(elector % 3 + static_cast<unsigned>(screen[1]));
        if (screen.size() == 3 && elector % 4 != 0) machine_.screen(ScreenAct::select, want % 2);
        return press(machine::Key::next);
      }
      case BoothState::At::review:
        if (marked_ == elector) there_ += found("boothd");
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

  // The vote that is looked for in memory: five of eleven cards, as two bytes each.
  void mark(const std::vector<std::int64_t>& screen) {
    for (const std::uint16_t card : kMarkedCards) {
      if (std::find(screen.begin() + 3, screen.end(), card) == screen.end()) {
        machine_.screen(ScreenAct::select, card);
        return;
      }
    }
    machine_.screen(ScreenAct::press, static_cast<std::int64_t>(machine::Key::next));
  }

  // How often the last three cards of the marked vote stand in what the process can write. (The
  // first bytes of what is freed are soon taken by the allocator itself.)
  int found(const std::string& process) {
    std::string pattern;
    for (const std::uint16_t card : std::span{kMarkedCards}.last(3)) {
      pattern.append({static_cast<char>(card), '\0'});
    }
    const std::string proc = "/proc/" + std::to_string(machine_.pid(process));
    std::ifstream maps{proc + "/maps"};
    std::ifstream memory{proc + "/mem", std::ios::binary};
    refused_ |= !memory.is_open() && errno != ENOENT;  // a process that is gone is no reason
    int out = 0;
    for (std::string line; std::getline(maps, line);) {
      std::uint64_t from = 0, to = 0;
      char rights[5] = {};
      if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, rights) != 3) continue;
      if (rights[0] != 'r' || rights[1] != 'w') continue;
      std::string bytes(to - from, '\0');
      memory.clear();
      memory.seekg(static_cast<std::streamoff>(from));
      memory.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      bytes.resize(static_cast<std::size_t>(memory.gcount()));
      read_ += bytes.size();
      for (std::size_t at = bytes.find(pattern); at != std::string::npos;
           at = bytes.find(pattern, at + 1)) {
        ++out;
      }
    }
    return out;
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
  bool without_vault_ = false;
  int killed_ = 0;
  int looks_ = 0;  // at the panel since something moved on
  std::optional<std::uint16_t> marked_;
  int there_ = 0, left_ = 0, searched_ = 0;
  std::size_t read_ = 0;
  bool refused_ = false;
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

// [R69] A6: what freed memory holds. While a vote stands on the screen it is found in the booth's
// memory; when the next elector stands there it is neither in the booth's nor in the vault's.
TEST(MesaProcesses, AVoteDoesNotStayInMemory) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: the memory of others is closed";
  Folder folder{23, 20};
  Running machine{folder.path()};
  People people{folder, machine, 1, 0};
  people.look_for_the_vote_of(1);
  ASSERT_TRUE(people.live(4).has_value()) << machine.said();
  if (people.refused()) GTEST_SKIP() << "the kernel gives nobody the memory of others";
  EXPECT_GT(people.there(), 0);
  EXPECT_EQ(people.searched(), 1);
  EXPECT_EQ(people.left(), 0);
  std::printf("found %d times before, %zu MB read\n", people.there(), people.read() >> 20);
}

// The booth answers an Unlock also while it has no vault: an answer that is not given leaves the
// gate waiting for it, and no elector gets in any more.
TEST(MesaProcesses, AnUnlockWithoutAVaultIsAnswered) {
  Folder folder{22, 20};
  Running machine{folder.path()};
  People people{folder, machine, 1, 0};
  people.activate_without_vault();
  const auto acta = people.live(3);
  ASSERT_TRUE(acta.has_value()) << machine.said();
  EXPECT_EQ(acta->acta().ballots.value(), 3);
}

// [R68] Fingers on the glass, records that only this machine opens, thresholds of the signed
// package: two electors are known (one at the second capture), a stranger and somebody without a
// print vote by the hand of two officials.
TEST(MesaProcesses, KnowPeopleByTheirFingers) {
  Folder folder{31, 20, "folder"};
  const std::vector<sim::Finger> fingers{sim::Finger{1}, sim::Finger{2}, sim::Finger{3}};
  const sim::Finger stranger{4};
  folder.seal(fingers);
  const biometrics::GreyImage blank{288, 384, biometrics::kPpcm500, Bytes(288 * 384, 200)};
  folder.lay({fingers[0].press_somehow(11), stranger.press_somehow(51), stranger.press_somehow(52),
              stranger.press_somehow(53), blank, fingers[2].press_somehow(13)});
  Running machine{folder.path()};
  const auto acta = People{folder, machine, 1, 0}.live(4);

  ASSERT_TRUE(acta.has_value()) << machine.said();
  EXPECT_NE(machine.said().find("reader=1 folder"), std::string::npos);
  EXPECT_EQ(acta->acta().ballots.value(), 4);
  EXPECT_EQ(acta->acta().gate.match.value(), 2) << machine.said();
  EXPECT_EQ(acta->acta().gate.no_match.value(), 1);
  EXPECT_EQ(acta->acta().gate.no_prints.value(), 1);
}

// Friday finds out: records of another machine, no records, no reader, a reader on no list.
TEST(MesaProcesses, AreNotInstalledWithoutReaderAndRecords) {
  const std::vector<sim::Finger> fingers{sim::Finger{1}};
  const auto refused = [](const Folder& folder) {
    Running machine{folder.path()};
    machine.now_s = sim::local_midnight_s(folder.package()) - 86'400;
    const auto seen = machine.panel(PanelAct::install);
    EXPECT_NE(machine.said().find("=0 "), std::string::npos) << machine.said();
    return seen.empty() ? 0 : seen[kRefused];
  };
  Folder folder{32, 20, "uru4000"};
  EXPECT_EQ(refused(folder), static_cast<int>(Fault::self_test)) << "nothing enrolled";
  folder.seal(fingers);
  EXPECT_EQ(refused(folder), static_cast<int>(Fault::foreign_reader)) << "no reader";
  folder.lay({fingers[0].press_somehow(1)});
  folder.seal(fingers, false);
  EXPECT_EQ(refused(folder), static_cast<int>(Fault::self_test)) << "another key";
}

// A driver has threads of its own: they are as confined as the process that they are part of.
TEST(MesaProcesses, ConfineTheThreadsOfAReaderToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: no own users and networks";
  Folder folder{33, 20, "virtual_image"};
  folder.seal({sim::Finger{1}});
  ::setenv("FP_VIRTUAL_IMAGE", (folder.path() + "/reader.socket").c_str(), 1);
  Running machine{folder.path()};
  machine.panel(PanelAct::look);
  ::unsetenv("FP_VIRTUAL_IMAGE");
  EXPECT_NE(machine.said().find("reader=1 virtual_image"), std::string::npos) << machine.said();
  std::error_code none;
  const std::string host = fs::read_symlink("/proc/self/ns/net", none).string();
  const std::string proc = "/proc/" + std::to_string(machine.pid("authd"));
  std::size_t threads = 0;
  for (const auto& thread : fs::directory_iterator{proc + "/task"}) {
    std::ifstream status{thread.path() / "status"};
    const std::string text{std::istreambuf_iterator<char>{status}, {}};
    EXPECT_NE(text.find("Seccomp:\t2"), std::string::npos) << text;
    EXPECT_NE(text.find("NoNewPrivs:\t1"), std::string::npos);
    EXPECT_EQ(text.find("Uid:\t0"), std::string::npos);
    EXPECT_NE(fs::read_symlink(thread.path() / "ns/net", none).string(), host);
    ++threads;
  }
  std::printf("authd with a reader: %zu threads\n", threads);
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

// Does this root have the right to raise a limit? In some containers it has not.
bool may_raise() {
  const pid_t pid = ::fork();
  if (pid == 0) {
    const rlimit little{65'536, 65'536};
    const rlimit much{std::uint64_t{64} << 20, std::uint64_t{64} << 20};
    ::_exit(::setrlimit(RLIMIT_MEMLOCK, &little) == 0 && ::setrlimit(RLIMIT_MEMLOCK, &much) == 0
                ? 0
                : 1);
  }
  int status = 1;
  ::waitpid(pid, &status, 0);
  return status == 0;
}

std::int64_t number_after(const std::string& path, const std::string& line) {
  std::ifstream in{path};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto at = text.find(line);
  return at == std::string::npos ? -1 : std::atoll(text.c_str() + at + line.size());
}

// Started with room for 64 KiB, the limit is raised for the vault alone, and the whole vault is
// locked; the booth keeps what it was given.
void raises_the_limit(Running::Start start) {
  Folder folder{26, 60};
  Running machine{folder.path(), start};
  machine.now_s = sim::local_midnight_s(folder.package()) - 86'400;
  const auto seen = machine.panel(PanelAct::install);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen[kPhase], static_cast<int>(Phase::installed)) << machine.said();
  EXPECT_NE(machine.said().find("vaultd user=1 network=1 memory=1"), std::string::npos);
  const auto proc = [&](const char* name) { return "/proc/" + std::to_string(machine.pid(name)); };
  const std::int64_t locked_kb = number_after(proc("vaultd") + "/status", "VmLck:");
  const std::int64_t limit = number_after(proc("vaultd") + "/limits", "Max locked memory");
  EXPECT_GT(locked_kb, 64) << "more than it was started with";
  EXPECT_GE(limit, locked_kb * 1'024);
  EXPECT_EQ(number_after(proc("boothd") + "/limits", "Max locked memory"), 65'536);
}

TEST(MesaProcesses, RaiseTheLimitOfLockedMemoryForTheVault) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: cannot look into the processes";
  raises_the_limit(Running::Start::little);
}

TEST(MesaProcesses, RaiseAlsoTheLimitOfTheLimit) {
  if (::geteuid() != 0 || !may_raise()) GTEST_SKIP() << "not root, or no right to raise a limit";
  raises_the_limit(Running::Start::least);
}

// The vault wants to lock memory. Where that cannot be had there is no election, and it says why.
TEST(MesaProcesses, WithoutLockedMemoryThereIsNoElection) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: cannot become poor";
  Folder folder{23, 20};
  ASSERT_EQ(std::system(("chown -R 65534:65534 " + folder.path()).c_str()), 0);
  Running machine{folder.path(), Running::Start::poor};
  machine.now_s = sim::local_midnight_s(folder.package()) - 86'400;
  const auto seen = machine.panel(PanelAct::install);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen[kRefused], static_cast<int>(Fault::memory_lock));
  EXPECT_EQ(seen[kPhase], static_cast<int>(Phase::sealed));
  EXPECT_NE(machine.said().find("root=0"), std::string::npos);
  EXPECT_NE(machine.said().find("memory=0"), std::string::npos) << machine.said();
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
