#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acta/acta.h"
#include "codec/drawing.h"

namespace sufragio::acta {

// The words of the printed page by catalogue key ("acta.title" …): taken from i18n by the caller,
// Spanish first.
using Words = std::map<std::string, std::string>;

// What stands on the paper beside the signed bytes; all of it may be absent.
struct PaperFacts {
  std::int64_t printed_s = 0;  // unix seconds UTC; 0: not said
  struct Signatures {
    Persons given;
    Persons expected;
    Persons refused;
  };
  std::optional<Signatures> signatures;
  std::string strip_code;  // FRANJA, binds the signature strip of this copy
};

// The public part of the acta: everything above the cut mark, both codes of every
// contest, no person. SIN VALOR is stamped by this routine unless the record verifies under a
// certified machine of a package of kind `real` [R179]; a page of another kind says so in words;
// bytes that do not verify are drawn without QR-B. Longer than 2 m it is cut into sheets.
[[nodiscard]] codec::Drawing public_part(const SignedActa& acta, const MachineRegistry& machines,
                                         const Words& words, const PaperFacts& facts = {});

struct StripLine {       // one signature box of the strip
  std::string role_key;  // "strip.president" …
};
struct CopyMark {            // outside of the signed bytes: every copy has the same codes
  std::uint32_t number = 0;  // 0: not a numbered copy
  std::uint32_t of = 0;
  std::string recipient;
};
// The signature strip below the cut mark, bound by FRANJA = first 80 bits of SHA-256(salt ‖
// record). Never published. Stamped like the public part.
[[nodiscard]] codec::Drawing signature_strip(const SignedActa& acta,
                                             const MachineRegistry& machines, const Hash32& salt,
                                             const std::vector<StripLine>& lines,
                                             const Words& words, const CopyMark& copy = {});
[[nodiscard]] std::string strip_code(const Hash32& salt, ByteView record);

// Level of QR-B: Q up to version 23, the largest that both readers decode at 4 dots per module
// (docs/spec/qr.md); else M.
[[nodiscard]] char qr_b_level(std::string_view text);

// The catalogue keys that the pages use.
[[nodiscard]] const std::vector<std::string>& layout_words();

}  // namespace sufragio::acta
