#include "seats/seats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "adapters/json/json.h"
#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "codec/csv.h"
#include "seats/body.h"
#include "seats/codes.h"
#include "seats/inputs.h"
#include "seats/readings.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::seats {
namespace {

using codec::Document;
using election::Divisors;
using election::ListStep;
using Seats = std::vector<std::uint32_t>;

constexpr Divisors kAll[] = {Divisors::dhondt, Divisors::sainte_lague,
                             Divisors::modified_sainte_lague};

std::vector<Contender> lists(const std::vector<std::int64_t>& votes) {
  std::vector<Contender> out;
  for (std::size_t i = 0; i < votes.size(); ++i) {
    out.push_back({"l" + zero_padded(i, 3), *Votes::from(votes[i])});
  }
  return out;
}

Seats dhondt(const std::vector<std::int64_t>& votes, std::uint32_t seats) {
  const auto out = highest_averages(lists(votes), seats, Divisors::dhondt);
  EXPECT_TRUE(out);
  EXPECT_TRUE(out->tied.empty());
  return out->seats;
}

election::LawPack law() {
  const std::string text = tests::law_text();
  const auto doc = adapters::parse_toml(text);
  EXPECT_TRUE(doc);
  const auto pack = election::read_law_pack(text, *doc);
  EXPECT_TRUE(pack) << pack.error().debug();
  return *pack;
}

TEST(Seats, DividesAsTheRuleSays) {
  const std::uint64_t expected[3][3] = {{1, 2, 3}, {1, 3, 5}, {7, 15, 25}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::uint64_t n = 1; n <= 3; ++n) EXPECT_EQ(divisor(kAll[i], n), expected[i][n - 1]);
  }
}

TEST(Seats, EachSeatIsExplained) {  // [R9] docs/rules/S101.md
  const auto out = highest_averages(lists({100, 60, 35}), 4, Divisors::dhondt);
  ASSERT_TRUE(out);
  ASSERT_EQ(out->awards.size(), 4u);
  const std::array<std::array<std::uint64_t, 4>, 4> expected = {
      {{0, 1, 1, 1}, {1, 1, 0, 2}, {0, 2, 2, 1}, {2, 1, 0, 3}}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(out->awards[i].order, i + 1);
    EXPECT_EQ(out->awards[i].contender, expected[i][0]) << i;
    EXPECT_EQ(out->awards[i].divisor, expected[i][1]) << i;
    EXPECT_EQ(out->awards[i].next, expected[i][2]) << i;
    EXPECT_EQ(out->awards[i].next_divisor, expected[i][3]) << i;
  }
}

TEST(Seats, ATieForTheLastSeatIsReturnedNeverBroken) {  // [R7]
  for (const Divisors divisors : kAll) {
    const auto out = highest_averages(lists({11, 11, 11}), 4, divisors);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->seats, (Seats{1, 1, 1}));
    EXPECT_EQ(out->tied, (std::vector<std::size_t>{0, 1, 2}));
    EXPECT_EQ(out->seats_in_tie, 1u);
    EXPECT_EQ(out->awards.size(), 3u);
  }
  const auto other = highest_averages(lists({2, 1, 1, 2, 2}), 2, Divisors::dhondt);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->tied, (std::vector<std::size_t>{0, 3, 4}));
  EXPECT_EQ(other->seats_in_tie, 2u);
  EXPECT_TRUE(other->awards.empty());
}

TEST(Seats, EqualQuotientsThatAllGetASeatAreNoTie) {
  const auto out = highest_averages(lists({12, 12, 11, 12}), 3, Divisors::dhondt);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{1, 1, 0, 1}));
  EXPECT_TRUE(out->tied.empty());
}

TEST(Seats, QuotientsOfDifferentDivisorsCanTie) {
  const auto out = highest_averages(lists({200, 100}), 2, Divisors::dhondt);  // 200/2 = 100/1
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{1, 0}));
  EXPECT_EQ(out->tied, (std::vector<std::size_t>{0, 1}));
}

TEST(Seats, NobodyWithoutVotesGetsASeat) {
  for (const Divisors divisors : kAll) {
    const auto out = highest_averages(lists({0, 0}), 3, divisors);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->unassigned, 3u);
    EXPECT_TRUE(out->awards.empty());
  }
  EXPECT_EQ(largest_remainder(lists({0, 0}), 3)->unassigned, 3u);
  const auto few = plurality(lists({5, 0, 3}), 3);
  ASSERT_TRUE(few);
  EXPECT_EQ(few->seats, (Seats{1, 0, 1}));
  EXPECT_EQ(few->unassigned, 1u);
  EXPECT_EQ(highest_averages({}, 2, Divisors::dhondt)->unassigned, 2u);
}

TEST(Seats, PluralityTakesTheHighestAndDeclaresATie) {  // [R7] docs/rules/S103.md
  const auto out = plurality(lists({10, 40, 30, 20}), 2);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{0, 1, 1, 0}));
  EXPECT_EQ(out->awards[0].contender, 1u);
  EXPECT_EQ(out->awards[1].next, 3u);
  const auto tie = plurality(lists({30, 40, 30, 30, 5}), 3);
  ASSERT_TRUE(tie);
  EXPECT_EQ(tie->seats, (Seats{0, 1, 0, 0, 0}));
  EXPECT_EQ(tie->tied, (std::vector<std::size_t>{0, 2, 3}));
  EXPECT_EQ(tie->seats_in_tie, 2u);
}

