#include "seats/seats.h"

#include <algorithm>
#include <numeric>
#include <queue>
#include <set>

#include "seats/codes.h"

namespace sufragio::seats {

namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr std::uint32_t kMaxSeats = 10'000;
constexpr std::size_t kMaxContenders = 1'000;

using Contenders = std::span<const Contender>;

Wide votes_of(const Contender& contender) { return static_cast<Wide>(contender.votes.value()); }

Result<void> check(Contenders contenders, std::uint32_t seats) {
  const std::uint64_t limits[][2] = {{seats, kMaxSeats}, {contenders.size(), kMaxContenders}};
  for (const auto& [value, max] : limits) {
    if (value <= max) continue;
    return fail(kTooMany, {{"value", std::to_string(value)}, {"max", std::to_string(max)}});
  }
  std::set<std::string_view> ids;
  for (const Contender& contender : contenders) {
    if (!ids.insert(contender.id).second) return fail(kNamedTwice, {{"value", contender.id}});
  }
  return {};
}

// The place of each contender when ordered by id: what is shown never depends on the order of the
// input.
std::vector<std::size_t> ranks(Contenders contenders) {
  std::vector<std::size_t> order(contenders.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return contenders[a].id < contenders[b].id; });
  std::vector<std::size_t> out(contenders.size());
  for (std::size_t i = 0; i < order.size(); ++i) out[order[i]] = i;
  return out;
}

struct Quotient {
  std::size_t contender = 0;
  Wide votes = 0;
  std::uint64_t divisor = 1;
  std::size_t rank = 0;  // by id

  [[nodiscard]] bool equals(const Quotient& other) const {
    return votes * other.divisor == other.votes * divisor;
  }
};

struct Lower {  // for a queue with the largest quotient on top; of equal ones, the first id
  bool operator()(const Quotient& a, const Quotient& b) const {
    const Wide left = a.votes * b.divisor;
    const Wide right = b.votes * a.divisor;
    return left != right ? left < right : a.rank > b.rank;
  }
};

Allocation empty_allocation(Contenders contenders) {
  Allocation out;
  out.seats.assign(contenders.size(), 0);
  return out;
}

// Gives the seats left to the contenders of `order` (best first) whose `key` is the largest; equal
// keys at the boundary become the tie.
template <typename Key>
void award_best(Allocation& out, const std::vector<std::size_t>& order, std::uint32_t left,
                Key key) {
  std::size_t at = 0;
  while (left > 0 && at < order.size()) {
    std::size_t end = at + 1;
    while (end < order.size() && key(order[end]) == key(order[at])) ++end;
    if (end - at > left) {
      out.tied.assign(order.begin() + static_cast<std::ptrdiff_t>(at),
                      order.begin() + static_cast<std::ptrdiff_t>(end));
      std::sort(out.tied.begin(), out.tied.end());
      out.seats_in_tie = left;
      return;
    }
    for (; at < end; ++at, --left) {
      Award award;
      award.contender = order[at];
      award.order = static_cast<std::uint32_t>(out.awards.size() + 1);
      if (at + 1 < order.size()) award.next = order[at + 1];
      out.awards.push_back(award);
      ++out.seats[order[at]];
    }
  }
  out.unassigned = left;
}

template <typename Key>
std::vector<std::size_t> ordered(Contenders contenders, Key key) {
  const std::vector<std::size_t> rank = ranks(contenders);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    if (key(i) > 0) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return key(a) != key(b) ? key(a) > key(b) : rank[a] < rank[b];
  });
  return order;
}

}  // namespace

std::uint64_t divisor(election::Divisors divisors, std::uint64_t seat) {
  switch (divisors) {
    case election::Divisors::dhondt:
      return seat;
    case election::Divisors::sainte_lague:
      return 2 * seat - 1;
    case election::Divisors::modified_sainte_lague:
      return seat == 1 ? 7 : 5 * (2 * seat - 1);
  }
  return seat;
}

// docs/rules/S101.md. The quotients are compared by cross-multiplication: nothing is rounded.
Result<Allocation> highest_averages(Contenders contenders, std::uint32_t seats,
                                    election::Divisors divisors) {
  TRY(check(contenders, seats));
  Allocation out = empty_allocation(contenders);
  const std::vector<std::size_t> rank = ranks(contenders);
  std::priority_queue<Quotient, std::vector<Quotient>, Lower> queue;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    if (contenders[i].votes > Votes{}) {
      queue.push({i, votes_of(contenders[i]), divisor(divisors, 1), rank[i]});
    }
  }
  std::uint32_t left = seats;
  std::vector<Quotient> best;  // all that share the largest quotient
  while (left > 0 && !queue.empty()) {
    best.clear();
    do {
      best.push_back(queue.top());
      queue.pop();
    } while (!queue.empty() && queue.top().equals(best.front()));
    if (best.size() > left) {
      for (const Quotient& quotient : best) out.tied.push_back(quotient.contender);
      std::sort(out.tied.begin(), out.tied.end());
      out.seats_in_tie = left;
      return out;
    }
    for (const Quotient& quotient : best) {
      const std::uint64_t won = ++out.seats[quotient.contender];
      queue.push({quotient.contender, quotient.votes, divisor(divisors, won + 1), quotient.rank});
    }
    for (std::size_t i = 0; i < best.size(); ++i) {
      const Quotient& next = i + 1 < best.size() ? best[i + 1] : queue.top();
      const auto order = static_cast<std::uint32_t>(out.awards.size() + 1);
      out.awards.push_back(
          {best[i].contender, order, best[i].divisor, next.contender, next.divisor});
    }
    left -= static_cast<std::uint32_t>(best.size());
  }
  out.unassigned = left;
  return out;
}

