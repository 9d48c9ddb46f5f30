#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ports/key_cell.h"

namespace sufragio::adapters {

struct TpmCellSetup {
  // As the TSS names it: "device:/dev/tpmrm0" on a machine, "swtpm:path=/run/tpm/sock" in CI.
  std::string tcti;
  std::uint32_t index = 0x01800001;  // NV index of the cell
  // Platform configuration registers that must read as at provisioning, or the cell stays shut; a
  // measured boot has filled them. Empty only for drills: then anybody on this machine may read.
  std::vector<std::uint32_t> registers = {0, 2, 4, 7, 11, 12};
};

// The key cell as one ordinary NV index of a TPM 2.0 of 92 bytes, written as a whole by a single
// TPM2_NV_Write: the only copy of the vault's key, so what flash remembers of older generations
// opens with nothing. Neither owner nor platform password reads or writes it, only a session whose
// PolicyPCR holds. F141-F143 as of the port, with the facts "call" and "rc".
[[nodiscard]] Result<std::unique_ptr<ports::KeyCell>> open_tpm_cell(const TpmCellSetup& setup);

// Provisioning: makes the index, empty, bound to the registers as they read now. F143 when it is
// there already.
[[nodiscard]] Result<void> define_tpm_cell(const TpmCellSetup& setup);

}  // namespace sufragio::adapters
