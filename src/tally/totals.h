#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tally/row.h"

namespace sufragio::tally {

// The results sheet (ficha) of one contest in one territory. Official names: docs/glossary.md.
struct Figures {
  std::int64_t expected = 0;             // ACTAS TOTALES
  std::int64_t counted = 0;              // ACTAS ESCRUTADAS
  std::int64_t registered_expected = 0;  // ELECTORES ESPERADOS
  bool registered_expected_known = true;
  std::int64_t registered = 0;  // ELECTORES EN ACTAS TRANSMITIDAS: of the counted rows
  std::int64_t voters = 0;      // ELECTORES ESCRUTADOS
  std::int64_t ballots = 0;
  std::int64_t rows_without_registered =
      0;  // imports: rows that do not give the figure (turnout says so)
  std::int64_t rows_without_voters = 0;
  std::int64_t turnout_registered = 0;  // of the rows that give both figures
  std::int64_t turnout_voters = 0;
  std::vector<std::int64_t> votes;  // per card
  std::int64_t null = 0;            // VOTOS NULOS = null + invalid
  std::int64_t invalid = 0;

  [[nodiscard]] std::int64_t valid() const;  // VOTOS VÁLIDOS = sum over the cards
  [[nodiscard]] std::int64_t cast() const;   // VOTOS ESCRUTADOS = valid + null + invalid
  // PARTICIPACIÓN in hundredths of a percent, over the rows that give both figures; nothing when
  // none does.
  [[nodiscard]] std::optional<std::int64_t> turnout() const;
  friend bool operator==(const Figures&, const Figures&) = default;
};

// The fold of counted rows over the territory tree. Sums of 64-bit integers cannot overflow: at
// most 10^5 rows of at most 10^9. Adding then removing a row leaves the same value; the order of
// rows never matters.
class Totals {
 public:
  explicit Totals(const election::Definition& definition);  // must outlive the totals
  Totals(Totals&&) = default;
  Totals& operator=(Totals&&) = delete;
  void add(const Row& row);  // CHECK: counted, and `fits`
  void remove(const Row& row);
  // Is the row of a known contest, with its number of cards, in a known unit inside the contest's
  // territory? Only such rows have a place in totals; every row without V111 and V201 has.
  [[nodiscard]] bool fits(const Row& row) const;

  // Only territories inside the contest's own. Null: outside, or unknown.
  [[nodiscard]] const Figures* at(election::ContestIndex contest,
                                  const election::TerritoryCode& code) const;
  [[nodiscard]] const std::map<election::TerritoryCode, Figures>& of(
      election::ContestIndex contest) const;
  [[nodiscard]] const election::Definition& definition() const { return definition_; }

 private:
  // The figures of one contest, and where those of `definition.territories[first + i]` stand; nodes
  // of a map never move.
  struct Tree {
    std::map<election::TerritoryCode, Figures> by_code;
    Figures* country = nullptr;  // only of a contest of the whole country
    std::size_t first = 0;
    std::vector<Figures*> places;
  };
  struct Path {  // a unit and what contains it, as places in `definition.territories`
    std::array<std::size_t, 4> places{};
    std::size_t length = 0;
    bool complete = false;  // up to the country, without a gap
  };
  static constexpr std::size_t kLevels = 5;  // centre, parish, municipality, state, country
  struct Chain {
    std::array<Figures*, kLevels> nodes{};
    std::size_t length = 0;
  };
  [[nodiscard]] Path path_of(const election::TerritoryCode& unit) const;
  [[nodiscard]] static Chain chain(Tree& tree, const Path& path);
  void fold(const Row& row, std::int64_t sign);

  const election::Definition& definition_;
  std::vector<Tree> by_contest_;
  // By unit; looked up, never iterated.
  std::unordered_map<election::TerritoryCode, Path, election::TerritoryCode::Hash> paths_;
};

// What the source says over all rows of one status: so that quarantined rows are never lost from
// sight. `stated_valid` takes the sum over the cards where a row states no figure.
struct StatusSums {
  std::int64_t rows = 0;
  std::int64_t actas = 0;
  std::int64_t registered = 0;
  std::int64_t voters = 0;
  std::int64_t stated_valid = 0;
  std::int64_t cards = 0;
  std::int64_t null = 0;
  std::int64_t invalid = 0;
  friend bool operator==(const StatusSums&, const StatusSums&) = default;
};
// By RowStatus, over the rows of one contest or (nothing) of all. `[0]` counted … `[3]` annulled.
[[nodiscard]] std::array<StatusSums, 4> sums_by_status(
    const std::vector<JudgedRow>& rows,
    std::optional<election::ContestIndex> contest = std::nullopt);

struct Share {  // votes of one organisation, alliance or option
  std::string id;
  std::int64_t votes = 0;
};
// In ballot order of the first card that counts for it. Cards without alliance count for none, nor
// do those of a contest as the law counts it whose votes are null (election/counting.h).
[[nodiscard]] std::vector<Share> by_option(const election::Contest& contest,
                                           const std::vector<std::int64_t>& votes);
[[nodiscard]] std::int64_t sum_of(const std::vector<Share>& shares);
[[nodiscard]] std::vector<Share> by_organisation(const election::Contest& contest,
                                                 const std::vector<std::int64_t>& votes);
[[nodiscard]] std::vector<Share> by_alliance(const election::Contest& contest,
                                             const std::vector<std::int64_t>& votes);

}  // namespace sufragio::tally
