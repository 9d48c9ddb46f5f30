#include "machine/gate.h"

#include <algorithm>

#include "base/check.h"

namespace sufragio::machine {

namespace {

std::uint16_t share_of(std::uint32_t registered, std::uint32_t percent) {  // rounded up
  return static_cast<std::uint16_t>((registered * percent + 99) / 100);
}

class GateStepper {
 public:
  GateStepper(const GateState& state, const Policy& policy) : out_{state, {}}, policy_{policy} {
    if (s().no_template_allowed != 0) return;
    s().no_template_allowed = share_of(policy.registered, policy.block_no_template_percent);
    // Whoever is marked passed a block that was lifted.
    while (counts(s().roll).no_template >= s().no_template_allowed) raise_share();
  }

  void operator()(const Presented& event) {
    if (s().at != GateState::At::idle) return ignore();
    if (const auto* elsewhere = std::get_if<roll::Elsewhere>(&event.found)) {
      return put(ShowElsewhere{elsewhere->mesa});
    }
    const auto* here = std::get_if<roll::Here>(&event.found);
    if (here == nullptr) return put(ShowUnknown{});
    CHECK(here->index.value() < s().roll.marks.size());
    // Before any capture: whoever has voted is not asked for a finger.
    if (s().roll.marks[here->index.value()] != 0) return refuse(Fault::voted_already);
    if (s().needs_token && s().token == 0) return refuse(Fault::queue);
    s().elector = here->index;
    s().fingers = event.fingers;
    s().tries = 0;
    s().assisted = false;
    s().assistant = 0;
    s().reason = Reason::none;
    put(ShowElector{here->index});
    if (event.fingers == 0) return decide(Outcome::no_template, Reason::none);
    s().at = GateState::At::capturing;
    put(AskFinger{s().elector, 0});
  }

  void operator()(const Captured& event) {
    if (s().at != GateState::At::capturing) return ignore();
    switch (event.capture) {
      case ports::Capture::match:
        return decide(Outcome::match, Reason::none);
      case ports::Capture::no_match:
        return again(Reason::fingers);
      case ports::Capture::low_quality:
        return again(Reason::quality);
      case ports::Capture::attack:
        return again(Reason::pad);
      case ports::Capture::fault:
        ++s().reader_faults;
        refuse(Fault::reader);
        return decide(Outcome::no_match, Reason::reader);
    }
    CHECK(false);
  }

  void operator()(const NoHandsSeen&) {
    if (s().at != GateState::At::capturing && s().at != GateState::At::authorising) return ignore();
    decide(Outcome::no_hands, Reason::none);
  }

  void operator()(const Assistant& event) {
    if (s().at != GateState::At::capturing && s().at != GateState::At::authorising &&
        s().at != GateState::At::ready) {
      return ignore();
    }
    const auto& known = s().roll.assistants;
    const auto times = std::ranges::count(known, event.tag);
    if (event.tag != 0 && times >= policy_.assistant_voters_max) return refuse(Fault::assistant);
    s().assisted = true;
    s().assistant = event.tag;
  }

  void operator()(const Authorised& event) {
    if (s().at != GateState::At::authorising) return ignore();
    const Authority needed = authority(s().outcome);
    const bool enough =
        event.president && (needed != Authority::president_and_member || event.member);
    if (!enough) return put(AskAuthority{s().outcome, s().reason});
    s().at = GateState::At::ready;
  }

  void operator()(const Activate&) {
    if (s().at != GateState::At::ready) return ignore();
    if (s().blocked) {
      refuse(Fault::blocked);
      return put(AskCode{next_list()});
    }
    s().roll.pending =
        Pending{s().elector, s().outcome, s().assisted, s().token, s().assistant, s().parity};
    s().token = 0;
    s().at = GateState::At::booth;
    put(SaveRoll{});
    put(Unlock{});
  }

  void operator()(const Cancelled&) {
    if (s().at != GateState::At::capturing && s().at != GateState::At::authorising &&
        s().at != GateState::At::ready) {
      return ignore();
    }
    s().at = GateState::At::idle;
  }

  void operator()(const CodeEntered& event) {
    if (!s().blocked || event.list != next_list()) return ignore();
    if (!event.good) return refuse(Fault::wrong_code);
    s().blocked = false;
    ++s().unblocks;
    s().row_no_match = 0;
    s().row_no_hands = 0;
    const std::uint16_t seen = static_cast<std::uint16_t>(
        counts(s().roll).no_template + (at_station(Outcome::no_template) ? 1 : 0));
    // After a block of the share the next one comes a twentieth of the electors later.
    if (seen >= s().no_template_allowed) raise_share();
    put(Unblocked{event.list});
  }

  void operator()(const TokenShown& event) {
    const auto& used = s().roll.tokens_used;
    const bool good = event.number >= 1 && event.number <= s().roll.tokens_issued &&
                      !std::ranges::binary_search(used, event.number);
    if (!good || !s().needs_token || s().token != 0 || s().at != GateState::At::idle) {
      return ignore();
    }
    s().token = event.number;
  }

