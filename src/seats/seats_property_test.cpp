// 24,000 seeded elections against a naive second algorithm and the laws of audits (house
// monotonicity, scale, anonymity, certificate, quota, concordance).
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/numbers.h"
#include "seats/seats.h"
#include "sim/rng.h"

namespace sufragio::seats {
namespace {

using election::Divisors;
using Seats = std::vector<std::uint32_t>;
__extension__ typedef unsigned __int128 Wide;

struct Case {
  std::vector<Contender> contenders;
  std::uint32_t seats = 0;
  Divisors divisors = Divisors::dhondt;
};

Case random_case(Rng& rng) {
  Case out;
  static constexpr std::uint64_t kScales[] = {3, 12, 100, 10'000, 1'000'000, 90'000'000};
  const std::uint64_t scale = kScales[rng.below(6)];  // small scales make ties
  const std::uint64_t n = 1 + rng.below(9);
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto votes = static_cast<std::int64_t>(rng.below(scale + 1));
    out.contenders.push_back({"l" + std::to_string(i), *Votes::from(votes)});
  }
  out.seats = static_cast<std::uint32_t>(rng.below(rng.below(4) == 0 ? 60 : 12));
  out.divisors = static_cast<Divisors>(rng.below(3));
  return out;
}

Allocation allocate(const Case& c) {
  const auto out = highest_averages(c.contenders, c.seats, c.divisors);
  EXPECT_TRUE(out);
  return *out;
}

// All quotients of all seats, sorted: written without looking at seats.cpp.
struct Naive {
  Seats seats;
  std::vector<std::size_t> tied;
};
Naive naive(const Case& c) {
  struct Q {
    Wide votes;
    Wide divisor;
    std::size_t who;
  };
  std::vector<Q> all;
  for (std::size_t i = 0; i < c.contenders.size(); ++i) {
    const auto votes = static_cast<Wide>(c.contenders[i].votes.value());
    if (votes == 0) continue;
    for (std::uint32_t s = 0; s < c.seats; ++s) {
      const Wide d = c.divisors == Divisors::dhondt         ? s + 1
                     : c.divisors == Divisors::sainte_lague ? 2 * s + 1
                     : s == 0                               ? 7
                                                            : 10 * s + 5;
      all.push_back({votes, d, i});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Q& a, const Q& b) { return a.votes * b.divisor > b.votes * a.divisor; });
  Naive out;
  out.seats.assign(c.contenders.size(), 0);
  const auto same = [](const Q& a, const Q& b) {
    return a.votes * b.divisor == b.votes * a.divisor;
  };
  const bool tie = all.size() > c.seats && c.seats > 0 && same(all[c.seats - 1], all[c.seats]);
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), c.seats); ++i) {
    if (!tie || !same(all[i], all[c.seats])) ++out.seats[all[i].who];
  }
  for (const Q& q : all) {
    if (tie && same(q, all[c.seats])) out.tied.push_back(q.who);
  }
  std::sort(out.tied.begin(), out.tied.end());
  return out;
}

// Some way of giving the tied seats away, each a right allocation.
Seats with_lot(const Allocation& a, Rng& rng) {
  Seats out = a.seats;
  std::vector<std::size_t> tied = a.tied;
  for (std::uint32_t r = 0; r < a.seats_in_tie; ++r) {
    const std::size_t pick = rng.below(tied.size());
    ++out[tied[pick]];
    tied.erase(tied.begin() + static_cast<std::ptrdiff_t>(pick));
  }
  return out;
}

bool has_votes(const Case& c) {
  return std::any_of(c.contenders.begin(), c.contenders.end(),
                     [](const Contender& x) { return x.votes > Votes{}; });
}

