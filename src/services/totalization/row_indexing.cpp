#include "services/totalization/row_indexing.h"

#include <map>

#include "crypto/hash.h"

namespace sufragio::services {

namespace {

constexpr std::string_view kLayout = "sufragio/row-index/1";
constexpr std::size_t kBatch = 5'000;  // rows in one transaction

ports::IndexedRow indexed(const tally::Row& row, const MesaId& mesa) {
  ports::IndexedRow out;
  out.contest = row.contest.value();
  out.mesa = mesa;
  out.revision = row.revision;
  out.status = static_cast<std::int64_t>(row.status);
  out.trust = static_cast<std::int64_t>(row.trust);
  out.source = row.source;
  out.registered = row.registered.value_or(Persons{}).value();
  out.voters = row.voters.value_or(Persons{}).value();
  out.ballots = row.ballots.value_or(Persons{}).value();
  for (const Votes votes : row.votes) out.votes.push_back(votes.value());
  out.null_votes = row.null.value();
  out.invalid = row.invalid.value();
  return out;
}

// The rows of one mesa, one for each contest.
void collect(const tally::Ledger& ledger, const MesaId& mesa, std::vector<ports::IndexedRow>& out) {
  std::map<election::ContestIndex, const tally::Row*> chosen;
  for (const tally::ActaRecord* const acta : ledger.of_mesa(mesa)) {
    for (std::size_t i = acta->first_row; i < acta->first_row + acta->row_count; ++i) {
      const tally::Row& row = ledger.rows()[i].row;
      const auto [at, first] = chosen.try_emplace(row.contest, &row);
      if (!first && row.status == tally::RowStatus::counted) at->second = &row;
    }
  }
  for (const auto& [contest, row] : chosen) out.push_back(indexed(*row, mesa));
}

}  // namespace

Hash32 row_index_schema(const election::Package& package) {
  Bytes text = to_bytes(as_bytes(kLayout));
  const ByteView hash = package.hash().view();
  text.insert(text.end(), hash.begin(), hash.end());
  return crypto::sha256(text);
}

Result<void> rebuild_index(const tally::Ledger& ledger, ports::RowIndex& index) {
  const election::Package& package = ledger.machines().package();
  TRY(index.clear(row_index_schema(package)));
  std::vector<ports::IndexedRow> rows;
  for (const election::Mesa& mesa : package.definition().mesas) {
    collect(ledger, mesa.id, rows);
    if (rows.size() < kBatch) continue;
    TRY(index.put(rows));
    rows.clear();
  }
  if (rows.empty()) return {};
  return index.put(rows);
}

Result<void> index_mesa(const tally::Ledger& ledger, const MesaId& mesa, ports::RowIndex& index) {
  std::vector<ports::IndexedRow> rows;
  collect(ledger, mesa, rows);
  if (rows.empty()) return {};
  return index.put(rows);
}

}  // namespace sufragio::services
