#include <algorithm>
#include <array>
#include <set>

#include "base/check.h"
#include "base/numbers.h"
#include "election/codes.h"
#include "election/nominations.h"

namespace sufragio::election {

namespace {

// A parameter of the table [nominations]; every pack has every one (docs/spec/law-pack.md).
const LawParameter& nomination_rule(const LawPack& law, std::string_view key) {
  const LawParameter* const found = law.parameter("nominations." + std::string{key});
  CHECK(found != nullptr);
  return *found;
}
std::string_view rule_word(const LawPack& law, std::string_view key) {
  return std::get<std::string>(nomination_rule(law, key).value.value());
}
std::int64_t rule_number(const LawPack& law, std::string_view key) {
  return std::get<std::int64_t>(nomination_rule(law, key).value.value());
}
bool rule_yes(const LawPack& law, std::string_view key) {
  return std::get<bool>(nomination_rule(law, key).value.value());
}

std::string_view age_key(ContestKind kind) {
  switch (kind) {
    case ContestKind::president:
      return "min_age_president";
    case ContestKind::governor:
      return "min_age_governor";
    case ContestKind::mayor:
      return "min_age_mayor";
    case ContestKind::constituent:
      return "min_age_constituent";
    case ContestKind::list:
    case ContestKind::nominal:
    case ContestKind::indigenous:
    case ContestKind::referendum:
      break;
  }
  return "min_age_representative";
}

// Names as a voter tells them apart: without case, accents and doubled blanks.
std::string plain_name(std::string_view name) {
  constexpr std::pair<std::string_view, char> kAccents[] = {
      {"á", 'a'}, {"é", 'e'}, {"í", 'i'}, {"ó", 'o'}, {"ú", 'u'}, {"ü", 'u'}, {"ñ", 'n'},
      {"Á", 'a'}, {"É", 'e'}, {"Í", 'i'}, {"Ó", 'o'}, {"Ú", 'u'}, {"Ü", 'u'}, {"Ñ", 'n'}};
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const auto accent = std::ranges::find_if(
        kAccents, [&](const auto& entry) { return name.substr(i).starts_with(entry.first); });
    if (accent != std::end(kAccents)) {
      out.push_back(accent->second);
      i += accent->first.size();
      continue;
    }
    const char c = name[i++];
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

struct Stand {  // where a person stands
  ContestId contest;
  OptionId option;
  std::uint16_t place = 0;
};

class NominationChecker {
 public:
  NominationChecker(const Definition& definition, const LawPack& law,
                    std::span<const NominationEvent> history)
      : d_{definition}, law_{law}, history_{history}, deadlines_{deadlines_of(definition, law)} {
    for (const Contest& contest : d_.contests) contests_.emplace(contest.id, &contest);
  }

  std::vector<NominationFinding> run() {
    for (std::size_t i = 0; i < history_.size(); ++i) one_event(i);
    const NominationState fixed = state_at(history_, deadlines_.ballot_fixed);
    ballots(fixed);
    if (rule_word(law_, "parity") == "alternating") {
      parity(fixed);
      if (rule_yes(law_, "parity_on_substitution")) parity(now_);
    }
    same_ballot();
    return std::move(out_);
  }

  std::vector<NominationFinding> events_from(std::size_t first) {
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (i == first) out_.clear();
      one_event(i);
    }
    return std::move(out_);
  }

 private:
  void say(Code code, std::string_view article_key, std::size_t event, std::vector<Fact> facts,
           bool refused = true) {
    Error error{code, std::move(facts)};
    if (event > 0) error = std::move(error).with("line", history_[event - 1].line);
    const LawParameter& rule = nomination_rule(law_, article_key);
    error = std::move(error).with("article", rule.source).with("article_es", rule.source_es);
    // What the state at the end repeats is said once.
    const auto same = [&](const NominationFinding& f) { return f.error == error; };
    if (code == kNoParity && std::ranges::any_of(out_, same)) return;
    out_.push_back({std::move(error), refused});
  }

  void one_event(std::size_t index) {
    const NominationEvent& e = history_[index];
    const std::size_t number_of = index + 1;
    if (index > 0 && e.at < history_[index - 1].at) {
      say(kTimeOrder, "deadline_time", number_of, {{"value", local_minute_text(e.at)}});
    }
    if (!names(e, number_of)) return;
    before(e, number_of);
    const auto done = apply(now_, e, number_of);
    if (done) return after(e);
    if (e.kind == EventKind::position) {
      return say(kNoNomination, "ballot_order", number_of, who(e));
    }
    say(kNoTransition, "alliance", number_of, done.error().context);
  }

  static std::vector<Fact> who(const NominationEvent& e) {
    return {{"contest", e.contest.text()},
            {"organisation", e.organisation.text()},
            {"option", e.option.text()}};
  }

  bool names(const NominationEvent& e, std::size_t event) {
    const bool organisation =
        e.organisation == OrganisationId{} || d_.organisation(e.organisation) != nullptr;
    const bool contest = e.contest == ContestId{} || contests_.contains(e.contest);
    if (organisation && contest) return true;
    say(kUnknownName, "alliance", event,
        {{"value", organisation ? e.contest.text() : e.organisation.text()}});
    return false;
  }

  void before(const NominationEvent& e, std::size_t event) {
    const bool by_organisation =
        e.kind == EventKind::nominate || (e.kind == EventKind::withdraw && !e.place);
    if (by_organisation) board(e, event, e.organisation);
    if (e.kind == EventKind::nominate) nominator(e, event);
    if (e.kind == EventKind::candidate || e.kind == EventKind::substitute) person(e, event);
    late(e, event);
  }

  [[nodiscard]] const BoardId* board_of(const OrganisationId& id) const {
    const auto found = now_.organisations.find(id);
    const bool none = found == now_.organisations.end() || found->second.boards.empty();
    return none ? nullptr : &found->second.boards.back().second;
  }

  void board(const NominationEvent& e, std::size_t event, const OrganisationId& organisation) {
    const BoardId* const in_force = board_of(organisation);
    if (in_force != nullptr && *in_force == e.by) return;
    say(kOtherAuthority, "authority", event,
        {{"organisation", organisation.text()},
         {"by", e.by.text()},
         {"board", in_force == nullptr ? "" : in_force->text()}},
        rule_word(law_, "authority") == "refuse");
  }

  void nominator(const NominationEvent& e, std::size_t event) {
    const auto found = now_.organisations.find(e.organisation);
    const bool known = found != now_.organisations.end() && found->second.kind.has_value();
    const Contest& contest = *contests_.at(e.contest);
    const bool indigenous = contest.kind == ContestKind::indigenous &&
                            rule_word(law_, "indigenous_by") == "indigenous_organisation";
    if (!known || (indigenous && found->second.kind != NominatorKind::indigenous)) {
      say(kWrongNominator, "indigenous_by", event, who(e));
    }
    const bool limited = contest.kind != ContestKind::list &&
                         contest.kind != ContestKind::referendum &&
                         contest.kind != ContestKind::constituent;
    std::size_t open = 0;
    for (auto at = now_.cards.lower_bound({e.contest, e.organisation, {}});
         limited && at != now_.cards.end() && std::get<0>(at->first) == e.contest &&
         std::get<1>(at->first) == e.organisation;
         ++at) {
      const Standing s = at->second.standing;
      open += s == Standing::nominated || s == Standing::admitted ? 1 : 0;
    }
    if (limited && open >= contest.seats) {
      say(kTooManyCandidates, "list_order", event, who(e));
    }
  }

  // The board of an organisation that has this option on its card.
  void board_of_option(const NominationEvent& e, std::size_t event) {
    const auto cards = cards_of_.find({e.contest, e.option});
    if (cards == cards_of_.end()) {
      return say(kNoNomination, "authority", event, who(e));
    }
    for (const OrganisationId& organisation : cards->second) {
      const BoardId* const in_force = board_of(organisation);
      if (in_force != nullptr && *in_force == e.by) return;
    }
    board(e, event, cards->second.front());
  }

  void person(const NominationEvent& e, std::size_t event) {
    board_of_option(e, event);
    const Contest& contest = *contests_.at(e.contest);
    const auto facts = [&](std::string_view why) {
      return std::vector<Fact>{
          {"contest", e.contest.text()}, {"person", e.person->text()}, {"value", std::string{why}}};
    };
    const std::int64_t age = years_between(e.birth, d_.date);
    if (age < rule_number(law_, age_key(contest.kind))) {
      say(kNotEligible, age_key(contest.kind), event, facts(std::to_string(age)));
    }
    if (now_.officials.contains(*e.person)) {
      say(kNotEligible, "authority", event, facts("official"));
    }
    for (const Stand& other : stands_[*e.person]) {
      const bool same =
          other.contest == e.contest && other.option == e.option && other.place == *e.place;
      if (same || !stands(other, *e.person) || allowed_together(other, e)) continue;
      say(kDoubleNomination, "list_and_nominal", event, facts(other.contest.text()));
    }
  }

  [[nodiscard]] bool stands(const Stand& stand, const PersonId& person) const {
    const auto found = now_.places.find({stand.contest, stand.option, stand.place});
    if (found == now_.places.end() || found->second.person != person) return false;
    return found->second.standing == Standing::nominated ||
           found->second.standing == Standing::admitted;
  }

  [[nodiscard]] bool allowed_together(const Stand& other, const NominationEvent& e) const {
    const Contest& a = *contests_.at(other.contest);
    const Contest& b = *contests_.at(e.contest);
    const bool kinds = (a.kind == ContestKind::list && b.kind == ContestKind::nominal) ||
                       (a.kind == ContestKind::nominal && b.kind == ContestKind::list);
    const bool body = a.territory.contains(b.territory) || b.territory.contains(a.territory);
    return kinds && body && rule_yes(law_, "list_and_nominal");
  }

  void late(const NominationEvent& e, std::size_t event) {
    const bool change = e.kind == EventKind::nominate || e.kind == EventKind::candidate ||
                        e.kind == EventKind::substitute;
    if (e.kind == EventKind::position && e.at > deadlines_.ballot_fixed) {
      return say(kTooLate, "ballot_fixed_days_before", event, who(e));
    }
    if (!change) return;
    if (e.cause != Cause::none) {
      const auto& causes = std::get<codec::Document::Array>(
          nomination_rule(law_, "substitute_causes").value.value());
      const std::string_view cause = cause_name(e.cause);
      const bool known = std::ranges::any_of(causes, [&](const codec::Document& listed) {
        return std::get<std::string>(listed.value()) == cause;
      });
      if (!known) say(kOtherCause, "substitute_causes", event, who(e));
      return;
    }
    const bool list = contests_.at(e.contest)->kind == ContestKind::list;
    // A candidate of a card that was nominated for a cause needs no second one.
    if (e.kind == EventKind::candidate && caused_.contains({e.contest, e.option})) return;
    if (e.at <= (list ? deadlines_.modify_list : deadlines_.modify)) return;
    say(kTooLate, list ? "modify_list_days_before" : "modify_days_before", event, who(e));
  }

  void after(const NominationEvent& e) {
    if (e.kind == EventKind::nominate) {
      cards_of_[{e.contest, e.option}].push_back(e.organisation);
      if (e.cause != Cause::none) caused_.insert({e.contest, e.option});
    }
    if (e.kind == EventKind::candidate || e.kind == EventKind::substitute) {
      stands_[*e.person].push_back({e.contest, e.option, *e.place});
    }
  }

  void ballots(const NominationState& state) {
    for (const auto& [id, contest] : contests_) {
      const auto ballot = state.ballot(id);
      std::map<std::uint16_t, std::size_t> positions;
      std::map<std::string, OptionId> names;
      for (const NominationState::CardKey& key : ballot) {
        const auto& [contest_id, organisation, option] = key;
        const CardState& card = state.cards.at(key);
        const std::vector<Fact> facts = {{"contest", id.text()},
                                         {"organisation", organisation.text()},
                                         {"option", option.text()}};
        const auto [before, fresh] = positions.emplace(card.position, card.position_event);
        if (card.position > 0 && !fresh) {
          const std::size_t later = std::max(before->second, card.position_event);
          say(kPositionTwice, "ballot_order", later,
              {{"contest", id.text()}, {"value", std::to_string(card.position)}});
        }
        const auto known = state.organisations.find(organisation);
        const bool logo = known != state.organisations.end() && known->second.logo.has_value();
        if (!logo) say(kNoLogo, "logo", card.event, facts, rule_word(law_, "logo") == "refuse");
        const PlaceState* const person = state.candidate(id, option);
        const std::string name =
            plain_name(person != nullptr ? std::string_view{person->name} : card.name);
        const auto [other, first] = names.emplace(name, option);
        if (!name.empty() && !first && other->second != option) {
          say(kSameName, "identical_names", card.event, facts,
              rule_word(law_, "identical_names") == "refuse");
        }
      }
    }
    empty_cards(state);
    list_places(state);
  }

  void empty_cards(const NominationState& state) {
    for (const auto& [key, card] : state.cards) {
      const auto& [contest, organisation, option] = key;
      const auto any = state.places.lower_bound({contest, option, 0});
      const bool somebody = any != state.places.end() && std::get<0>(any->first) == contest &&
                            std::get<1>(any->first) == option;
      if (card.standing != Standing::admitted || somebody) continue;
      say(kNoCandidate, "alliance", card.event,
          {{"contest", contest.text()},
           {"organisation", organisation.text()},
           {"option", option.text()}});
    }
  }

  // Calls `done` with the admitted places of each list, in order.
  template <typename Done>
  void each_list(const NominationState& state, Done&& done) {
    std::vector<std::pair<std::uint16_t, const PlaceState*>> list;
    for (auto at = state.places.begin(); at != state.places.end();) {
      const ContestId contest = std::get<0>(at->first);
      const OptionId option = std::get<1>(at->first);
      list.clear();
      for (; at != state.places.end() && std::get<0>(at->first) == contest &&
             std::get<1>(at->first) == option;
           ++at) {
        if (at->second.standing == Standing::admitted) {
          list.emplace_back(std::get<2>(at->first), &at->second);
        }
      }
      const auto known = contests_.find(contest);
      const bool is_list = known != contests_.end() && known->second->kind == ContestKind::list;
      if (is_list && !list.empty()) done(contest, option, list);
    }
  }

  void list_places(const NominationState& state) {
    each_list(state, [&](const ContestId& contest, const OptionId& option, const auto& list) {
      for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].first == i + 1) continue;
        return say(kListOrder, "list_order", list[i].second->event,
                   {{"contest", contest.text()},
                    {"option", option.text()},
                    {"value", std::to_string(list[i].first)}});
      }
    });
  }

  [[nodiscard]] bool balanced(std::int64_t women, std::int64_t men) const {
    const std::int64_t all = women + men;
    if (women - men <= 1 && men - women <= 1) return true;
    return women * 100 >= rule_number(law_, "parity_min_percent") * all &&
           women * 100 <= rule_number(law_, "parity_max_percent") * all;
  }

  // Alternating lists, or else the shares of the law; circuits: the shares of each organisation.
  void parity(const NominationState& state) {
    each_list(state, [&](const ContestId& contest, const OptionId& option, const auto& list) {
      bool alternating = true;
      std::int64_t women = 0;
      for (std::size_t i = 0; i < list.size(); ++i) {
        women += list[i].second->sex == Sex::female ? 1 : 0;
        alternating = alternating && (i == 0 || list[i].second->sex != list[i - 1].second->sex);
      }
      const auto men = static_cast<std::int64_t>(list.size()) - women;
      if (alternating) return;
      say(kNoParity, "parity", list.front().second->event,
          {{"contest", contest.text()},
           {"value", option.text()},
           {"women", std::to_string(women)},
           {"men", std::to_string(men)}},
          !balanced(women, men));
    });
    std::map<OrganisationId, std::array<std::int64_t, 2>> circuits;
    for (const auto& [key, card] : state.cards) {
      const auto& [contest, organisation, option] = key;
      const auto known = contests_.find(contest);
      const PlaceState* const person = state.candidate(contest, option);
      const bool counts = card.standing == Standing::admitted && person != nullptr &&
                          known != contests_.end() && known->second->kind == ContestKind::nominal;
      if (counts) ++circuits[organisation].at(static_cast<std::size_t>(person->sex));
    }
    for (const auto& [organisation, count] : circuits) {
      if (balanced(count[0], count[1])) continue;
      say(kNoParity, "parity", 0,
          {{"contest", "nominal"},
           {"value", organisation.text()},
           {"women", std::to_string(count[0])},
           {"men", std::to_string(count[1])}});
    }
  }

  void same_ballot() {
    const Definition printed = with_ballots_at(d_, history_, deadlines_.ballot_fixed);
    for (std::size_t i = 0; i < d_.contests.size(); ++i) {
      if (printed.contests[i].cards == d_.contests[i].cards) continue;
      say(kBallotDiffers, "ballot_fixed_days_before", 0,
          {{"contest", d_.contests[i].id.text()},
           {"value", local_minute_text(deadlines_.ballot_fixed)}});
    }
  }

  const Definition& d_;
  const LawPack& law_;
  std::span<const NominationEvent> history_;
  NominationDeadlines deadlines_;
  NominationState now_;
  std::map<ContestId, const Contest*> contests_;
  std::map<std::pair<ContestId, OptionId>, std::vector<OrganisationId>> cards_of_;
  std::set<std::pair<ContestId, OptionId>> caused_;
  std::map<PersonId, std::vector<Stand>> stands_;
  std::vector<NominationFinding> out_;
};

}  // namespace