void check_whole(const Case& c, const Allocation& a, Rng& rng) {
  const Naive expected = naive(c);
  ASSERT_EQ(a.seats, expected.seats);
  ASSERT_EQ(a.tied, expected.tied);
  const std::uint32_t given = std::accumulate(a.seats.begin(), a.seats.end(), 0u);
  ASSERT_EQ(given + a.seats_in_tie + a.unassigned, c.seats);
  ASSERT_EQ(a.awards.size(), given);
  ASSERT_EQ(a.unassigned, has_votes(c) ? 0 : c.seats);
  ASSERT_LT(a.seats_in_tie, std::max<std::size_t>(a.tied.size(), 1));
  if (!has_votes(c)) return;
  const Seats final_seats = with_lot(a, rng);
  ASSERT_TRUE(certified(c.contenders, final_seats, c.seats, c.divisors));
  // Moving any one seat keeps the certificate only inside a tie.
  for (std::size_t from = 0; from < final_seats.size(); ++from) {
    for (std::size_t to = 0; to < final_seats.size(); ++to) {
      if (from == to || final_seats[from] == 0) continue;
      Seats moved = final_seats;
      --moved[from];
      ++moved[to];
      const bool both_tied = std::count(a.tied.begin(), a.tied.end(), from) > 0 &&
                             std::count(a.tied.begin(), a.tied.end(), to) > 0;
      const bool had_it = final_seats[from] > a.seats[from];
      const bool lacks_it = final_seats[to] == a.seats[to];
      ASSERT_EQ(certified(c.contenders, moved, c.seats, c.divisors),
                both_tied && had_it && lacks_it);
    }
  }
}

