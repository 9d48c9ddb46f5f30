#include "seats/seats.h"

#include <gtest/gtest.h>

#include <array>

#include "adapters/json/json.h"
#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "codec/csv.h"
#include "seats/codes.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::seats {
namespace {

using codec::Document;
using election::Divisors;
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
  ASSERT_EQ(out->size(), 2u);
  EXPECT_EQ((*out)[1].id, "Lista B, norte");
  EXPECT_EQ((*out)[0].votes.value(), 120);
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

// Published vectors and real elections.

constexpr std::string_view kLackner = "vectors/apportionment/lackner_apportionment.json";
constexpr std::string_view kAbacus = "vectors/apportionment/abacus.json";
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
