#pragma once

#include <memory>

#include "acta/layout.h"
#include "crypto/keys.h"
#include "sim/rng.h"

namespace sufragio::tests {

// An invented election with one mesa of state 99, its package, its keys and one machine: what it
// takes to sign, verify and draw an acta.
struct ActaCountryOptions {
  election::ElectionKind kind = election::ElectionKind::real;
  std::vector<std::size_t> cards = {38};  // of each contest; at most 108
  std::uint64_t seed = 99;                // another seed: other keys, another election
};

class ActaCountry {
 public:
  explicit ActaCountry(const ActaCountryOptions& options = {});

  [[nodiscard]] acta::Acta acta() const;  // figures in the manner of a real mesa
  [[nodiscard]] acta::SignedActa signed_acta();
  [[nodiscard]] Bytes certificate(const crypto::MachineId& machine, const crypto::PublicKey& key,
                                  std::string serial = "SE-0481-27");
  [[nodiscard]] Bytes assignment(const crypto::MachineId& machine, bool replacement = false);
  [[nodiscard]] Bytes revocation(const crypto::MachineId& machine);

  [[nodiscard]] crypto::SoftwareKey new_key() {
    return crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng_);
  }

  sim::SimRng rng_;
  crypto::SoftwareKey ca;
  crypto::SoftwareKey ops;
  crypto::SoftwareKey machine_key;
  crypto::MachineId machine;
  std::unique_ptr<election::Package> package;
  std::unique_ptr<acta::MachineRegistry> machines;  // knows the machine and its assignment
};

// The words of i18n/<language>.json.
[[nodiscard]] acta::Words layout_words(const std::string& language);

}  // namespace sufragio::tests
