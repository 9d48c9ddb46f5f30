#pragma once

#include <map>
#include <string>
#include <vector>

#include "acta/acta.h"
#include "e2e/tally.h"
#include "election/package.h"
#include "ports/processes.h"
#include "ports/store.h"
#include "services/units/kept_units.h"

// The second count, checked against the actas: every proof, code, sum and decryption, the root of
// each bundle, equality cell by cell, and that no ciphertext of the country stands twice. Needs
// public files only (docs/spec/e2e.md, part 10).
namespace sufragio::services {

// The counted final actas of the log, by mesa.
using CountedActas = std::map<MesaId, acta::Acta>;

// The public files of the count: in the folder of a centre "ballots/<mesa>.bundle" and
// "ballots/<first mesa of the group>.tally", in a published tree below the pages of the mesas.
[[nodiscard]] std::string bundle_path(const MesaId& mesa);
[[nodiscard]] std::string tally_path(const e2e::Group& group);
class BallotFiles {
 public:
  enum class Place { centre, site };
  BallotFiles(const ports::Store& store, Place place) : store_{store}, place_{place} {}
  [[nodiscard]] Result<std::optional<Bytes>> bundle(const MesaId& mesa) const;
  [[nodiscard]] Result<std::optional<Bytes>> tally(const e2e::Group& group) const;

 private:
  const ports::Store& store_;
  Place place_;
};
// The groups in which these mesas are decrypted.
[[nodiscard]] std::vector<e2e::Group> groups_of(const election::Package& package,
                                                const CountedActas& actas);

// One group's sums, with every ballot checked (E1xx, E3xx, E502, E503; fact "mesa"). `keys` takes
// 16 bytes of each first element, for the search of duplicates.
[[nodiscard]] Result<e2e::Aggregate> aggregate_of(const e2e::Group& group,
                                                  const election::Package& package,
                                                  const CountedActas& actas, const e2e::Key& key,
                                                  const BallotFiles& files, Bytes* keys);
// What a guardian's own computer agrees to decrypt: groups of a territory with enough ballots, each
// ballot verified and committed to by a counted acta. Nothing else is ever asked of a share.
[[nodiscard]] Result<std::vector<e2e::Aggregate>> committed_aggregates(
    const election::Package& package, const CountedActas& actas, const e2e::Key& key,
    const BallotFiles& files, std::string_view territory);
// Are these numbers the actas? E505 with mesa, contest, option, the number there and the acta's.
[[nodiscard]] Result<void> compare_with_actas(const e2e::GroupTally& tally,
                                              const election::Package& package,
                                              const CountedActas& actas);

struct GroupReport {
  e2e::Group group;
  std::optional<Error> problem;  // the first; nothing: everything holds
  bool again = false;            // found in an earlier run, on the same bytes
};
struct BallotsReport {
  std::vector<GroupReport> groups;
  std::vector<Error> duplicates;  // E506, with the facts "mesa", "other" and "count"
  std::uint64_t ballots = 0;
  std::uint64_t selections = 0;
  [[nodiscard]] bool good() const;
};

struct BallotsOptions {
  std::string territory;         // first digits of mesas ("1304", "130402001.03"); empty: all
  ports::Store* kept = nullptr;  // finished groups and keys for the search; null: in memory
};

// E501, E113 and the codes of a transcript; E509 when no counted acta is of that territory; E508.
// Groups are shared between the processes; all of them call this with the same arguments and can
// read `files`, and only the leading one gets the groups' reports. Memory: one bundle and its keys
// for each worker; the rest stands in `kept`, about 36 bytes for each option of a ballot.
[[nodiscard]] Result<BallotsReport> check_ballots(
    const election::Package& package, const CountedActas& actas, const BallotFiles& files,
    const BallotsOptions& options, ports::Processes& processes, UnitWatcher* watcher);

}  // namespace sufragio::services
