#pragma once

#include "machine/links.h"
#include "machine/roll_state.h"

// The process of the panel: station 1, the officials' acts, the roll and the official log. It knows
// who and never what: it has no ballot, no choice, no receipt and no key of the vault.
namespace sufragio::machine {

struct AuthSetup {
  const election::Package* package = nullptr;
  const election::Mesa* mesa = nullptr;
  const roll::Roll* roll = nullptr;
  crypto::MachineId machine;
  Bytes mesa_key;  // 32 bytes: roll state, tags of assistants, characters of tokens
};
struct AuthPorts {
  RollKeeper::Parts roll;
  std::array<ports::Store*, 2> log{};
  ports::FingerCheck* fingers = nullptr;
};

struct CopyGiven {  // of the acta, beside the first, which the commission keeps
  enum class To : std::uint8_t { president, secretary, witness, door };
  enum class How : std::uint8_t { given, refused, absent, expelled };
  To to = To::president;
  How how = How::given;
  std::string name;  // of the organisation, for a witness
};

class Authd {
 public:
  // `vault` and `booth` must outlive it. One of the three comes next.
  Authd(const AuthSetup& setup, const AuthPorts& ports, VaultForAuth& vault, BoothForAuth& booth);
  // Friday. What was compared comes in; faults of the guards go out (M101). The installation report
  // is printed. Refused with 1301 from the opening on, whether the vault holds ballots or not.
  [[nodiscard]] Result<void> install(const Installed& checked, std::int64_t now_s);
  // After power came back, at any time of the day: a count or a print that was cut is repeated. The
  // booth is heard afterwards; its parity settles who was in it. 3103 where there is no vault.
  [[nodiscard]] Result<void> boot(std::int64_t now_s);
  // The process of the vault is a new one: what it found goes into the official log.
  void vault_restarted(std::int64_t now_s);
  // On a spare whose vault has taken the box over: as after a boot, at OPEN, CLOSING or CLOSED as
  // the official log of the removable medium says. 8102 in any other phase.
  [[nodiscard]] Result<void> take_over(std::int64_t now_s);

  // An act of the officials; M101 with the fault when it is refused.
  [[nodiscard]] Result<void> act(const LifeEvent& event, std::int64_t now_s);
  // Counts what there is, prints the zero acta.
  [[nodiscard]] Result<void> zero(std::int64_t now_s);
  [[nodiscard]] Result<void> begin_close(std::int64_t now_s, const Officials& who,
                                         std::uint16_t in_line);
  // What is still owed at CLOSED (the count) or at COUNTED (the first print), once more.
  [[nodiscard]] Result<void> finish(std::int64_t now_s);
  [[nodiscard]] Result<void> hand_out(const std::vector<CopyGiven>& copies, const Officials& who,
                                      std::int64_t now_s);
  // The clock of this machine is not to be believed (day_clock.h): 1106, and reports say so.
  void clock_doubtful(std::int64_t now_s) { fault(Fault::clock, now_s); }

  // Station 1. Each gives what the panel shows.
  [[nodiscard]] std::vector<GateEffect> present(const roll::Cedula& cedula, std::int64_t now_s);
  [[nodiscard]] std::vector<GateEffect> gate(const GateEvent& event, std::int64_t now_s);
  [[nodiscard]] std::vector<GateEffect> assist(const std::optional<roll::Cedula>& assistant,
                                               std::int64_t now_s);
  // `index` is printed beside the code on its sheet.
  [[nodiscard]] std::vector<GateEffect> enter_code(CodeList list, std::uint16_t index,
                                                   std::string_view typed, std::int64_t now_s);
  [[nodiscard]] Result<void> show_token(const Token& token, std::int64_t now_s);  // M106
  // The words of the booth.
  void hear(const std::vector<ToAuth>& told, std::int64_t now_s);

  [[nodiscard]] std::int32_t minute_of(std::int64_t now_s) const;  // local, after midnight
  [[nodiscard]] Phase phase() const { return life_.phase; }
  [[nodiscard]] const LifeState& life() const { return life_; }
  [[nodiscard]] const GateState& station() const { return gate_; }
  [[nodiscard]] const OfficialLog& log() const { return log_; }
  // The token as it was printed: its characters follow from a key, nothing of it is stored.
  [[nodiscard]] Token token_of(std::uint16_t number) const;
  // May anything leave the machine? The acta is printed and its copies are out.
  [[nodiscard]] bool uplink_runs() const { return uplink_; }
  [[nodiscard]] const std::vector<Fault>& faults_seen() const { return faults_; }

 private:
  [[nodiscard]] Result<Phase> ask_phase(std::vector<Fault>& found);
  [[nodiscard]] Result<void> restore(Phase phase);
  [[nodiscard]] Result<void> tell(const VaultCommand& command);
  [[nodiscard]] Result<void> run(const LifeEffect& effect, std::int64_t now_s);
  [[nodiscard]] Result<void> enter(Phase phase, std::int64_t now_s);
  [[nodiscard]] Result<void> print(PrintReport::Kind kind, std::int64_t now_s);
  [[nodiscard]] Result<void> print_zero(std::int64_t now_s);
  [[nodiscard]] Result<void> print_tokens();
  [[nodiscard]] Result<void> print_report(PrintReport::Kind kind, std::int64_t now_s);
  [[nodiscard]] Result<bool> print_acta(acta::ActaType type, const std::string& recipient,
                                        std::int64_t now_s);
  [[nodiscard]] Result<void> count(std::int64_t now_s);
  [[nodiscard]] std::vector<ReportLine> report_lines(PrintReport::Kind kind) const;
  void tell_gate(bool open);
  void note(std::int64_t now_s, Act act, std::vector<std::int64_t> data = {});
  void fault(Fault fault, std::int64_t now_s);
  [[nodiscard]] bool run_gate(const GateEffect& effect, std::int64_t now_s,
                              std::vector<GateEvent>& todo);

  AuthSetup setup_;
  AuthPorts ports_;
  VaultForAuth* vault_;
  BoothForAuth* booth_;
  Policy policy_;
  OfficialLog log_;
  RollKeeper roll_;
  LifeState life_;
  GateState gate_;
  std::vector<CopyGiven> handed_;
  std::vector<Fault> faults_;
  bool uplink_ = false;
};

}  // namespace sufragio::machine
