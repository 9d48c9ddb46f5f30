#include "adapters/soci/soci_row_index.h"

#include <algorithm>

#include "adapters/soci/queries.h"
#include "adapters/soci/soci_headers.h"
#include "base/check.h"
#include "base/numbers.h"
#include "ports/codes.h"

namespace sufragio::adapters::sql {
extern const std::string_view row_index;
}  // namespace sufragio::adapters::sql

namespace sufragio::adapters {

namespace codes = sufragio::ports;
using ports::IndexedRow;
using ports::RowQuery;

namespace {

// https://www.sqlite.org/rescode.html, primary codes.
Code code_of(const soci::soci_error& error) {
  const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  if (sqlite == nullptr) return codes::kIndexFailed;
  switch (sqlite->result() & 0xff) {
    case 5:  // busy
    case 6:  // locked
      return codes::kIndexBusy;
    case 10:  // I/O
    case 14:  // cannot open
      return codes::kIndexNotOpened;
    case 11:  // corrupt
    case 26:  // not a database
      return codes::kIndexDamaged;
    case 13:
      return codes::kIndexFull;
    default:
      return codes::kIndexFailed;
  }
}

// The words of the library's errors contain the values that were bound, so they never go further
// than here.
template <typename F>
[[nodiscard]] auto guarded(std::string_view query, F&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const soci::soci_error& error) {
    return fail(code_of(error), {{"query", std::string{query}}});
  }
}

class WriteTx {  // rolls back unless committed
 public:
  WriteTx(soci::session& sql, const Queries& queries) : sql_{sql}, queries_{queries} {
    sql_ << queries_.get("tx_begin").body;
  }
  WriteTx(const WriteTx&) = delete;
  WriteTx& operator=(const WriteTx&) = delete;
  ~WriteTx() {
    if (!open_) return;
    try {
      sql_ << queries_.get("tx_rollback").body;
    } catch (const soci::soci_error&) {
      // The engine rolled back by itself, or the connection is gone: nothing is kept either way.
    }
  }
  void commit() {
    sql_ << queries_.get("tx_commit").body;
    open_ = false;
  }

