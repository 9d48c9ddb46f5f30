#include "election/errata.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/check.h"

namespace sufragio::election {

namespace {

constexpr std::array<std::string_view, 4> kReasons = {"withdrawn", "disqualified", "substituted",
                                                      "other_candidate"};

class Errata {
 public:
  Errata(const Definition& printed, const LawPack& law, std::span<const NominationEvent> history,
         LocalMinute at)
      : d_{printed},
        history_{history},
        state_{state_at(history, at)},
        readings_{card_readings(law)} {}

  std::vector<StaleCard> run() {
    for (std::size_t i = 0; i < d_.contests.size(); ++i) {
      contest(ContestIndex{static_cast<std::uint16_t>(i)});
    }
    return std::move(out_);
  }

 private:
  static const std::string& printed_name(const Contest& contest, const OptionId& option) {
    const auto found = std::ranges::find(contest.options, option, &Option::id);
    CHECK(found != contest.options.end());
    return found->name;
  }

  [[nodiscard]] LocalMinute time_of(std::size_t event) const {
    return event == 0 ? LocalMinute{} : history_[event - 1].at;
  }

  void contest(ContestIndex index) {
    const Contest& c = d_.contest(index);
    std::set<NominationState::CardKey> printed;
    for (const Card& card : c.cards) printed.insert({c.id, card.organisation, card.option});
    // Cards that were admitted after printing, each to stand in for one stale card.
    std::vector<NominationState::CardKey> fresh;
    for (auto& key : state_.ballot(c.id)) {
      if (!printed.contains(key)) fresh.push_back(std::move(key));
    }
    const std::size_t first = out_.size();
    for (std::size_t i = 0; i < c.cards.size(); ++i) {
      const auto stale = card(c, index, c.cards[i], fresh);
      if (!stale) continue;
      out_.push_back(*stale);
      out_.back().position = static_cast<std::uint16_t>(i + 1);
    }
    for (std::size_t i = first; i < out_.size(); ++i) {
      for (const CardReading& reading : readings_) outcome(c, out_[i], reading, first);
    }
  }

  std::optional<StaleCard> card(const Contest& c, ContestIndex index, const Card& card,
                                std::vector<NominationState::CardKey>& fresh) const {
    const auto found = state_.cards.find({c.id, card.organisation, card.option});
    if (found == state_.cards.end()) return std::nullopt;  // the history does not mention it
    const PlaceState* const person = state_.candidate(c.id, card.option);
    StaleCard out;
    out.contest = index;
    out.organisation = card.organisation;
    out.printed = card.option;
    out.printed_name = printed_name(c, card.option);
    const bool card_in = found->second.standing == Standing::admitted;
    const bool person_in = state_.alive(c.id, card.option);
    if (card_in && person_in) {
      if (person == nullptr || person->name == out.printed_name) return std::nullopt;
      out.current = card.option;
      out.current_name = person->name;
      out.reason = StaleReason::substituted;
      out.since = time_of(person->event);
      return out;
    }
    const auto other = std::ranges::find_if(fresh, [&](const NominationState::CardKey& key) {
      return std::get<1>(key) == card.organisation;
    });
    if (other != fresh.end()) {
      out.current = std::get<2>(*other);
      out.current_name = name_of(c, *other);
      out.reason = StaleReason::other_candidate;
      out.since = time_of(state_.cards.at(*other).event);
      fresh.erase(other);
      return out;
    }
    const bool of_card = !card_in;
    const Standing standing =
        of_card || person == nullptr ? found->second.standing : person->standing;
    out.reason =
        standing == Standing::disqualified ? StaleReason::disqualified : StaleReason::withdrawn;
    out.since = time_of(of_card || person == nullptr ? found->second.event : person->event);
    return out;
  }

