#include "machine/booth.h"

#include <algorithm>

#include "base/check.h"

namespace sufragio::machine {

namespace {

using Sealing = BoothState::Sealing;

class BoothStepper {
 public:
  BoothStepper(const BoothState& state, const Policy& policy,
               const std::vector<BallotShape>& shapes)
      : out_{state, {}}, policy_{policy}, shapes_{shapes} {}

  void operator()(const UnlockBallot& event) {
    if (s().at != BoothState::At::locked || event.style >= shapes_.size()) return refuse();
    const std::uint8_t parity = s().parity;
    s() = {};
    s().parity = parity;
    s().shape = shapes_[event.style];
    s().limit_s = policy_.time_limit_s;
    clear_choices();
    go(BoothState::At::start);
    put(TellBusy{});
  }

  void operator()(const Press& event) {
    s().idle_s = 0;
    if (s().at == BoothState::At::alert) return back_from_alert();
    switch (event.key) {
      case Key::start:
        return from(BoothState::At::start, BoothState::At::choosing);
      case Key::next:
        return turn(+1);
      case Key::back:
        return back();
      case Key::review:
        return from(BoothState::At::choosing, BoothState::At::review);
      case Key::change:
        return from(BoothState::At::review, BoothState::At::choosing);
      case Key::vote:
        return vote();
      case Key::confirm:
        if (s().at != BoothState::At::warn_under && s().at != BoothState::At::warn_null)
          return refuse();
        return seal();
      case Key::more:
        return refuse();
      case Key::ok:
        if (s().at != BoothState::At::check) return refuse();
        return commit();
      case Key::no_match:
        return mismatch();
    }
    CHECK(false);
  }

  void operator()(const Select& event) {
    s().idle_s = 0;
    if (s().at == BoothState::At::alert) return back_from_alert();
    const bool open = s().at == BoothState::At::choosing && event.card < shape().cards;
    if (!open) return refuse();
    s().notice = Notice::none;
    toggle(s().page, event.card);
  }

  void operator()(const SelectList& event) {
    s().idle_s = 0;
    if (s().at == BoothState::At::alert) return back_from_alert();
    if (s().at != BoothState::At::choosing) return refuse();
    bool any = false;
    for (std::size_t i = 0; i < s().shape.contests.size(); ++i) any |= fill_list(i, event.list);
    if (!any) refuse();
  }

  void operator()(const Tick& event) {
    s().phase_s += event.seconds;
    const bool in_session = s().at == BoothState::At::start || s().at == BoothState::At::choosing ||
                            s().at == BoothState::At::review ||
                            s().at == BoothState::At::warn_under ||
                            s().at == BoothState::At::warn_null;
    if (in_session) {
      s().idle_s += event.seconds;
      s().session_s += event.seconds;
      return watch_time();
    }
    if (s().at == BoothState::At::alert && s().phase_s >= policy_.idle_alert_s) {
      go(BoothState::At::need_official);
      return put(CallOfficial{Fault::expired});
    }
    if (s().at == BoothState::At::check && s().phase_s >= policy_.receipt_check_s) return commit();
    if (s().at == BoothState::At::thanks && s().phase_s >= policy_.thanks_s) return lock();
  }

  void operator()(const VaultAnswer& event) {
    s().parity = event.parity;
    if (s().void_owed) return after_void(event);
    if (s().at == BoothState::At::committing) {
      if (!event.ok) return storage_fault(event.fault.value_or(Fault::both_media));
      s().intent_set = false;
      s().choices = {};  // off the screen and out of memory
      return go(BoothState::At::thanks);
    }
    if (s().at != BoothState::At::sealing || s().sealing == Sealing::preflight) return refuse();
    if (!event.ok) return storage_fault(event.fault.value_or(Fault::vault));
    if (s().sealing == Sealing::prepare) {
      s().sealing = Sealing::preflight;
      return put(AskPreflight{});
    }
    s().intent_set = true;
    go(BoothState::At::printing);
    put(PrintReceipt{});
  }

  void operator()(const PrinterAnswer& event) {
    if (s().at == BoothState::At::sealing && s().sealing == Sealing::preflight) {
      if (event.fault) return fault(*event.fault);  // nothing was printed: no void
      s().sealing = Sealing::intent;
      return put(SetIntent{});
    }
    if (s().at != BoothState::At::printing) return refuse();
    if (event.fault) {
      owe_void(VoidReason::print_fault);
      return fault(*event.fault);
    }
    go(BoothState::At::check);
    if (s().null_by_rule || policy_.receipt_check_s == 0) commit();
  }

