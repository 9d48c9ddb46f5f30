#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "machine/faults.h"
#include "machine/policy.h"
#include "machine/vault.h"

// The life of the machine as a step function (docs/state-machines/life.md, compared with this code
// by a test). No clock, no disk: times and answers come with the events.
namespace sufragio::machine {

[[nodiscard]] std::string_view phase_name(Phase phase);  // "OPEN", as in the diagram and the manual
[[nodiscard]] const std::vector<Phase>& all_phases();    // ascending

struct Tokens {  // queue tokens handed out at the hour of close
  std::uint16_t issued = 0;
  std::uint16_t redeemed = 0;
  std::uint16_t voided = 0;
  [[nodiscard]] std::uint16_t open() const {
    return static_cast<std::uint16_t>(issued - redeemed - voided);
  }
  friend bool operator==(const Tokens&, const Tokens&) = default;
};
inline constexpr std::uint16_t kMaxTokens = 500;

struct LifeState {
  Phase phase = Phase::sealed;
  bool suspended = false;
  Tokens tokens;
  // The job at the printer whose end is the next phase; none: nothing is awaited.
  enum class Awaits : std::uint8_t { nothing, install_report, zero_acta, count, first_print };
  Awaits awaits = Awaits::nothing;
  friend bool operator==(const LifeState&, const LifeState&) = default;
};

// Who stands at the panel with a credential: P, S or M, and a code of the regional list.
struct Officials {
  bool president = false;  // or the substitute named at constitution
  bool other = false;      // secretary or member
  bool regional_code = false;
  bool reason = false;  // a reason code was entered
  [[nodiscard]] bool two() const { return president && other; }
};

// What happens. Everything that a guard asks stands in the event itself.
struct Installed {      // Friday: what was compared with the dispatch list and the published hashes
  bool audited = true;  // three signed entries in the passport
  bool seals_equal = true;
  bool image_known = true;
  bool build_before_freeze = true;
  bool package_equal = true;
  bool law_equal = true;
  bool assigned = true;
  bool revoked = false;
  bool self_test = true;
  bool reader_paired = true;
  bool memory_locked = true;
};
struct ReportPrinted {};
struct Returned {};  // to the warehouse, before constitution
struct Constituted {
  std::uint16_t members = 0;
};
struct ZeroAsked {  // what is counted before the zero acta
  std::uint64_t ballots = 0;
  std::uint64_t receipts = 0;
  std::uint64_t marks = 0;  // electors marked in the roll
};
struct ZeroPrinted {};
struct MemberReplaced {};
struct OpenAsked {
  std::int32_t minute = 0;  // local, after midnight
  Officials who;
};
struct Suspend {
  Officials who;
};
struct Resume {
  Officials who;
};
struct CloseBegun {
  std::int32_t minute = 0;
  Officials who;
  bool everybody_voted = false;
  std::uint16_t in_line = 0;  // P counts the people who wait
};
struct TokenRedeemed {};
struct TokenVoided {
  Officials who;
};
struct CloseAsked {
  Officials who;
  bool session_open = false;
};
struct CountDone {
  bool good = true;  // false: 8201
};
struct FirstPrint {
  bool reads_back = true;
};
struct CopiesDone {
  Officials who;
  std::uint16_t missing_without_reason = 0;
};
struct Delivered {  // acknowledgement of the centre, or the medium handed over
  Officials who;
};
struct DrawEntered {};
struct Packed {
  Officials who;
};
struct Retired {
  Officials who;
};
struct ManualVoting {
  Officials who;
};
using LifeEvent = std::variant<Installed, ReportPrinted, Returned, Constituted, ZeroAsked,
                               ZeroPrinted, MemberReplaced, OpenAsked, Suspend, Resume, CloseBegun,
                               TokenRedeemed, TokenVoided, CloseAsked, CountDone, FirstPrint,
                               CopiesDone, Delivered, DrawEntered, Packed, Retired, ManualVoting>;

struct EnterPhase {
  Phase phase = Phase::sealed;
};
struct FormatVault {};
struct PrintReport {
  enum class Kind : std::uint8_t {
    installation,
    zero_acta,
    acta,
    tokens,
    copies,
    delivery,
    packing,
    retired,
    manual_form
  };
  Kind kind = Kind::installation;
};
struct CountVault {};  // sum, acta, bundle; then one cell write {COUNTED, no key}
struct BoothOpen {
  bool open = false;  // may the gate activate the booth?
};
struct NoteTokens {};   // how many are redeemed and void, into the official log
struct StartUplink {};  // the only effect that lets a network exist
struct StopUplink {};
struct DestroyCell {};
struct Refuse {
  Fault fault = Fault::invariant;
};
struct Ignore {};  // the event has no meaning in this phase
using LifeEffect = std::variant<EnterPhase, FormatVault, PrintReport, CountVault, BoothOpen,
                                NoteTokens, StartUplink, StopUplink, DestroyCell, Refuse, Ignore>;

[[nodiscard]] Step<LifeState, LifeEffect> step(const LifeState& state, const LifeEvent& event,
                                               const Policy& policy);
// After a restart: what the phase of the key cell still owes. Tokens come from the official log.
[[nodiscard]] LifeState resumed(Phase phase, bool suspended, const Tokens& tokens);

}  // namespace sufragio::machine
