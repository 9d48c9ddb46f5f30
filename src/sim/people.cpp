#include "sim/people.h"

#include <algorithm>

#include "base/check.h"

namespace sufragio::sim {

namespace {

template <typename T>
T count(std::int64_t value) {
  const auto out = T::from(value);
  CHECK(out.has_value());
  return *out;
}

std::int64_t whole_minute(std::int64_t seconds) { return seconds - seconds % 60; }

// Exponential-like waiting time in minutes with about this mean, from integers: how often a fair
// 1-in-`mean` event fails.
std::int64_t wait_minutes(std::int64_t mean, Rng& rng) {
  std::int64_t minutes = 0;
  while (minutes < mean * 8 && rng.below(static_cast<std::uint64_t>(mean)) != 0) ++minutes;
  return minutes;
}

std::size_t draw(const std::vector<std::uint64_t>& weights, Rng& rng) {
  std::uint64_t sum = 0;
  for (const std::uint64_t weight : weights) sum += weight;
  std::uint64_t left = rng.below(sum);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return weights.size() - 1;
}

}  // namespace

Tastes draw_tastes(const election::Definition& definition, Rng& rng) {
  Tastes out;
  for (const election::Contest& contest : definition.contests) {
    std::vector<std::uint64_t> weights;
    for (std::size_t card = 0; card < contest.cards.size(); ++card) {
      // A few large cards and many small ones, in random places.
      const std::uint64_t scale = rng.below(8) == 0 ? 400 : 12;
      weights.push_back(1 + rng.below(scale));
    }
    out.push_back(std::move(weights));
  }
  return out;
}

TableDay draw_table_day(std::int64_t midnight_s, Rng& rng) {
  TableDay day;
  const std::int64_t late = rng.below(100) < 8 ? static_cast<std::int64_t>(rng.below(120)) : 0;
  day.opening_s = midnight_s + (6 * 60 + static_cast<std::int64_t>(rng.below(20)) + late) * 60;
  const std::uint64_t kind = rng.below(1'000);
  std::int64_t after = static_cast<std::int64_t>(rng.below(13));
  if (kind >= 549 && kind < 865) after = 12 + wait_minutes(55, rng);  // voters still in line
  if (kind >= 865) after = 12 + wait_minutes(35, rng);                // kept open without voters
  day.closing_s = midnight_s + (18 * 60 + after) * 60;
  return day;
}

CountingMachine::CountingMachine(const election::Package& package, const election::Mesa& mesa,
                                 crypto::MachineId machine)
    : package_{package}, mesa_{mesa}, machine_{machine} {
  const election::Definition& definition = package.definition();
  for (const election::ContestIndex contest : definition.styles[mesa.style].contests) {
    cards_.emplace_back(definition.contest(contest).cards.size(), 0);
    null_.push_back(0);
  }
}

void CountingMachine::encrypt_with(ports::BallotSealer& sealer, Rng& rng) {
  sealer_ = &sealer;
  sealing_rng_ = &rng;
}

void CountingMachine::serve_voters(const Tastes& tastes, Rng& rng) {
  local_.clear();
  for (const auto contest : package_.definition().styles[mesa_.style].contests) {
    std::vector<std::uint64_t> weights = tastes[contest.value()];
    for (std::uint64_t& weight : weights) weight = weight * (50 + rng.below(101)) + 1;
    local_.push_back(std::move(weights));
  }
  const std::uint64_t turnout = 45 + rng.below(31);
  for (std::int64_t elector = 0; elector < mesa_.electors.value(); ++elector) {
    if (rng.below(100) >= turnout) continue;
    pass_gate(rng);
    cast_ballot(tastes, rng);
    ++voters_;
  }
}

void CountingMachine::pass_gate(Rng& rng) {  // 2012: 11 % no match, 8 % no print
  const std::uint64_t kind = rng.below(10'000);
  ++gate_[kind < 8'095 ? 0 : kind < 9'195 ? 1 : kind < 9'995 ? 2 : 3];
  if (rng.below(500) == 0) ++void_prints_;
  if (rng.below(60) == 0) ++assisted_;
}

void CountingMachine::cast_ballot(const Tastes& tastes, Rng& rng) {
  CHECK(tastes.size() == package_.definition().contests.size());
  const auto& contests = package_.definition().styles[mesa_.style].contests;
  election::Selections selections{mesa_.style, {}};
  for (std::size_t i = 0; i < contests.size(); ++i) {
    const election::Contest& contest = package_.definition().contest(contests[i]);
    std::vector<std::uint64_t> weights = local_[i];
    election::ContestChoice& choice = selections.contests.emplace_back();
    for (std::uint16_t vote = 0; vote < contest.votes_per_voter; ++vote) {
      if (rng.below(50) == 0) {
        ++null_[i];
        ++choice.null;
        continue;
      }
      const std::size_t card = draw(weights, rng);
      ++cards_[i][card];
      choice.cards.push_back(static_cast<std::uint16_t>(card));
      weights[card] = 0;  // one vote for one card, also where a voter has several votes
    }
    std::ranges::sort(choice.cards);
  }
  if (sealer_ == nullptr) return;
  auto sealed = sealer_->seal(selections, *sealing_rng_);
  sealer_->forget();
  CHECK(sealed.has_value());
  sealed_.push_back(std::move(sealed->bytes));
}

acta::Acta CountingMachine::blank(std::int64_t time_s) const {
  acta::Acta out;
  out.election = package_.handle();
  out.ballot = package_.ballot_of(mesa_);
  out.mesa = mesa_.id;
  out.time_s = whole_minute(time_s);
  out.registered = mesa_.electors;
  out.ballots_root = *Hash32::parse(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");  // empty root: no E2E
  out.software_root = package_.manifest().releases.front().software_root;
  out.machine = machine_;
  return out;
}

acta::Acta CountingMachine::zero_acta(std::int64_t time_s) const {
  acta::Acta out = blank(time_s);
  out.type = acta::ActaType::zero;
  for (const auto& cards : cards_) {
    acta::ContestCount none;
    none.cards.resize(cards.size());
    out.contests.push_back(std::move(none));
  }
  return out;
}

acta::Acta CountingMachine::final_acta(const TableDay& day) const {
  acta::Acta out = blank(day.closing_s);
  out.type = acta::ActaType::final;
  out.opening_s = whole_minute(day.opening_s);
  if (ballots_root_) out.ballots_root = *ballots_root_;
  out.voters = count<Persons>(voters_);
  out.ballots = out.voters;
  for (std::size_t i = 0; i < cards_.size(); ++i) {
    acta::ContestCount contest;
    for (const std::int64_t votes : cards_[i]) contest.cards.push_back(count<Votes>(votes));
    contest.null = count<Votes>(null_[i]);
    out.contests.push_back(std::move(contest));
  }
  out.gate.match = count<Persons>(gate_[0]);
  out.gate.no_match = count<Persons>(gate_[1]);
  out.gate.no_prints = count<Persons>(gate_[2]);
  out.gate.no_hands = count<Persons>(gate_[3]);
  out.counters.valid_receipts = out.ballots;
  out.counters.void_prints = count<Persons>(void_prints_);
  out.counters.assisted = count<Persons>(assisted_);
  return out;
}

}  // namespace sufragio::sim
