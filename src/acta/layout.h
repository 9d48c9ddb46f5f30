#pragma once

#include <map>
#include <string>

#include "acta/acta.h"
#include "codec/drawing.h"

namespace sufragio::acta {

// The words of the printed page by catalogue key ("acta.title" …): taken from i18n by the caller,
// Spanish first.
using Words = std::map<std::string, std::string>;

// The public part of the acta (machine.md 14.3): everything above the cut mark, both codes of every
// contest, no person. SIN VALOR is stamped by this routine unless the record verifies under a
// certified machine of a package of kind `real`.
[[nodiscard]] codec::Drawing public_part(const SignedActa& acta, const MachineRegistry& machines,
                                         const Words& words);

struct StripLine {       // one signature box of the strip
  std::string role_key;  // "strip.president" …
};
// The signature strip below the cut mark, bound by FRANJA = first 80 bits of SHA-256(salt ‖
// record). Never published.
[[nodiscard]] codec::Drawing signature_strip(const SignedActa& acta, const Hash32& salt,
                                             const std::vector<StripLine>& lines,
                                             const Words& words);
[[nodiscard]] std::string strip_code(const Hash32& salt, ByteView record);

}  // namespace sufragio::acta