 private:
  soci::session& sql_;
  const Queries& queries_;
  bool open_ = true;
};

struct Flat {  // a row as the columns of the table
  std::int64_t centre = 0, mesa = 0, contest = 0, revision = 0, status = 0, trust = 0;
  std::string source;
  std::int64_t registered = 0, voters = 0, ballots = 0;
  std::string votes;
  std::int64_t null_votes = 0, invalid = 0;
};

void flatten(const IndexedRow& row, Flat& out) {
  out.centre = row.mesa.centre.value();
  out.mesa = row.mesa.mesa.value();
  out.contest = row.contest;
  out.revision = row.revision;
  out.status = row.status;
  out.trust = row.trust;
  out.source = row.source.hex();
  out.registered = row.registered;
  out.voters = row.voters;
  out.ballots = row.ballots;
  out.votes.clear();
  for (const std::int64_t votes : row.votes) {
    if (!out.votes.empty()) out.votes += ',';
    out.votes += std::to_string(votes);
  }
  out.null_votes = row.null_votes;
  out.invalid = row.invalid;
}

// The file may have been changed by others: what does not read back is damage.
Result<IndexedRow> unflatten(const Flat& flat) {
  const auto damaged = [] { return fail(codes::kIndexDamaged, {{"query", "rows_list"}}); };
  IndexedRow out;
  const Result<Hash32> source = Hash32::parse(flat.source);
  if (!source || flat.centre < 0 || flat.mesa < 0) return damaged();
  out.mesa = MesaId{CentreCode{static_cast<std::uint32_t>(flat.centre)},
                    MesaNumber{static_cast<std::uint16_t>(flat.mesa)}};
  out.contest = flat.contest;
  out.revision = flat.revision;
  out.status = flat.status;
  out.trust = flat.trust;
  out.source = *source;
  out.registered = flat.registered;
  out.voters = flat.voters;
  out.ballots = flat.ballots;
  out.null_votes = flat.null_votes;
  out.invalid = flat.invalid;
  if (flat.votes.empty()) return out;
  for (const std::string_view text : split(flat.votes, ',')) {
    const Result<std::uint64_t> votes = parse_uint(text, 1'000'000'000);
    if (!votes) return damaged();
    out.votes.push_back(static_cast<std::int64_t>(*votes));
  }
  return out;
}

struct Filter {
  std::int64_t first = 0, last = 0, contest = -1, status = -1, most = 0, skip = 0;
};

Filter filter_of(const RowQuery& query) {
  const ports::CentreRange range = ports::centres_of(query.territory);
  Filter out;
  out.first = range.first;
  out.last = range.last;
  out.contest = query.contest.value_or(-1);
  out.status = query.status.value_or(-1);
  out.most = std::max<std::int64_t>(0, query.limit);
  out.skip = std::max<std::int64_t>(0, query.offset);
  return out;
}

class SociRowIndex : public ports::RowIndex {
 public:
  SociRowIndex() : queries_{sql::row_index, Engine::sqlite} {}

  [[nodiscard]] Result<void> connect(std::string_view file);
  [[nodiscard]] Result<std::optional<Hash32>> schema() const override;
  [[nodiscard]] Result<void> clear(const Hash32& schema) override;
  [[nodiscard]] Result<void> put(std::span<const IndexedRow> rows) override;
  [[nodiscard]] Result<std::vector<IndexedRow>> list(const RowQuery& query) const override;
  [[nodiscard]] Result<std::int64_t> count(const RowQuery& query) const override;

 private:
  [[nodiscard]] const std::string& body(std::string_view name) const {
    return queries_.get(name).body;
  }
  [[nodiscard]] std::optional<std::string> meta(const std::string& name) const;
  void put_meta(const std::string& name, const std::string& value);
  [[nodiscard]] std::string layout() const;  // what the tables look like
  void make_tables();

  Queries queries_;
  mutable soci::session sql_;
};

std::optional<std::string> SociRowIndex::meta(const std::string& name) const {
  std::string value;
  sql_ << body("row_meta_get"), soci::use(name, "name"), soci::into(value);
  if (!sql_.got_data()) return std::nullopt;
  return value;
}

void SociRowIndex::put_meta(const std::string& name, const std::string& value) {
  sql_ << body("row_meta_put"), soci::use(name, "name"), soci::use(value, "value");
}

std::string SociRowIndex::layout() const {
  return body("row_meta_create") + "\n" + body("result_row_create");
}

void SociRowIndex::make_tables() {
  WriteTx tx{sql_, queries_};
  sql_ << body("row_meta_create");
  if (meta("layout") != layout()) {
    sql_ << body("result_row_drop");
    sql_ << body("row_meta_drop");
    sql_ << body("row_meta_create");
    put_meta("layout", layout());
  }
  sql_ << body("result_row_create");
  tx.commit();
}

Result<void> SociRowIndex::connect(std::string_view file) {
  if (file.find('"') != std::string_view::npos || file.find('\0') != std::string_view::npos) {
    return fail(codes::kIndexNotOpened);
  }
  return guarded("open", [&]() -> Result<void> {
    sql_.open(soci::sqlite3, "dbname=\"" + std::string{file} + "\" timeout=5");
    sql_ << body("connection_setup_journal");
    sql_ << body("connection_setup_sync");
    make_tables();
    return {};
  });
}

Result<std::optional<Hash32>> SociRowIndex::schema() const {
  return guarded("row_meta_get", [&]() -> Result<std::optional<Hash32>> {
    const std::optional<std::string> text = meta("schema");
    if (!text) return std::optional<Hash32>{};
    const Hash32 hash = TRY(Hash32::parse(*text));
    return std::optional<Hash32>{hash};
  });
}

Result<void> SociRowIndex::clear(const Hash32& schema) {
  return guarded("rows_clear", [&]() -> Result<void> {
    WriteTx tx{sql_, queries_};
    sql_ << body("rows_clear");
    put_meta("schema", schema.hex());
    tx.commit();
    return {};
  });
}

Result<void> SociRowIndex::put(std::span<const IndexedRow> rows) {
  for (const IndexedRow& row : rows) {
    TRY(ports::check_row(row));
  }
  return guarded("row_put", [&]() -> Result<void> {
    WriteTx tx{sql_, queries_};
    Flat flat;
    soci::statement insert =
        (sql_.prepare << body("row_put"), soci::use(flat.centre, "centre"),
         soci::use(flat.mesa, "mesa"), soci::use(flat.contest, "contest"),
         soci::use(flat.revision, "revision"), soci::use(flat.status, "status"),
         soci::use(flat.trust, "trust"), soci::use(flat.source, "source"),
         soci::use(flat.registered, "registered"), soci::use(flat.voters, "voters"),
         soci::use(flat.ballots, "ballots"), soci::use(flat.votes, "votes"),
         soci::use(flat.null_votes, "null_votes"), soci::use(flat.invalid, "invalid"));
    for (const IndexedRow& row : rows) {
      flatten(row, flat);
      insert.execute(true);
    }
    tx.commit();
    return {};
  });
}

Result<std::vector<IndexedRow>> SociRowIndex::list(const RowQuery& query) const {
  const Filter filter = filter_of(query);
  return guarded("rows_list", [&]() -> Result<std::vector<IndexedRow>> {
    Flat flat;
    soci::statement select =
        (sql_.prepare << body("rows_list"), soci::use(filter.first, "first"),
         soci::use(filter.last, "last"), soci::use(filter.contest, "contest"),
         soci::use(filter.status, "status"), soci::use(filter.most, "most"),
         soci::use(filter.skip, "skip"), soci::into(flat.centre), soci::into(flat.mesa),
         soci::into(flat.contest), soci::into(flat.revision), soci::into(flat.status),
         soci::into(flat.trust), soci::into(flat.source), soci::into(flat.registered),
         soci::into(flat.voters), soci::into(flat.ballots), soci::into(flat.votes),
         soci::into(flat.null_votes), soci::into(flat.invalid));
    select.execute();
    std::vector<IndexedRow> out;
    while (select.fetch()) {
      IndexedRow row = TRY(unflatten(flat));
      out.push_back(std::move(row));
    }
    return out;
  });
}

Result<std::int64_t> SociRowIndex::count(const RowQuery& query) const {
  const Filter filter = filter_of(query);
  return guarded("rows_count", [&]() -> Result<std::int64_t> {
    std::int64_t total = 0;
    sql_ << body("rows_count"), soci::use(filter.first, "first"), soci::use(filter.last, "last"),
        soci::use(filter.contest, "contest"), soci::use(filter.status, "status"), soci::into(total);
    return total;
  });
}

}  // namespace

Result<std::unique_ptr<ports::RowIndex>> open_sqlite_row_index(std::string_view file) {
  auto index = std::make_unique<SociRowIndex>();
  TRY(index->connect(file));
  return std::unique_ptr<ports::RowIndex>{std::move(index)};
}

}  // namespace sufragio::adapters
