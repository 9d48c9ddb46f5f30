#include "sim/attacks.h"

#include <algorithm>

#include "base/check.h"

namespace sufragio::sim {

namespace {

// The counts of the first contest in another order: sums stay right, so no arithmetic rule helps.
acta::Acta with_exchanged_votes(acta::Acta acta) {
  auto& cards = acta.contests.front().cards;
  const auto [least, most] = std::ranges::minmax_element(cards);
  if (*least == *most) return acta;
  std::iter_swap(least, most);
  return acta;
}

acta::Acta of_election(acta::Acta acta, const election::Package& package,
                       const TableMachine& table) {
  acta.election = package.handle();
  acta.ballot = package.ballot_of(table.mesa());
  acta.mesa = table.mesa().id;
  return acta;
}

// The same record with other bytes in the payload and the old signature.
Bytes under_old_signature(const acta::SignedActa& genuine, const acta::Acta& altered) {
  const Bytes before = acta::encode(genuine.acta());
  const Bytes after = acta::encode(altered);
  Bytes out = genuine.record();
  const auto at = std::search(out.begin(), out.end(), before.begin(), before.end());
  CHECK(at != out.end());
  if (after.size() == before.size()) std::copy(after.begin(), after.end(), at);
  return out;
}

}  // namespace

Result<Bytes> forge(Attack attack, const acta::SignedActa& genuine, TableMachine& own,
                    TableMachine& neighbour, const election::Package& foreign_package,
                    TableMachine& foreign, Rng& rng) {
  const acta::Acta altered = with_exchanged_votes(genuine.acta());
  switch (attack) {
    case Attack::replay:
      return genuine.record();
    case Attack::other_figures:
      return under_old_signature(genuine, altered);
    case Attack::stranger_key: {
      auto stranger = crypto::SoftwareKey::generate(crypto::Algorithm::es256, rng);
      return acta::sign(altered, stranger);
    }
    case Attack::other_machine:
      return acta::sign(altered, neighbour.key());
    case Attack::other_election:
      return acta::sign(of_election(altered, foreign_package, foreign), foreign.key());
    case Attack::stolen_machine:
      return acta::sign(altered, own.key());
  }
  CHECK(false);
  return genuine.record();
}

}  // namespace sufragio::sim