  void operator()(const BoothIdle& event) {
    s().parity = event.parity;
    if (!s().roll.pending) return ignore();
    const Pending pending = *s().roll.pending;
    s().roll.pending.reset();
    if (s().at == GateState::At::booth) {
      s().at = s().open ? GateState::At::idle : GateState::At::closed;
    }
    // The bit has changed since Unlock: exactly one ballot was stored in between, this one.
    if (pending.parity != event.parity) {
      s().roll.marks[pending.elector.value()] = static_cast<Mark>(
          static_cast<Mark>(pending.outcome) + (pending.assisted ? kAssisted : 0));
      if (pending.assistant != 0) {
        auto& known = s().roll.assistants;
        known.insert(std::ranges::upper_bound(known, pending.assistant), pending.assistant);
      }
      if (pending.token != 0) {
        auto& used = s().roll.tokens_used;
        used.insert(std::ranges::upper_bound(used, pending.token), pending.token);
      }
      put(SaveRoll{});
      if (pending.token != 0) put(TokenUsed{});
      return put(Voted{});
    }
    s().token = pending.token;  // the same person comes back with it
    put(SaveRoll{});
    put(NotStored{});
  }

  void operator()(const BoothBusy&) { put(GateIgnored{}); }

  void operator()(const PhaseIs& event) {
    s().open = event.open;
    s().needs_token = event.needs_token;
    if (!event.needs_token) s().token = 0;
    if (event.open && s().at == GateState::At::closed)
      s().at = s().roll.pending ? GateState::At::booth : GateState::At::idle;
    // A ballot that is being cast is cast: only a person who is not yet in the booth waits.
    if (!event.open && s().at != GateState::At::booth) s().at = GateState::At::closed;
  }

  [[nodiscard]] Step<GateState, GateEffect> take() { return std::move(out_); }

 private:
  [[nodiscard]] GateState& s() { return out_.state; }
  void put(GateEffect effect) { out_.effects.push_back(std::move(effect)); }
  void ignore() { put(GateIgnored{}); }
  void refuse(Fault fault) { put(GateRefused{fault}); }
  [[nodiscard]] bool at_station(Outcome outcome) {
    return (s().at == GateState::At::authorising || s().at == GateState::At::ready) &&
           s().outcome == outcome;
  }
  [[nodiscard]] CodeList next_list() {
    return s().unblocks == 0 ? policy_.unblock_first : policy_.unblock_next;
  }
  [[nodiscard]] Authority authority(Outcome outcome) const {
    switch (outcome) {
      case Outcome::match:
        return Authority::none;
      case Outcome::no_match:
        return policy_.no_match;
      case Outcome::no_template:
        return policy_.no_template;
      case Outcome::no_hands:
        return policy_.no_hands;
    }
    CHECK(false);
    return Authority::none;
  }

  void again(Reason reason) {
    ++s().tries;
    if (s().tries >= policy_.tries) return decide(Outcome::no_match, reason);
    put(AskFinger{s().elector, static_cast<std::uint8_t>(s().tries % s().fingers)});
  }

  void decide(Outcome outcome, Reason reason) {
    s().outcome = outcome;
    s().reason = reason;
    count(outcome, reason);
    if (authority(outcome) == Authority::none) {
      s().at = GateState::At::ready;
      return;
    }
    s().at = GateState::At::authorising;
    put(AskAuthority{outcome, reason});
  }

  // The three limits of the law. A block stops ACTIVAR, nothing else.
  void count(Outcome outcome, Reason reason) {
    if (outcome != Outcome::no_hands) s().row_no_hands = 0;
    switch (outcome) {
      case Outcome::match:
        s().row_no_match = 0;
        return;
      case Outcome::no_match:
        if (reason != Reason::reader && ++s().row_no_match >= policy_.block_no_match) block();
        return;
      case Outcome::no_template:
        if (counts(s().roll).no_template + 1 >= s().no_template_allowed) block();
        return;
      case Outcome::no_hands:
        if (++s().row_no_hands >= policy_.block_no_hands) block();
        return;
    }
  }
  void raise_share() {
    s().no_template_allowed = static_cast<std::uint16_t>(
        s().no_template_allowed + std::max<std::uint16_t>(1, share_of(policy_.registered, 5)));
  }
  void block() {
    s().blocked = true;
    put(AskCode{next_list()});
  }

  Step<GateState, GateEffect> out_;
  const Policy& policy_;
};

}  // namespace

Step<GateState, GateEffect> step(const GateState& state, const GateEvent& event,
                                 const Policy& policy) {
  GateStepper stepper{state, policy};
  std::visit(stepper, event);
  return stepper.take();
}

GateState resumed(RollState roll, std::uint16_t unblocks, std::uint16_t reader_faults) {
  GateState out;
  out.roll = std::move(roll);
  out.unblocks = unblocks;
  out.reader_faults = reader_faults;
  return out;
}

GateCounts counts(const RollState& roll) {
  GateCounts out;
  for (const Mark mark : roll.marks) {
    if (mark == 0) continue;
    if ((mark & kAssisted) != 0) ++out.assisted;
    switch (static_cast<Outcome>(mark & 15)) {
      case Outcome::match:
        ++out.match;
        break;
      case Outcome::no_match:
        ++out.no_match;
        break;
      case Outcome::no_template:
        ++out.no_template;
        break;
      case Outcome::no_hands:
        ++out.no_hands;
        break;
    }
  }
  return out;
}

std::string_view name(GateState::At at) {
  constexpr std::string_view kNames[] = {"Closed",      "Idle",  "Capturing",
                                         "Authorising", "Ready", "InBooth"};
  return kNames[static_cast<int>(at)];
}

}  // namespace sufragio::machine