  void operator()(const OfficialOrder& event) {
    switch (event.order) {
      case Order::resume:
        return resume();
      case Order::abandoned:
        return abandoned();
      case Order::spoil_done:
        if (s().at != BoothState::At::spoil || s().void_owed) return refuse();
        return owe_void(VoidReason::spoiled);
      case Order::challenge:
        if (!policy_.challenge || s().at != BoothState::At::check) return refuse();
        go(BoothState::At::spoil);
        return owe_void(VoidReason::challenge);
    }
    CHECK(false);
  }

  [[nodiscard]] Step<BoothState, BoothEffect> take() { return std::move(out_); }

 private:
  [[nodiscard]] BoothState& s() { return out_.state; }
  [[nodiscard]] const BallotShape::Contest& shape() { return s().shape.contests[s().page]; }
  void put(BoothEffect effect) { out_.effects.push_back(effect); }
  void refuse() { put(BoothRefused{}); }
  void go(BoothState::At at) {
    s().at = at;
    s().phase_s = 0;
  }
  void from(BoothState::BoothState::At before, BoothState::At after) {
    if (s().at != before) return refuse();
    s().notice = Notice::none;
    go(after);
  }

  void clear_choices() {
    s().choices = {};
    s().choices.style = s().shape.style;
    for (const BallotShape::Contest& contest : s().shape.contests) {
      s().choices.contests.push_back({{}, contest.votes});
    }
    s().page = 0;
    s().notice = Notice::none;
  }

  // Touching a chosen card undoes it; with one vote another card moves the mark and says so; with
  // n votes the next one changes nothing and says so. Nothing is ever taken away silently.
  void toggle(std::size_t contest, std::uint16_t card) {
    auto& votes = s().choices.contests[contest].votes;
    const auto at = std::ranges::lower_bound(votes, card);
    if (at != votes.end() && *at == card) {
      std::move(at + 1, votes.end(), at);
      votes.back() = election::kUnusedVote;
      return;
    }
    if (votes.back() == election::kUnusedVote) {
      std::move_backward(at, votes.end() - 1, votes.end());
      *at = card;
    } else if (votes.size() > 1) {
      s().notice = Notice::chosen_all;
    } else {
      votes[0] = card;
      s().notice = Notice::moved;
    }
  }

  bool fill_list(std::size_t contest, std::uint16_t list) {
    const BallotShape::Contest& offered = s().shape.contests[contest];
    std::vector<std::uint16_t> cards;
    for (std::uint16_t card = 0; card < offered.list_of_card.size(); ++card) {
      if (offered.list_of_card[card] == list && cards.size() < offered.votes) cards.push_back(card);
    }
    if (cards.empty()) return false;
    const auto left = static_cast<std::uint16_t>(offered.votes - cards.size());
    s().choices.contests[contest] = {cards, left};
    return true;
  }

  void turn(int by) {
    if (s().at != BoothState::At::choosing) return refuse();
    s().notice = Notice::none;
    const int page = s().page + by;
    if (page < 0) return refuse();
    if (page >= static_cast<int>(s().shape.contests.size())) return go(BoothState::At::review);
    s().page = static_cast<std::uint16_t>(page);
  }

  void back() {  // "complete my selection"
    if (s().at == BoothState::At::choosing) return turn(-1);
    if (s().at != BoothState::At::warn_under && s().at != BoothState::At::warn_null)
      return refuse();
    go(BoothState::At::choosing);
    for (std::size_t i = s().choices.contests.size(); i-- > 0;) {
      if (s().choices.contests[i].null() > 0) s().page = static_cast<std::uint16_t>(i);
    }
  }

  void vote() {
    if (s().at == BoothState::At::choosing)
      return from(BoothState::At::choosing, BoothState::At::review);
    if (s().at != BoothState::At::review) return refuse();
    const std::uint32_t left = unselected(s());
    std::uint32_t all = 0;
    for (const BallotShape::Contest& contest : s().shape.contests) all += contest.votes;
    if (left == all) return go(BoothState::At::warn_null);
    if (left > 0) return go(BoothState::At::warn_under);
    seal();
  }

  void seal() {
    go(BoothState::At::sealing);
    s().sealing = Sealing::prepare;
    put(PrepareBallot{s().abandoned});
  }

  void commit() {
    go(BoothState::At::committing);
    put(CommitBallot{});
  }

  void mismatch() {
    if (s().at != BoothState::At::check) return refuse();
    go(BoothState::At::spoil);
    put(CallOfficial{Fault::mismatch});
  }

  void watch_time() {
    if (s().session_s >= s().limit_s && policy_.expiry == Expiry::auto_null) return expire();
    if (s().idle_s < policy_.idle_notice_s && s().session_s < s().limit_s) return;
    s().before_alert = s().at;
    go(BoothState::At::alert);
  }

