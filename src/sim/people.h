#pragma once

#include <vector>

#include "acta/acta.h"
#include "base/rng.h"
#include "election/package.h"
#include "ports/ballot_sealer.h"

// Who comes to the table and what they choose, and the plain counting machine that serves them. The
// voting machine of the product (its own room) takes this machine's place; the people stay.
namespace sufragio::sim {

// How likely each card of a contest is, as integer weights over the whole country, before each
// mesa's own taste.
using Tastes = std::vector<std::vector<std::uint64_t>>;  // [contest][card]
[[nodiscard]] Tastes draw_tastes(const election::Definition& definition, Rng& rng);

struct TableDay {
  std::int64_t opening_s = 0;  // unix seconds, whole minutes
  std::int64_t closing_s = 0;
};
// Opening and closing of a table on a day that starts at `midnight_s` (local
// midnight in UTC seconds).
[[nodiscard]] TableDay draw_table_day(std::int64_t midnight_s, Rng& rng);

// Counts of one table. Voters come, are counted and leave no order behind: only sums are kept.
class CountingMachine {
 public:
  CountingMachine(const election::Package& package, const election::Mesa& mesa,
                  crypto::MachineId machine);

  // From here on every ballot is encrypted too; `rng` is the machine's own.
  void encrypt_with(ports::BallotSealer& sealer, Rng& rng);
  void serve_voters(const Tastes& tastes, Rng& rng);
  // The encrypted ballots in no order that tells anything; the root of their bundle stands in the
  // final acta.
  [[nodiscard]] const std::vector<Bytes>& sealed_ballots() const { return sealed_; }
  void commit_to(const Hash32& ballots_root) { ballots_root_ = ballots_root; }
  [[nodiscard]] acta::Acta zero_acta(std::int64_t time_s) const;
  [[nodiscard]] acta::Acta final_acta(const TableDay& day) const;
  [[nodiscard]] const election::Mesa& mesa() const { return mesa_; }

 private:
  [[nodiscard]] acta::Acta blank(std::int64_t time_s) const;
  void cast_ballot(const Tastes& tastes, Rng& rng);
  void pass_gate(Rng& rng);

  const election::Package& package_;
  const election::Mesa& mesa_;
  crypto::MachineId machine_;
  std::vector<std::vector<std::int64_t>> cards_;  // [contest of the style][card]
  std::vector<std::int64_t> null_;
  std::vector<std::vector<std::uint64_t>> local_;  // this mesa's weights
  std::int64_t voters_ = 0;
  std::int64_t gate_[4] = {0, 0, 0, 0};
  std::int64_t void_prints_ = 0;
  std::int64_t assisted_ = 0;
  ports::BallotSealer* sealer_ = nullptr;
  Rng* sealing_rng_ = nullptr;
  std::vector<Bytes> sealed_;
  std::optional<Hash32> ballots_root_;
};

}  // namespace sufragio::sim
