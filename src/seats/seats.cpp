#include "seats/seats.h"

#include <algorithm>
#include <numeric>
#include <queue>
#include <set>

#include "base/check.h"
#include "seats/codes.h"

namespace sufragio::seats {

namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr std::uint32_t kMaxSeats = 10'000;
constexpr std::size_t kMaxContenders = 1'000;

using Contenders = std::span<const Contender>;
using election::ListStep;

std::uint64_t votes_of(const Contender& contender) {
  return static_cast<std::uint64_t>(contender.votes.value());
}

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

struct Claim {  // what a contender brings forward for a seat: numerator / divisor
  std::size_t contender = 0;
  std::uint64_t numerator = 0;
  std::uint64_t divisor = 1;
  std::size_t rank = 0;  // by id

  [[nodiscard]] bool equals(const Claim& other) const {
    return Wide{numerator} * other.divisor == Wide{other.numerator} * divisor;
  }
};

struct Lower {  // for a queue with the largest claim on top; of equal ones, the first id
  bool operator()(const Claim& a, const Claim& b) const {
    const Wide left = Wide{a.numerator} * b.divisor;
    const Wide right = Wide{b.numerator} * a.divisor;
    return left != right ? left < right : a.rank > b.rank;
  }
};
using Queue = std::priority_queue<Claim, std::vector<Claim>, Lower>;

struct Ways {  // how ties and exhausted lists are met
  std::span<const election::TieRule> tie;
  election::ExhaustedList exhausted = election::ExhaustedList::report;
  std::span<const Lot> lots;
};

// One allocation: steps one after the other until no seat is left or a tie stands open.
class Allocator {
 public:
  Allocator(Contenders contenders, std::uint32_t seats, const Ways& ways)
      : contenders_{contenders},
        ways_{ways},
        all_{seats},
        left_{seats},
        rank_{ranks(contenders)},
        won_(contenders.size(), 0) {
    out_.seats.assign(contenders.size(), 0);
    for (const Contender& contender : contenders) total_ += votes_of(contender);
  }

  // docs/rules/S101.md. Claims are compared by cross-multiplication: nothing is rounded. `once`: at
  // most one seat each.
  Result<void> averages(election::Divisors divisors, bool once) {
    Queue queue;
    const auto claim = [&](std::size_t i) {
      return Claim{i, votes_of(contenders_[i]), divisor(divisors, won_[i] + 1), rank_[i]};
    };
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      if (may_win(i)) queue.push(claim(i));
    }
    std::vector<Claim> best;  // all that share the largest claim
    while (left_ > 0 && !queue.empty() && !is_tied()) {
      best.clear();
      do {
        best.push_back(queue.top());
        queue.pop();
      } while (!queue.empty() && queue.top().equals(best.front()));
      const std::size_t first = out_.awards.size();
      TRY(give(best, Step::average));  // leaves those of a tie that got none
      for (std::size_t i = first; i < out_.awards.size(); ++i) {
        const std::size_t winner = out_.awards[i].contender;
        if (!once && may_win(winner)) queue.push(claim(winner));
      }
      set_next(first, !best.empty() ? &best.front() : queue.empty() ? nullptr : &queue.top());
    }
    return {};
  }

  // docs/rules/S102.md: a seat for each whole part of votes x seats / total.
  void quotas() {
    if (total_ == 0) return;
    for (const Claim& one : ordered([&](std::size_t i) {
           return Claim{i, votes(i), 1, rank_[i]};
         })) {
      const std::size_t i = one.contender;
      const auto full = static_cast<std::uint32_t>(Wide{votes(i)} * all_ / total_);
      for (std::uint32_t n = 0; n < full && may_win(i); ++n) {
        award({i, votes(i) * all_, total_, rank_[i]}, Step::quota, DecidedBy::merit, 0);
      }
    }
  }

  // docs/rules/S102.md: one seat each to the largest remainders of the lists that may take part.
  template <typename TakesPart>
  Result<void> remainders(bool also_zero, TakesPart takes_part) {
    if (total_ == 0 || is_tied()) return {};
    const std::vector<Claim> order = ordered([&](std::size_t i) {
      const auto rest = static_cast<std::uint64_t>(Wide{votes(i)} * all_ % total_);
      const bool in = takes_part(i) && may_win(i) && (rest > 0 || also_zero);
      return Claim{in ? i : kNobody, rest, all_, rank_[i]};
    });
    return in_groups(order, Step::remainder);
  }

  // docs/rules/S103.md: the n highest.
  Result<void> plurality() {
    return in_groups(ordered([&](std::size_t i) {
                       return Claim{i, votes(i), 1, rank_[i]};
                     }),
                     Step::rank);
  }

