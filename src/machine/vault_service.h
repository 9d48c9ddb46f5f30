#pragma once

#include "machine/links.h"
#include "machine/one_time_codes.h"
#include "machine/vaultd.h"

// The process of the vault as its neighbours see it: it answers the booth's steps of a cast and the
// panel's lifecycle commands, and gives the booth pages to print. It never waits: a command that
// prints is answered when the booth has said how the page went.
namespace sufragio::machine {

class VaultService : public VaultForBooth {
 public:
  VaultService(const VaultIdentity& identity, const VaultPorts& ports, Bytes mesa_code_key)
      : identity_{identity}, ports_{ports}, mesa_code_key_{std::move(mesa_code_key)} {}

  struct Out {  // one of the two
    std::optional<VaultReply> reply;
    std::optional<PrintJob> job;
  };
  // Boots the vault where there is one. What was found is told by the answers to AskPhase.
  [[nodiscard]] Result<void> power_on();
  [[nodiscard]] Out on(Phase phase, const VaultCommand& command);
  // How the page went. Nothing when none is out: nobody asked.
  [[nodiscard]] Out printed(const std::optional<Fault>& fault);
  // The used ones are on both media before this answers.
  [[nodiscard]] bool code(CodeList list, std::uint16_t index, std::string_view digits,
                          std::int64_t now_s);
  // The spare machine takes the box from the removable medium (Vault::adopt).
  [[nodiscard]] Result<void> adopt(const crypto::BoxKeyPair& contingency);
  // The booth's process is a new one: what the old one had prepared is gone, a print that was
  // intended is void.
  void booth_restarted();
  // The booth's process died with this page: it may be printed again.
  [[nodiscard]] Out job_lost();

  [[nodiscard]] VaultSays prepare(const election::Selections& selections, bool abandoned) override;
  [[nodiscard]] VaultSays intent() override;
  [[nodiscard]] VaultSays commit() override;
  [[nodiscard]] VaultSays void_print(VoidReason reason) override;
  [[nodiscard]] VaultSays status() override;

  [[nodiscard]] bool job_is_out() const { return job_out_; }
  [[nodiscard]] const Vaultd& vaultd() const { return *vaultd_; }
  [[nodiscard]] const std::optional<acta::SignedActa>& zero_acta() const { return zero_; }
  [[nodiscard]] const std::optional<acta::SignedActa>& final_acta() const { return final_; }

 private:
  [[nodiscard]] VaultReply reply(const Result<void>& done) const;
  [[nodiscard]] VaultReply ask_phase();
  [[nodiscard]] Result<void> boot();
  [[nodiscard]] Result<void> format();
  [[nodiscard]] Result<void> make_zero(const MakeZeroActa& command);
  [[nodiscard]] Result<void> count(const DayFacts& day);
  [[nodiscard]] Result<PrintJob> acta_job(const PrintActa& command);
  [[nodiscard]] PrintJob report_job(const PrintLines& command) const;
  void load_codes();

  VaultIdentity identity_;
  VaultPorts ports_;
  Bytes mesa_code_key_;
  std::optional<Vaultd> vaultd_;
  std::optional<CodeDesk> codes_;
  std::optional<acta::SignedActa> zero_;
  std::optional<acta::SignedActa> final_;
  std::vector<Fault> found_;     // at boot, not yet told to authd
  bool last_not_saved_ = false;  // not yet told to the booth
  bool job_out_ = false;
};

}  // namespace sufragio::machine
