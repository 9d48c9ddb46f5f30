#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "adapters/files/files_store.h"
#include "adapters/toml/toml.h"
#include "base/check.h"
#include "channel.h"
#include "machine/mesa_machine.h"
#include "services/office/print_sealer.h"
#include "sim/prints.h"
#include "sim/small_election.h"
#include "terminal.h"
#include "tests/support/support.h"

// A machine's folder made from a drill of the simulator, and `mesa supervise` on it with the three
// ends that people have: what the tests of the processes and their benchmark share.
namespace sufragio::tests {

// What stands on a machine for its mesa, made from a drill of the simulator.
class MesaFolder {
 public:
  // `driver`: of the reader that the package allows; empty: no fingerprints.
  explicit MesaFolder(std::uint64_t seed, std::uint16_t electors, const std::string& driver = "")
      : rng_{seed} {
    path_ = std::filesystem::temp_directory_path().string() + "/sufragio_mesa_" +
            std::to_string(::getpid());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_ + "/authd");
    std::filesystem::create_directories(path_ + "/vaultd");
    std::filesystem::permissions(
        path_, std::filesystem::perms::owner_all | std::filesystem::perms::group_exec |
                   std::filesystem::perms::others_exec | std::filesystem::perms::others_read |
                   std::filesystem::perms::group_read);
    sim::Law law{read_file("law/ve-2009.toml"), adapters::parse_toml, {}};
    if (!driver.empty()) {
      law.fingers = "[[reader]]\ndriver = \"" + driver + "\"\nppcm = 197\n[calibration]\n" +
                    read_file("calibration/unknown.toml");
    }
    sim::CountryPlan plan = sim::CountryPlan::small();
    plan.mesas = 12;
    plan.electors_min = electors;
    plan.electors_max = electors;
    drill_ = sim::make_drill(plan, law, "sim.example/log", rng_, rng_).value();
    sim::TableMachine& table = *drill_.tables.front();
    electors_ = static_cast<std::uint16_t>(table.mesa().electors.value());
    auto package =
        adapters::FilesStore::open(path_ + "/package", adapters::FilesStore::Access::read_write);
    CHECK(services::save_package(drill_.frozen, drill_.keys.root_keys(), **package).has_value());
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
    roll_ = roll::Roll::of(table.mesa().id, std::move(people), {}).value();
    mesa_key_ = std::move(mesa_key);
    put("authd/roll.bin", encode(*roll_));
  }
  ~MesaFolder() { std::filesystem::remove_all(path_); }
  MesaFolder(const MesaFolder&) = delete;
  MesaFolder& operator=(const MesaFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint16_t electors() const { return electors_; }
  [[nodiscard]] const election::Package& package() const { return *drill_.package; }
  [[nodiscard]] const election::Mesa& mesa() const { return drill_.tables.front()->mesa(); }
  [[nodiscard]] std::string code(machine::CodeList list, std::uint16_t index) const {
    return machine::one_time_code(code_key_, {package().handle(), mesa().id}, list, index);
  }
  // The prints of the first electors, two captures of a finger each, sealed for this machine or for
  // the machine with another key.
  void seal(const std::vector<sim::Finger>& fingers, bool own_key = true) {
    services::PrintSealer sealer{*roll_, crypto::SecretBuffer::Kind::plain};
    for (std::uint16_t i = 0; i < fingers.size(); ++i) {
      const services::FingerCaptures captures{
          1, {fingers[i].press_somehow(1), fingers[i].press_somehow(2)}};
      CHECK(sealer.add(roll_->elector(roll::RollIndex{i}).cedula, {captures}).has_value());
    }
    const Bytes key = own_key ? mesa_key_ : Bytes(32, 1);
    const auto sealed = sealer.seal(package().handle(), key, rng_);
    put("authd/enrolled.bin", sealed->file);
    put("authd/roll.bin", encode(sealed->roll));
  }
  // What will lie on the glass, one capture after the other.
  void lay(const std::vector<biometrics::GreyImage>& images) const {
    std::filesystem::create_directories(path_ + "/authd/fingers");
    for (std::size_t i = 0; i < images.size(); ++i) {
      Bytes file = to_bytes(as_bytes("P5\n" + std::to_string(images[i].width) + " " +
                                     std::to_string(images[i].height) + "\n255\n"));
      file.insert(file.end(), images[i].pixels.begin(), images[i].pixels.end());
      put("authd/fingers/" + std::to_string(100 + i) + ".pgm", file);
    }
  }
  // Everything as it was before Friday.
  void wipe_day() const {
    for (const char* name :
         {"vaultd/cell", "vaultd/media-a", "vaultd/media-b", "vaultd/records-a", "vaultd/records-b",
          "authd/roll-a", "authd/roll-b", "authd/log-a", "authd/log-b", "handover"}) {
      std::filesystem::remove_all(path_ + "/" + name);
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
  Bytes mesa_key_;
  std::optional<roll::Roll> roll_;
};

// The machine as its supervisor started it, and the three ends that people have.
class MesaRunning {
 public:
  // little: 64 KiB may be locked, and the limit be raised as far as before; least: root must raise
  // that too; poor: the same without root.
  enum class Start { as_it_is, little, least, poor };
  MesaRunning(const std::string& program, const std::string& folder, Start start = Start::as_it_is)
      : printer_{power_} {
    mesa::ChannelPair panel = mesa::make_channel();
    mesa::ChannelPair screen = mesa::make_channel();
    mesa::ChannelPair paper = mesa::make_channel();
    int said[2];
    CHECK(::pipe(said) == 0);
    supervisor_ = ::fork();
    if (supervisor_ == 0) {
      const std::array<int, 3> given = {panel.other.fd(), screen.other.fd(), paper.other.fd()};
      ::dup2(said[1], 2);
      std::array<int, 3> away{};
      for (std::size_t i = 0; i < 3; ++i) away[i] = ::fcntl(given[i], F_DUPFD, 40);
      for (std::size_t i = 0; i < 3; ++i) ::dup2(away[i], 10 + static_cast<int>(i));
      for (int fd = 20; fd < 100; ++fd) ::close(fd);
      become(start);
      ::execl(program.c_str(), "mesa", "supervise", folder.c_str(), "--panel", "10", "--screen",
              "11", "--printer", "12", nullptr);
      ::_exit(127);
    }
    ::close(said[1]);
    said_ = mesa::Channel{said[0]};
    panel_ = std::move(panel.one);
    screen_ = std::move(screen.one);
    paper_ = std::move(paper.one);
  }
  ~MesaRunning() {
    if (supervisor_ == 0) return;
    ::kill(supervisor_, SIGTERM);
    ::waitpid(supervisor_, nullptr, 0);
  }
  MesaRunning(const MesaRunning&) = delete;
  MesaRunning& operator=(const MesaRunning&) = delete;

  // What the panel and the screen show after a touch; asked again when a process died under it.
  std::vector<std::int64_t> panel(mesa::PanelAct act, std::vector<std::int64_t> values = {},
                                  const std::string& text = "") {
    values.push_back(now_s);
    return touch(panel_, static_cast<std::uint8_t>(act), std::move(values), text);
  }
  std::vector<std::int64_t> screen(mesa::ScreenAct act, std::int64_t value = 0) {
    return touch(screen_, static_cast<std::uint8_t>(act), {value}, "");
  }
  void kill_one(std::size_t which, int signal = SIGKILL) {
    listen(0);
    static constexpr std::array<const char*, 3> kNames = {"authd", "boothd", "vaultd"};
    const auto found = pids_.find(kNames[which]);
    if (found != pids_.end()) ::kill(found->second, signal);
  }
  // Everything dies at once; the children go with their supervisor.
  void cut() {
    listen(0);
    ::kill(supervisor_, SIGKILL);
    ::waitpid(supervisor_, nullptr, 0);
    supervisor_ = 0;
    for (const auto& [name, pid] : pids_) {
      while (::kill(pid, 0) == 0) ::usleep(1'000);
    }
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
  static void become(Start start) {
    if (start == Start::as_it_is) return;
    rlimit limit{};
    ::getrlimit(RLIMIT_MEMLOCK, &limit);
    limit.rlim_cur = 65'536;
    if (start != Start::little) limit.rlim_max = 65'536;
    ::setrlimit(RLIMIT_MEMLOCK, &limit);
    if (start != Start::poor) return;
    if (::setgid(65'534) != 0 || ::setuid(65'534) != 0) ::_exit(126);
  }

  std::vector<std::int64_t> touch(mesa::Channel& channel, std::uint8_t act,
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
    std::fprintf(stderr, "silence\n%s", text_.c_str());
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
  mesa::Channel panel_;
  mesa::Channel screen_;
  mesa::Channel paper_;
  mesa::Channel said_;
  std::string text_;
  std::size_t at_ = 0;
  std::map<std::string, pid_t> pids_;
  std::uint64_t number_ = 0;
};

}  // namespace sufragio::tests
