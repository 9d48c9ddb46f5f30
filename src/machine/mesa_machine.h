#pragma once

#include <memory>

#include "machine/authd.h"
#include "machine/boothd.h"
#include "machine/vault_service.h"

// The whole machine of one table in one process: what runs in the simulator, the demo and
// `sufragio machine run`. The three processes of the product (apps/mesa) are the same classes with
// wires between them; here what they say to each other are calls.
namespace sufragio::machine {

struct MachineSetup {
  const election::Package* package = nullptr;
  const acta::MachineRegistry* machines = nullptr;  // certificates and assignments, to draw actas
  const election::Mesa* mesa = nullptr;
  const roll::Roll* roll = nullptr;
  crypto::MachineId machine;
  std::vector<crypto::MachineId> former;  // machines that served this mesa before
  std::optional<crypto::BoxPublicKey> contingency;
  Bytes mesa_key;       // 32 bytes: roll state, tags of assistants, characters of tokens
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

// Vault and booth, and what the panel reaches of them.
class BoothAndVault : public VaultForAuth, public BoothForAuth {
 public:
  BoothAndVault(const MachineSetup& setup, const MachinePorts& ports);
  [[nodiscard]] Result<void> start();  // F3xx
  [[nodiscard]] VaultReply command(Phase phase, const VaultCommand& command) override;
  [[nodiscard]] bool code(CodeList list, std::uint16_t index, std::string_view digits,
                          std::int64_t now_s) override;
  [[nodiscard]] std::vector<ToAuth> unlock(std::uint16_t style) override;

 protected:
  MachineSetup setup_;
  MachinePorts ports_;
  VaultService service_;
  std::unique_ptr<Boothd> boothd_;
};

class Machine : private BoothAndVault, public Authd {
 public:
  // Friday (Authd::install). Refused also with 1105 when the registry does not assign this machine
  // and with 1111 when it is revoked.
  [[nodiscard]] static Result<std::unique_ptr<Machine>> install(const MachineSetup& setup,
                                                                const MachinePorts& ports,
                                                                const Installed& checked,
                                                                std::int64_t now_s);
  // After power came back, at any time of the day. 1105 when the mesa has another machine now.
  [[nodiscard]] static Result<std::unique_ptr<Machine>> boot(const MachineSetup& setup,
                                                             const MachinePorts& ports,
                                                             std::int64_t now_s);
  // A spare in place of a machine that is out: vault, roll state and official log from the
  // removable medium (index 1 of every pair).
  [[nodiscard]] static Result<std::unique_ptr<Machine>> swap_in(
      const MachineSetup& setup, const MachinePorts& ports, const crypto::BoxKeyPair& contingency,
      std::int64_t now_s);

  void booth(const BoothEvent& event, std::int64_t now_s);  // station 2
  [[nodiscard]] const BoothState& screen() const { return boothd_->state(); }
  [[nodiscard]] const Vaultd& vaultd() const { return service_.vaultd(); }
  [[nodiscard]] const std::optional<acta::SignedActa>& zero_acta() const {
    return service_.zero_acta();
  }
  [[nodiscard]] const std::optional<acta::SignedActa>& final_acta() const {
    return service_.final_acta();
  }

 private:
  Machine(const MachineSetup& setup, const MachinePorts& ports);
};

}  // namespace sufragio::machine
