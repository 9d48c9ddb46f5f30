#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/civil.h"
#include "crypto/cose.h"
#include "election/definition.h"
#include "election/law_pack.h"
#include "election/package.h"

// Who stands on which card, as a dated history that is only ever added to
// (docs/spec/nominations.md). The ballot at any minute is a fold of it; so is what the votes of a
// card count for.
namespace sufragio::election {

using PersonId = Slug<struct PersonTag>;
using BoardId = Slug<struct BoardTag>;  // a body that may nominate for an organisation

enum class NominatorKind { party, alliance, initiative, indigenous };
enum class Sex { female, male };  // as the civil register says
enum class Cause { none, death, resignation, incapacity, legal_bar };
enum class EventKind {
  organisation,  // is of a kind, with a registered logo
  board,         // from now on this body nominates for the organisation, by this document
  official,      // this person is of the electoral authority
  nominate,      // an organisation puts an option on its card
  candidate,     // a person stands for an option: place 0, or the places 1 … n of a list
  admit,         // the authority admits a card with its candidates, or one candidate
  disqualify,    // it strikes a card or a candidate, by this document
  withdraw,      // an organisation leaves an option, or a candidate leaves a place
  substitute,    // another person takes a place
  position       // the place of a card in the legal order of the ballot
};

struct NominationEvent {
  LocalMinute at;
  EventKind kind = EventKind::nominate;
  OrganisationId organisation;  // empty: the event is about a candidate
  BoardId by;                   // who acts
  ContestId contest;
  OptionId option;
  std::optional<std::uint16_t> place;  // of a candidate; of `position`: 1 …
  std::optional<PersonId> person;
  std::string name;  // of the person or the list, as on the ballot
  std::optional<Sex> sex;
  std::string birth;  // YYYY-MM-DD
  std::optional<NominatorKind> nominator;
  Cause cause = Cause::none;
  std::optional<Hash32> hash;  // of the logo, or of the legal document
  int line = 0;                // of nominations.csv; no part of the value
  friend bool operator==(const NominationEvent& a, const NominationEvent& b);
};

using NominationHistory = std::vector<NominationEvent>;

inline constexpr std::size_t kEventFields = 14;
// One event as the fields of its line, and back (H101 with "column" and "value").
[[nodiscard]] std::vector<std::string> fields_of(const NominationEvent& event);
[[nodiscard]] Result<NominationEvent> event_of(std::span<const std::string_view> fields);

// nominations.csv. H101 with line and column; C13x. The order of time is the check's to judge.
[[nodiscard]] Result<NominationHistory> read_nominations(std::string_view csv);
[[nodiscard]] std::string write_nominations(std::span<const NominationEvent> history);

enum class Standing { nominated, admitted, disqualified, withdrawn, substituted };
[[nodiscard]] std::string_view standing_name(Standing standing);
[[nodiscard]] std::string_view cause_name(Cause cause);  // "" for none

struct CardState {
  std::string name;  // of the list; empty: the candidate's
  Standing standing = Standing::nominated;
  std::uint16_t position = 0;  // 0: none drawn
  std::size_t position_event = 0;
  std::size_t event = 0;  // of the history: what made the standing
};
struct PlaceState {
  PersonId person;
  std::string name;
  Sex sex = Sex::female;
  std::string birth;
  Standing standing = Standing::nominated;
  std::size_t event = 0;
};
struct OrganisationState {
  std::optional<NominatorKind> kind;
  std::optional<Hash32> logo;
  std::vector<std::pair<std::size_t, BoardId>> boards;  // by event, the last is in force
};

// What the history says at one minute: the fold of its events up to and with that minute.
struct NominationState {
  using CardKey = std::tuple<ContestId, OrganisationId, OptionId>;
  using PlaceKey = std::tuple<ContestId, OptionId, std::uint16_t>;
  std::map<OrganisationId, OrganisationState> organisations;
  std::map<CardKey, CardState> cards;
  std::map<PlaceKey, PlaceState> places;
  std::map<PersonId, std::size_t> officials;

  // The cards of a contest in legal order: admitted, with somebody who stands. Those without a
  // position are last, by name.
  [[nodiscard]] std::vector<CardKey> ballot(const ContestId& contest) const;
  // Does somebody stand for this option?
  [[nodiscard]] bool alive(const ContestId& contest, const OptionId& option) const;
  // Candidate of an option with one place, or null.
  [[nodiscard]] const PlaceState* candidate(const ContestId& contest, const OptionId& option) const;
};
[[nodiscard]] NominationState state_at(std::span<const NominationEvent> history, LocalMinute at);
// One event more. H114 and the state as before when nothing is in the state that it wants to end.
[[nodiscard]] Result<void> apply(NominationState& state, const NominationEvent& event,
                                 std::size_t number);

// The last minute at which a change still reaches the printed ballot; the last ones for a change
// without cause (single candidates; lists).
struct NominationDeadlines {
  LocalMinute ballot_fixed;
  LocalMinute modify;
  LocalMinute modify_list;
};
[[nodiscard]] NominationDeadlines deadlines_of(const Definition& definition, const LawPack& law);

struct NominationFinding {
  Error error;          // H1xx with "line" (of nominations.csv), what it is about, and "article"
  bool refused = true;  // false: the law only wants it said
};
// Everything that the law refuses in this history, in order of the events, then of the ballot.
[[nodiscard]] std::vector<NominationFinding> check_nominations(
    const Definition& definition, const LawPack& law, std::span<const NominationEvent> history);

// The events from `first` on, which came after the package was frozen, against the rules that every
// reader keeps: H102 to H105, H113 and H115, where the law refuses. The first of them.
[[nodiscard]] Result<void> check_later_events(const Definition& definition, const LawPack& law,
                                              std::span<const NominationEvent> history,
                                              std::size_t first);

// Options and cards of each contest at a minute, in legal order: what a definition must print.
// Contests that the history does not mention stay as they are.
[[nodiscard]] Definition with_ballots_at(Definition definition,
                                         std::span<const NominationEvent> history, LocalMinute at);

// The history as signed acts: COSE_Sign1 of kind `nomination`, each with the hash of the one
// before, in one file. `signed_acts` may be empty. Adds one act with the events that it does not
// yet hold; H203 when what it holds is not the beginning of the history.
[[nodiscard]] Result<Bytes> sign_nominations(std::string_view election, ByteView signed_acts,
                                             std::span<const NominationEvent> history,
                                             crypto::Signer& office);
// Every signature and the chain verified. K10x, H201, H202.
[[nodiscard]] Result<NominationHistory> open_nominations(std::string_view election,
                                                         ByteView signed_acts,
                                                         const crypto::Verifier& office);
// What a package that is frozen now says of these acts; nothing when there are none. H201.
[[nodiscard]] Result<std::optional<ActsHead>> head_of(ByteView signed_acts);
struct ActEnd {            // of one signed act
  Hash32 record;           // its SHA-256
  std::size_t events = 0;  // of the history up to and with it
};
struct SignedHistory {
  NominationHistory history;
  std::vector<ActEnd> acts;
};
// The history of an election from the acts that stand beside its package: signed by one of its keys
// of role `ops`, and beginning with those that the package names (H204). Later acts may follow, as
// far as check_later_events lets them.
[[nodiscard]] Result<SignedHistory> nominations_of(const Package& package, ByteView signed_acts);

}  // namespace sufragio::election
