#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/importing/import.h"
#include "services/importing/mapping.h"

namespace sufragio::services {

struct PlainFile {  // a source, unpacked
  std::string name;
  std::string text;
  Hash32 hash;  // of the file as it was given
};

struct Place {  // where something stands in a source
  const PlainFile* file = nullptr;
  std::size_t line = 0;  // 1-based; 0: the file as a whole
};

struct RowFigures {
  std::optional<Persons> registered, voters, ballots;
  std::vector<Votes> votes;
  Votes null, invalid;
  std::optional<Votes> valid;
  std::uint32_t actas = 1;
};

// Collects what a source says: territories, contests, rows, and a note for everything that is not
// as the format has it.
class Builder {
 public:
  Builder(const Mapping& mapping, const ImportOptions& options, Workspace& out)
      : mapping_{mapping}, options_{options}, out_{out} {}

  // Something could not be imported. After kMaxDefects of them nothing more is noted.
  void defect(Code code, const Place& place, std::vector<Fact> facts = {});
  void remark(Code code, const Place& place, std::vector<Fact> facts = {});
  // A remark that holds for many lines: said once, with the first line and the number of lines.
  void count(Code code, const Place& place, std::string_view what = "");
  [[nodiscard]] bool hopeless() const { return defects_ >= kMaxDefects; }
  [[nodiscard]] std::size_t defects() const { return defects_; }

  // A territory and its name; the name of the first row stands (I125 when a later one differs). An
  // empty name: the code stands there (I146). False when the name is no clean text (I112).
  bool name(const election::TerritoryCode& code, std::string_view raw, const Place& place);
  [[nodiscard]] bool knows(const election::TerritoryCode& code) const;
  // The name without the first of the mapping's prefixes that it starts with (I123).
  [[nodiscard]] std::string_view without_prefix(std::string_view raw, const Place& place);

  // Clean text of at most 300 bytes, or nothing (I112).
  [[nodiscard]] std::optional<std::string> clean(std::string_view raw, const Place& place);

  election::ContestIndex add_contest(election::Contest contest);
  // One contest of one unit. The same row again is left out (I107); other figures for the same unit
  // stay beside the first (I108). False: left out.
  bool add_row(const Place& place, election::ContestIndex contest, const tally::Unit& unit,
               RowFigures figures);
  // The mesa (or mesa 00 of a whole centre) that a row speaks of; gets the given contests.
  void add_mesa(const MesaId& id, std::optional<Persons> electors, std::uint32_t actas,
                std::uint16_t style);
  std::uint16_t style_of(const std::vector<election::ContestIndex>& contests);
  // Is the centre in the definition that the user gave? I106 when not.
  bool in_known(const election::TerritoryCode& centre, const Place& place);

  // Sorts, checks the definition, and says what holds for the whole import.
  Result<void> finish(std::string_view format, const std::vector<PlainFile>& files);

  const Mapping& mapping() const { return mapping_; }
  const ImportOptions& options() const { return options_; }
  Workspace& out() { return out_; }
  void progress(std::uint64_t done);
  void set_total(std::uint64_t total) { total_ = total; }

  static constexpr std::size_t kMaxDefects = 20'000;

 private:
  struct Counted {
    Place first;
    std::int64_t lines = 0;
  };
  void write_counts();

  const Mapping& mapping_;
  const ImportOptions& options_;
  Workspace& out_;
  std::size_t defects_ = 0;
  std::map<std::pair<Code, std::string>, Counted> counts_;
  std::map<election::TerritoryCode, std::string> names_;
  std::map<std::pair<std::uint16_t, tally::Unit>, std::size_t> row_of_;
  std::map<MesaId, election::Mesa> mesas_;
  std::map<std::vector<election::ContestIndex>, std::uint16_t> styles_;
  std::uint64_t total_ = 0;
};

// A whole number from 0 to 10^9 without signs or blanks.
[[nodiscard]] std::optional<std::int64_t> whole(std::string_view text);
template <typename C>
std::optional<C> count_from(std::string_view text) {
  const std::optional<std::int64_t> value = whole(text);
  if (!value) return std::nullopt;
  const Result<C> out = C::from(*value);
  if (!out) return std::nullopt;
  return *out;
}

// "JOSÉ PÉREZ" → "jose-perez": an id of at most `max` characters; "x" when nothing remains.
[[nodiscard]] std::string slug_of(std::string_view text, std::size_t max = 32);

[[nodiscard]] election::TerritoryCode code_of(std::string_view digits);  // CHECK: well formed

}  // namespace sufragio::services
