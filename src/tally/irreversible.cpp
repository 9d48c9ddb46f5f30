#include "tally/irreversible.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

#include "tally/bulletin.h"
#include "tally/contenders.h"

namespace sufragio::tally {

namespace {

__extension__ typedef __int128 Wide;

using seats::Contender;
using Contenders = std::span<const Contender>;

Wide votes_at(Contenders contenders, std::size_t i) {
  return static_cast<Wide>(contenders[i].votes.value());
}

// The least C at which the others can take the `nth` seat from contender `a`; 0: they can already.
//
// The seat is lost when more than S - nth quotients of others reach votes(a) / d(nth); an equal one
// counts against it. Scaled by d(nth), the m-th quotient of b costs d(m) · votes(a) - d(nth) ·
// votes(b), less what b already got. The divisors grow by steps that never shrink, so the cheapest
// quotients are always the next ones, and buying the cheapest first is the worst that can be done.
std::int64_t cost_to_take(Contenders contenders, std::uint32_t seats, election::Divisors divisors,
                          std::size_t a, std::uint32_t nth) {
  struct Next {
    Wide cost;  // of this quotient alone
    std::size_t contender;
    std::uint64_t quotient;
    bool operator<(const Next& other) const { return cost > other.cost; }
  };
  const Wide own = votes_at(contenders, a);
  if (own == 0 || nth > seats) return 0;
  const auto scale = static_cast<Wide>(seats::divisor(divisors, nth));
  const auto level = [&](std::uint64_t m) {
    return static_cast<Wide>(seats::divisor(divisors, m)) * own;
  };
  std::priority_queue<Next> queue;
  std::uint64_t reached = 0;  // quotients of others that are there without a further vote
  const std::uint64_t spare = seats - nth;
  for (std::size_t b = 0; b < contenders.size(); ++b) {
    if (b == a) continue;
    const Wide have = scale * votes_at(contenders, b);
    std::uint64_t m = 1;
    while (level(m) <= have && reached <= spare) ++m, ++reached;
    if (reached > spare) return 0;
    queue.push({level(m) - have, b, m});
  }
  Wide cost = 0;
  while (!queue.empty()) {
    const Next next = queue.top();
    queue.pop();
    cost += next.cost;
    if (++reached > spare) break;
    queue.push(
        {level(next.quotient + 1) - level(next.quotient), next.contender, next.quotient + 1});
  }
  if (reached <= spare) return INT64_MAX;  // nobody else stands
  const Wide least = (cost + scale - 1) / scale;
  return least > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(least);
}

bool passes(Wide votes, Wide valid, const election::Fraction& threshold) {
  return votes * threshold.den >= valid * threshold.num;
}

// Full quotas are never lost, and no more than the next whole one can be won.
SeatRange remainder_range(Wide own, Wide valid, Wide out, Wide seats, bool threshold) {
  SeatRange range;
  const Wide most = (own + out) * seats;
  const Wide all = valid + out;
  range.secured = all == 0 ? 0 : static_cast<std::uint32_t>(own * seats / all);
  Wide possible = all == 0 ? 0 : (most + all - 1) / all;
  if (threshold || possible > seats) possible = seats;  // those below it shrink the quota
  range.possible = static_cast<std::uint32_t>(possible);
  return range;
}

// Seats of `i` when it gets all of `out` and every tie.
Result<std::uint32_t> possible_seats(Contenders contenders, std::uint32_t seats,
                                     const election::ListRule& rule, Wide valid, std::size_t i,
                                     std::int64_t out) {
  const Wide own = votes_at(contenders, i) + out;
  if (own == 0 || !passes(own, valid + out, rule.threshold)) return std::uint32_t{0};
  struct Quotient {
    Wide votes;
    std::uint64_t m;
    std::uint64_t divisor;
    bool mine;
    bool operator<(const Quotient& other) const {
      const Wide left = votes * static_cast<Wide>(other.divisor);
      const Wide right = other.votes * static_cast<Wide>(divisor);
      return left != right ? left < right : !mine && other.mine;
    }
  };
  std::priority_queue<Quotient> queue;
  for (std::size_t b = 0; b < contenders.size(); ++b) {
    const Wide votes = b == i ? own : votes_at(contenders, b);
    if (votes == 0 || (b != i && !passes(votes, valid + out, rule.threshold))) continue;
    queue.push({votes, 1, seats::divisor(rule.divisors, 1), b == i});
  }
  std::uint32_t mine = 0;
  for (std::uint32_t left = seats; left > 0 && !queue.empty(); --left) {
    Quotient top = queue.top();
    queue.pop();
    if (top.mine) ++mine;
    ++top.m;
    top.divisor = seats::divisor(rule.divisors, top.m);
    queue.push(top);
  }
  return mine;
}

// Awards with what each needs; `safe` gives the C that takes the nth seat of a contender.
template <typename Safe>
void hold_seats(Bounds& out, std::optional<std::int64_t> electors, Safe safe) {
  std::vector<std::uint32_t> seen(out.allocation.seats.size(), 0);
  for (const seats::Award& award : out.allocation.awards) {
    SeatHold hold;
    hold.contender = award.contender;
    hold.nth = ++seen[award.contender];
    hold.safe_below = safe(hold.contender, hold.nth);
    hold.irreversible =
        electors && (*electors == 0 || (hold.safe_below && *electors < *hold.safe_below));
    out.seats.push_back(hold);
  }
  for (const SeatHold& hold : out.seats) {
    if (hold.irreversible) ++out.ranges[hold.contender].secured;
  }
  out.final = !out.seats.empty() && out.allocation.tied.empty() &&
              std::ranges::all_of(out.seats, &SeatHold::irreversible);
}

void start_ranges(Bounds& out, std::uint32_t seats) {
  out.ranges.resize(out.allocation.seats.size());
  for (std::size_t i = 0; i < out.ranges.size(); ++i) {
    out.ranges[i].now = out.allocation.seats[i];
    out.ranges[i].possible = seats;
  }
}

}  // namespace

std::vector<Outstanding> outstanding(const election::Definition& definition,
                                     std::span<const JudgedRow> rows) {
  std::vector<Outstanding> out(definition.contests.size());
  const auto fold = [&](std::size_t contest, const election::Mesa& mesa, std::int64_t sign) {
    Outstanding& of = out[contest];
    of.mesas += sign * mesa.actas;
    of.electors += sign * (mesa.electors_known ? mesa.electors.value() : 0);
    of.unknown += mesa.electors_known ? 0 : sign * mesa.actas;
  };
  for (const election::Mesa& mesa : definition.mesas) {
    for (const election::ContestIndex contest : definition.styles.at(mesa.style).contests) {
      fold(contest.value(), mesa, 1);
    }
  }
  std::unordered_map<std::uint64_t, const election::Mesa*> mesas;
  mesas.reserve(definition.mesas.size());
  const auto key = [](const MesaId& id) {
    return std::uint64_t{id.centre.value()} << 16 | id.mesa.value();
  };
  for (const election::Mesa& mesa : definition.mesas) mesas.emplace(key(mesa.id), &mesa);
  for (const JudgedRow& judged : rows) {
    const Row& row = judged.row;
    if (row.status != RowStatus::counted || row.contest.value() >= out.size()) continue;
    if (const std::optional<MesaId> id = row.unit.mesa_id()) {
      const auto found = mesas.find(key(*id));
      if (found != mesas.end()) fold(row.contest.value(), *found->second, -1);
      continue;
    }
    for (const election::Mesa& mesa : definition.mesas) {  // a whole unit: imports
      const auto& contests = definition.styles.at(mesa.style).contests;
      const bool votes_here = std::ranges::find(contests, row.contest) != contests.end();
      if (votes_here && row.unit.territory.contains(election::TerritoryCode::of(mesa.id.centre))) {
        fold(row.contest.value(), mesa, -1);
      }
    }
  }
  return out;
}

Result<Bounds> plurality_bounds(Contenders contenders, std::uint32_t seats,
                                std::optional<std::int64_t> electors) {
  Bounds out;
  out.allocation = TRY(seats::plurality(contenders, seats));
  start_ranges(out, 1);
  std::vector<std::int64_t> sorted;
  for (const Contender& contender : contenders) sorted.push_back(contender.votes.value());
  std::ranges::sort(sorted, [](std::int64_t a, std::int64_t b) { return a > b; });
  // The best candidate outside the first n: without one, nobody can take a seat that has a vote.
  const std::int64_t rival = seats < sorted.size() ? sorted[seats] : -1;
  hold_seats(out, electors, [&](std::size_t i, std::uint32_t) -> std::optional<std::int64_t> {
    const std::int64_t own = contenders[i].votes.value();
    return rival < 0 ? INT64_MAX : own - rival;
  });
  if (!electors) return out;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const std::int64_t most = contenders[i].votes.value() + *electors;
    const auto above = std::ranges::count_if(sorted, [&](std::int64_t v) { return v > most; });
    out.ranges[i].possible = most > 0 && above < static_cast<std::int64_t>(seats) ? 1 : 0;
  }
  return out;
}