NominationDeadlines deadlines_of(const Definition& definition, const LawPack& law) {
  const std::string_view clock = rule_word(law, "deadline_time");  // "HH:MM", checked with the pack
  const auto hours = parse_padded(clock.substr(0, 2), 23);
  const auto minutes = parse_padded(clock.substr(3), 59);
  CHECK(hours.has_value() && minutes.has_value());
  const LocalMinute day =
      minute_of(definition.date, static_cast<std::int32_t>(*hours * 60 + *minutes));
  const auto before = [&](std::string_view key) {
    return LocalMinute{day.value - rule_number(law, key) * 24 * 60};
  };
  return {before("ballot_fixed_days_before"), before("modify_days_before"),
          before("modify_list_days_before")};
}

std::vector<NominationFinding> check_nominations(const Definition& definition, const LawPack& law,
                                                 std::span<const NominationEvent> history) {
  return NominationChecker{definition, law, history}.run();
}

Result<void> check_later_events(const Definition& definition, const LawPack& law,
                                std::span<const NominationEvent> history, std::size_t first) {
  if (first >= history.size()) return {};
  constexpr Code kKept[] = {kTimeOrder,    kUnknownName, kOtherAuthority,
                            kNoNomination, kTooLate,     kOtherCause};
  for (const NominationFinding& finding :
       NominationChecker{definition, law, history}.events_from(first)) {
    const bool kept = std::ranges::find(kKept, finding.error.code) != std::end(kKept);
    if (finding.refused && kept) return fail(finding.error);
  }
  return {};
}

}  // namespace sufragio::election