  [[nodiscard]] std::string name_of(const Contest& c, const NominationState::CardKey& key) const {
    const CardState& card = state_.cards.at(key);
    if (!card.name.empty()) return card.name;
    const PlaceState* const person = state_.candidate(c.id, std::get<2>(key));
    return person == nullptr ? std::get<2>(key).text() : person->name;
  }

  // Is the printed person still a candidate, if only on other cards?
  [[nodiscard]] bool printed_stands(const Contest& c, const StaleCard& stale) const {
    const PlaceState* const person = state_.candidate(c.id, stale.printed);
    const bool same = person == nullptr || person->name == stale.printed_name;
    const auto ballot = state_.ballot(c.id);
    return same && std::ranges::any_of(ballot, [&](const NominationState::CardKey& key) {
             return std::get<2>(key) == stale.printed;
           });
  }

  // What the other cards of its alliance count for, where none of them is stale.
  [[nodiscard]] Destination of_alliance(const Contest& c, const StaleCard& stale,
                                        std::size_t first) const {
    const std::optional<AllianceId>& alliance = c.cards[stale.position - 1U].alliance;
    for (std::size_t i = 0; alliance && i < c.cards.size(); ++i) {
      const bool is_stale =
          std::any_of(out_.begin() + static_cast<std::ptrdiff_t>(first), out_.end(),
                      [&](const StaleCard& other) { return other.position == i + 1; });
      if (c.cards[i].alliance != alliance || is_stale) continue;
      return {c.cards[i].option, printed_name(c, c.cards[i].option)};
    }
    return {};
  }

  void outcome(const Contest& c, StaleCard& stale, const CardReading& reading,
               std::size_t first) const {
    Destination to;
    if (reading.follow == "current_candidate" && stale.current) {
      to = {stale.current, stale.current_name};
    } else if (reading.follow == "printed_candidate" && printed_stands(c, stale)) {
      to = {stale.printed, stale.printed_name};
    } else if (reading.orphan == "list" && c.kind == ContestKind::list) {
      to = {stale.printed, stale.printed_name};
    } else if (reading.orphan == "transfer") {
      to = of_alliance(c, stale, first);
    }
    stale.readings.push_back({reading.follow, reading.orphan, to});
    const bool said = std::ranges::any_of(
        stale.outcomes, [&](const Outcome& other) { return other.counts_for == to; });
    if (said) return;
    stale.outcomes.push_back(stale.readings.back());
  }

  const Definition& d_;
  std::span<const NominationEvent> history_;
  NominationState state_;
  std::vector<CardReading> readings_;
  std::vector<StaleCard> out_;
};

}  // namespace

std::string_view reason_name(StaleReason reason) {
  return kReasons.at(static_cast<std::size_t>(reason));
}

std::vector<StaleCard> errata(const Definition& printed, const LawPack& law,
                              std::span<const NominationEvent> history, LocalMinute at) {
  return Errata{printed, law, history, at}.run();
}

std::span<const StaleCard> stale_of(std::span<const StaleCard> stale, ContestIndex contest) {
  // Not equal_range: clang 14, which builds the fuzzers, cannot compile a subrange of libstdc++ 12.
  const auto from = std::ranges::lower_bound(stale, contest, {}, &StaleCard::contest);
  const auto to = std::ranges::upper_bound(stale, contest, {}, &StaleCard::contest);
  return stale.subspan(static_cast<std::size_t>(from - stale.begin()),
                       static_cast<std::size_t>(to - from));
}

Contest contest_by_law(const Contest& printed, std::span<const StaleCard> stale,
                       std::size_t reading) {
  Contest out = printed;
  for (const StaleCard& card : stale) {
    const Destination& to = card.readings.at(reading).counts_for;
    out.cards.at(card.position - 1U).option = to.option.value_or(OptionId{});
    if (!to.option || std::ranges::find(out.options, *to.option, &Option::id) != out.options.end())
      continue;
    out.options.push_back({*to.option, to.name});
  }
  return out;
}

}  // namespace sufragio::election
