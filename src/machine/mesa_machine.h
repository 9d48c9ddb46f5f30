#pragma once

#include <memory>

#include "machine/boothd.h"
#include "machine/one_time_codes.h"
#include "machine/roll_state.h"

// The whole machine of one table in one process: what runs in the simulator, the demo and
// `sufragio machine run`. The panel of the table (authd) is here; the booth and the vault are the
// classes of their own processes and hear only what those would hear.
namespace sufragio::machine {

struct MachineSetup {
  const election::Package* package = nullptr;
  const acta::MachineRegistry* machines = nullptr;  // certificates and assignments, to draw actas
  const election::Mesa* mesa = nullptr;
  const roll::Roll* roll = nullptr;
  crypto::MachineId machine;
  std::vector<crypto::MachineId> former;  // machines that served this mesa before
  std::optional<crypto::BoxPublicKey> contingency;
  Bytes mesa_key;       // 32 bytes: roll state, tags of assistants
  Bytes mesa_code_key;  // 32 bytes: one-time codes
  Words words;
};
struct MachinePorts {
  VaultPorts vault;
  RollKeeper::Parts roll;
  std::array<ports::Store*, 2> log{};
  ports::Printer* printer = nullptr;
  ports::Drawer* drawer = nullptr;
  ports::QrReader* one_reader = nullptr;
  ports::QrReader* other_reader = nullptr;
  ports::FingerCheck* fingers = nullptr;
};

struct CopyGiven {  // of the acta, beside the first, which the commission keeps
  enum class To : std::uint8_t { president, secretary, witness, door };
  enum class How : std::uint8_t { given, refused, absent, expelled };
  To to = To::president;
  How how = How::given;
  std::string name;  // of the organisation, for a witness
};

class Machine {
 public:
  // Friday. What was compared comes in; faults of the guards go out (M101). The installation report
  // is printed. Refused with 1105 when the registry does not assign this machine, 1111 when it is
  // revoked, 1301 when the vault holds ballots of this day.
  [[nodiscard]] static Result<std::unique_ptr<Machine>> install(const MachineSetup& setup,
                                                                const MachinePorts& ports,
                                                                const Installed& checked,
                                                                std::int64_t now_s);
  // After power came back, at any time of the day.
  [[nodiscard]] static Result<std::unique_ptr<Machine>> boot(const MachineSetup& setup,
                                                             const MachinePorts& ports,
                                                             std::int64_t now_s);
  // A spare in place of a machine that is out, at OPEN or CLOSING: vault, roll state and official
  // log from the removable medium (index 1 of every pair).
  [[nodiscard]] static Result<std::unique_ptr<Machine>> swap_in(
      const MachineSetup& setup, const MachinePorts& ports, const crypto::BoxKeyPair& contingency,
      Phase resume_at, std::int64_t now_s);

  // An act of the officials; M101 with the fault when it is refused.
  [[nodiscard]] Result<void> act(const LifeEvent& event, std::int64_t now_s);
  [[nodiscard]] Result<void> zero(
      std::int64_t now_s);  // counts what there is, prints the zero acta
  [[nodiscard]] Result<void> begin_close(std::int64_t now_s, const Officials& who,
                                         std::uint16_t in_line);
  [[nodiscard]] Result<void> hand_out(const std::vector<CopyGiven>& copies, const Officials& who,
                                      std::int64_t now_s);

  // Station 1. Each gives what the panel shows.
  [[nodiscard]] std::vector<GateEffect> present(const roll::Cedula& cedula, std::int64_t now_s);
  [[nodiscard]] std::vector<GateEffect> gate(const GateEvent& event, std::int64_t now_s);
  [[nodiscard]] std::vector<GateEffect> assist(const std::optional<roll::Cedula>& assistant,
                                               std::int64_t now_s);
  [[nodiscard]] std::vector<GateEffect> enter_code(CodeList list, std::string_view typed,
                                                   std::int64_t now_s);
  [[nodiscard]] Result<void> show_token(const Token& token, std::int64_t now_s);  // M106

  // Station 2.
  void booth(const BoothEvent& event, std::int64_t now_s);

  [[nodiscard]] std::int32_t minute_of(std::int64_t now_s) const;  // local, after midnight
  [[nodiscard]] Phase phase() const { return life_.phase; }
  [[nodiscard]] const LifeState& life() const { return life_; }
  [[nodiscard]] const BoothState& screen() const { return boothd_->state(); }
  [[nodiscard]] const GateState& station() const { return gate_; }
  [[nodiscard]] const Vaultd& vaultd() const { return *vaultd_; }
  [[nodiscard]] const OfficialLog& log() const { return log_; }
  // The token as it was printed: its characters follow from a key, nothing of it is stored.
  [[nodiscard]] Token token_of(std::uint16_t number) const;
  [[nodiscard]] const std::optional<acta::SignedActa>& zero_acta() const { return zero_; }
  [[nodiscard]] const std::optional<acta::SignedActa>& final_acta() const { return final_; }
  // May anything leave the machine? The acta is printed and its copies are out.
  [[nodiscard]] bool uplink_runs() const { return uplink_; }
  [[nodiscard]] const std::vector<Fault>& faults_seen() const { return faults_; }

 private:
  Machine(const MachineSetup& setup, const MachinePorts& ports);
  [[nodiscard]] Result<void> start_booth(bool void_print);
  [[nodiscard]] Result<void> restore(std::int64_t now_s, Phase phase);
  [[nodiscard]] Result<void> run(const LifeEffect& effect, std::int64_t now_s);
  [[nodiscard]] Result<void> enter(Phase phase, std::int64_t now_s);
  [[nodiscard]] Result<void> print(PrintReport::Kind kind, std::int64_t now_s);
  [[nodiscard]] Result<void> print_zero(std::int64_t now_s);
  [[nodiscard]] Result<void> print_tokens();
  [[nodiscard]] Result<void> print_report(PrintReport::Kind kind);
  [[nodiscard]] Result<bool> print_acta(const acta::SignedActa& acta, const std::string& recipient,
                                        std::int64_t now_s);
  [[nodiscard]] Result<void> count(std::int64_t now_s);
  [[nodiscard]] std::vector<ReportLine> report_lines(PrintReport::Kind kind) const;
  void tell_gate(bool open);
  void hear(const std::vector<ToAuth>& told, std::int64_t now_s);
  void note(std::int64_t now_s, Act act, std::vector<std::int64_t> data = {});
  void fault(Fault fault, std::int64_t now_s);
  [[nodiscard]] bool run_gate(const GateEffect& effect, std::int64_t now_s,
                              std::vector<GateEvent>& todo);

  MachineSetup setup_;
  MachinePorts ports_;
  Policy policy_;
  OfficialLog log_;
  RollKeeper roll_;
  CodeDesk codes_;
  std::unique_ptr<Vaultd> vaultd_;
  std::unique_ptr<Boothd> boothd_;
  LifeState life_;
  GateState gate_;
  std::optional<acta::SignedActa> zero_;
  std::optional<acta::SignedActa> final_;
  std::uint32_t copies_ = 0;
  std::vector<CopyGiven> handed_;
  std::vector<Fault> faults_;
  bool uplink_ = false;
};

}  // namespace sufragio::machine
