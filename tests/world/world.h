#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acta/acta.h"
#include "election/package.h"
#include "tally/row.h"

// The small election of small_election.h, frozen and signed, with every key of it in memory: what
// tests of the ledger, the night and the centre start from.
namespace sufragio::tests {

class World {
 public:
  // `kind` real, drill …; `law_change` edits the text of the law pack; `nominations`: lines of
  // nominations.csv that the package names, signed by operations.
  explicit World(election::ElectionKind kind = election::ElectionKind::drill,
                 void (*law_change)(std::string& law) = nullptr, std::string_view nominations = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] const election::Package& package() const { return *package_; }
  // The same without its nominations, which stand beside it.
  [[nodiscard]] const election::Package& bare_package() const { return *bare_; }
  [[nodiscard]] const election::Definition& definition() const { return package_->definition(); }
  [[nodiscard]] const Bytes& manifest_record() const { return manifest_record_; }
  [[nodiscard]] std::vector<crypto::PublicKey> root_keys() const;
  [[nodiscard]] MesaId mesa(std::size_t index) const { return definition().mesas.at(index).id; }

  [[nodiscard]] static crypto::SoftwareKey machine_key(std::size_t machine);
  [[nodiscard]] static crypto::MachineId machine_id(std::size_t machine);
  [[nodiscard]] Bytes certificate(std::size_t machine);
  [[nodiscard]] Bytes assignment(const MesaId& mesa, std::size_t machine, bool replacement = false);
  [[nodiscard]] Bytes revocation(const std::vector<std::size_t>& machines);
  // Certificates of machines 0 … and assignment of machine i to mesa i of the definition.
  void equip(acta::MachineRegistry& registry);

  // A final acta of mesa `index` by machine `index` that breaks no rule; other seeds, other votes.
  [[nodiscard]] acta::Acta sheet(std::size_t index, std::uint64_t seed = 1) const;
  [[nodiscard]] acta::Acta zero_sheet(std::size_t index) const;
  [[nodiscard]] static acta::SignedActa sign(const acta::Acta& sheet, std::size_t machine);
  [[nodiscard]] acta::SignedActa acta(std::size_t index, std::uint64_t seed = 1) const {
    return sign(sheet(index, seed), index);
  }

  Bytes acts;                          // the signed nominations; empty without
  std::map<std::string, Bytes> files;  // of the package
  crypto::SoftwareKey ca, ops, auditor, log, publisher;
  std::vector<crypto::SoftwareKey> bulletin, roots;

 private:
  Bytes manifest_record_;
  std::optional<election::Package> bare_;
  std::optional<election::Package> package_;
};

inline constexpr std::int64_t kOpening = 1'796'551'200;         // 2026-12-06 06:00, UTC−4
inline constexpr std::int64_t kClosing = kOpening + 12 * 3600;  // 18:00
[[nodiscard]] Votes votes(std::int64_t value);
[[nodiscard]] Persons persons(std::int64_t value);

// One world for all tests of a binary that change nothing in it.
[[nodiscard]] World& small_world();

// The codes of findings in one text: "V113 V203"; empty when nothing was found.
[[nodiscard]] std::string codes(const std::vector<tally::Finding>& findings);

}  // namespace sufragio::tests
