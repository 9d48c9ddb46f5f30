#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "machine/faults.h"
#include "machine/policy.h"
#include "ports/finger_check.h"
#include "roll/roll.h"

// Station 1 as a step function: who stands here, may this person vote now, and the one message to
// the booth (docs/state-machines/gate.md). It knows who and never what. Nobody is turned away by
// the machine alone: every outcome has a lawful way to the vote.
namespace sufragio::machine {

enum class Outcome : std::uint8_t { match = 1, no_match = 2, no_template = 3, no_hands = 4 };

// One byte per line of the roll: 0 not voted, else the outcome, +16 assisted. No time, no order.
using Mark = std::uint8_t;
inline constexpr Mark kAssisted = 16;

struct Pending {  // the elector whose ballot is being cast
  roll::RollIndex elector;
  Outcome outcome = Outcome::match;
  bool assisted = false;
  std::uint16_t token = 0;      // number of the queue token; 0: came before the hour of close
  std::uint64_t assistant = 0;  // tag of the assistant; 0: none, or an official
  std::uint8_t parity = 0;      // of the vault when Unlock was sent: the alternating bit
  friend bool operator==(const Pending&, const Pending&) = default;
};

struct RollState {  // what is kept on the media, sealed (roll_state.h)
  std::vector<Mark> marks;
  std::optional<Pending> pending;
  // HMAC of the cards of assistants who are no officials, in ascending order: a second voter with
  // the same assistant is refused. Destroyed at PACKED.
  std::vector<std::uint64_t> assistants;
  // Queue tokens at the hour of close: how many were handed out and void, which were used
  // (ascending). Never who came with which.
  std::uint16_t tokens_issued = 0;
  std::uint16_t tokens_voided = 0;
  std::vector<std::uint16_t> tokens_used;
  friend bool operator==(const RollState&, const RollState&) = default;
};

enum class Reason : std::uint8_t { none, fingers, quality, pad, reader };

struct GateState {
  enum class At : std::uint8_t { closed, idle, capturing, authorising, ready, booth };
  At at = At::closed;
  bool open = false;  // said by the life; a suspension waits for whoever is in the booth
  RollState roll;
  // The elector at the station; meaningful from `capturing` on.
  roll::RollIndex elector;
  std::uint8_t fingers = 0;
  std::uint8_t tries = 0;
  Outcome outcome = Outcome::match;
  Reason reason = Reason::none;
  bool assisted = false;
  std::uint64_t assistant = 0;
  // The limits of the law. They live in RAM and in the official log, never beside the marks.
  std::uint16_t row_no_match = 0;
  std::uint16_t row_no_hands = 0;
  std::uint16_t no_template_allowed = 0;  // the next block; 0: not yet computed
  std::uint16_t unblocks = 0;
  std::uint16_t reader_faults = 0;
  bool blocked = false;
  // CLOSING: only with a token. `token`: the one of the next person; 0: none shown.
  bool needs_token = false;
  std::uint16_t token = 0;
  std::uint8_t parity = 0;  // last heard from the booth
  friend bool operator==(const GateState&, const GateState&) = default;
};

struct Presented {  // what the roll says about a typed card
  roll::Found found;
  std::uint8_t fingers = 0;
};
struct Captured {
  ports::Capture capture = ports::Capture::match;
};
struct NoHandsSeen {};  // by the president
struct Assistant {
  std::uint64_t tag = 0;  // 0: an official assists
};
struct Authorised {
  bool president = false;
  bool member = false;
};
struct Activate {};   // O presses ACTIVAR
struct Cancelled {};  // O clears the screen
struct CodeEntered {  // answer of the vault's process
  CodeList list = CodeList::mesa;
  bool good = false;
};
struct TokenShown {  // its characters were checked by the panel against those printed
  std::uint16_t number = 0;
};
struct BoothIdle {
  std::uint8_t parity = 0;
};
struct BoothBusy {};
struct PhaseIs {  // from the life: may people come, and do they need a token?
  bool open = false;
  bool needs_token = false;
};
using GateEvent = std::variant<Presented, Captured, NoHandsSeen, Assistant, Authorised, Activate,
                               Cancelled, CodeEntered, TokenShown, BoothIdle, BoothBusy, PhaseIs>;

struct ShowElector {  // page and line of the printed roster
  roll::RollIndex elector;
};
struct ShowElsewhere {
  MesaId mesa;
};
struct ShowUnknown {};
struct AskFinger {
  roll::RollIndex elector;
  std::uint8_t finger = 0;
};
struct AskAuthority {
  Outcome outcome = Outcome::no_match;
  Reason reason = Reason::none;
};
struct AskCode {
  CodeList list = CodeList::mesa;
};
struct SaveRoll {};  // durable on both media before anything that follows it
struct Unlock {};    // the only message to the booth
struct TokenUsed {};
struct Voted {};      // for the count on the panel; never for a log
struct NotStored {};  // the ballot in the booth was not stored: the elector may vote
struct Unblocked {
  CodeList list = CodeList::mesa;
};
struct GateRefused {
  Fault fault = Fault::invariant;
};
struct GateIgnored {};
using GateEffect = std::variant<ShowElector, ShowElsewhere, ShowUnknown, AskFinger, AskAuthority,
                                AskCode, SaveRoll, Unlock, TokenUsed, Voted, NotStored, Unblocked,
                                GateRefused, GateIgnored>;

[[nodiscard]] Step<GateState, GateEffect> step(const GateState& state, const GateEvent& event,
                                               const Policy& policy);
// After a restart: the marks and the pending elector as they stand on the media. The parity of the
// booth's first Idle says whether the pending ballot was stored.
[[nodiscard]] GateState resumed(RollState roll, std::uint16_t unblocks,
                                std::uint16_t reader_faults);

struct GateCounts {  // folded from the marks: nothing else is kept
  std::uint16_t match = 0;
  std::uint16_t no_match = 0;
  std::uint16_t no_template = 0;
  std::uint16_t no_hands = 0;
  std::uint16_t assisted = 0;
  [[nodiscard]] std::uint32_t voters() const {
    return std::uint32_t{match} + no_match + no_template + no_hands;
  }
};
[[nodiscard]] GateCounts counts(const RollState& roll);
[[nodiscard]] std::string_view name(GateState::At at);  // as in the diagram

}  // namespace sufragio::machine
