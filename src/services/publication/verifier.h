#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/document.h"
#include "crypto/machine_records.h"
#include "ports/store.h"
#include "ports/workers.h"

// Checks a published tree from its bytes alone: docs/spec/site.md section 7.
namespace sufragio::services {

struct SiteTrust {  // what the reader knows from outside; all may be empty
  std::vector<crypto::PublicKey> roots;
  std::string publisher;  // a key text ("sufragio-public-key:…") or a fingerprint
};

struct SiteStep {
  std::string_view name;  // "manifest", "files", "package", "log", "rows", "figures", "bulletins",
                          // "acts", "actas"; words stand under `verify.step.<name>`
  std::int64_t checked =
      0;  // signatures, files, roots, entries, rows, data files, bulletins, acts, actas
};

struct SiteReport {
  std::vector<SiteStep> steps;     // those that were done and hold
  std::vector<Error> failures;     // P1xx; of the first step that does not hold
  bool is_signed = false;          // a tree of signed actas
  bool publisher_known = false;    // the reader named the key that signed
  bool roots_known = false;        // the reader named the roots of the package
  std::string fingerprint;         // of the publisher's key, to compare
  std::vector<std::string> roots;  // their fingerprints
  crypto::ElectionHandle handle;
  std::uint64_t number = 0;
  std::int64_t time_s = 0;

  [[nodiscard]] bool holds() const { return failures.empty(); }
};

using TomlParser = Result<codec::Document> (*)(std::string_view text);  // handed in by the app

// Reads of `tree` may happen at the same time. At most 20 failures are named.
[[nodiscard]] SiteReport verify_site(const ports::Store& tree, const SiteTrust& trust,
                                     TomlParser parse_toml, ports::Workers& workers);

}  // namespace sufragio::services
