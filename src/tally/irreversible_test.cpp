#include "tally/irreversible.h"

#include <cstdlib>
#include <numeric>

#include "codec/csv.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

// [R115] [R4]
namespace sufragio::tally {
namespace {

using election::Divisors;
using election::ListRule;
using seats::Contender;

std::vector<Contender> contenders(const std::vector<std::int64_t>& votes) {
  std::vector<Contender> out;
  for (std::size_t i = 0; i < votes.size(); ++i) {
    out.push_back({"c" + std::to_string(i), *Votes::from(votes[i])});
  }
  return out;
}

Votes sum_of(const std::vector<std::int64_t>& votes) {
  return *Votes::from(std::accumulate(votes.begin(), votes.end(), std::int64_t{0}));
}

ListRule rule(Divisors divisors = Divisors::dhondt) {
  ListRule out;
  out.divisors = divisors;
  return out;
}

Bounds lists(const std::vector<std::int64_t>& votes, std::uint32_t seats, std::int64_t electors,
             const ListRule& of = rule()) {
  return *list_bounds(contenders(votes), seats, of, sum_of(votes), electors);
}

using Numbers = std::vector<std::uint32_t>;
Numbers secured(const Bounds& bounds) {
  Numbers out;
  for (const SeatRange& range : bounds.ranges) out.push_back(range.secured);
  return out;
}
Numbers possible(const Bounds& bounds) {
  Numbers out;
  for (const SeatRange& range : bounds.ranges) out.push_back(range.possible);
  return out;
}

TEST(Irreversible, ALeadEqualToWhatIsOutstandingIsNotIrreversible) {
  const auto at = [](std::int64_t electors) {
    return plurality_bounds(contenders({600, 400, 10}), 1, electors)->seats[0].irreversible;
  };
  EXPECT_TRUE(at(199));
  EXPECT_FALSE(at(200));
  EXPECT_TRUE(at(0));
}

TEST(Irreversible, EachSeatOfACircuitStandsForItself) {
  const Bounds bounds = *plurality_bounds(contenders({900, 700, 650, 100}), 2, 60);
  EXPECT_TRUE(bounds.seats[0].irreversible);
  EXPECT_FALSE(bounds.seats[1].irreversible) << "700 against 650";
  EXPECT_EQ(bounds.seats[1].safe_below, 50);
  EXPECT_EQ(possible(bounds), (Numbers{1, 1, 1, 0}));
  EXPECT_FALSE(bounds.final);
}

TEST(Irreversible, NothingIsWhereTheElectorsOfAMissingMesaAreNotKnown) {
  const Bounds bounds = *plurality_bounds(contenders({900, 1}), 1, std::nullopt);
  EXPECT_FALSE(bounds.seats[0].irreversible);
  EXPECT_EQ(bounds.seats[0].safe_below, 899);
  EXPECT_EQ(secured(bounds), (Numbers{0, 0}));
}

TEST(Irreversible, ATiedSeatIsNobodys) {
  const Bounds bounds = *plurality_bounds(contenders({9, 5, 5}), 2, 0);
  EXPECT_EQ(bounds.seats.size(), 1u);
  EXPECT_FALSE(bounds.final);
}

TEST(Irreversible, TheTableOfTheSpecificationComesOut) {  // audits, section 5.3
  const std::vector<std::int64_t> votes{1'000, 700, 300};
  const auto expect = [&](std::int64_t electors, const Numbers& sure, const Numbers& most) {
    const Bounds bounds = lists(votes, 5, electors);
    EXPECT_EQ(secured(bounds), sure) << electors;
    EXPECT_EQ(possible(bounds), most) << electors;
  };
  expect(0, {3, 2, 0}, {3, 2, 0});
  expect(50, {2, 2, 0}, {3, 2, 1});
  expect(200, {2, 1, 0}, {3, 2, 1});
  expect(400, {2, 1, 0}, {4, 3, 2});
}

std::vector<std::int64_t> alliances_of_2020() {
  const std::string csv = tests::read_file(*tests::shared_path("data/assembly-2020/alliances.csv"));
  codec::CsvTable table = *codec::CsvTable::open(csv, {}, {"votos_lista"});
  std::vector<std::int64_t> out;
  while (const auto record = *table.next()) {
    out.push_back(std::stoll(std::string{record->fields[*table.column("votos_lista")]}));
  }
  return out;
}

TEST(Irreversible, TheNationalListOf2020SettlesSeatBySeat) {
  SKIP_WITHOUT_SHARED("data/assembly-2020/alliances.csv");
  const std::vector<std::int64_t> votes = alliances_of_2020();
  const auto first = [](Numbers all, std::size_t n) {
    all.resize(n);
    return all;
  };
  const auto total = [](const Numbers& all) {
    return std::accumulate(all.begin(), all.end(), std::uint32_t{0});
  };
  const Bounds almost = lists(votes, 48, 20'307);
  EXPECT_EQ(first(secured(almost), 5), (Numbers{36, 9, 2, 1, 0}));
  EXPECT_EQ(possible(almost), secured(almost));
  EXPECT_TRUE(almost.final);
  const Bounds one_more = lists(votes, 48, 20'308);
  EXPECT_EQ(first(secured(one_more), 4), (Numbers{35, 9, 2, 1}));
  EXPECT_FALSE(one_more.final);
  const Bounds hundred = lists(votes, 48, 100'000);
  EXPECT_EQ(first(secured(hundred), 4), (Numbers{34, 8, 2, 1}));
  EXPECT_EQ(possible(hundred), (Numbers{36, 10, 3, 2, 1, 1, 1, 1, 1, 0, 0}));
  const Bounds million = lists(votes, 48, 1'000'000);
  EXPECT_EQ(first(secured(million), 4), (Numbers{29, 7, 1, 1}));
  EXPECT_EQ(total(secured(million)), 38u);
  EXPECT_EQ(first(possible(million), 5), (Numbers{38, 15, 9, 8, 7}));
}

TEST(Irreversible, AListMayFallBelowTheThreshold) {
  ListRule of = rule();
  of.threshold = {5, 100};
  const std::vector<std::int64_t> votes{9'000, 500, 500};  // 5.0 % of 10,000
  EXPECT_EQ(secured(lists(votes, 30, 0, of)), (Numbers{28, 1, 1}));
  EXPECT_EQ(secured(lists(votes, 30, 1, of)), (Numbers{28, 0, 0})) << "500 of 10,001 is below it";
}

TEST(Irreversible, LargestRemaindersKeepTheirFullQuotas) {
  ListRule of = rule();
  of.method = election::ListMethod::largest_remainder;
  const Bounds bounds = lists({1'000, 700, 300}, 5, 100, of);
  EXPECT_EQ(secured(bounds), (Numbers{2, 1, 0}));
  EXPECT_EQ(possible(bounds), (Numbers{3, 2, 1}));
  EXPECT_TRUE(lists({1'000, 700, 290}, 5, 0, of).final);
}

// [R115] docs/rules/S110.md: figures of 2024 as they were stated; no side is taken.
TEST(Irreversible, TheFirstBulletinOf2024IsNotIrreversible) {
  SKIP_WITHOUT_SHARED("vectors/rla/irreversibility_partial_tally.json");
  const std::string text =
      tests::read_file(*tests::shared_path("vectors/rla/irreversibility_partial_tally.json"));
  EXPECT_NE(text.find("\"lead\": 704114"), std::string::npos);
  EXPECT_NE(text.find("\"two_way_share_trailing_needs\": 0.64"), std::string::npos);
  const std::int64_t electors = 4'264'361;  // a fifth of 21,321,805
  const Bounds bounds = *plurality_bounds(contenders({5'150'092, 4'445'978, 462'704}), 1, electors);
  EXPECT_FALSE(bounds.seats[0].irreversible);
  EXPECT_EQ(bounds.seats[0].safe_below, 704'114);
  const Flip flipped = flip(704'114, 2'514'693, electors);
  EXPECT_EQ(flipped.share, 640);    // 64.0 %
  EXPECT_EQ(flipped.turnout, 166);  // 16.6 % of the electors outstanding
}

TEST(Irreversible, TheOtherWorkedCasesOf2024) {  // audits, section 5.5
  const auto irreversible = [](std::int64_t lead, std::int64_t out) {
    return plurality_bounds(contenders({lead, 0}), 1, out)->seats[0].irreversible;
  };
  EXPECT_TRUE(irreversible(6'392'350 - 2'891'553, 2'871'347));  // given the stated total of votes
  EXPECT_FALSE(irreversible(3'500'797, 5'733'439));             // by electors
  EXPECT_EQ(flip(3'500'797, 2'871'347, 5'733'439).turnout, 611);
  EXPECT_TRUE(irreversible(3'915'001, 3'901'352)) << "only at the mean: the true electors decide";
  EXPECT_FALSE(irreversible(3'915'001, 3'915'001));
  EXPECT_GT(*flip(3'915'001, 1'676'756, 3'901'352).share, 1'000) << "impossible";
}

// Every completion of small elections, counted out: what is called secured is never lost, what is
// possible is never exceeded.
struct Exact {
  Numbers least, most;
};

void fold_in(Exact& exact, const seats::Allocation& allocation) {
  for (std::size_t i = 0; i < allocation.seats.size(); ++i) {
    exact.least[i] = std::min(exact.least[i], allocation.seats[i]);
    const bool tied = std::ranges::find(allocation.tied, i) != allocation.tied.end();
    exact.most[i] = std::max(exact.most[i], allocation.seats[i] + (tied ? 1 : 0));
  }
}

void complete(std::vector<std::int64_t>& votes, std::size_t at, std::int64_t left,
              std::int64_t each, std::uint32_t seats, const ListRule* of, Exact& exact) {
  if (at == votes.size()) {
    const auto all = contenders(votes);
    fold_in(exact, of != nullptr ? *seats::by_list_rule(all, seats, *of, sum_of(votes))
                                 : *seats::plurality(all, seats));
    return;
  }
  for (std::int64_t more = 0; more <= std::min(left, each); ++more) {
    votes[at] += more;
    complete(votes, at + 1, left - more, each, seats, of, exact);
    votes[at] -= more;
  }
}

TEST(Irreversible, NeverContradictsAFullCountOfSmallElections) {
  tests::SeededRng rng{115};
  int cases = 0, equal = 0;
  for (int i = 0; i < 400; ++i) {
    const std::uint32_t seats = 1 + static_cast<std::uint32_t>(rng.below(5));
    const auto out = static_cast<std::int64_t>(rng.below(5));
    std::vector<std::int64_t> votes(2 + rng.below(2));
    for (std::int64_t& v : votes) v = static_cast<std::int64_t>(rng.below(30));
    ListRule of = rule(static_cast<Divisors>(rng.below(3)));
    const bool list = rng.below(4) != 0;
    if (rng.below(5) == 0) of.method = election::ListMethod::largest_remainder;
    if (rng.below(4) == 0) of.threshold = {10, 100};
    Exact exact{Numbers(votes.size(), seats), Numbers(votes.size(), 0)};
    const std::int64_t left = list ? out : out * seats;
    complete(votes, 0, left, out, seats, list ? &of : nullptr, exact);
    const Bounds bounds =
        list ? lists(votes, seats, out, of) : *plurality_bounds(contenders(votes), seats, out);
    for (std::size_t c = 0; c < votes.size(); ++c) {
      const SeatRange& range = bounds.ranges[c];
      ASSERT_LE(range.secured, exact.least[c]) << i << " contender " << c;
      ASSERT_GE(range.possible, exact.most[c]) << i << " contender " << c;
      ASSERT_LE(range.secured, range.now);
      ASSERT_LE(range.now, range.possible);
      ++cases;
      if (range.secured == exact.least[c]) ++equal;
    }
  }
  EXPECT_GT(equal * 100, cases * 80) << equal << " of " << cases;
}

// Random elections and random completions: a wrong "irreversible" would be a lie on the night.
// SUFRAGIO_CASES=1000000 is the long run.
TEST(Irreversible, NeverCallsWrong) {  // [R115] [R176]
  const char* asked = std::getenv("SUFRAGIO_CASES");
  const std::int64_t cases = asked != nullptr ? std::stoll(asked) : 20'000;
  tests::SeededRng rng{5};
  std::int64_t called = 0;
  for (std::int64_t i = 0; i < cases; ++i) {
    const std::uint32_t seats = 1 + static_cast<std::uint32_t>(rng.below(12));
    const std::uint64_t scale = std::uint64_t{1} << (3 + rng.below(20));
    std::vector<std::int64_t> votes(1 + rng.below(8));
    for (std::int64_t& v : votes) v = static_cast<std::int64_t>(rng.below(scale));
    const auto out = static_cast<std::int64_t>(rng.below(1 + scale / (1 + rng.below(40))));
    const bool list = rng.below(3) != 0;
    ListRule of = rule(static_cast<Divisors>(rng.below(3)));
    if (rng.below(6) == 0) of.method = election::ListMethod::largest_remainder;
    if (rng.below(6) == 0) of.threshold = {3, 100};
    const Bounds before =
        list ? lists(votes, seats, out, of) : *plurality_bounds(contenders(votes), seats, out);
    std::int64_t left = out;
    for (std::size_t n = votes.size(); n > 0 && left > 0; --n) {  // most of it to one of them
      const std::int64_t more =
          rng.below(2) == 0
              ? left
              : static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(left) + 1));
      votes[rng.below(votes.size())] += more;
      left -= more;
    }
    const auto all = contenders(votes);
    const seats::Allocation after =
        list ? *seats::by_list_rule(all, seats, of, sum_of(votes)) : *seats::plurality(all, seats);
    for (std::size_t c = 0; c < votes.size(); ++c) {
      const bool tied = std::ranges::find(after.tied, c) != after.tied.end();
      ASSERT_GE(after.seats[c], before.ranges[c].secured) << "case " << i;
      ASSERT_LE(after.seats[c] + (tied ? 1 : 0), before.ranges[c].possible) << "case " << i;
    }
    for (const SeatHold& hold : before.seats) {
      if (!hold.irreversible) continue;
      ++called;
      ASSERT_GE(after.seats[hold.contender], hold.nth) << "case " << i;
    }
  }
  EXPECT_GT(called, cases / 4) << "the property must not hold by silence";
}

}  // namespace
}  // namespace sufragio::tally
