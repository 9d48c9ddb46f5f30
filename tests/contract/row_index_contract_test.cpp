// What every RowIndex does: the memory and SQLite.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "adapters/soci/soci_row_index.h"
#include "ports/codes.h"
#include "ports/row_index.h"
#include "sim/rng.h"
#include "tests/support/support.h"

namespace sufragio {
namespace {

using ports::IndexedRow;
using ports::RowQuery;

class MemoryRows {
 public:
  ports::RowIndex& index() { return index_; }

 private:
  ports::MemoryRowIndex index_;
};

class SqliteRows {
 public:
  SqliteRows() {
    auto opened = adapters::open_sqlite_row_index(folder_.path() + "/rows of the night.db");
    EXPECT_TRUE(opened.has_value());
    index_ = std::move(*opened);
  }
  ports::RowIndex& index() { return *index_; }

 private:
  tests::TempFolder folder_;
  std::unique_ptr<ports::RowIndex> index_;
};

template <typename T>
class RowIndexContract : public ::testing::Test {
 protected:
  T world_;
  ports::RowIndex& index_ = world_.index();
};
using RowIndexes = ::testing::Types<MemoryRows, SqliteRows>;
TYPED_TEST_SUITE(RowIndexContract, RowIndexes);

IndexedRow row(std::uint32_t centre, std::uint16_t mesa, std::int64_t contest,
               std::int64_t revision = 0) {
  IndexedRow out;
  out.contest = contest;
  out.mesa = MesaId{CentreCode{centre}, MesaNumber{mesa}};
  out.revision = revision;
  out.source.data.fill(static_cast<std::uint8_t>(mesa));
  out.registered = 400;
  out.voters = 300;
  out.ballots = 299;
  out.votes = {100, 0, 190};
  out.null_votes = 9;
  return out;
}

std::vector<IndexedRow> some_rows() {
  std::vector<IndexedRow> out;
  for (const std::uint32_t centre : {10'101'001U, 10'101'002U, 10'201'001U, 209'901'001U}) {
    for (const std::uint16_t mesa : {std::uint16_t{1}, std::uint16_t{2}}) {
      for (const std::int64_t contest : {0, 1, 2}) out.push_back(row(centre, mesa, contest));
    }
  }
  return out;
}

RowQuery in(std::string territory) {
  RowQuery out;
  out.territory = std::move(territory);
  return out;
}

TYPED_TEST(RowIndexContract, IsEmptyAndHasNoSchemaAtFirst) {
  EXPECT_EQ(this->index_.schema().value(), std::nullopt);
  EXPECT_EQ(this->index_.count({}).value(), 0);
  EXPECT_TRUE(this->index_.list({})->empty());
}

TYPED_TEST(RowIndexContract, ClearsAndRemembersWhatFor) {
  ASSERT_TRUE(this->index_.put(some_rows()).has_value());
  Hash32 schema;
  schema.data.fill(0x5a);
  ASSERT_TRUE(this->index_.clear(schema).has_value());
  EXPECT_EQ(this->index_.schema().value(), schema);
  EXPECT_EQ(this->index_.count({}).value(), 0);
}

TYPED_TEST(RowIndexContract, GivesBackEveryFieldAsItWasPut) {
  IndexedRow full = row(999'999'999, 99, 3, 7);
  full.status = 2;
  full.trust = 1;
  full.registered = 1'000'000'000;
  full.invalid = 4;
  full.votes = {0, 1'000'000'000, 5};
  IndexedRow bare = row(0, 0, 0);
  bare.votes.clear();
  IndexedRow one_card = row(1, 1, 0);
  one_card.votes = {0};
  const std::vector<IndexedRow> rows{bare, one_card, full};
  ASSERT_TRUE(this->index_.put(rows).has_value());
  EXPECT_EQ(this->index_.list({}).value(), rows);
}

TYPED_TEST(RowIndexContract, AnswersTheSameWhateverTheOrderRowsCameIn) {
  std::vector<IndexedRow> rows = some_rows();
  const std::vector<IndexedRow> sorted = rows;
  sim::SimRng rng{5};
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[rng.below(i)]);
  ASSERT_NE(rows, sorted);
  ASSERT_TRUE(this->index_.put(std::span{rows}.first(7)).has_value());
  ASSERT_TRUE(this->index_.put(std::span{rows}.subspan(7)).has_value());
  EXPECT_EQ(this->index_.list({}).value(), sorted);
}

TYPED_TEST(RowIndexContract, ReplacesARowOfTheSameKey) {
  ASSERT_TRUE(this->index_.put(some_rows()).has_value());
  IndexedRow newer = row(10'101'001, 1, 0);
  newer.status = 1;
  newer.votes = {1};
  const std::vector<IndexedRow> twice{row(10'101'001, 1, 0), newer};
  ASSERT_TRUE(this->index_.put(twice).has_value());
  EXPECT_EQ(this->index_.count({}).value(), 24);
  EXPECT_EQ(this->index_.list({})->front(), newer);
  const std::vector<IndexedRow> correction{row(10'101'001, 1, 0, 1)};
  ASSERT_TRUE(this->index_.put(correction).has_value());
  EXPECT_EQ(this->index_.count({}).value(), 25);
}

TYPED_TEST(RowIndexContract, FindsByTheFirstDigitsOfTheCentreContestAndStatus) {
  std::vector<IndexedRow> rows = some_rows();
  rows[0].status = 2;
  ASSERT_TRUE(this->index_.put(rows).has_value());
  const std::pair<const char*, std::int64_t> counts[] = {
      {"", 24},         {"0", 18},     {"01", 18},       {"0101", 12}, {"010101", 12},
      {"010101001", 6}, {"010201", 6}, {"20", 6},        {"2", 6},     {"0102", 6},
      {"03", 0},        {"1", 0},      {"209901001", 6}, {"9", 0}};
  for (const auto& expected : counts) {
    EXPECT_EQ(this->index_.count(in(expected.first)).value(), expected.second) << expected.first;
    const auto listed = this->index_.list(in(expected.first)).value();
    EXPECT_EQ(static_cast<std::int64_t>(listed.size()), expected.second) << expected.first;
    for (const IndexedRow& one : listed) {
      EXPECT_TRUE(one.mesa.centre_text().starts_with(expected.first));
    }
  }
  RowQuery query = in("0101");
  query.contest = 0;
  EXPECT_EQ(this->index_.count(query).value(), 4);
  query.status = 2;
  EXPECT_EQ(this->index_.list(query).value(), std::vector<IndexedRow>{rows[0]});
  query.contest = 5;
  EXPECT_EQ(this->index_.count(query).value(), 0);
}

TYPED_TEST(RowIndexContract, GivesPages) {
  const std::vector<IndexedRow> rows = some_rows();
  ASSERT_TRUE(this->index_.put(rows).has_value());
  std::vector<IndexedRow> all;
  RowQuery page;
  page.limit = 7;
  for (page.offset = 0; page.offset < 30; page.offset += 7) {
    const auto part = this->index_.list(page).value();
    EXPECT_LE(part.size(), 7U);
    all.insert(all.end(), part.begin(), part.end());
  }
  EXPECT_EQ(all, rows);
  page.offset = 0;
  page.limit = 0;
  EXPECT_TRUE(this->index_.list(page)->empty());
}

TYPED_TEST(RowIndexContract, PutsAllRowsOrNone) {
  std::vector<IndexedRow> rows = some_rows();
  const auto refused = [&](auto change) {
    std::vector<IndexedRow> bad = rows;
    change(bad.back());
    const Result<void> put = this->index_.put(bad);
    return put ? std::string{"put"} : put.error().debug();
  };
  EXPECT_EQ(refused([](IndexedRow& r) { r.voters = -1; }), "F126 mesa=209901001.02 field=voters");
  EXPECT_EQ(refused([](IndexedRow& r) { r.votes[1] = 1'000'000'001; }),
            "F126 mesa=209901001.02 field=votes");
  EXPECT_EQ(refused([](IndexedRow& r) { r.votes.assign(1'001, 0); }),
            "F126 mesa=209901001.02 field=votes");
  EXPECT_EQ(refused([](IndexedRow& r) { r.contest = -1; }), "F126 mesa=209901001.02 field=contest");
  EXPECT_EQ(this->index_.count({}).value(), 0);
}

}  // namespace
}  // namespace sufragio
