// What is special about SQLite; tests/contract has what every RowIndex does.
#include "adapters/soci/soci_row_index.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "adapters/soci/queries.h"
#include "ports/codes.h"
#include "tests/support/support.h"

namespace sufragio::adapters::sql {
extern const std::string_view row_index;
}  // namespace sufragio::adapters::sql

namespace sufragio::adapters {
namespace {

using ports::IndexedRow;

class Sqlite {  // the file, past our code
 public:
  explicit Sqlite(const std::string& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &db_), SQLITE_OK);
  }
  ~Sqlite() { sqlite3_close(db_); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  void run(const char* text) {
    EXPECT_EQ(sqlite3_exec(db_, text, nullptr, nullptr, nullptr), SQLITE_OK) << text;
  }
  sqlite3* get() { return db_; }

 private:
  sqlite3* db_ = nullptr;
};

std::vector<IndexedRow> some_rows(int count) {
  std::vector<IndexedRow> out;
  for (int i = 0; i < count; ++i) {
    IndexedRow row;
    row.mesa = MesaId{CentreCode{10'101'001U + static_cast<std::uint32_t>(i)}, MesaNumber{1}};
    row.votes = {i, 2, 3};
    out.push_back(row);
  }
  return out;
}

std::unique_ptr<ports::RowIndex> open_index(const std::string& file) {
  auto opened = open_sqlite_row_index(file);
  EXPECT_TRUE(opened.has_value()) << opened.error().debug();
  return std::move(*opened);
}

std::string code_of_open(const std::string& file) {
  const auto opened = open_sqlite_row_index(file);
  return opened ? "opened" : opened.error().code.text();
}

TEST(RowIndexQueries, AllPrepareInSqlite) {
  const tests::TempFolder folder;
  const std::string file = folder.path() + "/i.db";
  (void)open_index(file);
  Sqlite db{file};
  const Queries queries{sql::row_index, Engine::sqlite};
  EXPECT_GE(queries.all().size(), 13U);
  for (const auto& entry : queries.all()) {
    sqlite3_stmt* made = nullptr;
    const std::string& body = entry.second.body;
    const char* rest = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db.get(), body.c_str(), -1, &made, &rest), SQLITE_OK)
        << entry.first << ": " << sqlite3_errmsg(db.get());
    EXPECT_EQ(std::string{rest}, "") << entry.first;
    EXPECT_EQ(sqlite3_bind_parameter_count(made), static_cast<int>(entry.second.parameters.size()))
        << entry.first;
    if (entry.second.columns != 0) {
      EXPECT_EQ(sqlite3_column_count(made), static_cast<int>(entry.second.columns)) << entry.first;
    }
    sqlite3_finalize(made);
  }
}

TEST(RowIndexQueries, HaveTheSameNamesParametersAndColumnsForBothEngines) {
  const Queries sqlite{sql::row_index, Engine::sqlite};
  const Queries postgresql{sql::row_index, Engine::postgresql};
  ASSERT_EQ(sqlite.all().size(), postgresql.all().size());
  for (const auto& entry : sqlite.all()) {
    const Query& other = postgresql.get(entry.first);
    EXPECT_FALSE(other.body.empty());
    EXPECT_EQ(other.parameters, entry.second.parameters) << entry.first;
    EXPECT_EQ(other.columns, entry.second.columns) << entry.first;
  }
  EXPECT_NE(sqlite.get("result_row_create").body.find("strict"), std::string::npos);
  EXPECT_EQ(postgresql.get("result_row_create").body.find("strict"), std::string::npos);
}

TEST(QueriesDeathTest, StopOnAMistakeInTheFile) {
  for (const char* text :
       {"-- name: a\nselect 1\n", "-- name: a\nselect :x;\n",
        "-- name: a\n-- in: x int64\nselect 1;\n", "-- name: a\nselect 1; select 2;\n",
        "-- name: a\nselect 1;\n-- name: a\nselect 1;\n",
        "-- name: a\n-- [postgresql]\nselect 1;\n"}) {
    EXPECT_DEATH(Queries(text, Engine::sqlite), "") << text;
  }
}

