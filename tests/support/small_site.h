#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "election/package.h"
#include "ports/memory_store.h"
#include "services/office/office.h"
#include "services/publication/publisher.h"
#include "services/publication/signed_source.h"
#include "services/totalization/centre.h"

namespace sufragio::tests {

// The night of the small election: package, machines, actas of four of five mesas, log, bulletin.
// The same seed gives the same bytes.
class SmallNight {
 public:
  // `nominations`: lines of nominations.csv that the package names.
  explicit SmallNight(std::uint64_t seed = 1, std::string_view nominations = {});

  void send(const MesaId& mesa, std::int64_t more_votes = 0);  // an acta of its machine
  void bulletin();
  [[nodiscard]] services::SiteSource source();
  [[nodiscard]] services::DrillKeys& keys() { return *keys_; }
  [[nodiscard]] const election::Package& package() const { return *package_; }
  [[nodiscard]] const services::Night& night() const { return centre_->night(); }
  [[nodiscard]] const ports::MemoryStore& log() const { return log_; }
  // All mesas but the last have sent, and a bulletin is signed.
  void whole_day();

 private:
  [[nodiscard]] Bytes signed_by_roots(crypto::RecordKind kind, ByteView payload);

  std::optional<services::DrillKeys> keys_;
  Bytes acts_;
  services::FrozenElection frozen_;
  std::optional<election::Package> package_;
  std::map<MesaId, crypto::SoftwareKey> machines_;
  ports::MemoryStore log_;
  ports::MemoryStore pictures_;
  ports::Inline workers_;
  std::unique_ptr<services::Centre> centre_;
  std::vector<services::SiteBulletin> bulletins_;
};

// Words, templates and assets of the repository, and a key.
class SiteKit {
 public:
  SiteKit();
  [[nodiscard]] services::SiteTools tools(crypto::Signer& signer, ports::Workers& workers) const;

  std::optional<services::Catalogue> es, en;
  std::unique_ptr<ports::Templates> pages_es, pages_en;
  std::map<std::string, Bytes> additions;
};

// A workspace as an import makes it: the small election with imported rows, one of them bad.
struct SmallImport {
  election::Definition definition;
  std::string law_text;
  election::LawPack law;
  services::SiteSource source;
};
[[nodiscard]] std::unique_ptr<SmallImport> small_import();

// 2026-12-06 20:00 at UTC−4: when tests publish.
inline constexpr std::int64_t kEveningOfElection = 1'796'601'600;

[[nodiscard]] std::vector<std::string> files_of(const ports::Store& store);
[[nodiscard]] Bytes one_point_png();  // a picture of one white point
void write_tree(const ports::Store& tree, const std::string& folder);  // to the disk

}  // namespace sufragio::tests
