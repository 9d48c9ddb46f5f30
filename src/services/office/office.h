#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/rng.h"
#include "codec/document.h"
#include "crypto/keys.h"
#include "crypto/machine_records.h"
#include "election/package.h"
#include "ports/store.h"

// What the office does before the day: keys, the frozen package, machines and their mesas.
namespace sufragio::services {

// Every key of an election, as software keys. Good for drills only: `freeze` refuses them for an
// election of kind `real`, whose keys stand in hardware.
class DrillKeys {
 public:
  [[nodiscard]] static DrillKeys draw(Rng& rng, std::uint32_t bulletin_signers = 5);
  [[nodiscard]] Result<void> save(ports::Store& folder) const;  // one file a key; F1xx
  [[nodiscard]] static Result<DrillKeys> load(
      const ports::Store& folder);  // O101 names the missing file

  [[nodiscard]] crypto::SoftwareKey& key(
      std::string_view name);  // "root-1", "ops", "bulletin-3" …; CHECK: exists
  [[nodiscard]] std::vector<crypto::Signer*> roots();
  [[nodiscard]] std::vector<crypto::Signer*> bulletin_signers();
  [[nodiscard]] std::vector<crypto::PublicKey> root_keys() const;
  [[nodiscard]] std::vector<election::RoleKey> role_keys() const;  // what the manifest lists

 private:
  std::map<std::string, crypto::SoftwareKey, std::less<>> keys_;
};

struct FrozenElection {
  Bytes manifest_record;  // COSE_Sign by both roots
  std::map<std::string, Bytes> files;
};

// What a finished key ceremony adds to a package.
struct SecondCount {
  election::EncryptedCount keys;
  std::map<std::string, Bytes> files;
};

struct FingersText {  // fingers.toml: its text and what it says (finger_law.h)
  std::string_view text;
  codec::Document document;
};

// Compiles and signs. `nominations`: the signed acts that stand beside the package, or empty. `law`
// is what `law_text` says. `fingers`: null where the machines compare no fingerprints. O102 for an
// election of kind `real`; D1xx, D2xx from the definition and the law; as finger_law.
[[nodiscard]] Result<FrozenElection> freeze(
    const election::Definition& definition, std::string_view law_text, const codec::Document& law,
    std::string_view log_origin, const std::vector<election::Release>& releases, DrillKeys& keys,
    const SecondCount* second_count = nullptr, ByteView nominations = {},
    const FingersText* fingers = nullptr);

// A package folder: `manifest.cose`, `roots.key` (one public key a line), the files of the
// manifest, and beside them `nominations.cbor` where the package names its acts.
inline constexpr std::string_view kNominationsBeside = "nominations.cbor";
[[nodiscard]] Result<void> save_package(const FrozenElection& frozen,
                                        const std::vector<crypto::PublicKey>& roots,
                                        ports::Store& folder);
using TextParser =
    Result<codec::Document> (*)(std::string_view text);  // TOML, handed in by the app
// With `trusted` empty the roots of `roots.key` are believed: the caller says so to its user.
[[nodiscard]] Result<election::Package> load_package(const ports::Store& folder,
                                                     const std::vector<crypto::PublicKey>& trusted,
                                                     TextParser parse_toml);
[[nodiscard]] Result<std::vector<crypto::PublicKey>> read_public_keys(
    std::string_view text);  // one a line

struct CommissionedMachine {
  Bytes certificate;  // by the Election CA
  Bytes assignment;   // by ops
};
[[nodiscard]] Result<CommissionedMachine> commission(const election::Package& package,
                                                     const MesaId& mesa,
                                                     const crypto::MachineId& machine,
                                                     const crypto::PublicKey& acta_key,
                                                     std::string_view serial, std::int64_t time_s,
                                                     DrillKeys& keys);

}  // namespace sufragio::services
