// `mesa authd`: the panel, the roll, the official log. It knows who and never what.
#include <ctime>

#include "adapters/media/file_media.h"
#include "adapters/sandbox/sandbox.h"
#include "base/civil.h"
#include "channel.h"
#include "fingers.h"
#include "machine/authd.h"
#include "machine/day_clock.h"
#include "machine/wire.h"
#include "place.h"
#include "terminal.h"

namespace sufragio::mesa {

namespace {

using machine::Fault;
using machine::Officials;

// Without fingerprints in the package the script of a drill says what the reader decides; else it
// is a reader that fails.
class PanelFingers : public ports::FingerCheck {
 public:
  ports::Capture capture(roll::RollIndex, std::uint8_t) override { return next; }
  ports::Capture next = ports::Capture::fault;
};
struct StationFingers {
  Fingers real;
  PanelFingers scripted;
  [[nodiscard]] ports::FingerCheck* check() {
    return real.check() != nullptr ? real.check() : &scripted;
  }
};

// The two neighbours behind their wires, and the supervisor who brings a new end when one dies.
class Wires : public machine::VaultForAuth, public machine::BoothForAuth {
 public:
  machine::VaultReply command(machine::Phase phase, const machine::VaultCommand& command) override {
    return ask(machine::CommandAsked{phase, command});
  }
  bool code(machine::CodeList list, std::uint16_t index, std::string_view digits,
            std::int64_t) override {
    return ask(machine::CodeAsked{list, index, std::string{digits}}).ok;
  }
  std::vector<machine::ToAuth> unlock(std::uint16_t style) override {
    unlocked_ = booth_.send(machine::encode_unlock(style));
    return {};
  }

  // A new end from the supervisor; false when he is gone.
  bool new_end() {
    int end = -1;
    const auto which = control_.receive_with(end);
    if (!which || end < 0 || which->empty()) return control_.open();
    if ((*which)[0] == 'V') {
      vault_ = Channel{end};
      vault_is_new = true;
    } else {
      booth_ = Channel{end};
      unlocked_ = false;
    }
    return true;
  }
  // An Idle that crossed the Unlock on the wire says nothing of that ballot: the booth's answer to
  // an Unlock begins with Busy.
  [[nodiscard]] bool stale(const machine::ToAuth& word) {
    if (std::holds_alternative<machine::BoothIsBusy>(word)) unlocked_ = false;
    return unlocked_ && std::holds_alternative<machine::BoothIsIdle>(word);
  }
  void tell_supervisor(char word) {
    const auto byte = static_cast<std::uint8_t>(word);
    (void)control_.send({&byte, 1});
  }

  bool vault_is_new = false;
  Channel control_{kControl};
  Channel booth_;
  Channel vault_;

 private:
  bool unlocked_ = false;  // and not yet Busy
  // Every command may be said twice: to enter a phase, to count, to print the next copy.
  machine::VaultReply ask(const machine::AuthAsks& question) {
    const Bytes bytes = machine::encode(question);
    for (;;) {
      if (vault_.send(bytes)) {
        const auto answer = vault_.receive();
        if (answer) {
          const auto reply = machine::decode_vault_reply(*answer);
          if (reply) return *reply;
          vault_.close();  // 9102
        }
      }
      while (!vault_.open()) {
        if (!new_end()) return {false, machine::Phase::sealed, Fault::message};
      }
    }
  }
};

class PanelProcess {
 public:
  PanelProcess(const Place& place, machine::Authd& authd, Wires& wires, StationFingers& fingers,
               machine::DayClock clock)
      : place_{place}, authd_{authd}, wires_{wires}, fingers_{fingers}, clock_{clock} {}

  int run() {
    begin();
    for (;;) {
      if (std::exchange(wires_.vault_is_new, false)) authd_.vault_restarted(now_s());
      tell_uplink();
      const int ready = wait_for({&wires_.control_, &wires_.booth_, &panel_}, -1);
      if (ready == 0 && !wires_.new_end()) return 0;
      if (ready == 1 && !from_booth()) return 1;
      if (ready == 2) from_panel();
    }
  }

 private:
  // Where there is a vault the day goes on; else the machine waits for Friday.
  void begin() {
    const auto known = authd_.boot(now_s());
    booted_ = known.has_value();
    if (!booted_) refused_ = machine::fault_in(known.error()).value_or(Fault::cell);
    if (refused_ == Fault::cell) refused_.reset();
  }

  [[nodiscard]] std::int64_t now_s() {
    if (drill_now_s_ != 0) return drill_now_s_;
    const auto now = clock_.at(reading());
    if (now.fault && booted_) authd_.clock_doubtful(now.time_s);
    return now.time_s;
  }
  static machine::ClockReading reading() {
    timespec steady{};
    ::clock_gettime(CLOCK_BOOTTIME, &steady);
    return {static_cast<std::int64_t>(::time(nullptr)), steady.tv_sec};
  }

