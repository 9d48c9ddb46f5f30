#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/keys.h"
#include "election/counting.h"
#include "election/definition.h"
#include "election/law_pack.h"
#include "ports/store.h"
#include "services/award/award.h"
#include "services/claims/claim.h"
#include "services/workspace/workspace.h"
#include "tally/row.h"

// What a published tree is made of. There is no field for a total: every figure of the tree is a
// fold over `rows` (blueprint rule 1).
namespace sufragio::services {

struct SiteActa {  // a final acta of the log, in any state
  MesaId mesa;
  Hash32 id;  // SHA-256 of the record
  std::uint64_t log_index = 0;
  Bytes record;
};

struct SiteBulletin {
  Bytes record;  // COSE_Sign
  Bytes totals;
  Bytes rows;
};

struct SiteAct {  // an act of award of the log
  Act act;
  Bytes record;  // COSE_Sign
  std::uint64_t log_index = 0;
};

struct SignedPart {  // an election run with Sufragio
  crypto::ElectionHandle handle;
  Bytes manifest_record;
  std::map<std::string, Bytes> package_files;  // as in the package manifest
  Bytes nominations;  // the signed acts that the package names, and later ones; empty without
  std::vector<crypto::PublicKey> roots;
  const ports::Store* log = nullptr;  // the log's folder: `checkpoint`, `tile/…`
  std::string log_origin;
  std::vector<SiteBulletin> bulletins;     // from number 1
  std::vector<SiteAct> acts;               // of award, in the order of the log
  std::vector<SiteActa> actas;             // ascending by log index
  const ports::Store* pictures = nullptr;  // `<acta id in hex>.png`; may lack some, or be null
  // The encrypted count, `<mesa>.bundle` and `<first mesa of a group>.tally`; may lack some, or be
  // null.
  const ports::Store* ballots = nullptr;
};

struct SiteSource {
  std::vector<PublishedClaim>
      claims;  // published figures to recompute on a page of their own; may be empty
  const election::Definition* definition = nullptr;
  std::string law_text;
  const election::LawPack* law = nullptr;
  // What the votes of each card count for, by the acts of the signed part; null: what it prints.
  const election::Counting* counting = nullptr;
  std::vector<tally::JudgedRow> rows;  // in file order, or in the order of the log
  std::vector<Source> sources;         // imported trees
  std::vector<ImportNote> notes;
  std::optional<SignedPart> signed_part;  // nothing: an imported tree
};

}  // namespace sufragio::services
