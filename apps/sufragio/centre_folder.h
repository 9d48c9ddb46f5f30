#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ports/store.h"
#include "services/office/office.h"
#include "services/totalization/night.h"

namespace sufragio::app {

// The folder of a totalization centre: `package/` (with `roots.key`), `log/` and `pictures/<acta
// id>.png`. Read by replaying the log with every signature verified.
struct CentreFolder {
  std::unique_ptr<ports::Store> package_store;
  std::unique_ptr<ports::Store> log_store;
  std::unique_ptr<ports::Store> pictures;
  std::vector<crypto::PublicKey> roots;
  std::unique_ptr<election::Package> package;
  std::unique_ptr<services::Night> night;
};

[[nodiscard]] bool is_centre_folder(const std::string& path);
// `trusted`: the roots that must have signed the package; none: those of its own `roots.key`.
[[nodiscard]] Result<CentreFolder> read_centre_folder(
    const std::string& path, const std::vector<crypto::PublicKey>& trusted = {});
// The size of the log that its own checkpoint states; opened with the key of the package.
[[nodiscard]] Result<log::Checkpoint> checkpoint_of(const ports::Store& log_store,
                                                    const election::Package& package);

// Certificates and assignments of the log in this folder, signatures verified.
[[nodiscard]] Result<void> learn_from_log(const std::string& path, acta::MachineRegistry& machines);

}  // namespace sufragio::app
