// `mesa boothd`: session, screen, printer. It knows what and never who, and no clock but its ticks.
#include <sys/timerfd.h>
#include <unistd.h>

#include <deque>

#include "adapters/cairo/drawer.h"
#include "adapters/escpos/device_printer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "adapters/sandbox/sandbox.h"
#include "adapters/zbar/zbar_reader.h"
#include "adapters/zxing/zxing_reader.h"
#include "channel.h"
#include "crypto/secrets.h"
#include "machine/boothd.h"
#include "machine/wire.h"
#include "place.h"
#include "terminal.h"

namespace sufragio::mesa {

namespace {

using machine::Fault;

// The vault behind its wire. When it dies under a question the answer is a refusal, and the booth
// starts again with the new one.
class VaultWire : public machine::VaultForBooth {
 public:
  explicit VaultWire(Channel& channel) : channel_{channel} {}

  machine::VaultSays prepare(const election::Selections& selections, bool abandoned) override {
    return ask(machine::PrepareAsked{selections, abandoned});
  }
  machine::VaultSays intent() override { return ask(machine::IntentAsked{}); }
  machine::VaultSays commit() override { return ask(machine::CommitAsked{}); }
  machine::VaultSays void_print(machine::VoidReason reason) override {
    return ask(machine::VoidAsked{reason});
  }
  machine::VaultSays status() override { return ask(machine::StatusAsked{}); }

  std::deque<machine::PrintJob> jobs;  // that came while an answer was awaited

 private:
  machine::VaultSays ask(const machine::BoothAsks& question) {
    const machine::VaultSays lost{false, parity_, Fault::cell};
    Bytes said = machine::encode(question);
    const bool sent = channel_.send(said);
    crypto::wipe(said);
    if (!sent) return lost;
    while (auto bytes = channel_.receive()) {
      auto message = machine::decode_vault_to_booth(*bytes);
      if (!message) break;
      if (const auto* says = std::get_if<machine::VaultSays>(&*message)) {
        parity_ = says->parity;
        return *says;
      }
      jobs.push_back(std::get<machine::PrintJob>(std::move(*message)));
    }
    channel_.close();
    return lost;
  }
  Channel& channel_;
  std::uint8_t parity_ = 0;
};

class BoothProcess {
 public:
  BoothProcess(machine::Boothd& booth, VaultWire& wire, Channel& vault, bool drill)
      : booth_{booth}, wire_{wire}, vault_{vault}, drill_{drill} {
    if (!drill) ticks_ = Channel{second_ticks()};
  }

  int run() {
    for (;;) {
      print_pages();
      const int ready = wait_for({&control_, &auth_, &vault_, &screen_, &ticks_}, -1);
      if (ready == 0 && !new_end()) return 0;
      if (ready == 1 && !from_auth()) return 1;
      if (ready == 2 && !from_vault()) return 1;
      if (ready == 3) from_screen();
      if (ready == 4) from_ticks();
    }
  }

 private:
  static int second_ticks() {
    const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    const itimerspec every{{1, 0}, {1, 0}};
    (void)::timerfd_settime(fd, 0, &every, nullptr);
    return fd;
  }

  bool new_end() {
    int end = -1;
    const auto which = control_.receive_with(end);
    if (!which || end < 0 || which->empty()) return control_.open();
    if ((*which)[0] == 'A') {
      auth_ = Channel{end};
      const bool locked = booth_.state().at == machine::BoothState::At::locked;
      tell(locked ? booth_.resume() : std::vector<machine::ToAuth>{booth_.presence()});
      return true;
    }
    vault_ = Channel{end};
    wire_.jobs.clear();
    tell(booth_.resume());
    return true;
  }

  // Without a vault no Idle is said: its parity would be a guess, and the gate marks by it. Busy
  // is: the gate waits for that answer to its Unlock before it believes an Idle again.
  void tell(const std::vector<machine::ToAuth>& words) {
    for (const machine::ToAuth& word : words) {
      if (!vault_.open() && std::holds_alternative<machine::BoothIsIdle>(word)) continue;
      (void)auth_.send(machine::encode(word));
    }
  }