  // docs/rules/S107.md: more than half of the votes and at most half of the seats: one seat more,
  // from who got the last one that was no whole quota. If several got it by equal claims, they
  // share what is left.
  Result<void> majority() {
    const auto most = std::find_if(contenders_.begin(), contenders_.end(), [&](const Contender& c) {
      return Wide{votes_of(c)} * 2 > total_;
    });
    if (most == contenders_.end() || is_tied() || left_ > 0) return {};
    const auto winner = static_cast<std::size_t>(most - contenders_.begin());
    const bool other_got_last = !out_.awards.empty() && out_.awards.back().step != Step::quota &&
                                out_.awards.back().contender != winner;
    if (out_.seats[winner] * 2 > all_ || !other_got_last || !may_win(winner)) return {};
    std::vector<Claim> last = take_back_last();
    const Claim own{winner, votes(winner), 1, rank_[winner]};
    ++left_;  // one of the group will not get it again
    for (std::size_t i = 1; i < last.size(); ++i) ++left_;
    award(own, Step::majority, DecidedBy::merit, 0);
    return left_ == 0 ? Result<void>{} : give(last, taken_step_);
  }

  Result<Allocation> finish() {
    if (used_ < ways_.lots.size()) {
      return fail(kIdleLot,
                  {{"value", ways_.lots[used_].winner}, {"number", std::to_string(used_ + 1)}});
    }
    if (!is_tied()) out_.unassigned = left_;
    return std::move(out_);
  }

  [[nodiscard]] std::uint32_t left() const { return left_; }
  [[nodiscard]] bool is_tied() const { return out_.seats_in_tie > 0; }
  [[nodiscard]] std::uint64_t votes(std::size_t i) const { return votes_of(contenders_[i]); }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  static constexpr std::size_t kNobody = SIZE_MAX;

  // A contender without votes never wins; an exhausted list only where the pack does not pass its
  // seats on (docs/rules/S108.md).
  [[nodiscard]] bool may_win(std::size_t i) const {
    const auto& persons = contenders_[i].persons;
    const bool passes_on = ways_.exhausted == election::ExhaustedList::next_quotient;
    return votes(i) > 0 && !(passes_on && persons && won_[i] >= *persons);
  }

