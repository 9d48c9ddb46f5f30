#pragma once

#include <string>
#include <vector>

#include "base/rng.h"
#include "e2e/tally.h"
#include "ports/key_token.h"
#include "ports/store.h"

// One guardian at its own computer. Guardians exchange files in one folder that is carried between
// them (docs/spec/ceremony.md, part 3); each keeps its secrets in a private folder, under a
// passphrase. Every call does all the steps that are possible and says what is waited for.
namespace sufragio::services {

// Randomness of the system, mixed with what a person adds (dice): good as long as one of both is.
class MixedRng : public Rng {
 public:
  MixedRng(Rng& system, std::string_view person);
  ~MixedRng() override;
  void fill(std::span<std::uint8_t> out) override;

 private:
  Rng& system_;
  Hash32 key_;
};

// How dear a guess of the passphrase is (Argon2id): 256 MiB for people, little for tests.
enum class WrapCost { strong, test };

struct GuardianSelf {
  std::uint32_t number = 0;
  std::string name;
  std::string passphrase;  // wiped at the end
  WrapCost cost = WrapCost::strong;
  ports::KeyToken* token = nullptr;  // a card whose key is needed beside the passphrase
  ~GuardianSelf();
};

// The plan, written once by whoever prepares the ceremony. E401; J115 when another one is there.
struct CeremonySetup {
  e2e::CeremonyPlan plan;
  std::uint32_t min_aggregate = 10;
  Bytes manifest;  // e2e/manifest.json
};
[[nodiscard]] Result<void> prepare_ceremony(ports::Store& exchange, const CeremonySetup& setup);
[[nodiscard]] Result<CeremonySetup> read_setup(const ports::Store& exchange);  // J101, J102

enum class CeremonyStage { commit, reveal, share, confirm, done };
struct CeremonyState {
  CeremonyStage waiting = CeremonyStage::commit;  // done: nothing is waited for
  std::vector<std::uint32_t> missing;             // the guardians that it waits for
  std::optional<Hash32> transcript;               // HG, as soon as it is known: read it aloud
};
// J1xx, E1xx and E4xx (a complaint is written into the folder before E404 or E405 is returned).
[[nodiscard]] Result<CeremonyState> advance_ceremony(ports::Store& exchange, ports::Store& own,
                                                     const GuardianSelf& self, Rng& rng);
// The joint key of a finished ceremony, with all n confirmations verified. J109, J106, E4xx.
[[nodiscard]] Result<e2e::JointKey> finished_ceremony(const ports::Store& exchange);

// The decryption of some aggregates by the guardians `with` (ascending): as above, step by step.
// The nonces of an answer are recorded as spent, on the disk, before the answer leaves; they never
// answer again.
enum class DecryptionStage { commit, open, answer, done };
struct DecryptionState {
  DecryptionStage waiting = DecryptionStage::commit;
  std::vector<std::uint32_t> missing;
};
// J116 unless `with` are different guardians of the plan and one is oneself; E406 fewer than the
// quorum; J117.
[[nodiscard]] Result<DecryptionState> advance_decryption(
    ports::Store& exchange, ports::Store& own, const GuardianSelf& self, const e2e::JointKey& joint,
    std::span<const e2e::Aggregate> aggregates, const std::vector<std::uint32_t>& with, Rng& rng);
// Where these guardians exchange the letters of this decryption: others have another folder.
[[nodiscard]] std::string decryption_folder(std::span<const e2e::Aggregate> aggregates,
                                            const std::vector<std::uint32_t>& with);
// Joins the answers of all of `with`. J101, J110, E4xx.
[[nodiscard]] Result<std::vector<e2e::GroupTally>> finish_decryption(
    const ports::Store& exchange, const e2e::JointKey& joint,
    std::span<const e2e::Aggregate> aggregates, const std::vector<std::uint32_t>& with);

}  // namespace sufragio::services
