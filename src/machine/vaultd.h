#pragma once

#include <optional>

#include "acta/acta.h"
#include "machine/links.h"
#include "machine/vault.h"
#include "ports/store.h"

// The process that holds the vault and the keys: it counts and signs. It has no identity of a
// voter, no template and no screen.
namespace sufragio::machine {

struct VaultIdentity {
  const election::Package* package = nullptr;
  const election::Mesa* mesa = nullptr;
  crypto::MachineId machine;
  std::vector<crypto::MachineId> former;
  std::optional<crypto::BoxPublicKey> contingency;
};
struct VaultPorts {
  Vault::Parts vault;
  ports::BallotSealer* sealer = nullptr;
  crypto::Signer* signer = nullptr;
  std::array<ports::Store*, 2> records{};  // signed records on both media
};

// Five quantities that must be one; the fifth, ballots in the published bundle, is known later.
struct Reconciliation {
  std::int64_t activated = 0;       // E: electors activated and completed
  std::int64_t receipts = 0;        // C: valid receipts
  std::int64_t ballots = 0;         // V: in the vault
  std::vector<std::int64_t> votes;  // T: per contest, votes / votes per voter
  [[nodiscard]] bool equal() const;
};

class Vaultd {
 public:
  [[nodiscard]] static Result<Vaultd> format(const VaultIdentity& identity,
                                             const VaultPorts& ports);
  [[nodiscard]] static Result<Vaultd> boot(const VaultIdentity& identity, const VaultPorts& ports);
  [[nodiscard]] static Result<Vaultd> adopt(const VaultIdentity& identity, const VaultPorts& ports,
                                            const crypto::BoxKeyPair& contingency);

  // From the booth.
  using Answer = VaultSays;
  [[nodiscard]] Answer prepare(const election::Selections& selections, bool abandoned);
  [[nodiscard]] Answer intent();
  [[nodiscard]] Answer commit();
  [[nodiscard]] Answer void_print(VoidReason reason);

  // Is a print intended whose ballot is not stored?
  [[nodiscard]] bool intended() const { return (vault_.cell().flags & ports::Cell::kIntent) != 0; }

  // From authd.
  [[nodiscard]] Result<void> enter(Phase phase);
  [[nodiscard]] Result<acta::SignedActa> zero_acta(std::int64_t time_s, const Hash32& log_head);
  // Sum, acta, signature, both media, read back; then the key of the vault is destroyed. The same
  // acta again when it was counted before. 8201 when the box does not hold together.
  [[nodiscard]] Result<acta::SignedActa> count(const DayFacts& day);
  [[nodiscard]] Result<acta::SignedActa> stored_acta() const;  // of phase COUNTED and later
  [[nodiscard]] static Reconciliation reconcile(const acta::Acta& acta,
                                                const election::Definition& definition);
  [[nodiscard]] const Vault& vault() const { return vault_; }
  // After `count`: the encrypted ballots, ascending by confirmation code; key 12 of the acta is
  // their root.
  [[nodiscard]] const std::vector<Bytes>& sealed_ballots() const { return sealed_ballots_; }

 private:
  Vaultd(const VaultIdentity& identity, const VaultPorts& ports, Vault vault)
      : identity_{identity}, ports_{ports}, vault_{std::move(vault)} {}
  [[nodiscard]] static Result<VaultPlan> plan(const VaultIdentity& identity,
                                              const VaultPorts& ports);
  [[nodiscard]] Answer answer(const Result<void>& done) const;
  [[nodiscard]] acta::Acta blank() const;
  [[nodiscard]] Result<void> sum(acta::Acta& into);
  [[nodiscard]] Result<acta::SignedActa> sign_and_store(const acta::Acta& acta,
                                                        std::string_view file);

  VaultIdentity identity_;
  VaultPorts ports_;
  Vault vault_;
  std::optional<BallotRecord> prepared_;
  bool abandoned_ = false;
  std::vector<Bytes> sealed_ballots_;
};

}  // namespace sufragio::machine
