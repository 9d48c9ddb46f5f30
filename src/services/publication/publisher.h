#pragma once

#include <map>
#include <memory>
#include <string>

#include "crypto/keys.h"
#include "ports/paper.h"
#include "ports/store.h"
#include "ports/templates.h"
#include "ports/workers.h"
#include "services/publication/source.h"
#include "services/words/catalogue.h"

// Writes the published tree of docs/spec/site.md. Pages are rendered by all workers, files are
// written by one; the signature comes last, when everything else is on the disk.
namespace sufragio::services {

struct SiteTools {
  crypto::Signer& signer;  // ES256, the role `publisher`
  ports::Workers& workers;
  const ports::Templates& templates_es;
  const ports::Templates& templates_en;
  const Catalogue& words_es;
  const Catalogue& words_en;
  // Files that the tree carries as they are: `assets/…`, `verify/…`.
  const std::map<std::string, Bytes>& additions;
  ports::Drawer* drawer = nullptr;  // of the paper of acts of award; null: none is drawn
};

class PublishProgress {
 public:
  virtual ~PublishProgress() = default;
  virtual void pages(std::size_t done, std::size_t total) = 0;
};

struct PublishedTree {
  std::uint64_t number = 0;
  std::size_t pages = 0;  // territories and mesas rendered, each in both languages
  std::size_t files = 0;  // written
  std::size_t bytes = 0;
};

// One writer for one tree. The first `publish` writes everything and removes what does not belong
// into the tree; the next ones write only what changed since: pages of mesas whose rows or acta
// changed, of everything above them, and the lists. The number of a publication follows the one in
// the tree.
class Publisher {
 public:
  Publisher(ports::Store& tree, const SiteTools& tools);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // P104–P106, and failures of the store, templates and seats. After a failure the next call writes
  // everything.
  [[nodiscard]] Result<PublishedTree> publish(const SiteSource& source, std::int64_t time_s,
                                              PublishProgress* progress = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The templates of a folder with the words of one language in place of each [[key]].
[[nodiscard]] Result<std::map<std::string, std::string>> worded_templates(
    const ports::Store& folder, const Catalogue& words);

}  // namespace sufragio::services
