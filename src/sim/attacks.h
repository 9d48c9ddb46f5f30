#pragma once

#include "acta/acta.h"
#include "sim/small_election.h"

// What people without the right to do so put in front of the centre.
namespace sufragio::sim {

enum class Attack : std::uint8_t {
  replay,          // the genuine bytes again
  other_figures,   // other figures under the genuine signature
  stranger_key,    // other figures under a key that nobody certified
  other_machine,   // other figures, signed by the certified machine of another mesa
  other_election,  // the acta of a mesa of another drill
  stolen_machine   // other figures, signed by the mesa's own machine: only paper can tell
};
inline constexpr std::uint64_t kAttacks = 6;

// The bytes of the attack on the mesa whose genuine acta is given. `neighbour`: another table of
// the drill.
[[nodiscard]] Result<Bytes> forge(Attack attack, const acta::SignedActa& genuine, TableMachine& own,
                                  TableMachine& neighbour, const election::Package& foreign_package,
                                  TableMachine& foreign, Rng& rng);

}  // namespace sufragio::sim