Result<Bounds> list_bounds(Contenders contenders, std::uint32_t seats,
                           const election::ListRule& rule, Votes valid,
                           std::optional<std::int64_t> electors) {
  Bounds out;
  out.allocation = TRY(seats::by_list_rule(contenders, seats, rule, valid));
  start_ranges(out, seats);
  const Wide all = valid.value();
  const bool averages = rule.method == election::ListMethod::highest_averages;
  const Wide more = electors.value_or(0);
  hold_seats(out, electors, [&](std::size_t i, std::uint32_t nth) -> std::optional<std::int64_t> {
    if (!averages) return std::nullopt;
    std::int64_t safe = cost_to_take(contenders, seats, rule.divisors, i, nth);
    if (rule.threshold.num <= 0) return safe;
    // Falls below the threshold when the votes of others raise it: T · den < (valid + C) · num.
    const Wide room = votes_at(contenders, i) * rule.threshold.den / rule.threshold.num - all;
    return std::min(safe, room < 0 ? 0 : static_cast<std::int64_t>(room) + 1);
  });
  if (!electors) return out;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    SeatRange& range = out.ranges[i];
    if (averages) {
      range.possible = TRY(possible_seats(contenders, seats, rule, all, i, *electors));
    } else if (*electors > 0) {
      const bool threshold = rule.threshold.num > 0;
      SeatRange bound = remainder_range(votes_at(contenders, i), all, more, seats, threshold);
      if (!passes(votes_at(contenders, i), all + more, rule.threshold)) bound.secured = 0;
      range.secured = std::min(bound.secured, range.now);
      range.possible = std::max(bound.possible, range.now);
    } else {
      const auto& tied = out.allocation.tied;
      range.possible = range.now + (std::ranges::find(tied, i) != tied.end() ? 1 : 0);
    }
  }
  if (averages || *electors == 0) return out;
  for (SeatHold& hold : out.seats)
    hold.irreversible = hold.nth <= out.ranges[hold.contender].secured;
  out.final = !out.seats.empty() && out.allocation.tied.empty() &&
              std::ranges::all_of(out.seats, &SeatHold::irreversible);
  return out;
}