  void expire() {  // the rule of 2013
    clear_choices();
    s().null_by_rule = true;
    put(CallOfficial{Fault::expired});
    seal();
  }

  void back_from_alert() {
    if (s().session_s >= s().limit_s) s().limit_s = s().session_s + policy_.more_time_s;
    go(s().before_alert == BoothState::At::start ? BoothState::At::start
                                                 : BoothState::At::choosing);
  }

  void storage_fault(Fault what) {
    if (s().intent_set) owe_void(VoidReason::print_fault);
    fault(what);
  }
  void fault(Fault what) {
    s().fault = what;
    go(BoothState::At::fault);
    put(CallOfficial{what});
  }
  void owe_void(VoidReason reason) {
    s().void_owed = reason;
    put(VoidReceipt{reason});
  }
  void after_void(const VaultAnswer& event) {
    if (!event.ok) return fault(event.fault.value_or(Fault::cell));  // still owed: tried on resume
    const VoidReason reason = *s().void_owed;
    s().void_owed.reset();
    s().intent_set = false;
    if (reason == VoidReason::print_fault) return;  // waits for the remedy
    // Spoiled: the session restarts empty, same activation.
    if (reason == VoidReason::spoiled) ++s().spoils;
    clear_choices();
    if (s().spoils > policy_.spoil_max) return fault(Fault::mismatch);
    go(BoothState::At::choosing);
  }

  void resume() {
    if (s().at == BoothState::At::need_official) {
      s().idle_s = 0;
      s().limit_s = std::max(s().limit_s, s().session_s + policy_.more_time_s);
      return go(BoothState::At::choosing);
    }
    if (s().at != BoothState::At::fault) return refuse();
    if (s().void_owed) return put(VoidReceipt{*s().void_owed});
    // Above the limit of spoils the machine is swapped: P cannot go on here.
    if (s().spoils > policy_.spoil_max) return refuse();
    s().fault.reset();
    if (s().null_by_rule) return seal();
    go(BoothState::At::review);
  }

  void abandoned() {
    const bool here = s().at == BoothState::At::need_official || s().at == BoothState::At::start ||
                      s().at == BoothState::At::choosing || s().at == BoothState::At::review ||
                      s().at == BoothState::At::alert;
    const bool broken = s().at == BoothState::At::fault && !s().void_owed;
    if (!here && !broken) return refuse();
    if (broken && s().spoils > policy_.spoil_max) return drop();  // the machine is being swapped
    if (!policy_.abandoned_is_null) return drop();
    clear_choices();
    s().null_by_rule = true;
    s().abandoned = true;
    seal();
  }
  void drop() { lock(); }

  void lock() {
    const std::uint8_t parity = s().parity;
    s() = {};
    s().parity = parity;
    put(WipeSession{});
    put(TellIdle{parity});
  }

  Step<BoothState, BoothEffect> out_;
  const Policy& policy_;
  const std::vector<BallotShape>& shapes_;
};

}  // namespace

BallotShape BallotShape::of(const election::Definition& definition, std::uint16_t style) {
  CHECK(style < definition.styles.size());
  BallotShape out;
  out.style = style;
  for (const election::ContestIndex index : definition.styles[style].contests) {
    const election::Contest& contest = definition.contest(index);
    out.contests.push_back(
        {static_cast<std::uint16_t>(contest.cards.size()), contest.votes_per_voter, {}});
  }
  return out;
}

Step<BoothState, BoothEffect> step(const BoothState& state, const BoothEvent& event,
                                   const Policy& policy, const std::vector<BallotShape>& shapes) {
  BoothStepper stepper{state, policy, shapes};
  std::visit(stepper, event);
  return stepper.take();
}

BoothState resumed(std::uint8_t parity, bool void_print) {
  BoothState out;
  out.parity = parity;
  out.notice = void_print ? Notice::last_not_saved : Notice::none;
  return out;
}

std::uint32_t unselected(const BoothState& state) {
  std::uint32_t out = 0;
  for (const election::ContestChoice& choice : state.choices.contests) out += choice.null();
  return out;
}

std::string_view name(BoothState::At at) {
  constexpr std::string_view kNames[] = {"Locked",    "Start",        "Choosing", "Review",
                                         "WarnUnder", "WarnNull",     "Sealing",  "Printing",
                                         "Check",     "Committing",   "Spoil",    "Thanks",
                                         "Alert",     "NeedOfficial", "Fault"};
  return kNames[static_cast<int>(at)];
}

}  // namespace sufragio::machine
