#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/count.h"
#include "base/ids.h"
#include "codec/document.h"
#include "election/territory.h"

// An election as people write it: a folder of TOML and CSV that can be read and compared line by
// line (docs/spec/definition.md). `read_definition` checks it and gives this value; package.h
// freezes it.
namespace sufragio::election {

using ContestId = Slug<struct ContestTag>;
using OptionId = Slug<struct OptionTag>;
using OrganisationId = Slug<struct OrganisationTag>;
using AllianceId = Slug<struct AllianceTag>;
using StyleId = Slug<struct StyleTag>;
using ContestIndex = Id<struct ContestIndexTag, std::uint16_t>;  // position in Definition::contests

enum class ElectionKind : std::uint8_t { real = 0, drill = 1, mock = 2, audit = 3 };
enum class ContestKind {
  president,
  governor,
  mayor,
  list,
  nominal,
  indigenous,
  referendum,
  constituent
};

// The words of files: "real", "president" … D103 for any other word.
[[nodiscard]] std::string_view kind_name(ElectionKind kind);
[[nodiscard]] std::string_view kind_name(ContestKind kind);
[[nodiscard]] Result<ElectionKind> parse_election_kind(std::string_view name);
[[nodiscard]] Result<ContestKind> parse_contest_kind(std::string_view name);

struct Territory {
  TerritoryCode code;
  std::string name;
  friend bool operator==(const Territory&, const Territory&) = default;
};

struct Organisation {
  OrganisationId id;
  std::string short_name;  // as on the card
  std::string name;
  friend bool operator==(const Organisation&, const Organisation&) = default;
};

// What a voter can choose in a contest: a candidate or a list. Several cards may nominate one
// option (an alliance).
struct Option {
  OptionId id;
  std::string name;
  friend bool operator==(const Option&, const Option&) = default;
};

struct Card {  // position 1 … n in the order of the law
  OrganisationId organisation;
  OptionId option;
  std::optional<AllianceId>
      alliance;  // the group of organisations that this card counts for, across contests
  friend bool operator==(const Card&, const Card&) = default;
};

struct Contest {
  ContestId id;
  ContestKind kind = ContestKind::president;
  TerritoryCode territory;  // who votes in it
  std::uint16_t seats = 1;
  std::uint16_t votes_per_voter = 1;
  std::string title_es;
  std::string title_en;
  std::vector<Option> options;
  std::vector<Card> cards;  // in ballot order
  bool cards_known =
      true;  // false: an import that gives candidates only; each "card" is then an option
  std::string generated;  // what of it no source gives and a seed made: words of kGeneratedWords
  friend bool operator==(const Contest&, const Contest&) = default;
};

struct Style {  // which contests a voter gets, in this order
  StyleId id;
  std::vector<ContestIndex> contests;
  friend bool operator==(const Style&, const Style&) = default;
};

struct Mesa {
  MesaId id;
  Persons electors;
  std::uint16_t style = 0;  // index in Definition::styles
  bool electors_known = true;
  std::uint32_t actas = 1;  // imports: how many actas the row of this unit is expected to stand for
  friend bool operator==(const Mesa&, const Mesa&) = default;
};

struct Definition {
  std::string id;  // slug of the election
  std::string title_es;
  std::string title_en;
  std::string date;  // YYYY-MM-DD
  ElectionKind kind = ElectionKind::drill;
  std::string organiser;  // who runs it, or who published the rows of an import
  std::string law;        // id of the law pack
  std::string url;        // base of the public addresses; may be empty
  bool imported = false;  // made by `import`: rows are tables, never actas
  std::string
      generated;  // of territory, mesas and logos: what a seed made; shown wherever it is shown
  std::vector<Territory> territories;       // ascending by code; the country itself is not listed
  std::vector<Organisation> organisations;  // ascending by id
  std::vector<AllianceId> alliances;        // ascending
  std::map<AllianceId, std::string> alliance_names;
  std::vector<Contest> contests;
  std::vector<Style> styles;
  std::vector<Mesa> mesas;  // ascending by id

  [[nodiscard]] const Contest& contest(ContestIndex index) const;
  [[nodiscard]] const Territory* territory(
      const TerritoryCode& code) const;  // null: unknown; the country is unknown
  [[nodiscard]] const Mesa* mesa(const MesaId& id) const;
  [[nodiscard]] std::optional<ContestIndex> contest_index(const ContestId& id) const;
  // Null: unknown, or the empty id (a card where `cards_known` is false).
  [[nodiscard]] const Organisation* organisation(const OrganisationId& id) const;
  friend bool operator==(const Definition&, const Definition&) = default;
};

// Words of the marks `generated`, in this order, joined by one blank.
inline constexpr std::string_view kGeneratedWords[] = {"cards",   "electors", "logos",    "mesas",
                                                       "options", "seats",    "territory"};
[[nodiscard]] bool is_generated_mark(std::string_view text);

// The files of a definition folder by name: election.toml (already parsed) and the texts of the CSV
// files.
struct DefinitionFiles {
  codec::Document election;
  std::map<std::string, std::string> csv;  // "territory.csv" → its text
};

// Every rule of docs/spec/definition.md; a failure names file, line and code (D1xx; B10x, C13x and
// C14x of the layers below). Missing parents, cards without option or organisation, two cards on
// one position, a mesa of an unknown centre or style, a style without contests, a contest that no
// mesa reaches, a date that does not exist …
[[nodiscard]] Result<Definition> read_definition(const DefinitionFiles& files);
// The same folder again, as text by file name ("election.toml" too): read(write(d)) == d.
[[nodiscard]] std::map<std::string, std::string> write_definition(const Definition& definition);

}  // namespace sufragio::election
