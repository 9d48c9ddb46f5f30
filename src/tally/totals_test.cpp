#include "tally/totals.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/seeded_rng.h"
#include "tests/world/world.h"

namespace sufragio::tally {
namespace {

using election::ContestIndex;
using election::TerritoryCode;
using tests::persons;
using tests::SeededRng;
using tests::small_world;
using tests::votes;

TerritoryCode code(std::string_view text) { return *TerritoryCode::parse(text); }

Row row_of(std::uint16_t contest, std::size_t mesa, std::vector<std::int64_t> cards) {
  Row row;
  row.contest = ContestIndex{contest};
  row.unit = Unit::of(small_world().mesa(mesa));
  for (const std::int64_t card : cards) row.votes.push_back(votes(card));
  row.registered = persons(100);
  row.voters = persons(67);
  row.ballots = persons(66);
  row.null = votes(3);
  row.invalid = votes(1);
  return row;
}

// [R113] [R125] a total is a fold over rows, on every level of the territory
TEST(TotalsTest, folds_a_row_into_every_territory_above_it) {
  Totals totals{small_world().definition()};
  totals.add(row_of(0, 0, {1, 2, 3, 4, 5}));
  totals.add(row_of(0, 3, {10, 20, 30, 40, 50}));
  const auto at = [&](std::string_view text) { return totals.at(ContestIndex{0}, code(text)); };
  const Figures* const country = totals.at(ContestIndex{0}, TerritoryCode{});
  ASSERT_NE(country, nullptr);
  EXPECT_EQ(country->votes, (std::vector<std::int64_t>{11, 22, 33, 44, 55}));
  EXPECT_EQ(country->expected, 5);
  EXPECT_EQ(country->counted, 2);
  EXPECT_EQ(country->registered_expected, 700 + 712 + 655 + 801 + 40);
  EXPECT_TRUE(country->registered_expected_known);
  EXPECT_EQ(country->registered, 200);
  EXPECT_EQ(country->voters, 134);
  EXPECT_EQ(country->ballots, 132);
  EXPECT_EQ(country->null, 6);
  EXPECT_EQ(country->invalid, 2);
  EXPECT_EQ(country->valid(), 165);
  EXPECT_EQ(country->cast(), 173);
  EXPECT_EQ(country->turnout(), 6700);
  for (const char* above : {"01", "0101", "010101", "010101001"}) {
    EXPECT_EQ(at(above)->votes, (std::vector<std::int64_t>{1, 2, 3, 4, 5})) << above;
    EXPECT_EQ(at(above)->counted, 1) << above;
  }
  EXPECT_EQ(at("010101001")->expected, 2);
  EXPECT_EQ(at("010101002")->counted, 0);
  EXPECT_EQ(at("010101002")->valid(), 0);
  EXPECT_EQ(at("02")->votes, (std::vector<std::int64_t>{10, 20, 30, 40, 50}));
  EXPECT_EQ(at("0102"), nullptr);
  EXPECT_EQ(totals.at(ContestIndex{9}, TerritoryCode{}), nullptr);
}

TEST(TotalsTest, a_contest_has_figures_only_inside_its_own_territory) {
  Totals totals{small_world().definition()};
  const Row council = row_of(1, 2, {5, 6, 7});
  ASSERT_TRUE(totals.fits(council));
  totals.add(council);
  EXPECT_EQ(totals.at(ContestIndex{1}, TerritoryCode{}), nullptr);
  EXPECT_EQ(totals.at(ContestIndex{1}, code("01")), nullptr);
  EXPECT_EQ(totals.at(ContestIndex{1}, code("02")), nullptr);
  EXPECT_EQ(totals.at(ContestIndex{1}, code("0101"))->valid(), 18);
  EXPECT_EQ(totals.at(ContestIndex{1}, code("0101"))->expected, 3);
  EXPECT_EQ(totals.of(ContestIndex{1}).size(), 4u);  // municipality, parish, two centres
}

TEST(TotalsTest, a_row_without_a_place_does_not_fit) {
  const Totals totals{small_world().definition()};
  EXPECT_TRUE(totals.fits(row_of(0, 0, {1, 2, 3, 4, 5})));
  EXPECT_FALSE(totals.fits(row_of(0, 0, {1, 2, 3, 4})));
  EXPECT_FALSE(totals.fits(row_of(7, 0, {1, 2, 3, 4, 5})));
  EXPECT_FALSE(totals.fits(row_of(1, 3, {1, 2, 3})));  // outside the municipality
  Row unknown = row_of(0, 0, {1, 2, 3, 4, 5});
  unknown.unit = Unit::of(*MesaId::parse("010101009.01"));
  EXPECT_FALSE(totals.fits(unknown));
}

TEST(TotalsTest, a_row_of_a_whole_unit_lies_in_what_contains_it_and_not_below) {
  Totals totals{small_world().definition()};
  Row row = row_of(0, 0, {1, 1, 1, 1, 1});
  row.unit = {code("0101"), MesaNumber{0}};
  row.actas = 3;
  totals.add(row);
  EXPECT_EQ(totals.at(ContestIndex{0}, TerritoryCode{})->counted, 3);
  EXPECT_EQ(totals.at(ContestIndex{0}, code("0101"))->counted, 3);
  EXPECT_EQ(totals.at(ContestIndex{0}, code("010101"))->counted, 0);
}

// docs/spec/site.md 4: over the rows that give both figures
// [R15] [R16]
TEST(TotalsTest, turnout_leaves_out_rows_that_do_not_give_both_figures) {
  Totals totals{small_world().definition()};
  Row without_voters = row_of(0, 0, {1, 1, 1, 1, 1});
  without_voters.voters.reset();
  without_voters.ballots.reset();
  totals.add(without_voters);
  const Figures& country = *totals.at(ContestIndex{0}, TerritoryCode{});
  EXPECT_FALSE(country.turnout());
  EXPECT_EQ(country.rows_without_voters, 1);
  Row without_registered = row_of(0, 1, {1, 1, 1, 1, 1});
  without_registered.registered.reset();
  totals.add(without_registered);
  EXPECT_FALSE(country.turnout());
  EXPECT_EQ(country.rows_without_registered, 1);
  totals.add(row_of(0, 2, {1, 1, 1, 1, 1}));
  EXPECT_EQ(country.turnout(), 6700);
  EXPECT_EQ(country.registered, 200);
  EXPECT_EQ(country.voters, 134);
}

std::vector<Row> random_rows(SeededRng& rng, std::size_t count) {
  std::vector<Row> out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t mesa = rng.below(5);
    const auto contest = static_cast<std::uint16_t>(mesa < 3 ? rng.below(3) : 0);
    const std::size_t cards =
        small_world().definition().contest(ContestIndex{contest}).cards.size();
    std::vector<std::int64_t> figures;
    for (std::size_t c = 0; c < cards; ++c) {
      figures.push_back(static_cast<std::int64_t>(rng.below(1'000)));
    }
    Row row = row_of(contest, mesa, figures);
    row.voters = persons(static_cast<std::int64_t>(rng.below(500)));
    if (rng.below(4) == 0) row.registered.reset();
    if (rng.below(4) == 0) row.voters.reset();
    if (rng.below(4) == 0) row.ballots.reset();
    row.null = votes(static_cast<std::int64_t>(rng.below(9)));
    out.push_back(row);
  }
  return out;
}

bool same(const Totals& a, const Totals& b) {
  for (std::uint16_t c = 0; c < 3; ++c) {
    if (a.of(ContestIndex{c}) != b.of(ContestIndex{c})) return false;
  }
  return true;
}

// [R113] totals are a function of the set of counted rows
TEST(TotalsTest, order_never_matters_and_removing_undoes_adding) {
  SeededRng rng{3};
  for (int round = 0; round < 100; ++round) {
    std::vector<Row> rows = random_rows(rng, 1 + rng.below(40));
    Totals once{small_world().definition()};
    for (const Row& row : rows) once.add(row);
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[rng.below(i)]);
    Totals other{small_world().definition()};
    const std::vector<Row> visitors = random_rows(rng, 10);
    for (const Row& row : visitors) other.add(row);
    for (const Row& row : rows) other.add(row);
    EXPECT_FALSE(same(once, other));
    for (const Row& row : visitors) other.remove(row);
    EXPECT_TRUE(same(once, other));
    for (const Row& row : rows) other.remove(row);
    EXPECT_TRUE(same(other, Totals{small_world().definition()}));
  }
}

TEST(TotalsTest, moving_totals_keeps_their_rows) {
  Totals first{small_world().definition()};
  first.add(row_of(0, 0, {1, 2, 3, 4, 5}));
  Totals second{std::move(first)};
  second.add(row_of(0, 0, {1, 2, 3, 4, 5}));
  EXPECT_EQ(second.at(ContestIndex{0}, TerritoryCode{})->valid(), 30);
}

// [R21] [R42] [R124] by option, organisation and alliance, in the order of the ballot
TEST(TotalsTest, shares_add_the_cards_that_count_for_them) {
  const election::Contest& contest = small_world().definition().contest(ContestIndex{0});
  const std::vector<std::int64_t> cards{1, 20, 300, 4'000, 50'000};
  const auto text = [](const std::vector<Share>& shares) {
    std::string out;
    for (const Share& share : shares) out += share.id + "=" + std::to_string(share.votes) + " ";
    return out;
  };
  EXPECT_EQ(text(by_option(contest, cards)), "ana=301 luis=4020 rosa=50000 ");
  EXPECT_EQ(text(by_organisation(contest, cards)),
            "araguaney=1 llano=20 ceiba=300 orinoco=4000 turpial=50000 ");
  EXPECT_EQ(text(by_alliance(contest, cards)), "monte=301 valle=4020 ");
}

TEST(TotalsTest, what_is_not_counted_stays_in_sight) {
  std::vector<JudgedRow> rows;
  const RowStatus statuses[] = {RowStatus::counted, RowStatus::quarantined, RowStatus::counted,
                                RowStatus::annulled};
  for (const RowStatus status : statuses) {
    JudgedRow& judged = rows.emplace_back();
    judged.row = row_of(0, 0, {1, 2, 3, 4, 5});
    judged.row.status = status;
  }
  rows[1].row.stated_valid = votes(14);
  rows[3].row.contest = ContestIndex{1};
  const auto all = sums_by_status(rows);
  EXPECT_EQ(all[0], (StatusSums{2, 2, 200, 134, 30, 30, 6, 2}));
  EXPECT_EQ(all[1], (StatusSums{0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(all[2], (StatusSums{1, 1, 100, 67, 14, 15, 3, 1}));
  EXPECT_EQ(all[3].rows, 1);
  EXPECT_EQ(sums_by_status(rows, ContestIndex{0})[3].rows, 0);
}

}  // namespace
}  // namespace sufragio::tally
