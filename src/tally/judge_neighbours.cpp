#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tally/judge.h"

// V305 and V306: docs/rules/V305.md, docs/rules/V306.md. All comparisons are of exact fractions.
namespace sufragio::tally {

namespace {

__extension__ using Wide = __int128;

// How much larger the rest of a territory must be than the smallest mesa that is judged.
constexpr std::int64_t kRestFactor = 10;
// "Close to": within a quarter of the gap between the two options.
constexpr std::int64_t kCloseFactor = 4;

using Sums = std::vector<std::int64_t>;  // votes by option; the last element: all of them

void add_to(Sums& sums, const Sums& other) {
  sums.resize(other.size(), 0);
  for (std::size_t i = 0; i < other.size(); ++i) sums[i] += other[i];
}

Wide distance(Wide a, Wide b) { return a < b ? b - a : a - b; }

class ContestNeighbours {
 public:
  ContestNeighbours(const JudgeContext& context, const election::Contest& contest)
      : limits_{context.law.rows}, contest_{contest} {
    std::map<election::OptionId, std::size_t> places;
    for (const election::Option& option : contest.options) {
      places.emplace(option.id, places.size());
    }
    for (const election::Card& card : contest.cards) group_.push_back(places.at(card.option));
  }

  void take(JudgedRow& judged) {
    Member& member = members_.emplace_back();
    member.judged = &judged;
    member.votes.assign(contest_.options.size() + 1, 0);
    for (std::size_t i = 0; i < judged.row.votes.size(); ++i) {
      const std::int64_t votes = judged.row.votes[i].value();
      member.votes[group_[i]] += votes;
      member.votes.back() += votes;
    }
    for (const election::Level level : kLevels) {
      add_to(sums_[judged.row.unit.territory.at(level)], member.votes);
    }
  }

  void judge() {
    for (const Member& member : members_) {
      if (member.votes.back() < std::max<std::int64_t>(limits_.deviation_min_votes, 1)) continue;
      deviation(member);
      exchange(member);
      tidy(member.judged->findings);
    }
  }

 private:
  struct Member {
    JudgedRow* judged = nullptr;
    Sums votes;
  };
  static constexpr election::Level kLevels[] = {election::Level::state,
                                                election::Level::municipality,
                                                election::Level::parish, election::Level::centre};

  // The rest of the first of these territories that holds at least `minimum` valid votes without
  // the mesa itself; empty when none does.
  Sums rest(const Member& member, std::initializer_list<election::Level> levels,
            std::int64_t minimum) const {
    for (const election::Level level : levels) {
      const Sums& all = sums_.at(member.judged->row.unit.territory.at(level));
      if (all.back() - member.votes.back() < std::max<std::int64_t>(minimum, 1)) continue;
      Sums out = all;
      for (std::size_t i = 0; i < out.size(); ++i) out[i] -= member.votes[i];
      return out;
    }
    return {};
  }

  void deviation(const Member& member) const {
    const Sums others = rest(member, {election::Level::municipality, election::Level::state},
                             kRestFactor * limits_.deviation_min_votes);
    if (others.empty()) return;
    const std::int64_t here = member.votes.back();
    const std::int64_t there = others.back();
    std::size_t worst = 0;
    for (std::size_t i = 1; i < contest_.options.size(); ++i) {
      if (gap(member, others, i) > gap(member, others, worst)) worst = i;
    }
    // |v/V − r/R| >= num/den
    if (gap(member, others, worst) * limits_.deviation.den <
        Wide{here} * there * limits_.deviation.num) {
      return;
    }
    member.judged->findings.push_back({Rule::deviates,
                                       {{"option", contest_.options[worst].id.text()},
                                        {"votes", std::to_string(member.votes[worst])},
                                        {"valid", std::to_string(here)},
                                        {"rest_votes", std::to_string(others[worst])},
                                        {"rest_valid", std::to_string(there)}}});
  }

  static Wide gap(const Member& member, const Sums& others, std::size_t option) {
    return distance(Wide{member.votes[option]} * others.back(),
                    Wide{others[option]} * member.votes.back());
  }

  void exchange(const Member& member) const {
    const Sums others = rest(member, {election::Level::centre, election::Level::parish},
                             limits_.deviation_min_votes);
    if (others.empty()) return;
    const std::size_t options = contest_.options.size();
    for (std::size_t a = 0; a < options; ++a) {
      if (Wide{others[a]} * limits_.deviation.den < Wide{others.back()} * limits_.deviation.num) {
        continue;  // too small to be ahead of any option by the deviation
      }
      for (std::size_t b = 0; b < options; ++b) {
        if (!exchanged(member.votes, others, a, b)) continue;
        member.judged->findings.push_back({Rule::exchanged,
                                           {{"first", contest_.options[a].id.text()},
                                            {"second", contest_.options[b].id.text()},
                                            {"first_votes", std::to_string(member.votes[a])},
                                            {"second_votes", std::to_string(member.votes[b])}}});
        return;
      }
    }
  }

  // Among the others `a` leads `b` by the deviation or more; here each stands within a quarter of
  // that lead from the share that the other one has there.
  bool exchanged(const Sums& here, const Sums& others, std::size_t a, std::size_t b) const {
    const std::int64_t lead = others[a] - others[b];
    if (lead <= 0 ||
        Wide{lead} * limits_.deviation.den < Wide{others.back()} * limits_.deviation.num) {
      return false;
    }
    const Wide allowed = Wide{lead} * here.back();
    const auto close = [&](std::size_t own, std::size_t other) {
      return distance(Wide{here[own]} * others.back(), Wide{others[other]} * here.back()) *
                 kCloseFactor <=
             allowed;
    };
    return close(a, b) && close(b, a);
  }

  const election::RowLimits& limits_;
  const election::Contest& contest_;
  std::vector<std::size_t> group_;  // option of each card
  std::vector<Member> members_;
  std::map<election::TerritoryCode, Sums> sums_;
};

bool of_neighbours(const Finding& finding) {
  return finding.rule == Rule::deviates || finding.rule == Rule::exchanged;
}

}  // namespace

void judge_neighbours(const JudgeContext& context, std::vector<JudgedRow>& rows) {
  const election::Definition& definition = context.definition;
  std::vector<std::vector<JudgedRow*>> by_contest(definition.contests.size());
  for (JudgedRow& judged : rows) {
    std::erase_if(judged.findings, of_neighbours);
    const Row& row = judged.row;
    if (row.status != RowStatus::counted || row.unit.mesa.value() == 0) continue;
    if (row.unit.territory.level() != election::Level::centre) continue;
    if (row.contest.value() >= by_contest.size()) continue;
    if (row.votes.size() != definition.contest(row.contest).cards.size()) continue;
    by_contest[row.contest.value()].push_back(&judged);
  }
  if (context.law.rows.deviation.num <= 0) return;  // switched off
  for (std::size_t c = 0; c < by_contest.size(); ++c) {
    if (by_contest[c].empty()) continue;
    ContestNeighbours neighbours{context, definition.contests[c]};
    for (JudgedRow* judged : by_contest[c]) neighbours.take(*judged);
    neighbours.judge();
  }
}

}  // namespace sufragio::tally
