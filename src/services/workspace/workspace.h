#pragma once

#include <map>
#include <string>
#include <vector>

#include "election/definition.h"
#include "election/law_pack.h"
#include "ports/store.h"
#include "tally/judge.h"
#include "tally/totals.h"

// A workspace: what `import` makes and `tally`, `publish` read. A folder with `definition/`
// (docs/spec/definition.md), `law.toml`, `rows.csv`, `sources.csv` and what the sources say beside
// their rows (docs/spec/workspace.md). People can read and compare every file.
namespace sufragio::services {

struct Source {           // one file that rows came from
  std::string name;       // file name without folders
  std::string format;     // "ve-2024-mesas"
  std::string publisher;  // who published the rows; shown on every page
  std::uint64_t size = 0;
  Hash32 hash;
  friend bool operator==(const Source&, const Source&) = default;
};

// Something in the source that could not become a row, or was left out: nothing is dropped
// silently.
struct ImportNote {
  Error error;  // I1xx with file and line
  bool fatal_for_row = true;
  friend bool operator==(const ImportNote&, const ImportNote&) = default;
};

// Seats that the source says were awarded. Never shown as a result of ours: they are compared.
struct StatedSeats {
  election::ContestIndex contest;
  election::OptionId option;
  std::uint32_t seats = 0;
  friend bool operator==(const StatedSeats&, const StatedSeats&) = default;
};

// How many actas and electors the source says it expects of a unit.
struct StatedExpected {
  election::ContestIndex contest;
  tally::Unit unit;
  std::int64_t actas = 0;
  Persons registered;
  friend bool operator==(const StatedExpected&, const StatedExpected&) = default;
};

struct Body {  // an elected body and how the source divides its seats
  election::TerritoryCode territory;
  std::string name;
  Persons electors;
  std::uint32_t nominal = 0;
  std::vector<std::uint32_t> circuits;  // seats of each; their sum is `nominal`
  std::uint32_t list = 0;
  std::uint32_t indigenous = 0;
  std::uint32_t total = 0;
  friend bool operator==(const Body&, const Body&) = default;
};

struct Workspace {
  election::Definition definition;
  std::string law_text;
  election::LawPack law;
  std::vector<Source> sources;
  std::vector<tally::JudgedRow> rows;  // in file order
  std::vector<ImportNote> notes;
  // What the source says of itself: "mesas_announced" = "30026", "partial" = "yes",
  // "synthetic_codes" = "yes" … (docs/spec/workspace.md)
  std::map<std::string, std::string> about;
  std::vector<StatedSeats> stated_seats;
  std::vector<StatedExpected> stated_expected;
  std::vector<Body> bodies;
};

// Judges every row and its neighbours again (the stored codes are never believed) and fills status
// and findings. Two rows of one contest and unit are both quarantined (V113).
void judge_all(Workspace& workspace);

enum class Which {
  counted,      // rows that break no locked rule
  as_published  // every row as the source has it, quarantined ones too; never a result of ours
};
// `workspace` must outlive the totals.
[[nodiscard]] tally::Totals fold(const Workspace& workspace, Which which);

[[nodiscard]] Result<void> save(const Workspace& workspace, ports::Store& store);

using DocumentParser =
    Result<codec::Document> (*)(std::string_view text);  // TOML, handed in by the app
// I20x, D1xx, D2xx. The rows are judged again.
[[nodiscard]] Result<Workspace> load(const ports::Store& store, DocumentParser parse_toml);

}  // namespace sufragio::services
