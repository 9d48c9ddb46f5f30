// `mesa supervise`: makes the wires, starts the processes, and starts again what dies. It holds no
// data and hears nothing of what its children say to each other.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "channel.h"
#include "place.h"

namespace sufragio::mesa {

namespace {

enum Who : std::size_t { kAuth, kBooth, kVault, kUplink, kCount };
constexpr std::array<const char*, kCount> kNames = {"authd", "boothd", "vaultd", "uplink"};
constexpr std::array<char, kCount> kLetters = {'A', 'B', 'V', 'U'};
constexpr std::array<std::uint32_t, kCount> kUsers = {kAuthUser, kBoothUser, kVaultUser,
                                                      kUplinkUser};
constexpr int kRestPause_ms = 200;  // before a child starts again; the limit is 3 s

class Supervisor {
 public:
  Supervisor(std::string folder, const Outside& outside)
      : folder_{std::move(folder)}, outside_{outside} {}

  int run() {
    if (!own_folders()) return 1;
    for (const Who who : {kVault, kBooth, kAuth}) start(who);
    // Everybody's wires, brought like those of a restart.
    join(kAuth, kBooth);
    join(kAuth, kVault);
    join(kBooth, kVault);
    while (!packed_) {
      const int ready = wait_for({&signals_, &children_[kAuth].control}, -1);
      if (ready == 0) bury();
      if (ready == 1) hear();
      if (stopped_) break;
    }
    end_all();
    return 0;
  }

 private:
  struct Child {
    pid_t pid = 0;
    Channel control;
  };

  static int watch_signals() {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGINT);
    sigprocmask(SIG_BLOCK, &watched, nullptr);
    return ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  // Each process alone reads its own folder; where this is not root they all have one user. False:
  // a folder could not be given to its process, so that another might read it.
  [[nodiscard]] bool own_folders() const {
    std::error_code problem;
    for (const char* name :
         {"/authd/log-a", "/authd/log-b", "/vaultd/records-a", "/vaultd/records-b", "/handover"}) {
      std::filesystem::create_directories(folder_ + name, problem);
    }
    if (::geteuid() != 0) {
      say("supervise", "root=0");
      return true;
    }
    for (const Who who : {kAuth, kVault, kUplink}) {
      const std::string top = folder_ + "/" + (who == kUplink ? "handover" : kNames[who]);
      bool given = ::chown(top.c_str(), kUsers[who], kUsers[who]) == 0 &&
                   ::chmod(top.c_str(), who == kUplink ? 0755 : 0700) == 0;
      for (const auto& entry : std::filesystem::recursive_directory_iterator{top, problem}) {
        given = ::chown(entry.path().c_str(), kUsers[who], kUsers[who]) == 0 && given;
      }
      if (given && !problem) continue;
      say("supervise", "owner=0 " + top);
      return false;
    }
    return true;
  }

  void start(Who who) {
    ChannelPair control = make_channel();
    const pid_t pid = ::fork();
    if (pid == 0) become(who, control.other.fd());
    children_[who] = {pid, std::move(control.one)};
    say("supervise", std::string{kNames[who]} + " " + std::to_string(pid));
  }

  [[noreturn]] void become(Who who, int control) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int people = who == kAuth ? outside_.panel : who == kBooth ? outside_.screen : -1;
    const int printer = who == kBooth ? outside_.printer : -1;
    // Out of the way of the numbers that are given out, then to their places.
    const std::array<std::pair<int, int>, 3> given = {
        {{::fcntl(control, F_DUPFD, 20), kControl},
         {people < 0 ? -1 : ::fcntl(people, F_DUPFD, 20), kPeople},
         {printer < 0 ? -1 : ::fcntl(printer, F_DUPFD, 20), kPrinter}}};
    for (int fd = 3; fd < 20; ++fd) ::close(fd);
    for (const auto& [from, to] : given) {
      if (from >= 0) ::dup2(from, to);
    }
    for (int fd = 20; fd < 256; ++fd) ::close(fd);
    ::execl("/proc/self/exe", "mesa", kNames[who], folder_.c_str(), nullptr);
    ::_exit(127);
  }

  // A new wire between two; each gets its end over its control.
  void join(Who a, Who b) {
    ChannelPair wire = make_channel();
    const auto letter = [](Who who) { return static_cast<std::uint8_t>(kLetters[who]); };
    const std::uint8_t to_a = letter(b);
    const std::uint8_t to_b = letter(a);
    (void)children_[a].control.send_with({&to_a, 1}, wire.one.fd());
    (void)children_[b].control.send_with({&to_b, 1}, wire.other.fd());
  }

  void bury() {
    signalfd_siginfo info{};
    while (::read(signals_.fd(), &info, sizeof info) == sizeof info) {
      stopped_ |= info.ssi_signo != SIGCHLD;
    }
    int status = 0;
    while (const pid_t pid = ::waitpid(-1, &status, WNOHANG)) {
      if (pid < 0) return;
      for (std::size_t who = 0; who < kCount; ++who) {
        if (children_[who].pid == pid) died(static_cast<Who>(who), status);
      }
    }
  }

  void died(Who who, int status) {
    children_[who].pid = 0;
    say("supervise", std::string{kNames[who]} + " died " +
                         std::to_string(WIFSIGNALED(status) ? WTERMSIG(status) : status));
    if (stopped_ || packed_) return;
    if (who == kUplink) {
      if (uplink_) start(kUplink);
      return;
    }
    ::usleep(kRestPause_ms * 1'000);
    start(who);
    for (const Who other : {kAuth, kBooth, kVault}) {
      if (other != who) join(who, other);
    }
  }

  // The panel says when the uplink may exist, and when the day is over.
  void hear() {
    const auto word = children_[kAuth].control.receive();
    if (!word || word->empty()) return;
    if ((*word)[0] == 'U' && !uplink_) {
      uplink_ = true;
      start(kUplink);
    }
    if ((*word)[0] == 'u') {
      uplink_ = false;
      children_[kUplink].control.close();
    }
    if ((*word)[0] == 'P') packed_ = true;
  }

  void end_all() {
    stopped_ = true;
    for (Child& child : children_) {
      child.control.close();
      if (child.pid > 0) ::kill(child.pid, SIGTERM);
    }
    for (Child& child : children_) {
      if (child.pid > 0) ::waitpid(child.pid, nullptr, 0);
    }
  }

  std::string folder_;
  Outside outside_;
  Channel signals_{watch_signals()};
  std::array<Child, kCount> children_;
  bool uplink_ = false;
  bool packed_ = false;
  bool stopped_ = false;
};

}  // namespace

int supervise(const std::string& folder, const Outside& outside) {
  return Supervisor{folder, outside}.run();
}

}  // namespace sufragio::mesa
