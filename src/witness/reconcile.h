#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statement/report.h"
#include "tally/row.h"
#include "tally/totals.h"

// Two sets of rows of one election, from any sources: where they agree, where they differ and how,
// what only one of them has. Neither side is the right one. docs/spec/reconcile.md.
namespace sufragio::witness {

struct Side {
  const election::Definition& definition;
  std::span<const tally::JudgedRow> rows;  // all of them, counted or not
  std::string name;                        // who published them
  Hash32 source;
};

// One figure of a row, the same place on both sides. Options by id.
struct FigureName {
  enum class What { option, null, invalid, registered, voters, ballots };
  What what = What::option;
  std::size_t option = 0;  // index in the contest of side A
  friend auto operator<=>(const FigureName&, const FigureName&) = default;
};

struct FigurePair {
  FigureName name;
  std::int64_t a = 0;
  std::int64_t b = 0;
  friend bool operator==(const FigurePair&, const FigurePair&) = default;
};

// How two figures, or the figures of two rows, differ: what a hand that copies does. The first
// that fits, in this order.
enum class Kind {
  shifted_row,     // the figures of another mesa of the same centre
  swapped,         // two figures changed places
  shifted_column,  // figures moved by one column
  one_digit,       // one digit differs, is missing or is one too many, in one figure
  transposition,   // two digits changed places in one figure (the difference divides by 9)
  other
};
[[nodiscard]] std::string_view kind_name(Kind kind);  // "shifted-row" …

struct Conflict {
  election::ContestIndex contest;  // of side A
  tally::Unit unit;
  Kind kind = Kind::other;
  std::vector<FigurePair> figures;  // those that differ
  std::optional<tally::Unit> like;  // shifted_row: whose figures they are
};
// `differing`: the figures that differ, all of them known on both sides; `a`, `b`: the votes.
[[nodiscard]] Kind classify(std::span<const FigurePair> differing, std::span<const std::int64_t> a,
                            std::span<const std::int64_t> b);

struct Counts {
  std::int64_t equal = 0;
  std::int64_t different = 0;
  std::int64_t only_a = 0;
  std::int64_t only_b = 0;
  std::int64_t ambiguous = 0;  // more than one row of the unit on a side: compared with none
  friend bool operator==(const Counts&, const Counts&) = default;
};

struct OptionSums {
  std::string id;
  std::string name;
  std::int64_t a = 0;  // over all rows of A
  std::int64_t b = 0;
  std::int64_t common = 0;  // over the rows that are equal on both sides
};

struct ContestSums {
  election::ContestIndex contest;  // of A
  std::vector<OptionSums> options;
};

struct Reconciliation {
  Counts total;
  std::map<election::TerritoryCode, Counts> by_state;
  std::vector<Conflict> conflicts;          // ascending by contest and unit
  std::vector<tally::Unit> only_a, only_b;  // ascending, each unit once a contest
  std::vector<tally::Unit> ambiguous;
  std::vector<std::string> not_compared;  // figures that one side never states: "registered" …
  std::vector<ContestSums> sums;
};
// R101, R102.
[[nodiscard]] Result<Reconciliation> reconcile(const Side& a, const Side& b);

// What the rows of one side leave open in a plurality contest with one seat (Manski bounds): the
// lead of the first over the second lies in [low, high] whatever the outstanding units hold.
struct LeadBounds {
  std::string first, second;  // ids
  std::int64_t lead = 0;      // over the known rows
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::int64_t outstanding = 0;  // units
  std::int64_t unknown = 0;      // of them without known electors: low and high leave them out
  std::int64_t electors = 0;     // of the known ones
};
// Known: rows equal on both sides as they are; differing units count with the worse of the two
// versions at either end; units of one side only, and `announced` units beyond both, are
// outstanding with the electors that either side states.
[[nodiscard]] std::optional<LeadBounds> lead_bounds(const Side& a, const Side& b,
                                                    election::ContestIndex contest,
                                                    std::int64_t announced);

// An announced total beside the rows: what is left for the mesas without a row must not be
// negative, and not more than their electors.
struct Announced {
  std::string option;
  std::int64_t votes = 0;
};
struct Feasibility {
  struct Line {
    std::string option, name;
    std::int64_t rows = 0;
    std::int64_t announced = 0;
    [[nodiscard]] std::int64_t rest() const { return announced - rows; }
  };
  std::vector<Line> lines;
  std::int64_t rest = 0;                 // sum of the rests
  std::optional<std::int64_t> electors;  // of the mesas without a row, where all are known
  [[nodiscard]] bool possible() const;
};
// R103, R104.
[[nodiscard]] Result<Feasibility> feasible(const Side& side, election::ContestIndex contest,
                                           std::span<const Announced> announced);

// Everything as a report of facts and bounds. `announced` mesas: how many the organiser announced.
[[nodiscard]] statement::Report report(const Side& a, const Side& b, const Reconciliation& found,
                                       std::int64_t announced);
[[nodiscard]] statement::Section section(const Side& side, const Feasibility& found,
                                         const Hash32& announcement);

}  // namespace sufragio::witness
