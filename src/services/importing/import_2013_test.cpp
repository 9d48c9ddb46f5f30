#include <gtest/gtest.h>

#include "seats/seats.h"
#include "services/importing/builder.h"
#include "services/importing/codes.h"
#include "services/importing/import.h"
#include "tests/support/import_fixture.h"
#include "tests/support/support.h"

namespace sufragio::services {
namespace {

using namespace importing_tests;
using election::ContestIndex;
using tally::Rule;

const Workspace& centres() { return real("ve-2013-centres", "municipal-2013/centres.csv.xz"); }
const Workspace& contests() { return real("ve-2013-contests", "municipal-2013/contests.jsonl.xz"); }
const Workspace& lists() { return real("ve-2013-lists", "municipal-2013/list_seats.csv"); }
const Workspace& councils() {
  return real("ve-2013-councils", "municipal-2013/council_composition.csv");
}

TEST(Import2013, EachListContestIsReproducedSeatBySeat) {  // [R8] [R9]
  SKIP_WITHOUT_SHARED("data/municipal-2013");
  const Workspace& w = lists();
  EXPECT_EQ(w.rows.size(), 167U);
  EXPECT_EQ(w.stated_seats.size(), 1'122U);
  EXPECT_EQ(notes(w, import_codes::kSeatsDiffer), 0U);
  EXPECT_EQ(counted(w, import_codes::kOptionWithoutCard), 5);  // withdrawn lists without parties
  std::size_t same = 0, posts = 0, lists_most = 0;
  for (const tally::JudgedRow& judged : w.rows) {
    const election::Contest& contest = w.definition.contest(judged.row.contest);
    std::vector<seats::Contender> contenders;
    for (std::size_t i = 0; i < contest.options.size(); ++i) {
      contenders.push_back({contest.options[i].id.text(), judged.row.votes[i]});
    }
    const auto allocation =
        seats::highest_averages(contenders, contest.seats, election::Divisors::dhondt);
    ASSERT_TRUE(allocation);
    EXPECT_TRUE(allocation->tied.empty());
    std::vector<std::uint32_t> stated;
    for (const StatedSeats& s : w.stated_seats) {
      if (s.contest == judged.row.contest) stated.push_back(s.seats);
    }
    same += allocation->seats == stated ? 1 : 0;
    posts += contest.seats;
    lists_most = std::max(lists_most, contenders.size());
  }
  EXPECT_EQ(same, 167U);
  EXPECT_EQ(posts, 343U);
  EXPECT_EQ(lists_most, 22U);
}

// [R6]
TEST(Import2013, TheSplitOfEachCouncilIsTheLaw) {
  SKIP_WITHOUT_SHARED("data/municipal-2013");
  const Workspace& w = councils();
  EXPECT_EQ(w.bodies.size(), 165U);
  EXPECT_EQ(notes(w, import_codes::kOtherSplit), 0U);
  std::uint32_t nominal = 0, list = 0, indigenous = 0, total = 0;
  std::size_t circuits = 0, as_law = 0;
  for (const Body& body : w.bodies) {
    as_law += election::list_seats(w.law, body.nominal + body.list) == body.list ? 1 : 0;
    nominal += body.nominal;
    list += body.list;
    indigenous += body.indigenous;
    total += body.total;
    circuits += body.circuits.size();
  }
  EXPECT_EQ(as_law, 165U);
  EXPECT_EQ(nominal, 840U);
  EXPECT_EQ(list, 338U);
  EXPECT_EQ(indigenous, 27U);
  EXPECT_EQ(total, 1'205U);
  EXPECT_EQ(circuits, 346U);
  EXPECT_EQ(counted(w, import_codes::kSeatOutside), 27);
}

TEST(Import2013, SumsOfCentresAreTheSheetsOfTheMayors) {
  SKIP_WITHOUT_SHARED("data/municipal-2013");
  const tally::Totals totals = fold(centres(), Which::as_published);
  const Workspace& w = contests();
  std::size_t equal = 0, mayors = 0;
  std::int64_t actas = 0, registered = 0, valid = 0;
  for (const tally::JudgedRow& judged : w.rows) {
    const election::Contest& contest = w.definition.contest(judged.row.contest);
    if (contest.kind != election::ContestKind::mayor) continue;
    if (contest.territory.level() != election::Level::municipality) continue;
    ++mayors;
    const tally::Figures* sums = totals.at(ContestIndex{0}, contest.territory);
    ASSERT_NE(sums, nullptr);
    const auto stated = std::ranges::find_if(w.stated_expected, [&](const StatedExpected& s) {
      return s.contest == judged.row.contest;
    });
    ASSERT_NE(stated, w.stated_expected.end());
    equal += sums->counted == stated->actas && sums->registered == stated->registered.value() &&
                     sums->valid() == judged.row.stated_valid->value()
                 ? 1
                 : 0;
    actas += sums->counted;
    registered += sums->registered;
    valid += sums->valid();
  }
  EXPECT_EQ(mayors, 165U);
  EXPECT_EQ(equal, 165U);
  EXPECT_EQ(actas, 21'202);
  EXPECT_EQ(registered, 10'299'085);
  EXPECT_EQ(valid, 5'734'488);
}

TEST(Import2013, ContestsStandOnceAndNameTheirTraps) {
  SKIP_WITHOUT_SHARED("data/municipal-2013");
  const Workspace& w = contests();
  EXPECT_EQ(w.rows.size(), 718U);
  EXPECT_EQ(notes(w, import_codes::kTopOnly), 16U);
  std::int64_t other_level = 0;
  for (const ImportNote& n : w.notes) {
    EXPECT_FALSE(n.fatal_for_row) << n.error.debug();
    if (n.error.code == import_codes::kOtherLevel) {
      other_level += whole(n.error.fact("count")).value_or(0);
    }
  }
  EXPECT_GT(other_level, 1'900);
  EXPECT_GT(notes(w, import_codes::kMaybeCut), 0U);
  EXPECT_GT(notes(w, import_codes::kResidual), 0U);
  EXPECT_GT(notes(w, import_codes::kSharedCode), 0U);
  EXPECT_GT(counted(w, import_codes::kOptionWithoutCard), 0);
  EXPECT_GT(counted(w, import_codes::kPersonsLeftOut), 0);
  EXPECT_GT(counted(w, import_codes::kVotesPerVoter), 0);
  EXPECT_EQ(notes(w, import_codes::kOptionSum), 0U);  // 25,785 of 25,785 options add up
  EXPECT_EQ(note(w, import_codes::kNoSeatsStated).fact("what"), "nominal");
  // What does not add up to the page's own valid votes is not counted.
  const auto broken = with_finding(w, Rule::cards_not_valid);
  EXPECT_GT(broken, 0U);
  EXPECT_LE(broken, 57U);
}

TEST(Import2013, TheSeatsOfTheListsAreThoseOfThePages) {  // 1,122 of 1,122
  SKIP_WITHOUT_SHARED("data/municipal-2013");
  const Workspace& pages = contests();
  std::map<std::string, const tally::Row*> by_title;
  std::map<std::string, std::map<std::string, std::uint32_t>> seats;
  for (const tally::JudgedRow& judged : pages.rows) {
    by_title[pages.definition.contest(judged.row.contest).title_es] = &judged.row;
  }
  for (const StatedSeats& s : pages.stated_seats) {
    seats[pages.definition.contest(s.contest).title_es][s.option.text().substr(1)] = s.seats;
  }
  std::size_t same = 0;
  for (const StatedSeats& s : lists().stated_seats) {
    const election::Contest& contest = lists().definition.contest(s.contest);
    ASSERT_TRUE(by_title.contains(contest.title_es)) << contest.title_es;
    const std::string position = s.option.text().substr(1);
    const tally::Row& page = *by_title[contest.title_es];
    const election::Contest& on_page = pages.definition.contest(page.contest);
    std::int64_t on_page_votes = 0, in_list = 0;
    for (std::size_t i = 0; i < on_page.cards.size(); ++i) {
      if (on_page.cards[i].option.text().substr(1) == position) {
        on_page_votes += page.votes[i].value();
      }
    }
    const tally::Row& row = lists().rows[s.contest.value()].row;
    for (std::size_t i = 0; i < contest.options.size(); ++i) {
      if (contest.options[i].id == s.option) in_list = row.votes[i].value();
    }
    same += on_page_votes == in_list && seats[contest.title_es][position] == s.seats ? 1 : 0;
  }
  EXPECT_EQ(same, 1'122U);
}

}  // namespace
}  // namespace sufragio::services