  bool from_booth() {
    const auto bytes = wires_.booth_.receive();
    if (!bytes) return true;
    const auto word = machine::decode_to_auth(*bytes);
    if (!word) return false;  // 9102
    if (!wires_.stale(*word)) authd_.hear({*word}, now_s());
    return true;
  }

  void from_panel() {
    const auto bytes = panel_.receive();
    if (!bytes) return;
    const auto touch = decode_touch(*bytes);
    if (!touch) return;
    // The last value of an act of a drill is its time: a day of 13 hours is played in a minute.
    if (place_.drill() && !touch->values.empty()) drill_now_s_ = touch->values.back();
    if (static_cast<PanelAct>(touch->act) == PanelAct::look) return show(touch->number);
    refused_.reset();
    voted_already_ = false;
    const auto done = act(*touch);
    if (!done) {
      refused_ = machine::fault_in(done.error()).value_or(Fault::invariant);
      say("authd", done.error().debug());
    }
    show(touch->number);
  }

  void look_at(const std::vector<machine::GateEffect>& effects) {
    for (const machine::GateEffect& effect : effects) {
      const auto* refused = std::get_if<machine::GateRefused>(&effect);
      if (refused == nullptr) continue;
      refused_ = refused->fault;
      voted_already_ |= refused->fault == Fault::voted_already;
    }
  }

  // Credentials of officials are of the next issue: at a drill the panel says who stands there, at
  // a real election nobody does.
  [[nodiscard]] Officials two() const { return {place_.drill(), place_.drill(), false, false}; }
  [[nodiscard]] Officials all() const {
    return {place_.drill(), place_.drill(), place_.drill(), place_.drill()};
  }

  Result<void> act(const Touch& touch) {
    const std::int64_t now = now_s();
    if (static_cast<PanelAct>(touch.act) == PanelAct::install) {
      machine::Installed found;
      found.reader_paired = fingers_.real.reader_paired();
      found.self_test = fingers_.real.records_open();
      TRY(authd_.install(found, now));
      booted_ = true;
      return {};
    }
    if (!booted_) return machine::fault_error(refused_.value_or(Fault::cell));
    if (auto done = station(touch, now)) return std::move(*done);
    return life(touch, now);
  }

  // Acts of station 1; nothing when it is none.
  std::optional<Result<void>> station(const Touch& touch, std::int64_t now) {
    switch (static_cast<PanelAct>(touch.act)) {
      case PanelAct::present: {
        const auto card = roll::Cedula::parse(touch.text);
        if (!card) return fail(card.error());
        look_at(authd_.present(*card, now));
        break;
      }
      case PanelAct::authorise:
        look_at(authd_.gate(machine::Authorised{place_.drill(), place_.drill()}, now));
        break;
      case PanelAct::no_hands:
        look_at(authd_.gate(machine::NoHandsSeen{}, now));
        break;
      case PanelAct::activate:
        look_at(authd_.gate(machine::Activate{}, now));
        break;
      case PanelAct::cancel:
        look_at(authd_.gate(machine::Cancelled{}, now));
        break;
      case PanelAct::code: {
        const auto list =
            touch.value(0) == 1 ? machine::CodeList::mesa : machine::CodeList::regional;
        look_at(
            authd_.enter_code(list, static_cast<std::uint16_t>(touch.value(1)), touch.text, now));
        break;
      }
      case PanelAct::token:
        return authd_.show_token({static_cast<std::uint16_t>(touch.value(0)), 0, touch.text}, now);
      case PanelAct::finger:
        if (place_.drill() && !fingers_.real.wanted()) {
          fingers_.scripted.next = static_cast<ports::Capture>(touch.value(0) & 7);
        }
        break;
      default:
        return std::nullopt;
    }
    return Result<void>{};
  }

