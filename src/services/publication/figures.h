#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "seats/seats.h"
#include "services/ballots/impact.h"
#include "services/publication/source.h"
#include "statement/statement.h"
#include "tally/totals.h"

namespace sufragio::services {

// The figures of a tree and the text of its data files, as functions of the rows: publisher and
// verifier ask the same questions here. The definition must outlive it.
class SiteFigures {
 public:
  // `actas`: of the log, ascending by index; empty in imported trees. `counting` may be null, else
  // must outlive it.
  SiteFigures(const election::Definition& definition, std::vector<tally::JudgedRow> rows,
              const std::vector<SiteActa>& actas, bool is_signed,
              const election::Counting* counting = nullptr);
  SiteFigures(const SiteFigures&) = delete;
  SiteFigures& operator=(const SiteFigures&) = delete;

  [[nodiscard]] const election::Definition& definition() const { return definition_; }
  // As the law counts its cards; the definition has it as printed.
  [[nodiscard]] const election::Contest& by_law(election::ContestIndex contest) const {
    return counting_.contest(definition_, contest);
  }
  [[nodiscard]] const election::Counting& counting() const { return counting_; }
  [[nodiscard]] bool is_signed() const { return signed_; }
  [[nodiscard]] const std::vector<tally::JudgedRow>& rows() const { return rows_; }
  [[nodiscard]] const tally::Totals& totals() const { return totals_; }
  // Rows of a unit, in the order of rows.csv.
  [[nodiscard]] std::span<const std::uint32_t> rows_of(const tally::Unit& unit) const;
  [[nodiscard]] const std::vector<tally::Unit>& units() const { return units_; }  // ascending
  // The acta that the mesa shows: the one whose rows count, else the first.
  [[nodiscard]] const SiteActa* acta_of(const MesaId& mesa) const;
  [[nodiscard]] std::span<const MesaId> missing(const election::TerritoryCode& code) const;
  [[nodiscard]] std::span<const election::Mesa> mesas(const election::TerritoryCode& code) const;
  [[nodiscard]] bool is_missing(const MesaId& mesa) const;
  // Contests whose own territory contains this one, in the order of the definition.
  [[nodiscard]] std::vector<election::ContestIndex> contests(
      const election::TerritoryCode& code) const;
  [[nodiscard]] std::vector<const election::Territory*> children(
      const election::TerritoryCode& code) const;
  // How many rows below a territory carry each rule.
  [[nodiscard]] const std::map<tally::Rule, std::int64_t>& flags(
      const election::TerritoryCode& code) const;
  [[nodiscard]] const tally::Figures& at(election::ContestIndex contest,
                                         const election::TerritoryCode& code) const;

  [[nodiscard]] std::string rows_csv() const;
  [[nodiscard]] std::string totals_csv() const;
  [[nodiscard]] std::string territory_json(const election::TerritoryCode& code) const;
  [[nodiscard]] std::string territory_csv(const election::TerritoryCode& code) const;
  [[nodiscard]] std::string mesa_json(const election::Mesa& mesa) const;
  [[nodiscard]] std::string mesa_csv(const election::Mesa& mesa) const;

 private:
  void sort_rows();
  void fold();
  void choose_actas(const std::vector<SiteActa>& actas);
  void find_missing();

  const election::Definition& definition_;
  const election::Counting& counting_;
  bool signed_;
  std::vector<tally::JudgedRow> rows_;
  tally::Totals totals_;
  std::vector<tally::Unit> units_;         // each once, ascending
  std::vector<std::uint32_t> unit_begin_;  // into by_unit_, one more than units
  std::vector<std::uint32_t> by_unit_;     // row indexes
  std::vector<MesaId> missing_;            // ascending
  std::map<MesaId, SiteActa> actas_;
  std::map<election::TerritoryCode, std::vector<election::ContestIndex>> contests_in_;
  std::map<election::TerritoryCode, std::map<tally::Rule, std::int64_t>> flags_;
};

[[nodiscard]] std::string_view status_name(tally::RowStatus status);  // "counted"
[[nodiscard]] std::string_view trust_name(tally::Trust trust);        // "signed"
[[nodiscard]] std::string_view level_name(election::Level level);     // "country"
[[nodiscard]] std::string codes_text(const std::vector<tally::Finding>& findings);

struct SiteFacts {  // data/site.json
  crypto::ElectionHandle handle;
  Hash32 law_pack;
  std::string log_origin;
  std::uint32_t bulletins = 0;
};
[[nodiscard]] std::string site_json(const SiteFigures& figures, const SiteFacts& facts);
struct ContestSeats {               // the seats of a contest by the figures of the tree
  std::vector<tally::Share> votes;  // per contender: the options with a card
  seats::Allocation allocation;
  std::string_view method;  // "dhondt"
  bool complete = false;    // no mesa of the contest is missing
  // With stale cards: what each reading of the law gives, the pack's own first (S112).
  std::vector<ReadingResult> readings;
  // Of a contest with missing mesas: what can still change and what cannot (docs/rules/S110.md).
  std::vector<statement::Statement> bounds;
};
[[nodiscard]] Result<ContestSeats> seats_of(const SiteFigures& figures,
                                            election::ContestIndex contest,
                                            const election::LawPack& law);
// data/seats.json: the contests that give seats.
[[nodiscard]] Result<std::string> seats_json(const SiteFigures& figures,
                                             const election::LawPack& law, std::uint32_t bulletin);
[[nodiscard]] std::string sources_csv(const std::vector<Source>& sources);
[[nodiscard]] std::string notes_csv(const std::vector<ImportNote>& notes);

}  // namespace sufragio::services
