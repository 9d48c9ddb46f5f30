#pragma once

#include "machine/booth.h"
#include "machine/gate.h"
#include "machine/official_log.h"
#include "machine/paper.h"

// What the three processes of the machine say to each other, as values. On the wires they are CBOR
// (wire.h, docs/spec/machine-wires.md); in the simulator they are calls.
namespace sufragio::machine {

// --- authd and boothd ----------------------------------------------------------------------------
// authd says UnlockBallot and nothing else, ever.
struct BoothIsIdle {
  std::uint8_t parity = 0;
};
struct BoothIsBusy {};
struct BoothCalls {
  Fault fault = Fault::expired;
};
using ToAuth = std::variant<BoothIsIdle, BoothIsBusy, BoothCalls>;

class BoothForAuth {
 public:
  virtual ~BoothForAuth() = default;
  // What the booth answers at once; over a wire nothing, its words come later.
  [[nodiscard]] virtual std::vector<ToAuth> unlock(std::uint16_t style) = 0;
};

// --- boothd and vaultd ---------------------------------------------------------------------------
struct VaultSays {
  bool ok = true;
  std::uint8_t parity = 0;
  std::optional<Fault> fault;
};

class VaultForBooth {
 public:
  virtual ~VaultForBooth() = default;
  [[nodiscard]] virtual VaultSays prepare(const election::Selections& selections,
                                          bool abandoned) = 0;
  [[nodiscard]] virtual VaultSays intent() = 0;
  [[nodiscard]] virtual VaultSays commit() = 0;
  [[nodiscard]] virtual VaultSays void_print(VoidReason reason) = 0;
  // Not `ok`: there is no box yet. 4103 beside `ok`: the last vote was not saved.
  [[nodiscard]] virtual VaultSays status() = 0;
};

struct ActaJob {  // one copy; the booth reads its codes back before a dot reaches the paper
  Bytes record;
  Hash32 salt;  // of the signature strip
  std::int64_t printed_s = 0;
  acta::CopyMark mark;
};
struct TokenJob {
  std::vector<Token> tokens;
};
struct ReportJob {
  PrintReport::Kind kind = PrintReport::Kind::installation;
  std::vector<ReportLine> lines;
};
using PrintJob = std::variant<ActaJob, TokenJob, ReportJob>;

// --- authd and vaultd ----------------------------------------------------------------------------
struct AskPhase {};  // boots the vault where there is one; each answer names one thing found
struct FormatBox {};
struct SetPhase {};
struct DayFacts {  // what authd knows of the day, for the acta: no voter
  DayOfLog log;
  GateCounts gate;
  Hash32 log_head;
};
struct MakeZeroActa {
  std::int64_t time_s = 0;
  Hash32 log_head;
};
struct CountBallots {
  DayFacts day;
};
struct PrintActa {
  bool zero = false;
  std::uint32_t copy = 1;
  std::int64_t printed_s = 0;
  std::string recipient;
};
struct PrintTokens {
  std::vector<Token> tokens;
};
struct PrintLines {  // the vault adds who it is, and after the count the reconciliation
  PrintReport::Kind kind = PrintReport::Kind::installation;
  std::vector<ReportLine> lines;
};
struct DestroyBox {};
using VaultCommand = std::variant<AskPhase, FormatBox, SetPhase, MakeZeroActa, CountBallots,
                                  PrintActa, PrintTokens, PrintLines, DestroyBox>;

struct VaultReply {
  bool ok = true;
  Phase phase = Phase::sealed;
  std::optional<Fault> fault;
};

class VaultForAuth {
 public:
  virtual ~VaultForAuth() = default;
  // Lifecycle only, never per voter. Answered when it is done; for a page when it is cut.
  [[nodiscard]] virtual VaultReply command(Phase phase, const VaultCommand& command) = 0;
  // Is this code number `index` of the list, used for the first time now?
  [[nodiscard]] virtual bool code(CodeList list, std::uint16_t index, std::string_view digits,
                                  std::int64_t now_s) = 0;
};

}  // namespace sufragio::machine
