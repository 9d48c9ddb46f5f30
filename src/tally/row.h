#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acta/acta.h"
#include "base/count.h"
#include "election/definition.h"
#include "tally/rules.h"

namespace sufragio::tally {

enum class Trust : std::uint8_t {
  signed_acta = 0,
  typed = 1,
  imported = 2
};  // typed: a contingency acta entered twice
enum class RowStatus : std::uint8_t { counted = 0, superseded = 1, quarantined = 2, annulled = 3 };

// What one row speaks of: a mesa, or (only in imports) a whole unit in one row, with mesa 0.
struct Unit {
  election::TerritoryCode territory;  // of a mesa: its centre
  MesaNumber mesa;

  [[nodiscard]] static Unit of(const MesaId& mesa);
  [[nodiscard]] std::optional<MesaId> mesa_id() const;  // nothing for a whole unit
  [[nodiscard]] std::string text() const;               // "201301006.01", "1304"
  friend auto operator<=>(const Unit&, const Unit&) = default;
};

// One contest of one unit. The only thing totals are made of.
struct Row {
  election::ContestIndex contest;
  Unit unit;
  std::uint32_t revision = 0;
  RowStatus status = RowStatus::counted;
  Trust trust = Trust::signed_acta;
  Hash32 source;                      // acta id; imports: SHA-256 of the source file
  std::optional<Persons> registered;  // imports may not know; actas always do
  std::optional<Persons> voters;
  std::optional<Persons> ballots;
  std::vector<Votes> votes;  // per card, ballot order
  Votes null;
  Votes invalid;
  std::optional<Votes>
      stated_valid;  // imports: the source's own "valid" figure, checked against the cards (V203)
  std::uint32_t actas = 1;  // how many actas this row stands for (imports of whole units)
  std::string origin;       // imports: "mesas_v2.csv.xz:17"; empty for actas
  friend bool operator==(const Row&, const Row&) = default;
};

struct JudgedRow {
  Row row;
  std::vector<Finding> findings;  // ascending by rule
  [[nodiscard]] bool has(Rule rule) const;
};

// The rows of an acta, one per contest of the mesa's ballot, without any judgement: counted,
// revision 0; `typed` for a contingency acta. None for a zero acta and for a mesa that is not in
// the definition; a contest that the acta leaves out has no row, one too many neither.
// `source` is the acta's id.
[[nodiscard]] std::vector<Row> rows_of(acta::Acta sheet, const Hash32& source,
                                       const election::Definition& definition);

// CBOR of a signed or typed row (docs/spec/bulletin.md), contest = index in the definition
// (docs/decisions/0002-contest-index.md).
[[nodiscard]] Bytes encode(const Row& row);
[[nodiscard]] Result<Row> decode_row(ByteView bytes);  // C1xx, T104
// Ascending by (centre, mesa, contest, revision): the order of the rows root.
[[nodiscard]] bool before(const Row& a, const Row& b);
[[nodiscard]] Hash32 rows_root(
    const std::vector<const Row*>& counted);  // RFC 6962 over the encoded rows

}  // namespace sufragio::tally
