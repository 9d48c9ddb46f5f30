#pragma once

#include <concepts>
#include <string>

#include "acta/acta.h"
#include "crypto/keys.h"

namespace sufragio::tests {

template <typename N>
[[nodiscard]] N count(std::integral auto value) {
  return N::from(static_cast<std::int64_t>(value)).value();
}

// The known answer of docs/spec/acta.md: an invented acta whose parts are SHA-256 of "sufragio
// example " and a word.
[[nodiscard]] Hash32 example_hash(std::string_view word);
[[nodiscard]] crypto::SoftwareKey example_acta_key();
[[nodiscard]] acta::Acta example_acta();
[[nodiscard]] Bytes example_record();      // as printed in the specification
[[nodiscard]] std::string example_qr_b();  // as printed in the specification

}  // namespace sufragio::tests