// docs/rules/S102.md: full quotas first, then the largest remainders of votes x seats / total.
Result<Allocation> largest_remainder(Contenders contenders, std::uint32_t seats) {
  TRY(check(contenders, seats));
  Allocation out = empty_allocation(contenders);
  Wide total = 0;
  for (const Contender& contender : contenders) total += votes_of(contender);
  if (total == 0) {
    out.unassigned = seats;
    return out;
  }
  const auto votes = [&](std::size_t i) { return votes_of(contenders[i]); };
  const auto remainder = [&](std::size_t i) { return votes(i) * seats % total; };
  std::uint32_t left = seats;
  const std::vector<std::size_t> by_votes = ordered(contenders, votes);
  for (const std::size_t i : by_votes) {
    const auto full = static_cast<std::uint32_t>(votes(i) * seats / total);
    for (std::uint32_t n = 0; n < full; ++n) {
      Award award;
      award.contender = i;
      award.order = static_cast<std::uint32_t>(out.awards.size() + 1);
      out.awards.push_back(award);
    }
    out.seats[i] = full;
    left -= full;
  }
  award_best(out, ordered(contenders, remainder), left, remainder);
  return out;
}

// docs/rules/S103.md: the n highest of an n-seat circuit.
Result<Allocation> plurality(Contenders contenders, std::uint32_t seats) {
  TRY(check(contenders, seats));
  Allocation out = empty_allocation(contenders);
  const auto votes = [&](std::size_t i) { return votes_of(contenders[i]); };
  award_best(out, ordered(contenders, votes), seats, votes);
  return out;
}

// docs/rules/S104.md
Result<Allocation> by_list_rule(Contenders contenders, std::uint32_t seats,
                                const election::ListRule& rule, Votes valid_votes) {
  TRY(check(contenders, seats));
  std::vector<Contender> passing;
  std::vector<std::size_t> origin;
  const Wide needed =
      static_cast<Wide>(valid_votes.value()) * static_cast<Wide>(rule.threshold.num);
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    if (votes_of(contenders[i]) * static_cast<Wide>(rule.threshold.den) < needed) continue;
    passing.push_back(contenders[i]);
    origin.push_back(i);
  }
  const bool remainders = rule.method == election::ListMethod::largest_remainder;
  Allocation inner = TRY(remainders ? largest_remainder(passing, seats)
                                    : highest_averages(passing, seats, rule.divisors));
  Allocation out = empty_allocation(contenders);
  for (std::size_t i = 0; i < origin.size(); ++i) out.seats[origin[i]] = inner.seats[i];
  for (Award& award : inner.awards) {
    award.contender = origin[award.contender];
    if (award.next) award.next = origin[*award.next];
  }
  for (std::size_t& tied : inner.tied) tied = origin[tied];
  out.awards = std::move(inner.awards);
  out.tied = std::move(inner.tied);
  out.seats_in_tie = inner.seats_in_tie;
  out.unassigned = inner.unassigned;
  return out;
}

bool certified(Contenders contenders, std::span<const std::uint32_t> seats, std::uint32_t total,
               election::Divisors divisors) {
  if (seats.size() != contenders.size()) return false;
  std::uint64_t sum = 0;
  Quotient least{0, 1, 0, 0};  // of the seats given: 1/0, above every quotient
  Quotient most{0, 0, 1, 0};   // of the seats not given: 0
  const auto lower = [](const Quotient& a, const Quotient& b) {
    return a.votes * b.divisor < b.votes * a.divisor;
  };
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    sum += seats[i];
    const Wide votes = votes_of(contenders[i]);
    if (seats[i] > 0 && votes == 0) return false;
    const Quotient last{i, votes, seats[i] > 0 ? divisor(divisors, seats[i]) : 0, 0};
    const Quotient next{i, votes, divisor(divisors, std::uint64_t{seats[i]} + 1), 0};
    if (seats[i] > 0 && lower(last, least)) least = last;
    if (lower(most, next)) most = next;
  }
  return sum == total && !lower(least, most);
}

}  // namespace sufragio::seats