  bool from_auth() {
    const auto bytes = auth_.receive();
    if (!bytes) return true;
    const auto style = machine::decode_unlock(*bytes);
    if (!style) return false;  // 9102
    tell(booth_.on(machine::UnlockBallot{*style}));
    return true;
  }

  bool from_vault() {
    const auto bytes = vault_.receive();
    if (!bytes) return true;
    auto message = machine::decode_vault_to_booth(*bytes);
    if (!message) return false;
    auto* job = std::get_if<machine::PrintJob>(&*message);
    if (job != nullptr) wire_.jobs.push_back(std::move(*job));
    return true;
  }

  void print_pages() {
    while (!wire_.jobs.empty()) {
      const machine::PrintJob job = std::move(wire_.jobs.front());
      wire_.jobs.pop_front();
      const auto fault = booth_.print(job);
      (void)vault_.send(machine::encode(machine::BoothAsks{machine::PageDone{fault}}));
    }
  }

  void from_ticks() {
    std::uint64_t passed = 0;
    if (::read(ticks_.fd(), &passed, sizeof passed) != sizeof passed) return;
    tell(
        booth_.on(machine::Tick{static_cast<std::uint16_t>(std::min<std::uint64_t>(passed, 600))}));
  }

  void from_screen() {
    const auto bytes = screen_.receive();
    if (!bytes) return;
    const auto touch = decode_touch(*bytes);
    if (!touch) return;  // dropped: it changes nothing
    const auto value = static_cast<std::uint16_t>(touch->value(0));
    switch (static_cast<ScreenAct>(touch->act)) {
      case ScreenAct::press:
        if (value <= static_cast<std::uint16_t>(machine::Key::no_match)) {
          tell(booth_.on(machine::Press{static_cast<machine::Key>(value)}));
        }
        break;
      case ScreenAct::select:
        tell(booth_.on(machine::Select{value}));
        break;
      case ScreenAct::tick:
        if (drill_) tell(booth_.on(machine::Tick{value}));
        break;
      case ScreenAct::order:
        if (drill_ && value <= static_cast<std::uint16_t>(machine::Order::challenge)) {
          tell(booth_.on(machine::OfficialOrder{static_cast<machine::Order>(value)}));
        }
        break;
      case ScreenAct::look:
        break;
    }
    show(touch->number);
  }

  void show(std::uint64_t number) {
    const machine::BoothState& state = booth_.state();
    ScreenView view{number,
                    {static_cast<int>(state.at), state.page,
                     state.fault ? static_cast<std::int64_t>(*state.fault) : 0}};
    if (state.at == machine::BoothState::At::choosing &&
        state.page < state.choices.contests.size()) {
      for (const std::uint16_t card : state.choices.contests[state.page].cards()) {
        view.values.push_back(card);
      }
    }
    (void)screen_.send(encode(view));
  }

  machine::Boothd& booth_;
  VaultWire& wire_;
  Channel& vault_;
  bool drill_;
  Channel control_{kControl};
  Channel auth_;
  Channel screen_{kPeople};
  Channel ticks_;
};

}  // namespace

int run_boothd(const std::string& folder) {
  const auto place = open_place(folder);
  if (!place) return say_failure("boothd", place.error());
  adapters::LibQrEncoder encoder;
  const auto drawer = adapters::CairoDrawer::create(encoder);
  if (!drawer) return say_failure("boothd", drawer.error());
  adapters::ZxingReader one;
  adapters::ZbarReader other;
  crypto::SystemRng rng;
  adapters::DevicePrinter printer{kPrinter};
  const machine::PaperOf paper{&place->package->definition(), place->mesa->id, &place->words};
  Channel vault;
  VaultWire wire{vault};
  auto booth = machine::Boothd::start(
      paper, machine::Policy::of(place->package->law(), *place->mesa), place->mesa->style, wire,
      {&printer, drawer->get(), &rng, &one, &other, place->registry.get()});
  if (!booth) return say_failure("boothd", booth.error());
  const auto confined = adapters::confine({kBoothUser, true, 0});
  if (!confined) return say_failure("boothd", confined.error());
  say("boothd", confined->text());
  return BoothProcess{*booth, wire, vault, place->drill()}.run();
}

}  // namespace sufragio::mesa
