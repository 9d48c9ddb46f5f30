#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "crypto/wiping.h"
#include "election/definition.h"

// What one voter chose, as a value and as bytes of a length that depends on the ballot style only.
namespace sufragio::election {

inline constexpr std::uint16_t kUnusedVote = 0xffff;

// One place for each vote of the contest, used or not: neither the length of a choice nor the
// instructions of whoever checks, carries or stores it tell what was chosen.
struct ContestChoice {
  // Positions of the chosen cards (0 …), ascending, each once; then kUnusedVote. Overwritten when
  // it goes.
  crypto::Wiped<std::uint16_t> votes;

  ContestChoice() = default;
  ContestChoice(const std::vector<std::uint16_t>& cards, std::uint16_t null);  // in any order
  [[nodiscard]] std::uint16_t null() const;  // votes of the contest that were left unused
  [[nodiscard]] std::span<const std::uint16_t> cards() const;  // the chosen ones
  friend bool operator==(const ContestChoice&, const ContestChoice&) = default;
};

struct Selections {
  std::uint16_t style = 0;              // index in Definition::styles
  std::vector<ContestChoice> contests;  // in the order of the style
  friend bool operator==(const Selections&, const Selections&) = default;
};

// In each contest there are as many places as votes per voter, the cards exist, ascend and stand
// once, the unused votes come last. The same instructions whatever was chosen, if it is allowed.
// D112 with the contest; D106 for an unknown style.
[[nodiscard]] Result<void> check_selections(const Definition& definition,
                                            const Selections& selections);
// Every vote unused: what an abandoned session leaves, and the start of a new one.
[[nodiscard]] Selections null_selections(const Definition& definition, std::uint16_t style);

// Compact choices: per contest u16 null, then votes-per-voter card positions u16, the unused ones
// 0xffff; little-endian. docs/spec/vault.md 3. Encoding: the same instructions whatever was chosen.
[[nodiscard]] std::size_t compact_size(const Definition& definition, std::uint16_t style);
[[nodiscard]] crypto::Wiped<std::uint8_t> encode_compact(const Definition& definition,
                                                         const Selections& selections);
[[nodiscard]] Result<Selections> decode_compact(const Definition& definition, std::uint16_t style,
                                                ByteView bytes);  // D112, D106

}  // namespace sufragio::election