TEST(SqliteRowIndex, KeepsItsRowsInTheFile) {
  const tests::TempFolder folder;
  const std::string file = folder.path() + "/i.db";
  const std::vector<IndexedRow> rows = some_rows(50);
  Hash32 schema;
  schema.data.fill(1);
  {
    const auto index = open_index(file);
    ASSERT_TRUE(index->clear(schema).has_value());
    ASSERT_TRUE(index->put(rows).has_value());
  }
  const auto index = open_index(file);
  EXPECT_EQ(index->schema().value(), schema);
  EXPECT_EQ(index->list({}).value(), rows);
}

TEST(SqliteRowIndex, GivesTheSameAnswersAfterItWasDroppedAndBuiltAgain) {
  const tests::TempFolder folder;
  const std::string file = folder.path() + "/i.db";
  const std::vector<IndexedRow> rows = some_rows(300);
  {
    const auto index = open_index(file);
    for (const IndexedRow& row : rows) {
      ASSERT_TRUE(index->put(std::span{&row, 1}).has_value());
      if (row.votes[0] == 20) break;
    }
  }
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(file + part);
  const auto index = open_index(file);
  EXPECT_EQ(index->schema().value(), std::nullopt);
  ASSERT_TRUE(index->put(rows).has_value());
  EXPECT_EQ(index->list({}).value(), rows);
}

TEST(SqliteRowIndex, OfAnotherVersionIsEmptied) {
  const tests::TempFolder folder;
  const std::string file = folder.path() + "/i.db";
  {
    const auto index = open_index(file);
    ASSERT_TRUE(index->clear(Hash32{}).has_value());
    ASSERT_TRUE(index->put(some_rows(5)).has_value());
  }
  Sqlite{file}.run("update row_meta set value = 'older' where name = 'layout'");
  const auto index = open_index(file);
  EXPECT_EQ(index->schema().value(), std::nullopt);
  EXPECT_EQ(index->count({}).value(), 0);
  EXPECT_TRUE(index->put(some_rows(5)).has_value());
}

TEST(SqliteRowIndex, SaysWhenTheFileIsNoIndexOrCannotBeOpened) {
  const tests::TempFolder folder;
  const std::string file = folder.path() + "/i.db";
  std::ofstream{file} << std::string(10'000, 'x');
  EXPECT_EQ(code_of_open(file), "F124");
  EXPECT_EQ(code_of_open(folder.path()), "F121");
  EXPECT_EQ(code_of_open(folder.path() + "/no/such/folder/i.db"), "F121");
  EXPECT_EQ(code_of_open("a\"b"), "F121");
}

TEST(SqliteRowIndex, SaysWhenARowInTheFileIsDamagedAndNeverWhatItHolds) {
  const tests::TempFolder folder;
  const std::string file = folder.path() + "/i.db";
  const auto index = open_index(file);
  ASSERT_TRUE(index->put(some_rows(2)).has_value());
  Sqlite{file}.run("update result_row set votes = '17,secret'");
  const auto listed = index->list({});
  ASSERT_FALSE(listed.has_value());
  EXPECT_EQ(listed.error().debug(), "F124 query=rows_list");
  Sqlite{file}.run("drop table result_row");
  const auto put = index->put(some_rows(1));
  ASSERT_FALSE(put.has_value());
  EXPECT_EQ(put.error().debug(), "F122 query=row_put");
}

TEST(SqliteRowIndex, TakesAllRowsOfAPutOrNone) {
  const tests::TempFolder folder;
  const std::string file = folder.path() + "/i.db";
  const auto index = open_index(file);
  ASSERT_TRUE(index->put(some_rows(3)).has_value());
  Sqlite{file}.run(
      "create trigger t before insert on result_row when new.centre = 10101040 "
      "begin select raise(abort, 'no'); end");
  EXPECT_EQ(index->put(some_rows(100)).error().code, ports::kIndexFailed);
  EXPECT_EQ(index->count({}).value(), 3);
}

}  // namespace
}  // namespace sufragio::adapters
