#include <algorithm>
#include <map>

#include "seats/codes.h"
#include "seats/seats.h"

namespace sufragio::seats {

namespace {

__extension__ typedef __int128 Signed;

using Contenders = std::span<const Contender>;

std::int64_t ceil_div(Signed value, std::uint64_t by) {
  const auto d = static_cast<Signed>(by);
  return static_cast<std::int64_t>((value + d - 1) / d);
}

struct Loser {
  std::size_t contender = 0;
  std::uint64_t divisor = 1;
};

// Is a's claim below b's? Equal claims: by id, as everywhere.
bool below(Contenders contenders, const Loser& a, const Loser& b) {
  const Signed left = Signed{contenders[a.contender].votes.value()} * Signed(b.divisor);
  const Signed right = Signed{contenders[b.contender].votes.value()} * Signed(a.divisor);
  return left != right ? left < right : contenders[a.contender].id > contenders[b.contender].id;
}

// The `n`-th best claim of the others that got no seat (1-based), when `winner` is out.
std::optional<Loser> nth_loser(Contenders contenders, const Allocation& allocation,
                               election::Divisors divisors, std::size_t winner, std::uint32_t n) {
  std::vector<std::uint32_t> seats = allocation.seats;
  std::optional<Loser> best;
  for (std::uint32_t i = 0; i < n; ++i) {
    best.reset();
    for (std::size_t c = 0; c < contenders.size(); ++c) {
      const Loser claim{c, divisor(divisors, std::uint64_t{seats[c]} + 1)};
      if (c != winner && (!best || below(contenders, *best, claim))) best = claim;
    }
    if (!best) return best;
    ++seats[best->contender];
  }
  return best;
}

bool is_plain(Contenders contenders, const Allocation& allocation, const election::ListRule& rule) {
  const auto& awards = allocation.awards;
  return rule.method == election::ListMethod::highest_averages && rule.threshold.num == 0 &&
         allocation.tied.empty() && allocation.vacant == 0 &&
         std::none_of(contenders.begin(), contenders.end(),
                      [](const Contender& c) { return c.persons.has_value(); }) &&
         std::all_of(awards.begin(), awards.end(),
                     [](const Award& a) { return a.step == Step::average; });
}

}  // namespace

// docs/rules/S109.md. With the others unchanged, seat k of A stands while its claim is above the
// (S - k + 1)-th claim of the others: S - s of those have seats, so it is their (s - k + 1)-th best
// without one.
std::vector<std::optional<Margin>> margins(Contenders contenders, const Allocation& allocation,
                                           const election::ListRule& rule) {
  std::vector<std::optional<Margin>> out(allocation.awards.size());
  if (!is_plain(contenders, allocation, rule)) return out;
  std::vector<std::uint32_t> seen(contenders.size(), 0);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Award& award = allocation.awards[i];
    const std::uint32_t after = allocation.seats[award.contender] - seen[award.contender]++;
    const auto rival = nth_loser(contenders, allocation, rule.divisors, award.contender, after);
    if (!rival) continue;
    const Signed distance =
        Signed(rival->divisor) * Signed{contenders[award.contender].votes.value()} -
        Signed(award.divisor) * Signed{contenders[rival->contender].votes.value()};
    Margin margin{rival->contender, rival->divisor, ceil_div(distance, rival->divisor), {}};
    if (i + 1 == out.size()) margin.lacks = ceil_div(distance, award.divisor);
    out[i] = margin;
  }
  return out;
}

std::vector<std::optional<Margin>> nominal_margins(Contenders contenders,
                                                   const Allocation& allocation) {
  std::vector<std::optional<Margin>> out(allocation.awards.size());
  std::optional<std::size_t> loser;
  for (std::size_t c = 0; c < contenders.size(); ++c) {
    if (allocation.seats[c] > 0) continue;
    if (!loser || below(contenders, {*loser, 1}, {c, 1})) loser = c;
  }
  if (!loser || !allocation.tied.empty()) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int64_t gap =
        contenders[allocation.awards[i].contender].votes.value() - contenders[*loser].votes.value();
    out[i] = Margin{*loser, 1, gap, gap};
  }
  return out;
}

Result<Joined> joined_lists(Contenders contenders, std::span<const std::string> group,
                            std::uint32_t seats, const election::ListRule& rule, Votes valid_votes,
                            std::span<const Lot> lots) {
  Joined out;
  std::map<std::string, std::vector<std::size_t>> by_name;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const bool alone = i >= group.size() || group[i].empty();
    by_name[alone ? contenders[i].id : group[i]].push_back(i);
  }
  for (const auto& [name, members] : by_name) {
    Contender sum{name, {}};
    for (const std::size_t i : members) sum.votes = TRY(sum.votes.plus(contenders[i].votes));
    out.groups.push_back(std::move(sum));
    out.members.push_back(members);
  }
  // Each lot belongs to the first allocation that has its tie: the groups, then one group after the
  // other.
  const auto is_lot_of = [](const std::vector<Contender>& among, const Lot& lot) {
    return std::any_of(among.begin(), among.end(),
                       [&](const Contender& c) { return c.id == lot.winner; });
  };
  std::size_t used = 0;
  const auto take = [&](const std::vector<Contender>& among) {
    const std::size_t first = used;
    while (used < lots.size() && is_lot_of(among, lots[used])) ++used;
    return lots.subspan(first, used - first);
  };
  out.between = TRY(by_list_rule(out.groups, seats, rule, valid_votes, take(out.groups)));
  election::ListRule inside = rule;
  inside.threshold = {};
  out.seats.assign(contenders.size(), 0);
  for (std::size_t g = 0; g < out.groups.size(); ++g) {
    std::vector<Contender> members;
    for (const std::size_t i : out.members[g]) members.push_back(contenders[i]);
    const bool several = members.size() > 1;
    Allocation within = TRY(by_list_rule(members, out.between.seats[g], inside, {},
                                         several ? take(members) : std::span<const Lot>{}));
    for (std::size_t m = 0; m < members.size(); ++m) out.seats[out.members[g][m]] = within.seats[m];
    out.within.push_back(std::move(within));
  }
  if (used < lots.size()) {
    return fail(kIdleLot, {{"value", lots[used].winner}, {"number", std::to_string(used + 1)}});
  }
  return out;
}

}  // namespace sufragio::seats
