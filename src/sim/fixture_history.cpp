#include <algorithm>

#include "base/check.h"
#include "crypto/hash.h"
#include "sim/fixture_parts.h"
#include "sim/names.h"

namespace sufragio::sim {

namespace {

using election::Contest;
using election::EventKind;
using election::NominationEvent;

constexpr std::int64_t kDayMin = 24 * 60;

class HistoryBuilder {
 public:
  HistoryBuilder(const election::Definition& definition, const FixturePeople& people, SimRng& rng)
      : d_{definition}, people_{people}, rng_{rng}, vote_{minute_of(definition.date, 0)} {}

  election::NominationHistory run() {
    organisations(before(180));
    each_card([&](const Contest& c, const election::Card& card, std::size_t) {
      NominationEvent& e = add(before(90), EventKind::nominate, c, card.option);
      e.organisation = card.organisation;
      e.by = board(card.organisation);
      if (c.kind == election::ContestKind::list) e.name = name_of(c, card.option);
    });
    candidates(before(89));
    each_card([&](const Contest& c, const election::Card& card, std::size_t) {
      add(before(60), EventKind::admit, c, card.option).organisation = card.organisation;
    });
    each_card([&](const Contest& c, const election::Card& card, std::size_t position) {
      NominationEvent& e = add(before(45), EventKind::position, c, card.option);
      e.organisation = card.organisation;
      e.place = static_cast<std::uint16_t>(position);
    });
    if (people_.changes) late_changes();
    return std::move(out_);
  }

 private:
  [[nodiscard]] LocalMinute before(std::int64_t days) const {
    return {vote_.value - days * kDayMin + 10 * 60};
  }

  static election::BoardId board(const election::OrganisationId& organisation) {
    const auto id = election::BoardId::parse("j-" + organisation.text());
    CHECK(id.has_value());
    return *id;
  }

  static const std::string& name_of(const Contest& c, const election::OptionId& option) {
    const auto found = std::ranges::find(c.options, option, &election::Option::id);
    CHECK(found != c.options.end());
    return found->name;
  }

  NominationEvent& add(LocalMinute at, EventKind kind, const Contest& contest,
                       const election::OptionId& option) {
    NominationEvent e;
    e.at = at;
    e.kind = kind;
    e.contest = contest.id;
    e.option = option;
    out_.push_back(std::move(e));
    return out_.back();
  }

  void organisations(LocalMinute at) {
    for (const election::Organisation& organisation : d_.organisations) {
      const std::string id = organisation.id.text();
      NominationEvent registered;
      registered.at = at;
      registered.kind = EventKind::organisation;
      registered.organisation = organisation.id;
      const auto kind = people_.kinds.find(organisation.id);
      registered.nominator =
          kind == people_.kinds.end() ? election::NominatorKind::party : kind->second;
      registered.hash = crypto::sha256(invented_logo(organisation.id));
      out_.push_back(registered);
      NominationEvent board_of;
      board_of.at = at;
      board_of.kind = EventKind::board;
      board_of.organisation = organisation.id;
      board_of.by = board(organisation.id);
      board_of.hash = crypto::sha256(as_bytes("sufragio/fixture/board/" + id));
      out_.push_back(std::move(board_of));
    }
  }

  // Calls `done` for each card whose contest has people.
  template <typename Done>
  void each_card(Done&& done) {
    for (const Contest& c : d_.contests) {
      for (std::size_t i = 0; i < c.cards.size(); ++i) {
        if (people_.standing.contains({c.id, c.cards[i].option})) done(c, c.cards[i], i + 1);
      }
    }
  }

  void stand(NominationEvent& e, const FixturePerson& person) {
    const auto id = election::PersonId::parse(person.id);
    CHECK(id.has_value());
    e.person = *id;
    e.name = person.name;
    e.sex = person.sex;
    e.birth = person.birth;
  }

  void candidates(LocalMinute at) {
    for (const Contest& c : d_.contests) {
      std::map<election::OptionId, election::OrganisationId> first;
      for (const election::Card& card : c.cards) first.emplace(card.option, card.organisation);
      for (const election::Option& option : c.options) {
        const auto found = people_.standing.find({c.id, option.id});
        if (found == people_.standing.end()) continue;
        const bool list = c.kind == election::ContestKind::list;
        for (std::size_t i = 0; i < found->second.size(); ++i) {
          NominationEvent& e = add(at, EventKind::candidate, c, option.id);
          e.place = static_cast<std::uint16_t>(list ? i + 1 : 0);
          e.by = board(first.at(option.id));
          stand(e, found->second[i]);
        }
      }
    }
  }

  // The contests with one seat and at least three options with one card or more each.
  [[nodiscard]] std::vector<const Contest*> single_contests() const {
    std::vector<const Contest*> out;
    for (const Contest& c : d_.contests) {
      const bool people = people_.standing.contains({c.id, c.options.front().id});
      const bool single = c.seats == 1 && c.kind != election::ContestKind::list &&
                          c.kind != election::ContestKind::indigenous;
      if (single && people && c.options.size() >= 3) out.push_back(&c);
    }
    return out;
  }

  // After the ballot is fixed: a card is left, a card goes to another candidate, a candidate dies.
  void late_changes() {
    const std::vector<const Contest*> contests = single_contests();
    if (contests.empty()) return;
    leave(*contests[rng_.below(contests.size())], before(5));
    move(*contests[rng_.below(contests.size())], before(4));
    replace(*contests[rng_.below(contests.size())], before(3));
  }

  void leave(const Contest& c, LocalMinute at) {
    const election::Card& card = c.cards.back();
    NominationEvent& e = add(at, EventKind::withdraw, c, card.option);
    e.organisation = card.organisation;
    e.by = board(card.organisation);
    e.cause = election::Cause::resignation;
  }

  void move(const Contest& c, LocalMinute at) {
    const election::Card& card = c.cards[c.cards.size() - 2];
    if (card.option == c.cards.front().option) return;
    NominationEvent& away = add(at, EventKind::withdraw, c, card.option);
    away.organisation = card.organisation;
    away.by = board(card.organisation);
    away.cause = election::Cause::resignation;
    NominationEvent& to = add(at, EventKind::nominate, c, c.cards.front().option);
    to.organisation = card.organisation;
    to.by = board(card.organisation);
    to.cause = election::Cause::resignation;
    add(at, EventKind::admit, c, c.cards.front().option).organisation = card.organisation;
  }

  void replace(const Contest& c, LocalMinute at) {
    const election::Card& card = c.cards.front();
    NominationEvent& e = add(at, EventKind::substitute, c, card.option);
    e.place = 0;
    e.by = board(card.organisation);
    e.cause = election::Cause::death;
    FixturePerson person = people_.standing.at({c.id, card.option}).front();
    person.id = "q000001";
    person.name = invented_person(rng_, person.sex);
    person.birth = "1971-03-19";
    stand(e, person);
    add(at, EventKind::admit, c, card.option).place = 0;
  }

  const election::Definition& d_;
  const FixturePeople& people_;
  SimRng& rng_;
  LocalMinute vote_;
  election::NominationHistory out_;
};

}  // namespace

election::NominationHistory make_history(const election::Definition& definition,
                                         const FixturePeople& people, SimRng& rng) {
  return HistoryBuilder{definition, people, rng}.run();
}

}  // namespace sufragio::sim
