#pragma once

#include <map>
#include <string>
#include <vector>

#include "acta/acta.h"
#include "e2e/tally.h"
#include "election/package.h"
#include "ports/store.h"
#include "ports/workers.h"

// The second count, checked against the actas: every proof, code, sum and decryption, the root of
// each bundle, equality cell by cell, and that no ciphertext of the country stands twice. Needs
// public files only (docs/spec/e2e.md, part 10).
namespace sufragio::services {

// The counted final actas of the log, by mesa.
using CountedActas = std::map<MesaId, acta::Acta>;

// "ballots/<mesa>.bundle"; "ballots/<first mesa of the group>.tally".
[[nodiscard]] std::string bundle_path(const MesaId& mesa);
[[nodiscard]] std::string tally_path(const e2e::Group& group);
// The groups in which these mesas are decrypted.
[[nodiscard]] std::vector<e2e::Group> groups_of(const election::Package& package,
                                                const CountedActas& actas);

// One group's sums, with every ballot checked (E1xx, E3xx, E502, E503; fact "mesa"), or, for those
// who checked them before, only read.
enum class Proofs { verify, verified_before };
[[nodiscard]] Result<e2e::Aggregate> aggregate_of(const e2e::Group& group,
                                                  const election::Package& package,
                                                  const CountedActas& actas, const e2e::Key& key,
                                                  const ports::Store& files, Proofs proofs,
                                                  std::vector<Bytes>* pads);
// What a guardian's own computer agrees to decrypt: groups of a territory with enough ballots, each
// ballot verified and committed to by a counted acta. Nothing else is ever asked of a share.
[[nodiscard]] Result<std::vector<e2e::Aggregate>> committed_aggregates(
    const election::Package& package, const CountedActas& actas, const e2e::Key& key,
    const ports::Store& files, std::string_view territory);
// Are these numbers the actas? E505 with mesa, contest, option, the number there and the acta's.
[[nodiscard]] Result<void> compare_with_actas(const e2e::GroupTally& tally,
                                              const election::Package& package,
                                              const CountedActas& actas);

struct GroupReport {
  e2e::Group group;
  std::optional<Error> problem;  // the first; nothing: everything holds
  bool again = false;            // the proofs were verified in an earlier run, on the same bytes
};
struct BallotsReport {
  std::vector<GroupReport> groups;
  std::vector<Error> duplicates;  // E506
  std::uint64_t ballots = 0;
  std::uint64_t selections = 0;
  [[nodiscard]] bool good() const;
};

struct BallotsOptions {
  std::string territory;             // first digits of centres; empty: the country
  ports::Store* progress = nullptr;  // where finished groups are noted; null: none
};

// Told after each group; may be called from several threads at once.
class BallotsWatcher {
 public:
  virtual ~BallotsWatcher() = default;
  virtual void group_done(std::size_t done, std::size_t total) = 0;
};

[[nodiscard]] Result<BallotsReport> check_ballots(const election::Package& package,
                                                  const CountedActas& actas,
                                                  const ports::Store& files,
                                                  const BallotsOptions& options,
                                                  ports::Workers& workers, BallotsWatcher* watcher);

}  // namespace sufragio::services