  Result<void> life(const Touch& touch, std::int64_t now) {
    switch (static_cast<PanelAct>(touch.act)) {
      case PanelAct::constitute:
        return authd_.act(machine::Constituted{static_cast<std::uint16_t>(touch.value(0))}, now);
      case PanelAct::zero:
        return authd_.zero(now);
      case PanelAct::open:
        return authd_.act(machine::OpenAsked{authd_.minute_of(now), two()}, now);
      case PanelAct::begin_close:
        return authd_.begin_close(now, two(), static_cast<std::uint16_t>(touch.value(0)));
      case PanelAct::close:
        return authd_.act(machine::CloseAsked{two(), false}, now);
      case PanelAct::finish:
        return authd_.finish(now);
      case PanelAct::hand_out: {
        using To = machine::CopyGiven::To;
        using How = machine::CopyGiven::How;
        return authd_.hand_out({{To::president, How::given, "P"},
                                {To::secretary, How::given, "S"},
                                {To::witness, How::given, touch.text},
                                {To::door, How::given, ""}},
                               two(), now);
      }
      case PanelAct::delivered:
        return authd_.act(machine::Delivered{two()}, now);
      case PanelAct::draw:
        return authd_.act(machine::DrawEntered{}, now);
      case PanelAct::pack:
        return authd_.act(machine::Packed{two()}, now);
      case PanelAct::void_token:
        return authd_.act(machine::TokenVoided{all()}, now);
      case PanelAct::suspend:
        return authd_.act(machine::Suspend{two()}, now);
      case PanelAct::resume:
        return authd_.act(machine::Resume{two()}, now);
      case PanelAct::set_clock:
        TRY(clock_.set(touch.value(0), two(), reading()));
        authd_.clock_doubtful(touch.value(0));
        return {};
      default:
        return machine::fault_error(Fault::message);
    }
  }

  void show(std::uint64_t number) {
    const machine::GateState& gate = authd_.station();
    const PanelView view{number,
                         {static_cast<int>(authd_.phase()), authd_.life().suspended ? 1 : 0,
                          static_cast<int>(gate.at), gate.blocked ? 1 : 0,
                          refused_ ? static_cast<std::int64_t>(*refused_) : 0,
                          voted_already_ ? 1 : 0, authd_.life().tokens.open(), gate.unblocks,
                          gate.needs_token ? 1 : 0, authd_.uplink_runs() ? 1 : 0}};
    (void)panel_.send(encode(view));
  }

  void tell_uplink() {
    if (authd_.uplink_runs() == uplink_) return;
    uplink_ = !uplink_;
    wires_.tell_supervisor(uplink_ ? 'U' : 'u');
    if (!uplink_ && authd_.phase() == machine::Phase::packed) wires_.tell_supervisor('P');
  }

  const Place& place_;
  machine::Authd& authd_;
  Wires& wires_;
  StationFingers& fingers_;
  machine::DayClock clock_;
  Channel panel_{kPeople};
  std::optional<Fault> refused_;
  bool voted_already_ = false;
  bool booted_ = false;
  bool uplink_ = false;
  std::int64_t drill_now_s_ = 0;
};

struct AuthDevices {
  std::array<std::unique_ptr<ports::BlockDevice>, 2> roll;
  std::array<std::unique_ptr<ports::Store>, 2> log;
  std::unique_ptr<roll::Roll> electors;
  Bytes mesa_key;
};

Result<AuthDevices> open_devices(const Place& place) {
  AuthDevices out;
  const Bytes roll = TRY(read_file(place.path("authd/roll.bin")));
  auto electors = TRY(roll::decode(roll));
  out.electors = std::make_unique<roll::Roll>(std::move(electors));
  const auto size = machine::RollKeeper::device_size(out.electors->size());
  constexpr std::array<const char*, 2> kNames = {"a", "b"};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string name = kNames[i];
    out.roll[i] = TRY(adapters::open_block_file(place.path("authd/roll-" + name), size));
    out.log[i] = TRY(open_store(place.path("authd/log-" + name)));
  }
  out.mesa_key = TRY(read_file(place.path("authd/mesa.key")));
  return out;
}

}  // namespace

int run_authd(const std::string& folder) {
  const auto place = open_place(folder);
  if (!place) return say_failure("authd", place.error());
  auto real = Fingers::open(*place);
  if (!real) return say_failure("authd", real.error());
  const std::uint64_t locked = real->wanted() ? Fingers::kLockedBytes : 0;
  const auto confined = adapters::confine({kAuthUser, true, locked});
  if (!confined) return say_failure("authd", confined.error());
  say("authd", confined->text());
  auto devices = open_devices(*place);
  if (!devices) return say_failure("authd", devices.error());
  crypto::SystemRng rng;
  Wires wires;
  StationFingers fingers{*std::move(real), {}};
  fingers.real.open_records(*place, *devices->electors, devices->mesa_key);
  machine::AuthPorts ports;
  for (std::size_t i = 0; i < 2; ++i) {
    ports.roll.media[i] = devices->roll[i].get();
    ports.log[i] = devices->log[i].get();
  }
  ports.roll.rng = &rng;
  ports.fingers = fingers.check();
  machine::Authd authd{{place->package.get(), place->mesa, devices->electors.get(), place->machine,
                        devices->mesa_key},
                       ports,
                       wires,
                       wires};
  constexpr std::int64_t kDays = 3 * 86'400;
  const std::int64_t day = days_of_date(place->package->manifest().date) * 86'400;
  return PanelProcess{*place, authd, wires, fingers, {day - kDays, day + 2 * kDays, 0}}.run();
}

}  // namespace sufragio::mesa
