#pragma once

#include <string>
#include <vector>

#include "election/definition.h"
#include "election/law_pack.h"
#include "ports/store.h"
#include "tally/judge.h"

// A workspace: what `import` makes and `tally`, `publish` read. A folder with `definition/`
// (docs/spec/definition.md), `law.toml`, `rows.csv` and `sources.csv` (docs/spec/workspace.md).
// People can read and compare every file.
namespace sufragio::services {

struct Source {           // one file that rows came from
  std::string name;       // file name without folders
  std::string format;     // "ve-2024-mesas"
  std::string publisher;  // who published the rows; shown on every page
  std::uint64_t size = 0;
  Hash32 hash;
};

// Something in the source that could not become a row, or was left out: nothing is dropped
// silently.
struct ImportNote {
  Error error;  // I1xx with file and line
  bool fatal_for_row = true;
};

struct Workspace {
  election::Definition definition;
  std::string law_text;
  election::LawPack law;
  std::vector<Source> sources;
  std::vector<tally::JudgedRow> rows;  // in file order
  std::vector<ImportNote> notes;
};

// Judges every row and its neighbours again (the stored codes are never believed) and fills status
// and findings.
void judge_all(Workspace& workspace);

[[nodiscard]] Result<void> save(const Workspace& workspace, ports::Store& store);

using DocumentParser =
    Result<codec::Document> (*)(std::string_view text);  // TOML, handed in by the app
[[nodiscard]] Result<Workspace> load(const ports::Store& store, DocumentParser parse_toml);

}  // namespace sufragio::services
