#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "election/definition.h"

// What one voter chose, as a value and as bytes of a length that depends on the ballot style only.
namespace sufragio::election {

struct ContestChoice {
  std::vector<std::uint16_t> cards;  // positions of the chosen cards (0 …), ascending, each once
  std::uint16_t null = 0;            // votes of the contest that were left unused
  friend bool operator==(const ContestChoice&, const ContestChoice&) = default;
};

struct Selections {
  std::uint16_t style = 0;              // index in Definition::styles
  std::vector<ContestChoice> contests;  // in the order of the style
  friend bool operator==(const Selections&, const Selections&) = default;
};

// In each contest cards.size() + null = votes per voter, the cards exist, ascend and stand once.
// D112 with the contest; D106 for an unknown style.
[[nodiscard]] Result<void> check_selections(const Definition& definition,
                                            const Selections& selections);
// Every vote unused: what an abandoned session leaves, and the start of a new one.
[[nodiscard]] Selections null_selections(const Definition& definition, std::uint16_t style);

// Compact choices: per contest u16 null, then votes-per-voter card positions u16, the unused ones
// 0xffff; little-endian. docs/spec/vault.md 3.
[[nodiscard]] std::size_t compact_size(const Definition& definition, std::uint16_t style);
[[nodiscard]] Bytes encode_compact(const Definition& definition, const Selections& selections);
[[nodiscard]] Result<Selections> decode_compact(const Definition& definition, std::uint16_t style,
                                                ByteView bytes);  // D112, D106

}  // namespace sufragio::election