Result<Bounds> bounds(const election::Contest& contest, const Figures& figures,
                      const election::LawPack& law, const Outstanding& out) {
  const OptionSums options = TRY(contenders_of(contest, figures.votes));
  std::optional<std::int64_t> electors = out.electors;
  if (!out.known()) electors.reset();
  const bool pending = contest.kind == election::ContestKind::indigenous;
  if (pending && (out.mesas > 0 || figures.counted != figures.expected)) electors.reset();
  if (contest.kind == election::ContestKind::list) {
    return list_bounds(options.contenders, contest.seats, law.list, options.valid, electors);
  }
  return plurality_bounds(options.contenders, contest.seats, electors);
}

Flip flip(std::int64_t lead, std::int64_t votes, std::int64_t electors) {
  Flip out{lead, votes, electors, {}, {}};
  const auto up = [](Wide num, Wide den) {
    return static_cast<std::int64_t>((num * 1'000 + den - 1) / den);
  };
  if (votes > 0) out.share = up(Wide{lead} + votes, 2 * Wide{votes});
  if (electors > 0) out.turnout = up(lead, electors);
  return out;
}

std::int64_t outstanding_votes(const Figures& figures, const Outstanding& out) {
  if (figures.turnout_registered <= 0) return out.electors;
  const Wide votes = Wide{out.electors} * figures.valid() / figures.turnout_registered;
  return votes > out.electors ? out.electors : static_cast<std::int64_t>(votes);
}

}  // namespace sufragio::tally