void check_laws(const Case& c, const Allocation& a, Rng& rng) {
  Case larger = c;
  ++larger.seats;
  const Allocation more = allocate(larger);
  Wide total = 0;
  for (const Contender& x : c.contenders) total += static_cast<Wide>(x.votes.value());
  for (std::size_t i = 0; i < c.contenders.size(); ++i) {
    ASSERT_GE(more.seats[i], a.seats[i]) << "house monotonicity";
    const auto votes = static_cast<Wide>(c.contenders[i].votes.value());
    const bool tied = std::count(a.tied.begin(), a.tied.end(), i) > 0;
    if (c.divisors == Divisors::dhondt && total > 0) {
      ASSERT_GE(a.seats[i] + (tied ? 1u : 0u), votes * c.seats / total) << "lower quota";
    }
    for (std::size_t j = 0; j < c.contenders.size(); ++j) {
      if (c.contenders[i].votes >= c.contenders[j].votes) {
        ASSERT_GE(a.seats[i] + (tied ? 1u : 0u), a.seats[j]) << "concordance";
      }
    }
  }
  Case scaled = c;
  for (Contender& x : scaled.contenders) x.votes = *x.votes.times(11);
  ASSERT_EQ(allocate(scaled).seats, a.seats) << "scale";

  std::vector<std::size_t> order(c.contenders.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
  Case shuffled = c;
  for (std::size_t i = 0; i < order.size(); ++i) shuffled.contenders[i] = c.contenders[order[i]];
  const Allocation other = allocate(shuffled);
  ASSERT_EQ(other.awards.size(), a.awards.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    ASSERT_EQ(other.seats[i], a.seats[order[i]]) << "anonymity";
  }
  for (std::size_t i = 0; i < a.awards.size(); ++i) {
    ASSERT_EQ(order[other.awards[i].contender], a.awards[i].contender) << "order of award";
  }
}

TEST(SeatProperties, HighestAveragesKeepsItsLaws) {  // [R7] [R8]
  sim::SimRng rng{2013};
  int ties = 0;
  for (int i = 0; i < 12'000 && !testing::Test::HasFatalFailure(); ++i) {
    const Case c = random_case(rng);
    const Allocation a = allocate(c);
    ties += a.tied.empty() ? 0 : 1;
    check_whole(c, a, rng);
    check_laws(c, a, rng);
  }
  EXPECT_GT(ties, 1'000);
}

TEST(SeatProperties, MoreVotesForOneAloneNeverCostItASeat) {
  sim::SimRng rng{2017};
  for (int i = 0; i < 4'000; ++i) {
    Case c = random_case(rng);
    const Allocation before = allocate(c);
    const std::size_t who = rng.below(c.contenders.size());
    const auto added = *Votes::from(static_cast<std::int64_t>(1 + rng.below(1'000)));
    c.contenders[who].votes = *c.contenders[who].votes.plus(added);
    const Allocation after = allocate(c);
    const bool tied = std::count(after.tied.begin(), after.tied.end(), who) > 0;
    ASSERT_GE(after.seats[who] + (tied ? 1u : 0u), before.seats[who]);
  }
}

// Population monotonicity: of two lists, the one that gains on the other never loses a seat while
// the other wins one.
TEST(SeatProperties, NoListLosesASeatToOneThatItGainedOn) {
  sim::SimRng rng{2012};
  int compared = 0;
  for (int i = 0; i < 4'000; ++i) {
    const Case before = random_case(rng);
    Case after = before;
    for (Contender& x : after.contenders) {
      const std::int64_t votes = x.votes.value();
      const std::uint64_t next = rng.below(static_cast<std::uint64_t>(2 * votes + 2));
      x.votes = *Votes::from(static_cast<std::int64_t>(next));
    }
    const Allocation a = allocate(before);
    const Allocation b = allocate(after);
    if (!a.tied.empty() || !b.tied.empty() || !has_votes(after)) continue;
    for (std::size_t x = 0; x < a.seats.size(); ++x) {
      for (std::size_t y = 0; y < a.seats.size(); ++y) {
        const auto old_x = static_cast<Wide>(before.contenders[x].votes.value());
        const auto old_y = static_cast<Wide>(before.contenders[y].votes.value());
        const auto new_x = static_cast<Wide>(after.contenders[x].votes.value());
        const auto new_y = static_cast<Wide>(after.contenders[y].votes.value());
        if (new_x * old_y < old_x * new_y) continue;  // x fell behind y
        ASSERT_FALSE(b.seats[x] < a.seats[x] && b.seats[y] > a.seats[y]);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 10'000);
}

// The quota of the split: within one seat of the exact share, by the named rounding; list and
// nominal seats together are the body. docs/rules/S105.md
TEST(SeatProperties, TheSplitKeepsItsQuota) {
  election::LawPack pack;
  pack.split.kind = election::SplitKind::percent;
  for (std::uint32_t percent = 0; percent <= 100; ++percent) {
    pack.split.list_percent = percent;
    for (std::uint32_t total = 1; total <= 60; ++total) {
      const std::uint32_t exact = percent * total;  // in hundredths
      std::vector<std::uint32_t> by;
      for (const auto rounding : {election::Rounding::down, election::Rounding::half_down,
                                  election::Rounding::half_up, election::Rounding::up}) {
        pack.split.rounding = rounding;
        by.push_back(*election::list_seats(pack, total));
        ASSERT_LE(by.back(), total);
        ASSERT_LT(by.back() * 100, exact + 100);
        ASSERT_GT(by.back() * 100 + 100, exact);
      }
      ASSERT_EQ(by[0], exact / 100);
      ASSERT_EQ(by[3], (exact + 99) / 100);
      ASSERT_EQ(by[1], exact % 100 > 50 ? by[3] : by[0]);
      ASSERT_EQ(by[2], exact % 100 >= 50 ? by[3] : by[0]);
    }
  }
}

TEST(SeatProperties, MergingTwoListsNeverLosesSeatsByDhondt) {
  sim::SimRng rng{2020};
  for (int i = 0; i < 4'000; ++i) {
    Case c = random_case(rng);
    c.divisors = Divisors::dhondt;
    if (c.contenders.size() < 2) continue;
    const Allocation apart = allocate(c);
    const std::uint32_t before = apart.seats[0] + apart.seats[1];
    c.contenders[0].votes = *c.contenders[0].votes.plus(c.contenders[1].votes);
    c.contenders[1].votes = {};
    const Allocation joined = allocate(c);
    const bool tied = std::count(joined.tied.begin(), joined.tied.end(), 0u) > 0;
    ASSERT_GE(joined.seats[0] + (tied ? 1u : 0u), before);
  }
}

// Within its margin a list may lose votes, or its rival win some, without any change of its seats;
// at the margin the seat is tied or lost. [R9] docs/rules/S109.md
TEST(SeatProperties, ASeatFallsExactlyAtItsMargin) {
  sim::SimRng rng{2024};
  int checked = 0;
  for (int i = 0; i < 2'000; ++i) {
    const Case c = random_case(rng);
    election::ListRule rule;
    rule.divisors = c.divisors;
    const Allocation a = allocate(c);
    const auto all = margins(c.contenders, a, rule);
    std::vector<std::uint32_t> seen(c.contenders.size(), 0);
    for (std::size_t s = 0; s < all.size(); ++s) {
      const std::size_t who = a.awards[s].contender;
      const std::uint32_t k = ++seen[who];
      if (!all[s]) continue;
      const auto after = [&](std::size_t of, std::int64_t change) {
        Case moved = c;
        moved.contenders[of].votes = *Votes::from(c.contenders[of].votes.value() + change);
        return allocate(moved);
      };
      const Margin& margin = *all[s];
      ASSERT_GT(margin.can_lose, 0);
      ASSERT_GE(after(who, 1 - margin.can_lose).seats[who], k);
      ASSERT_LT(after(who, -margin.can_lose).seats[who], k);
      if (margin.lacks) {
        ASSERT_EQ(s + 1, all.size());
        ASSERT_EQ(after(margin.rival, *margin.lacks - 1).seats[margin.rival],
                  a.seats[margin.rival]);
        const Allocation tied = after(margin.rival, *margin.lacks);
        const bool there = tied.seats[margin.rival] > a.seats[margin.rival] ||
                           std::count(tied.tied.begin(), tied.tied.end(), margin.rival) > 0;
        ASSERT_TRUE(there);
      }
      ++checked;
    }
  }
  EXPECT_GT(checked, 4'000);
}

// Whatever the rule and the lots: every seat is given, open, unassigned or vacant, once.
TEST(SeatProperties, EveryRuleAccountsForEverySeat) {
  sim::SimRng rng{2022};
  int lots_used = 0;
  for (int i = 0; i < 4'000; ++i) {
    Case c = random_case(rng);
    election::ListRule rule;
    rule.method = static_cast<election::ListMethod>(rng.below(3));
    rule.divisors = c.divisors;
    rule.exhausted = static_cast<election::ExhaustedList>(rng.below(3));
    rule.tie = {election::TieRule::lot};
    if (rng.below(2) == 0) rule.tie.insert(rule.tie.begin(), election::TieRule::more_votes);
    rule.remainder_min = {3, 4};
    rule.majority_of_seats = rng.below(2) == 0;
    using election::ListStep;
    rule.stages = {{0,
                    {ListStep::full_quotas, ListStep::largest_remainder, ListStep::averages_once,
                     ListStep::averages}},
                   {19, {ListStep::full_quotas, ListStep::averages}}};
    for (Contender& x : c.contenders) {
      if (rng.below(3) == 0) x.persons = static_cast<std::uint32_t>(rng.below(6));
    }
    std::vector<Lot> lots;
    for (;;) {
      const auto a = by_list_rule(c.contenders, c.seats, rule, {}, lots);
      ASSERT_TRUE(a) << a.error().debug();
      const std::uint32_t given = std::accumulate(a->seats.begin(), a->seats.end(), 0u);
      ASSERT_EQ(given + a->seats_in_tie + a->unassigned + a->vacant, c.seats);
      ASSERT_EQ(a->awards.size(), given + a->vacant);
      ASSERT_LT(a->seats_in_tie, std::max<std::size_t>(a->tied.size(), 1));
      if (a->tied.empty()) break;
      Lot lot;
      for (const std::size_t t : a->tied) lot.among.push_back(c.contenders[t].id);
      lot.winner = lot.among[rng.below(lot.among.size())];
      lots.push_back(std::move(lot));
      ++lots_used;
    }
  }
  EXPECT_GT(lots_used, 300);
}

TEST(SeatProperties, PluralityAndRemaindersGiveEachSeatOrDeclareATie) {
  sim::SimRng rng{2021};
  for (int i = 0; i < 4'000; ++i) {
    const Case c = random_case(rng);
    const auto most = plurality(c.contenders, c.seats);
    const auto rest = largest_remainder(c.contenders, c.seats);
    ASSERT_TRUE(most && rest);
    for (const Allocation* a : {&*most, &*rest}) {
      const std::uint32_t given = std::accumulate(a->seats.begin(), a->seats.end(), 0u);
      ASSERT_EQ(given + a->seats_in_tie + a->unassigned, c.seats);
      ASSERT_LT(a->seats_in_tie, std::max<std::size_t>(a->tied.size(), 1));
      ASSERT_EQ(a->awards.size(), given);
    }
    ASSERT_EQ(rest->unassigned, has_votes(c) ? 0 : c.seats);
    for (std::size_t w = 0; w < c.contenders.size(); ++w) {
      for (std::size_t l = 0; l < c.contenders.size(); ++l) {
        if (most->seats[w] == 0 || most->seats[l] == 1) continue;
        ASSERT_GT(c.contenders[w].votes, c.contenders[l].votes);  // each winner above each loser
      }
    }
  }
}

}  // namespace
}  // namespace sufragio::seats