TEST(Seats, LargestRemainderDeclaresATie) {  // docs/rules/S102.md
  const auto out = largest_remainder(lists({11, 11, 11}), 4);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{1, 1, 1}));
  EXPECT_EQ(out->tied.size(), 3u);
  EXPECT_EQ(out->seats_in_tie, 1u);
}

// Why largest remainders are not offered where a body can grow: one seat more takes one from the
// smallest list.
TEST(Seats, LargestRemainderCanTakeASeatAwayWhenTheBodyGrows) {
  EXPECT_EQ(largest_remainder(lists({6, 6, 2}), 10)->seats, (Seats{4, 4, 2}));
  EXPECT_EQ(largest_remainder(lists({6, 6, 2}), 11)->seats, (Seats{5, 5, 1}));
}

TEST(Seats, AListBelowTheThresholdTakesNoPart) {  // docs/rules/S104.md
  election::ListRule rule;
  rule.threshold = {4, 100};
  const auto votes = lists({500, 460, 40, 39});
  const auto at = by_list_rule(votes, 24, rule, *Votes::from(1'000));  // 40 of 1,000 is 4 %
  ASSERT_TRUE(at);
  EXPECT_EQ(at->seats[2], 1u);
  EXPECT_EQ(at->seats[3], 0u);
  const auto below = by_list_rule(votes, 24, rule, *Votes::from(1'001));
  ASSERT_TRUE(below);
  EXPECT_EQ(below->seats[2], 0u);
  EXPECT_EQ(below->seats[0] + below->seats[1], 24u);
  rule.method = election::ListMethod::largest_remainder;
  EXPECT_EQ(by_list_rule(votes, 10, rule, *Votes::from(1'039))->seats, (Seats{5, 5, 0, 0}));
}

TEST(Seats, TiesUnderAThresholdNameTheRightLists) {
  election::ListRule rule;
  rule.threshold = {10, 100};
  const auto out = by_list_rule(lists({1, 50, 50}), 1, rule, *Votes::from(101));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->tied, (std::vector<std::size_t>{1, 2}));
  const auto two = by_list_rule(lists({1, 50, 40}), 1, rule, *Votes::from(101));
  ASSERT_TRUE(two);
  EXPECT_EQ(two->awards[0].contender, 1u);
  EXPECT_EQ(two->awards[0].next, 2u);
}

TEST(Seats, RefusesWhatIsOverTheLimitsOrNamedTwice) {
  EXPECT_EQ(plurality(lists({1}), 10'001).error().code, kTooMany);
  EXPECT_EQ(highest_averages(lists(std::vector<std::int64_t>(1'001, 1)), 1, Divisors::dhondt)
                .error()
                .code,
            kTooMany);
  const std::vector<Contender> twice = {{"a", {}}, {"b", {}}, {"a", {}}};
  EXPECT_EQ(largest_remainder(twice, 1).error().code, kNamedTwice);
  EXPECT_EQ(largest_remainder(twice, 1).error().fact("value"), "a");
}

TEST(Seats, TheLargestInputStaysExact) {
  std::vector<std::int64_t> votes(1'000, Votes::kMax);
  votes[7] = Votes::kMax - 1;
  const auto out = highest_averages(lists(votes), 10'000, Divisors::modified_sainte_lague);
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->tied.empty());
  EXPECT_EQ(out->seats, Seats(1'000, 10));
  EXPECT_EQ(out->awards.back().contender, 7u);
}

TEST(Seats, TheCertificateRefusesAWrongAllocation) {  // audits of anyone: docs/rules/S101.md
  const auto votes = lists({100, 60, 35, 0});
  EXPECT_TRUE(certified(votes, Seats{2, 1, 1, 0}, 4, Divisors::dhondt));
  EXPECT_FALSE(certified(votes, Seats{3, 1, 0, 0}, 4, Divisors::dhondt));
  EXPECT_FALSE(certified(votes, Seats{2, 1, 0, 1}, 4, Divisors::dhondt));
  EXPECT_FALSE(certified(votes, Seats{2, 1, 1, 0}, 5, Divisors::dhondt));
  EXPECT_FALSE(certified(votes, Seats{2, 1, 1}, 4, Divisors::dhondt));
}

TEST(VotesFile, ReadsOptionsAndVotes) {
  const auto out = read_votes("votes,option\n120,Lista A\n0,\"Lista B, norte\"\n");
  ASSERT_TRUE(out);
  ASSERT_EQ(out->contenders.size(), 2u);
  EXPECT_EQ(out->contenders[1].id, "Lista B, norte");
  EXPECT_EQ(out->contenders[0].votes.value(), 120);
  EXPECT_EQ(out->contenders[0].persons, std::nullopt);
  const auto more = read_votes("option,votes,persons,alliance,group\na,5,,X,G\nb,4,2,,\n");
  ASSERT_TRUE(more);
  EXPECT_EQ(more->contenders[1].persons, 2u);
  EXPECT_EQ(more->alliance[0] + more->group[0], "XG");
}

TEST(VotesFile, RefusesABadLineWithItsNumber) {
  const std::pair<const char*, const char*> cases[] = {
      {"option,vote\na,1\n", "1"},           {"option,votes\na,1\nb\n", "3"},
      {"option,votes\na,-1\n", "2"},         {"option,votes\na,1.0\n", "2"},
      {"option,votes\n,1\n", "2"},           {"option,votes\na,\n", "2"},
      {"option,votes\na,1000000001\n", "2"}, {"option,votes\n\"a,1\n", "2"}};
  for (const auto& [text, line] : cases) {
    const auto out = read_votes(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().code, kBadVotesFile) << text;
    EXPECT_EQ(out.error().fact("line"), line) << text;
  }
  EXPECT_EQ(read_votes("option,votes\na,1\na,2\n").error().code, kNamedTwice);
}

// Rules of ties, exhausted lists and stages.

election::ListRule dhondt_with(std::vector<election::TieRule> tie) {
  election::ListRule rule;
  rule.tie = std::move(tie);
  return rule;
}
using election::TieRule;

TEST(Ties, MoreVotesComesBeforeTheLot) {  // [R7] docs/rules/S106.md
  const auto votes = lists({200, 100});   // 200 / 2 = 100 / 1
  const auto rule = dhondt_with({TieRule::more_votes, TieRule::lot});
  const auto out = by_list_rule(votes, 2, rule, {});
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{2, 0}));
  EXPECT_EQ(out->awards[1].decided_by, DecidedBy::more_votes);
  EXPECT_EQ(out->awards[1].next, 1u);
  EXPECT_EQ(by_list_rule(votes, 2, dhondt_with({TieRule::lot}), {})->tied.size(), 2u);
  // Equal in votes too: the lot, and among those only.
  const auto three = by_list_rule(lists({200, 100, 100, 60}), 3, rule, {});
  ASSERT_TRUE(three);
  EXPECT_EQ(three->seats, (Seats{2, 0, 0, 0}));
  EXPECT_EQ(three->tied, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(three->seats_in_tie, 1u);
}

TEST(Ties, ARecordedLotDecidesAndIsNamed) {  // [R7]
  const auto votes = lists({11, 11, 11});
  const auto rule = dhondt_with({TieRule::more_votes, TieRule::lot});
  const std::vector<Lot> lots = {{{"l002", "l000", "l001"}, "l001"}, {{"l000", "l002"}, "l002"}};
  const auto one = by_list_rule(votes, 2, rule, {}, std::span{lots}.first(1));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->seats, (Seats{0, 1, 0}));
  EXPECT_EQ(one->tied, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(one->seats_in_tie, 1u);  // the next lot is among those
  const auto two = by_list_rule(votes, 2, rule, {}, lots);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->seats, (Seats{0, 1, 1}));
  EXPECT_TRUE(two->tied.empty());
  EXPECT_EQ(two->awards[1].decided_by, DecidedBy::lot);
  EXPECT_EQ(two->awards[1].lot, 1u);
  EXPECT_EQ(two->awards[1].next, 0u);
  const auto person = by_nominal_rule(votes, 1, {true, {TieRule::lot}}, std::span{lots}.first(1));
  ASSERT_TRUE(person);
  EXPECT_EQ(person->seats, (Seats{0, 1, 0}));
}

TEST(Ties, ALotOfAnotherTieIsRefused) {  // a recount moved the tie after the lot was drawn
  const auto rule = dhondt_with({TieRule::lot});
  const std::vector<std::vector<Lot>> bad = {
      {{{"l000", "l001"}, "l000"}},                  // not all of the tie
      {{{"l000", "l001", "l002"}, "l003"}},          // somebody else
      {{{"l000", "l001", "l002", "l003"}, "l001"}},  // more than the tie
      {{{"l000", "l001", "l001"}, "l001"}},          // one twice
  };
  for (const auto& lots : bad) {
    const auto out = by_list_rule(lists({11, 11, 11}), 1, rule, {}, lots);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, kOtherLot);
  }
  const std::vector<Lot> idle = {{{"l000", "l001"}, "l000"}};
  EXPECT_EQ(by_list_rule(lists({11, 10}), 1, rule, {}, idle).error().code, kIdleLot);
  EXPECT_EQ(by_list_rule(lists({11, 11}), 1, dhondt_with({}), {}, idle).error().code, kIdleLot);
}

TEST(ExhaustedLists, AreMetAsThePackSays) {  // docs/rules/S108.md
  std::vector<Contender> votes = lists({90, 30, 20});
  votes[0].persons = 2;
  election::ListRule rule;
  const auto report = by_list_rule(votes, 4, rule, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->seats, (Seats{3, 1, 0}));
  // 90, 45, 30 = 30: list 1 has its third seat by an equal quotient and nobody for it.
  const auto empty = std::ranges::count(report->awards, Seating::no_person, &Award::seating);
  EXPECT_EQ(empty, 1);
  rule.exhausted = election::ExhaustedList::next_quotient;
  EXPECT_EQ(by_list_rule(votes, 4, rule, {})->seats, (Seats{2, 1, 1}));
  rule.exhausted = election::ExhaustedList::vacant;
  const auto vacant = by_list_rule(votes, 4, rule, {});
  ASSERT_TRUE(vacant);
  EXPECT_EQ(vacant->seats, (Seats{2, 1, 0}));
  EXPECT_EQ(vacant->vacant, 1u);
  for (Contender& one : votes) one.persons = 0;
  rule.exhausted = election::ExhaustedList::next_quotient;
  EXPECT_EQ(by_list_rule(votes, 4, rule, {})->unassigned, 4u);
}

TEST(Margins, SayFromHowManyVotesOnASeatFalls) {  // [R9] docs/rules/S109.md
  const auto votes = lists({1000, 700, 300});
  const election::ListRule rule;
  const auto out = by_list_rule(votes, 5, rule, {});
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{3, 2, 0}));  // 1000, 700, 500, 350, 333.3; then 300
  const auto all = margins(votes, *out, rule);
  ASSERT_EQ(all.size(), 5u);
  const Margin& last = *all[4];  // 1000 / 3 against 300 / 1
  EXPECT_EQ(last.rival, 2u);
  EXPECT_EQ(last.can_lose, 100);
  EXPECT_EQ(last.lacks, 34);
  EXPECT_EQ(all[0]->lacks, std::nullopt);  // not the last seat
  EXPECT_EQ(all[0]->rival, 1u);            // 1000 / 1 against 700 / 4, their third without a seat
  EXPECT_EQ(all[0]->can_lose, 825);
  const auto nominal = plurality(lists({10, 40, 30, 20}), 2);
  const auto gaps = nominal_margins(lists({10, 40, 30, 20}), *nominal);
  EXPECT_EQ(gaps[1]->can_lose, 10);
  EXPECT_EQ(gaps[1]->rival, 3u);
  EXPECT_FALSE(margins(lists({5}), *by_list_rule(lists({5}), 2, rule, {}), rule)[0]);
}

TEST(Readings, ShowWhereTheVotesOfChangedCardsGo) {  // docs/rules/S112.md
  const auto cards = read_cards(
      "card,votes,printed,current,list,transfer\n"
      "P1,100,ana,ana,,\nP2,60,bea,bea,,\nP3,50,ana,bea,,\nP4,30,caro,,,ana\n");
  ASSERT_TRUE(cards);
  const auto all = readings(*cards, law());
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 4u);  // current x (null, list, transfer), printed
  const std::vector<std::vector<std::int64_t>> expected = {
      {100, 110, 0, 30}, {100, 110, 0, 30}, {130, 110, 0, 0}, {150, 60, 30, 0}};
  for (std::size_t i = 0; i < 4; ++i) {
    const Reading& r = (*all)[i];
    EXPECT_EQ(r.of_pack, i == 0);
    for (std::size_t o = 0; o < 3; ++o) {
      EXPECT_EQ(r.contenders[o].votes.value(), expected[i][o]) << i << o;
    }
    EXPECT_EQ(r.null.value(), expected[i][3]);
  }
  EXPECT_EQ((*all)[0].orphan, "null");
  EXPECT_EQ((*all)[3].follow, "printed_candidate");
  EXPECT_EQ(read_cards("card,votes,printed,current\nP1,1,a,a\nP1,1,a,a\n").error().code,
            kNamedTwice);
  EXPECT_EQ(read_cards("card,votes,printed,current\nP1,x,a,a\n").error().fact("line"), "2");
}

// Published vectors and real elections.

constexpr std::string_view kLackner = "vectors/apportionment/lackner_apportionment.json";
constexpr std::string_view kAbacus = "vectors/apportionment/abacus.json";
constexpr std::string_view kDutch = "vectors/apportionment/abacus_cases.json";
constexpr std::string_view kDanish = "vectors/rla/dhondt_denmark2014_ep.json";
constexpr std::string_view kLists = "data/municipal-2013/list_seats.csv";
constexpr std::string_view kCouncils = "data/municipal-2013/council_composition.csv";
constexpr std::string_view kAssembly = "data/assembly-2020/alliances.csv";

// Our JSON has no floats; the thresholds of this foreign file become texts.
Document vectors(std::string_view path) {
  std::string text = tests::read_file(*tests::shared_path(path));
  const std::string key = "\"threshold\": 0.";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    text.insert(at + key.size() - 2, "\"");
    text.insert(text.find_first_not_of("0123456789", at + key.size() + 1), "\"");
  }
  const auto doc = adapters::parse_json(text);
  EXPECT_TRUE(doc) << doc.error().debug();
  return doc.value_or(Document{});
}

template <typename T>
std::vector<T> numbers(const Document& of, std::string_view key) {
  std::vector<T> out;
  const auto array = of.array(key);
  EXPECT_TRUE(array) << key;
  for (const Document& item : **array) {
    out.push_back(static_cast<T>(std::get<std::int64_t>(item.value())));
  }
  return out;
}

void expect_case(const Document& c, const Document& expected, std::string_view method,
                 const Result<Allocation>& got) {
  const Document* wanted = expected.find(method);
  if (wanted == nullptr) return;
  ASSERT_TRUE(got);
  const std::string name = *c.string("name") + " " + std::string{method};
  if (std::holds_alternative<std::string>(wanted->value())) {
    EXPECT_FALSE(got->tied.empty()) << name;
    return;
  }
  const Seats seats = numbers<std::uint32_t>(expected, method);
  if (*c.string("name") != "tie broken by list order") {
    EXPECT_TRUE(got->tied.empty()) << name;
    EXPECT_EQ(got->seats, seats) << name;
    return;
  }
  // The source breaks this tie by position. We must declare it, and its choice must be in it.
  ASSERT_FALSE(got->tied.empty()) << name;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    const bool in_tie = std::find(got->tied.begin(), got->tied.end(), i) != got->tied.end();
    EXPECT_TRUE(seats[i] == got->seats[i] || (in_tie && seats[i] == got->seats[i] + 1)) << name;
  }
}

TEST(SeatVectors, NinePublishedCasesOfFourMethods) {
  SKIP_WITHOUT_SHARED(kLackner);
  const Document doc = vectors(kLackner);
  const auto cases = doc.array("cases");
  ASSERT_TRUE(cases);
  ASSERT_EQ((*cases)->size(), 9u);
  for (const Document& c : **cases) {
    const auto votes = lists(numbers<std::int64_t>(c, "votes"));
    const auto seats = static_cast<std::uint32_t>(*c.integer("seats"));
    const Document& expected = **c.table("expected");
    const char* names[] = {"dhondt", "saintelague", "modified_saintelague"};
    for (std::size_t i = 0; i < 3; ++i) {
      expect_case(c, expected, names[i], highest_averages(votes, seats, kAll[i]));
    }
    expect_case(c, expected, "largest_remainder", largest_remainder(votes, seats));
  }
}

TEST(SeatVectors, FourAustrianElectionsWithTheirThreshold) {
  SKIP_WITHOUT_SHARED(kLackner);
  const Document doc = vectors(kLackner);
  election::ListRule rule;
  rule.threshold = {4, 100};
  int equal = 0;
  for (const Document& e : **doc.array("austria_dhondt_183_threshold_4pct")) {
    const auto votes = numbers<std::int64_t>(e, "votes");
    std::int64_t total = 0;
    for (const std::int64_t v : votes) total += v;
    const auto out = by_list_rule(lists(votes), 183, rule, *Votes::from(total));
    ASSERT_TRUE(out);
    EXPECT_EQ(out->seats, numbers<std::uint32_t>(e, "official_seats")) << *e.integer("year");
    ++equal;
  }
  EXPECT_EQ(equal, 4);
}

TEST(SeatVectors, FourKnessetElections) {
  SKIP_WITHOUT_SHARED(kLackner);
  const Document doc = vectors(kLackner);
  int equal = 0;
  for (const Document& e : **doc.array("israel_dhondt_coalitions")) {
    EXPECT_EQ(dhondt(numbers<std::int64_t>(e, "votes"), 120),
              numbers<std::uint32_t>(e, "official_seats"));
    ++equal;
  }
  EXPECT_EQ(equal, 4);
}

TEST(SeatVectors, PlainDhondtOfTheDutchCases) {
  SKIP_WITHOUT_SHARED(kAbacus);
  const Document doc = vectors(kAbacus);
  const auto cases = doc.array("cases");
  ASSERT_TRUE(cases);
  EXPECT_EQ((*cases)->size(), 14u);
  for (const Document& c : **cases) {
    const auto votes = numbers<std::int64_t>(c, "votes");
    const auto seats = static_cast<std::uint32_t>(*c.integer("seats"));
    const auto given = c.array("plain_dhondt");
    if (!given) continue;  // two of the cases do not give it
    const Seats expected = numbers<std::uint32_t>(c, "plain_dhondt");
    const auto out = highest_averages(lists(votes), seats, Divisors::dhondt);
    ASSERT_TRUE(out);
    if (out->tied.empty()) {
      EXPECT_EQ(out->seats, expected) << *c.string("test");
    }
    EXPECT_TRUE(certified(lists(votes), expected, seats, Divisors::dhondt)) << *c.string("test");
  }
}

election::LawPack dutch() {
  const std::string text = tests::read_file("law/generic-nl.toml");
  const std::string parent = tests::read_file("law/generic.toml");
  const auto whole = election::complete_law({text, *adapters::parse_toml(text)},
                                            {parent, *adapters::parse_toml(parent)});
  EXPECT_TRUE(whole) << whole.error().debug();
  const auto pack = election::read_law_pack(*whole, *adapters::parse_toml(*whole));
  EXPECT_TRUE(pack) << pack.error().debug();
  return *pack;
}

std::vector<std::size_t> after_quotas(const Allocation& out) {  // 1-based, in the order of award
  std::vector<std::size_t> order;
  for (const Award& award : out.awards) {
    if (award.step != Step::quota) order.push_back(award.contender + 1);
  }
  return order;
}

TEST(DutchLaw, FourteenPublishedCasesInTheirOrder) {  // [R10] docs/rules/S107.md: law is data
  SKIP_WITHOUT_SHARED(kAbacus);
  const election::LawPack pack = dutch();
  const Document doc = vectors(kAbacus);
  const auto cases = doc.array("cases");
  ASSERT_EQ((*cases)->size(), 14u);
  for (const Document& c : **cases) {
    const auto votes = lists(numbers<std::int64_t>(c, "votes"));
    const auto seats = static_cast<std::uint32_t>(*c.integer("seats"));
    const auto out = by_list_rule(votes, seats, pack.list, {});
    ASSERT_TRUE(out);
    EXPECT_EQ(out->seats, numbers<std::uint32_t>(c, "expected")) << *c.string("test");
    EXPECT_TRUE(out->tied.empty()) << *c.string("test");
    auto order = numbers<std::size_t>(c, "residual_order_1based");
    const auto mine = after_quotas(*out);
    // Where seats go by equal claims the source lists them in its own order.
    std::vector<std::size_t> a = order;
    std::vector<std::size_t> b = mine;
    std::ranges::sort(a);
    std::ranges::sort(b);
    const bool moved = std::ranges::any_of(
        out->awards, [](const Award& award) { return award.step == Step::majority; });
    if (!moved) {
      EXPECT_EQ(a, b) << *c.string("test");
    }
  }
}

// "Drawing of lots is required for lists: [2, 3, 5]" and "Option 4 is picked" of the source's text.
std::vector<Lot> lots_of(const Document& c) {
  std::vector<Lot> out;
  for (const Document& line : **c.array("doc")) {
    const auto& text = std::get<std::string>(line.value());
    const std::size_t open = text.find("for lists: [");
    if (open != std::string::npos) {
      Lot& lot = out.emplace_back();
      const std::string inside = text.substr(open + 12, text.find(']') - open - 12);
      for (const std::string_view one : split(inside, ',')) {
        lot.among.push_back("l" + zero_padded(*parse_uint(trim(one), 99) - 1, 3));
      }
    }
    const std::size_t option = text.find("Option ");
    if (option != std::string::npos && !out.empty()) {
      out.back().winner = "l" + zero_padded(static_cast<std::uint64_t>(text[option + 7] - '1'), 3);
    }
  }
  return out;
}

TEST(DutchLaw, SixteenMoreWithLotsExactlyWhereTheyAreNeeded) {  // [R7] [R10]
  SKIP_WITHOUT_SHARED(kDutch);
  const election::LawPack pack = dutch();
  const Document doc = vectors(kDutch);
  const auto cases = doc.array("cases");
  ASSERT_EQ((*cases)->size(), 16u);
  int with_lots = 0;
  for (const Document& c : **cases) {
    const auto votes = lists(numbers<std::int64_t>(c, "list_votes"));
    const auto seats = static_cast<std::uint32_t>(*c.integer("seats"));
    const std::string name = *c.string("name");
    const auto before = by_list_rule(votes, seats, pack.list, {});
    ASSERT_TRUE(before);
    EXPECT_EQ(!before->tied.empty(), *c.boolean("needs_drawing_of_lots")) << name;
    const std::vector<Lot> lots = lots_of(c);
    const auto out = by_list_rule(votes, seats, pack.list, {}, lots);
    ASSERT_TRUE(out) << name << out.error().debug();
    EXPECT_EQ(out->seats, numbers<std::uint32_t>(c, "expected_total_seats")) << name;
    EXPECT_TRUE(out->tied.empty()) << name;
    with_lots += lots.empty() ? 0 : 1;
  }
  EXPECT_EQ(with_lots, 3);
}

TEST(DutchLaw, AMajorityTakesTheLastSeatOfEqualsByLot) {
  // 51 of 100 votes and 7 seats: 3 full; 3.57 against 0.57 x 6 tied remainders below the quota.
  const election::LawPack pack = dutch();
  election::ListRule rule = pack.list;
  rule.stages = {{0, {ListStep::full_quotas, ListStep::averages}}};
  // T = 201, S = 8: 101 -> 4 full; four lists of 25 share the other four by equal claims.
  const auto votes = lists({101, 25, 25, 25, 25});
  const auto open = by_list_rule(votes, 8, rule, {});
  ASSERT_TRUE(open);
  EXPECT_EQ(open->seats, (Seats{5, 0, 0, 0, 0}));
  EXPECT_EQ(open->tied, (std::vector<std::size_t>{1, 2, 3, 4}));
  EXPECT_EQ(open->seats_in_tie, 3u);
  const std::vector<Lot> lots = {{{"l001", "l002", "l003", "l004"}, "l003"},
                                 {{"l001", "l002", "l004"}, "l001"},
                                 {{"l002", "l004"}, "l004"}};
  const auto out = by_list_rule(votes, 8, rule, {}, lots);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{5, 1, 0, 1, 1}));
}

TEST(SeatVectors, JoinedListsOfDenmark2014) {
  SKIP_WITHOUT_SHARED(kDanish);
  std::string text = tests::read_file(*tests::shared_path(kDanish));
  text.resize(text.find("\"u\":"));  // floats of the audit follow
  text.resize(text.rfind(','));
  const Document doc = *adapters::parse_json(text + "}");
  std::vector<Contender> parties;
  std::vector<std::string> group;
  for (const auto& [name, votes] : std::get<Document::Table>((*doc.table("parties"))->value())) {
    parties.push_back({name, *Votes::from(std::get<std::int64_t>(votes.value()))});
    std::string& joined = group.emplace_back();
    for (const auto& [coalition, members] :
         std::get<Document::Table>((*doc.table("coalitions"))->value())) {
      for (const Document& member : std::get<Document::Array>(members.value())) {
        if (std::get<std::string>(member.value()) == name) joined = coalition;
      }
    }
  }
  const auto out = joined_lists(parties, group, 13, election::ListRule{}, {});
  ASSERT_TRUE(out);
  const Document& coalitions = **doc.table("coalition_seats");
  for (std::size_t g = 0; g < out->groups.size(); ++g) {
    EXPECT_EQ(out->between.seats[g], *coalitions.integer(out->groups[g].id)) << out->groups[g].id;
  }
  const Document& within = **doc.table("within");
  for (std::size_t i = 0; i < parties.size(); ++i) {
    if (const auto expected = within.integer(parties[i].id)) {
      EXPECT_EQ(out->seats[i], *expected) << parties[i].id;
    }
  }
}

TEST(SeatVectors, AJoinedTieIsResolvedByTheLotOfItsOwnLevel) {
  const auto rule = dhondt_with({TieRule::lot});
  const auto parties = lists({10, 10, 20});
  const std::vector<std::string> group = {"J", "J", ""};
  const std::vector<Lot> lots = {{{"J", "l002"}, "J"}, {{"l000", "l001"}, "l001"}};
  const auto out = joined_lists(parties, group, 1, rule, {}, lots);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{0, 1, 0}));
  EXPECT_EQ(joined_lists(parties, group, 1, rule, {})->between.tied.size(), 2u);
  const std::vector<Lot> inside = {{{"l000", "l001"}, "l001"}};
  EXPECT_EQ(joined_lists(parties, group, 2, rule, {}, inside)->seats, (Seats{0, 1, 1}));
  const std::vector<Lot> wrong = {{{"l000", "l002"}, "l000"}};
  EXPECT_EQ(joined_lists(parties, group, 2, rule, {}, wrong).error().code, kOtherLot);
}

struct ListContest {
  std::uint32_t seats = 0;
  std::vector<std::int64_t> votes;
  Seats official;
};

std::vector<ListContest> contests_2013() {
  const std::string text = tests::read_file(*tests::shared_path(kLists));
  auto table = codec::CsvTable::open(
      text, {}, {"codigo", "contienda", "cargos", "votos_lista", "cargos_adjudicados_cne"});
  EXPECT_TRUE(table);
  std::vector<ListContest> out;
  std::string last;
  for (;;) {
    const auto record = table->next();
    EXPECT_TRUE(record);
    if (!record || !record->has_value()) return out;
    const auto field = [&](std::string_view name) {
      return (*record)->fields[*table->column(name)];
    };
    const auto number = [&](std::string_view name) {
      return static_cast<std::int64_t>(parse_uint(field(name), Votes::kMax).value());
    };
    const std::string key = std::string{field("codigo")} + "|" + std::string{field("contienda")};
    if (key != last) out.emplace_back();
    last = key;
    out.back().seats = static_cast<std::uint32_t>(number("cargos"));
    out.back().votes.push_back(number("votos_lista"));
    out.back().official.push_back(static_cast<std::uint32_t>(number("cargos_adjudicados_cne")));
  }
}

TEST(SeatsOf2013, EveryListContestSeatBySeat) {  // [R8] [R10] 167 of 167, 343 seats
  SKIP_WITHOUT_SHARED(kLists);
  const election::LawPack pack = law();
  const std::vector<ListContest> contests = contests_2013();
  ASSERT_EQ(contests.size(), 167u);
  std::size_t seats = 0;
  int by_remainders = 0;
  int by_sainte_lague = 0;
  for (const ListContest& c : contests) {
    const auto votes = lists(c.votes);
    const auto out = by_list_rule(votes, c.seats, pack.list, {});
    ASSERT_TRUE(out);
    EXPECT_TRUE(out->tied.empty());
    EXPECT_EQ(out->seats, c.official);
    EXPECT_TRUE(certified(votes, c.official, c.seats, Divisors::dhondt));
    seats += out->awards.size();
    by_remainders += largest_remainder(votes, c.seats)->seats == c.official ? 1 : 0;
    by_sainte_lague +=
        highest_averages(votes, c.seats, Divisors::sainte_lague)->seats == c.official ? 1 : 0;
  }
  EXPECT_EQ(seats, 343u);
  EXPECT_EQ(by_remainders, 140);  // the other rules do not fit: the law is read from the data
  EXPECT_EQ(by_sainte_lague, 145);
}

TEST(SeatsOf2013, TheRuleOfTenPostsHoldsInEveryCouncil) {  // 165 of 165
  SKIP_WITHOUT_SHARED(kCouncils);
  const election::LawPack pack = law();
  const std::string text = tests::read_file(*tests::shared_path(kCouncils));
  auto table = codec::CsvTable::open(text, {}, {"nominales", "lista", "indigenas", "total"});
  ASSERT_TRUE(table);
  int councils = 0;
  for (;; ++councils) {
    const auto record = table->next();
    ASSERT_TRUE(record);
    if (!record->has_value()) break;
    const auto number = [&](std::string_view name) {
      return static_cast<std::uint32_t>(
          parse_uint((*record)->fields[*table->column(name)], 1'000).value());
    };
    EXPECT_EQ(list_seats(pack, number("nominales") + number("lista")), number("lista"));
    EXPECT_NE(std::find(pack.council_sizes.begin(), pack.council_sizes.end(), number("total")),
              pack.council_sizes.end());
    EXPECT_EQ(number("nominales") + number("lista") + number("indigenas"), number("total"));
  }
  EXPECT_EQ(councils, 165);
}

std::vector<std::vector<std::string>> assembly_2020() {  // alliance and five numbers
  const std::string text = tests::read_file(*tests::shared_path(kAssembly));
  const char* const columns[] = {"alianza",
                                 "votos_lista",
                                 "pct_semilla",
                                 "lista_nacional_48_dhondt_calculado",
                                 "lista_regional_96_deducido",
                                 "nominal_130_deducido",
                                 "total_oficial"};
  auto table = codec::CsvTable::open(text, {}, {std::begin(columns), std::end(columns)});
  EXPECT_TRUE(table);
  std::vector<std::vector<std::string>> out;
  for (;;) {
    const auto record = table->next();
    if (!record || !record->has_value()) return out;
    auto& line = out.emplace_back();
    for (const char* name : columns) line.emplace_back((*record)->fields[*table->column(name)]);
  }
}

TEST(SeatsOf2020, TheAssemblyIsPutTogetherFromItsParts) {  // [R3] [R6] [R12] [R21]
  SKIP_WITHOUT_SHARED(kAssembly);
  const std::string child = tests::read_file("law/ve-2020.toml");
  const std::string text =
      *election::complete_law({child, *adapters::parse_toml(child)},
                              {tests::law_text(), *adapters::parse_toml(tests::law_text())});
  const auto pack = election::read_law_pack(text, *adapters::parse_toml(text));
  ASSERT_TRUE(pack) << pack.error().debug();
  const auto lines = assembly_2020();
  ASSERT_EQ(lines.size(), 11u);
  std::vector<Contender> national;
  for (const auto& line : lines) {
    national.push_back(
        {line[0], *Votes::from(static_cast<std::int64_t>(*parse_uint(line[1], Votes::kMax)))});
  }
  const auto list = by_list_rule(national, pack->assembly->list_national, pack->list, {});
  ASSERT_TRUE(list);
  // The regional and nominal columns are deduced: they test the assembly of parts, no more.
  std::vector<Part> parts = {{"nacional", PartKind::list_national, 48, {}, false},
                             {"regional", PartKind::list_regional, 96, {}, false},
                             {"nominal", PartKind::nominal, 130, {}, false},
                             {"indigena", PartKind::indigenous, 3, {}, true}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    parts[0].won.push_back({lines[i][0], list->seats[i]});
    for (std::size_t p : {1u, 2u}) {
      parts[p].won.push_back(
          {lines[i][0], static_cast<std::uint32_t>(*parse_uint(lines[i][3 + p], 1'000))});
    }
  }
  const auto before = compose(parts, *pack->assembly);
  ASSERT_TRUE(before) << before.error().debug();
  EXPECT_EQ(before->pending, 3u);  // until the assemblies report
  parts[3].pending = false;
  parts[3].won = {{"indígenas", 3}};
  const auto out = compose(parts, *pack->assembly);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->total, 277u);
  EXPECT_EQ(out->pending + out->unassigned, 0u);
  Seats totals;
  for (const auto& line : out->lines) {
    if (line.total > 0) totals.push_back(line.total);
  }
  EXPECT_EQ(totals, (Seats{253, 18, 3, 2, 1}));
  parts[2].seats = 131;
  const auto wrong = compose(parts, *pack->assembly);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, kPartsDiffer);
  EXPECT_EQ(wrong.error().fact("kind"), "nominal");
  parts[2].seats = 130;
  parts[3].won[0].seats = 4;
  EXPECT_EQ(compose(parts, *pack->assembly).error().fact("kind"), "indigena");
}

TEST(SeatsOf2020, ThreePrintedSharesDoNotFollowFromTheVotes) {  // [R118]
  SKIP_WITHOUT_SHARED(kAssembly);
  const auto lines = assembly_2020();
  std::int64_t total = 0;
  const auto votes = [](const auto& line) {
    return static_cast<std::int64_t>(*parse_uint(line[1], Votes::kMax));
  };
  for (const auto& line : lines) total += votes(line);
  EXPECT_EQ(total, 6'227'690);
  std::vector<std::string> wrong;
  for (const auto& line : lines) {
    const std::int64_t share = basis_points(votes(line), total);
    std::string right =
        std::to_string(share / 100) + "." + zero_padded(static_cast<std::uint64_t>(share % 100), 2);
    if (right.ends_with('0') && line[2].size() < right.size()) right.pop_back();
    if (right != line[2]) wrong.push_back(line[2] + " -> " + right);
  }
  EXPECT_EQ(wrong, (std::vector<std::string>{"69.32 -> 69.33", "17.68 -> 17.69", "4.19 -> 4.18"}));
}

TEST(Parts, ABadFileIsRefusedWithItsLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"part,kind,seats,alliance,won\np,list,1,a,1\n", "2"},
      {"part,kind,seats,alliance,won\np,nominal,1,a,1\np,nominal,2,b,0\n", "3"},
      {"part,kind,seats,alliance,won\np,indigenous,3,,\np,indigenous,3,a,1\n", "3"},
      {"part,kind,seats,alliance,won\np,indigenous,3,,2\n", "2"}};
  for (const auto& [text, line] : cases) {
    const auto out = read_parts(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().fact("line"), line);
  }
  EXPECT_TRUE(read_parts("part,kind,seats,alliance,won\np,indigenous,3,,\n")->front().pending);
  EXPECT_EQ(read_persons("option,position,candidate\na,1,x\na,3,y\n").error().code, kBadVotesFile);
  EXPECT_EQ(read_lots("among,winner,reference\na|b,c,r\n").error().fact("line"), "2");
  EXPECT_EQ(read_lots("among,winner,reference\na|b,b,r\n")->front().lot.winner, "b");
}

TEST(SeatsOf2020, TheNationalList) {  // [R3] 48 seats: 36, 9, 2, 1
  SKIP_WITHOUT_SHARED(kAssembly);
  const std::string text = tests::read_file(*tests::shared_path(kAssembly));
  auto table = codec::CsvTable::open(text, {}, {"alianza", "votos_lista"});
  ASSERT_TRUE(table);
  std::vector<std::int64_t> votes;
  for (;;) {
    const auto record = table->next();
    ASSERT_TRUE(record);
    if (!record->has_value()) break;
    votes.push_back(static_cast<std::int64_t>(
        parse_uint((*record)->fields[*table->column("votos_lista")], Votes::kMax).value()));
  }
  ASSERT_EQ(votes.size(), 11u);
  const auto out = highest_averages(lists(votes), 48, Divisors::dhondt);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->seats, (Seats{36, 9, 2, 1, 0, 0, 0, 0, 0, 0, 0}));
  const Award& last = out->awards.back();  // 4,317,819 / 36 = 119,939.4, then / 37 = 116,697.8
  EXPECT_EQ(votes[last.contender], 4'317'819);
  EXPECT_EQ(last.divisor, 36u);
  EXPECT_EQ(last.next, last.contender);
  EXPECT_EQ(last.next_divisor, 37u);
}

}  // namespace
}  // namespace sufragio::seats