  template <typename Make>
  std::vector<Claim> ordered(Make make) const {
    std::vector<Claim> out;
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      const Claim claim = make(i);
      if (claim.contender != kNobody && votes(i) > 0) out.push_back(claim);
    }
    std::sort(out.begin(), out.end(), [](const Claim& a, const Claim& b) { return Lower{}(b, a); });
    return out;
  }

  // `order`: best first; each gets at most one.
  Result<void> in_groups(const std::vector<Claim>& order, Step step) {
    std::size_t at = 0;
    while (left_ > 0 && at < order.size() && !is_tied()) {
      std::size_t end = at + 1;
      while (end < order.size() && order[end].equals(order[at])) ++end;
      const std::size_t first = out_.awards.size();
      std::vector<Claim> group{order.begin() + static_cast<std::ptrdiff_t>(at),
                               order.begin() + static_cast<std::ptrdiff_t>(end)};
      TRY(give(group, step));
      set_next(first, !group.empty() ? &group.front() : end < order.size() ? &order[end] : nullptr);
      at = end;
    }
    return {};
  }

  // A seat to each of these equal claims; when there are fewer seats, by the rules of ties. Who got
  // none stays in the group.
  Result<void> give(std::vector<Claim>& group, Step step) {
    if (group.size() <= left_) {
      for (const Claim& claim : group) award(claim, step, DecidedBy::merit, 0);
      group.clear();
      return {};
    }
    for (const election::TieRule rule : ways_.tie) {
      if (rule == election::TieRule::more_votes) {
        by_votes(group, step);
      } else {
        TRY(by_lot(group, step));
      }
      if (left_ == 0) return {};
    }
    for (const Claim& claim : group) out_.tied.push_back(claim.contender);
    std::sort(out_.tied.begin(), out_.tied.end());
    out_.seats_in_tie = left_;
    return {};
  }

  // docs/rules/S106.md: those with more votes first; what stays in `group` is equal in votes too.
  void by_votes(std::vector<Claim>& group, Step step) {
    std::stable_sort(group.begin(), group.end(), [&](const Claim& a, const Claim& b) {
      return votes(a.contender) > votes(b.contender);
    });
    while (left_ > 0) {
      const auto end = std::find_if(group.begin(), group.end(), [&](const Claim& claim) {
        return votes(claim.contender) < votes(group.front().contender);
      });
      if (static_cast<std::size_t>(end - group.begin()) > left_) {
        group.erase(end, group.end());
        return;
      }
      for (auto one = group.begin(); one != end; ++one) {
        award(*one, step, DecidedBy::more_votes, 0);
      }
      group.erase(group.begin(), end);
    }
  }

  // docs/rules/S106.md: one recorded lot for one seat, and again, while there are lots.
  Result<void> by_lot(std::vector<Claim>& group, Step step) {
    while (left_ > 0 && used_ < ways_.lots.size()) {
      const Lot& lot = ways_.lots[used_];
      std::set<std::string_view> among{lot.among.begin(), lot.among.end()};
      auto winner = group.end();
      std::size_t named = 0;
      for (auto one = group.begin(); one != group.end(); ++one) {
        const std::string& id = contenders_[one->contender].id;
        named += among.erase(id);
        if (id == lot.winner) winner = one;
      }
      const bool same = named == group.size() && lot.among.size() == group.size();
      if (!same || winner == group.end()) {
        return fail(kOtherLot, {{"value", lot.winner}, {"number", std::to_string(used_ + 1)}});
      }
      award(*winner, step, DecidedBy::lot, used_);
      group.erase(winner);
      ++used_;
    }
    return {};
  }

  void award(const Claim& claim, Step step, DecidedBy by, std::size_t lot) {
    const std::size_t i = claim.contender;
    Award out;
    out.contender = i;
    out.order = static_cast<std::uint32_t>(out_.awards.size() + 1);
    out.numerator = claim.numerator;
    out.divisor = claim.divisor;
    out.step = step;
    out.decided_by = by;
    out.lot = lot;
    ++won_[i];
    --left_;
    if (contenders_[i].persons && won_[i] > *contenders_[i].persons) {
      out.seating =
          ways_.exhausted == election::ExhaustedList::vacant ? Seating::vacant : Seating::no_person;
    }
    if (out.seating == Seating::vacant) {
      ++out_.vacant;
    } else {
      ++out_.seats[i];
    }
    out_.awards.push_back(out);
  }

  // Who had the next best claim at each award since `first`: the one after it, or `rest`.
  void set_next(std::size_t first, const Claim* rest) {
    for (std::size_t i = first; i < out_.awards.size(); ++i) {
      Award& one = out_.awards[i];
      if (i + 1 < out_.awards.size()) {
        const Award& after = out_.awards[i + 1];
        one.next = after.contender;
        one.next_numerator = after.numerator;
        one.next_divisor = after.divisor;
      } else if (rest != nullptr) {
        one.next = rest->contender;
        one.next_numerator = rest->numerator;
        one.next_divisor = rest->divisor;
      }
    }
  }

  // The last award and those before it with an equal claim in the same step, unless a rule of ties
  // put one of them last.
  std::vector<Claim> take_back_last() {
    std::vector<Claim> out;
    const Award last = out_.awards.back();
    const Claim edge{last.contender, last.numerator, last.divisor, 0};
    taken_step_ = last.step;
    while (!out_.awards.empty()) {
      const Award& one = out_.awards.back();
      const Claim claim{one.contender, one.numerator, one.divisor, rank_[one.contender]};
      const bool equal = one.step == last.step && claim.equals(edge);
      if (!out.empty() && (!equal || last.decided_by != DecidedBy::merit)) break;
      out.push_back(claim);
      --won_[one.contender];
      if (one.seating == Seating::vacant) {
        --out_.vacant;
      } else {
        --out_.seats[one.contender];
      }
      out_.awards.pop_back();
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

  Contenders contenders_;
  Ways ways_;
  std::uint32_t all_;
  std::uint32_t left_;
  std::vector<std::size_t> rank_;
  std::vector<std::uint32_t> won_;  // with the vacant ones
  std::uint64_t total_ = 0;
  std::size_t used_ = 0;  // lots
  Step taken_step_ = Step::average;
  Allocation out_;
};

Result<void> hare(Allocator& run) {
  run.quotas();
  // Once more while lists pass seats on because they have no persons left.
  for (std::uint32_t before = 0; run.left() > 0 && run.left() != before && !run.is_tied();) {
    before = run.left();
    TRY(run.remainders(false, [](std::size_t) { return true; }));
  }
  return {};
}

// docs/rules/S107.md
Result<void> staged(Allocator& run, std::uint32_t seats, const election::ListRule& rule) {
  const election::Stage* stage = nullptr;
  for (const election::Stage& one : rule.stages) {
    if (one.seats_from <= seats) stage = &one;
  }
  CHECK(stage != nullptr);
  const auto enough = [&](std::size_t i) {
    return Wide{run.votes(i)} * seats * static_cast<std::uint64_t>(rule.remainder_min.den) >=
           Wide{run.total()} * static_cast<std::uint64_t>(rule.remainder_min.num);
  };
  for (const ListStep step : stage->steps) {
    if (step == ListStep::full_quotas) run.quotas();
    if (step == ListStep::largest_remainder) TRY(run.remainders(true, enough));
    if (step == ListStep::averages_once) TRY(run.averages(rule.divisors, true));
    if (step == ListStep::averages) TRY(run.averages(rule.divisors, false));
  }
  return rule.majority_of_seats ? run.majority() : Result<void>{};
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

Result<Allocation> highest_averages(Contenders contenders, std::uint32_t seats,
                                    election::Divisors divisors) {
  TRY(check(contenders, seats));
  Allocator run{contenders, seats, {}};
  TRY(run.averages(divisors, false));
  return run.finish();
}

Result<Allocation> largest_remainder(Contenders contenders, std::uint32_t seats) {
  TRY(check(contenders, seats));
  Allocator run{contenders, seats, {}};
  TRY(hare(run));
  return run.finish();
}

Result<Allocation> plurality(Contenders contenders, std::uint32_t seats) {
  TRY(check(contenders, seats));
  Allocator run{contenders, seats, {}};
  TRY(run.plurality());
  return run.finish();
}

Result<Allocation> by_nominal_rule(Contenders contenders, std::uint32_t seats,
                                   const election::NominalRule& rule, std::span<const Lot> lots) {
  TRY(check(contenders, seats));
  Allocator run{contenders, seats, {rule.tie, election::ExhaustedList::report, lots}};
  TRY(run.plurality());
  return run.finish();
}

// docs/rules/S104.md, then the method.
Result<Allocation> by_list_rule(Contenders contenders, std::uint32_t seats,
                                const election::ListRule& rule, Votes valid_votes,
                                std::span<const Lot> lots) {
  TRY(check(contenders, seats));
  std::vector<Contender> passing;
  std::vector<std::size_t> origin;
  std::vector<bool> below(contenders.size(), false);
  const Wide needed = Wide{static_cast<std::uint64_t>(valid_votes.value())} *
                      static_cast<std::uint64_t>(rule.threshold.num);
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    below[i] =
        Wide{votes_of(contenders[i])} * static_cast<std::uint64_t>(rule.threshold.den) < needed;
    if (below[i]) continue;
    passing.push_back(contenders[i]);
    origin.push_back(i);
  }
  Allocator run{passing, seats, {rule.tie, rule.exhausted, lots}};
  switch (rule.method) {
    case election::ListMethod::highest_averages:
      TRY(run.averages(rule.divisors, false));
      break;
    case election::ListMethod::largest_remainder:
      TRY(hare(run));
      break;
    case election::ListMethod::staged:
      TRY(staged(run, seats, rule));
      break;
  }
  Allocation out = TRY(run.finish());
  std::vector<std::uint32_t> given(contenders.size(), 0);
  for (std::size_t i = 0; i < origin.size(); ++i) given[origin[i]] = out.seats[i];
  out.seats = std::move(given);
  for (Award& award : out.awards) {
    award.contender = origin[award.contender];
    if (award.next) award.next = origin[*award.next];
  }
  for (std::size_t& tied : out.tied) tied = origin[tied];
  if (rule.threshold.num > 0) out.below = std::move(below);
  return out;
}

bool certified(Contenders contenders, std::span<const std::uint32_t> seats, std::uint32_t total,
               election::Divisors divisors) {
  if (seats.size() != contenders.size()) return false;
  std::uint64_t sum = 0;
  Claim least{0, 1, 0, 0};  // of the seats given: 1/0, above every quotient
  Claim most{0, 0, 1, 0};   // of the seats not given: 0
  const auto lower = [](const Claim& a, const Claim& b) {
    return Wide{a.numerator} * b.divisor < Wide{b.numerator} * a.divisor;
  };
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    sum += seats[i];
    const std::uint64_t votes = votes_of(contenders[i]);
    if (seats[i] > 0 && votes == 0) return false;
    const Claim last{i, votes, seats[i] > 0 ? divisor(divisors, seats[i]) : 0, 0};
    const Claim next{i, votes, divisor(divisors, std::uint64_t{seats[i]} + 1), 0};
    if (seats[i] > 0 && lower(last, least)) least = last;
    if (lower(most, next)) most = next;
  }
  return sum == total && !lower(least, most);
}

}  // namespace sufragio::seats
