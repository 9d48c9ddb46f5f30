#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "election/selections.h"
#include "machine/faults.h"
#include "machine/policy.h"
#include "machine/vault.h"

// Station 2 as a step function: one ballot session, from Unlock to Locked
// (docs/state-machines/booth.md). It knows what and never who, counts its own ticks and knows no
// time of day. Everything of a session lives in this value and is wiped at Locked.
namespace sufragio::machine {

// What a ballot offers, of one style: enough to choose, nothing to show.
struct BallotShape {
  struct Contest {
    std::uint16_t cards = 0;
    std::uint16_t votes = 1;
    std::vector<std::uint16_t> list_of_card;  // per card the list it belongs to; empty: no key
    friend bool operator==(const Contest&, const Contest&) = default;
  };
  std::uint16_t style = 0;
  std::vector<Contest> contests;
  [[nodiscard]] static BallotShape of(const election::Definition& definition, std::uint16_t style);
  friend bool operator==(const BallotShape&, const BallotShape&) = default;
};

enum class Notice : std::uint8_t {  // what the screen says beside the ballot; keys of section 6.4
  none,
  moved,
  chosen_all,
  last_not_saved
};

struct BoothState {
  enum class At : std::uint8_t {
    locked,
    start,
    choosing,
    review,
    warn_under,
    warn_null,
    sealing,
    printing,
    check,
    committing,
    spoil,
    thanks,
    alert,
    need_official,
    fault
  };
  // Inside `sealing`: which answer is awaited.
  enum class Sealing : std::uint8_t { prepare, preflight, intent };

  At at = At::locked;
  Sealing sealing = Sealing::prepare;
  At before_alert = At::choosing;
  BallotShape shape;
  election::Selections choices;
  std::uint16_t page = 0;  // contest on the screen
  Notice notice = Notice::none;
  std::uint8_t spoils = 0;
  bool null_by_rule = false;  // expired or abandoned: no check of the receipt
  bool intent_set = false;
  std::optional<VoidReason> void_owed;  // Void was asked and is not yet answered
  bool abandoned = false;               // declared by P: counted when the null ballot is stored
  std::optional<Fault> fault;
  std::uint32_t idle_s = 0;     // since the last touch
  std::uint32_t session_s = 0;  // since Start
  std::uint32_t limit_s = 0;    // session_s at which the limit asks again
  std::uint32_t phase_s = 0;    // since this state was entered
  std::uint8_t parity = 0;      // last told by the vault
  friend bool operator==(const BoothState&, const BoothState&) = default;
};

struct UnlockBallot {
  std::uint16_t style = 0;
};
enum class Key : std::uint8_t {  // what a voter can do; the screen shows those that do something
  start,
  next,
  back,
  review,
  change,
  vote,
  confirm,
  more,
  ok,
  no_match
};
struct Press {
  Key key = Key::start;
};
struct Select {  // a touch on a card of the contest on the screen
  std::uint16_t card = 0;
};
struct SelectList {  // "whole list"
  std::uint16_t list = 0;
};
struct Tick {  // one second of the booth
  std::uint16_t seconds = 1;
};
struct VaultAnswer {
  bool ok = true;
  std::uint8_t parity = 0;
  std::optional<Fault> fault;
};
struct PrinterAnswer {  // of a preflight or of the receipt
  std::optional<Fault> fault;
};
enum class Order : std::uint8_t { resume, abandoned, spoil_done, challenge };
struct OfficialOrder {  // P at the booth; the credential was verified by the vault's process
  Order order = Order::resume;
};
using BoothEvent = std::variant<UnlockBallot, Press, Select, SelectList, Tick, VaultAnswer,
                                PrinterAnswer, OfficialOrder>;

struct PrepareBallot {
  bool abandoned = false;
};
struct AskPreflight {};
struct SetIntent {};
struct PrintReceipt {};
struct CommitBallot {};
struct VoidReceipt {
  VoidReason reason = VoidReason::print_fault;
};
struct TellIdle {
  std::uint8_t parity = 0;
};
struct TellBusy {};
struct CallOfficial {
  Fault fault = Fault::expired;
};
struct WipeSession {};
struct BoothRefused {};
using BoothEffect =
    std::variant<PrepareBallot, AskPreflight, SetIntent, PrintReceipt, CommitBallot, VoidReceipt,
                 TellIdle, TellBusy, CallOfficial, WipeSession, BoothRefused>;

// `shapes` by style: the ballots of the package.
[[nodiscard]] Step<BoothState, BoothEffect> step(const BoothState& state, const BoothEvent& event,
                                                 const Policy& policy,
                                                 const std::vector<BallotShape>& shapes);
// After a restart nothing of a session is left; the vault has settled the intent.
[[nodiscard]] BoothState resumed(std::uint8_t parity, bool void_print);

[[nodiscard]] std::uint32_t unselected(const BoothState& state);  // N of the warning
[[nodiscard]] std::string_view name(BoothState::At at);           // as in the diagram

}  // namespace sufragio::machine
