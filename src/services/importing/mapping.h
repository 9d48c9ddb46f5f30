#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "election/definition.h"

// The description of a source: which column holds what, how things are called. `formats/*.toml` for
// the known formats, written by the user for a generic CSV. docs/spec/import.md.
namespace sufragio::services {

enum class SourceEncoding { automatic, utf8, latin1 };

struct OptionColumn {
  std::string column;
  election::OptionId id;
  std::string name;
};

struct KindOfTitle {  // a contest whose title contains `text` is of this kind
  std::string text;
  election::ContestKind kind = election::ContestKind::president;
  std::string id;  // part of the contest's id
};

struct Mapping {
  std::string id, title_es, title_en, date, publisher;
  std::optional<std::int64_t> mesas_announced;
  bool partial = false;

  SourceEncoding encoding = SourceEncoding::utf8;
  char separator = ',';
  bool pad_centre = false;            // codes of 8 digits lost their leading zero
  bool compute_ballots = false;       // voters and ballots = valid + null
  std::string missing;                // a cell that says "not known"; empty: none does
  std::vector<std::string> optional;  // columns that need not be there
  std::vector<std::string> dropped;   // columns that are known and left out
  std::vector<std::string> prefixes;  // taken off the names of territories

  election::ContestId contest;
  election::ContestKind kind = election::ContestKind::president;
  election::TerritoryCode territory;
  std::uint16_t seats = 1;
  std::uint16_t votes_per_voter = 1;
  std::string contest_es, contest_en;

  std::map<std::string, std::string> columns;  // role → column (or key of the source)
  std::vector<OptionColumn> options;
  std::map<std::string, std::string> states;  // name in the source → code
  std::map<std::string, std::string> words;   // names that a format needs for what has none
  std::vector<KindOfTitle> kinds;

  [[nodiscard]] Result<std::string> column(std::string_view role) const;  // I111 with "key"
  [[nodiscard]] std::string word(std::string_view key) const;             // the key when missing
  [[nodiscard]] bool is_optional(std::string_view name) const;
};

[[nodiscard]] Result<Mapping> read_mapping(const codec::Document& document);  // I111, C14x

}  // namespace sufragio::services
