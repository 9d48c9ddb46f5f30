#include "election/nominations.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/numbers.h"
#include "codec/csv.h"
#include "election/codes.h"
#include "election/definition_check.h"

namespace sufragio::election {

namespace {

constexpr std::array<std::string_view, 10> kEvents = {
    "organisation", "board",      "official", "nominate",   "candidate",
    "admit",        "disqualify", "withdraw", "substitute", "position"};
constexpr std::array<std::string_view, 4> kNominators = {"party", "alliance", "initiative",
                                                         "indigenous"};
constexpr std::array<std::string_view, 2> kSexes = {"f", "m"};
constexpr std::array<std::string_view, 5> kCauses = {"", "death", "resignation", "incapacity",
                                                     "legal_bar"};
constexpr std::array<std::string_view, 5> kStandings = {"nominated", "admitted", "disqualified",
                                                        "withdrawn", "substituted"};

enum EventColumn {
  kTime,
  kEvent,
  kOrganisation,
  kContest,
  kOption,
  kPlace,
  kPerson,
  kName,
  kSex,
  kBirth,
  kKind,
  kBy,
  kCause,
  kHash
};
constexpr std::array<std::string_view, kEventFields> kColumns = {
    "time", "event", "organisation", "contest", "option", "place", "person",
    "name", "sex",   "birth",        "kind",    "by",     "cause", "hash"};

// What each event says, column by column from `organisation` on: '+' always, '?' perhaps, '-'
// never, '|' exactly one of the columns with this mark.
constexpr std::array<std::string_view, 10> kForms = {"+-------+--?",   // organisation
                                                     "+--------+-+",   // board
                                                     "----++------",   // official
                                                     "+++--?---+?-",   // nominate
                                                     "-+++++++-+--",   // candidate
                                                     "|++|-------?",   // admit
                                                     "|++|-------+",   // disqualify
                                                     "|++|-----???",   // withdraw
                                                     "-+++++++-+??",   // substitute
                                                     "++++--------"};  // position

tl::unexpected<Error> bad_field(std::size_t column, std::string_view value) {
  return fail(kBadEvent,
              {{"column", std::string{kColumns.at(column)}}, {"value", std::string{value}}});
}

template <std::size_t N>
std::optional<std::size_t> word_at(const std::array<std::string_view, N>& words,
                                   std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

Result<void> check_form(std::string_view form, std::span<const std::string_view> fields) {
  std::size_t either = 0;
  std::size_t given = 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const std::string_view value = fields[i + kOrganisation];
    const bool missing = form[i] == '+' && value.empty();
    const bool too_much = form[i] == '-' && !value.empty();
    if (missing || too_much) return bad_field(i + kOrganisation, value);
    if (form[i] == '|') {
      ++either;
      given += value.empty() ? 0 : 1;
    }
  }
  if (either > 0 && given != 1) return bad_field(kOrganisation, fields[kOrganisation]);
  return {};
}

template <typename Id>
Result<void> read_id(std::span<const std::string_view> fields, std::size_t column, Id& out) {
  if (fields[column].empty()) return {};
  const auto id = Id::parse(fields[column]);
  if (!id) return bad_field(column, fields[column]);
  out = *id;
  return {};
}

Result<void> read_person(std::span<const std::string_view> fields, NominationEvent& out) {
  if (!fields[kPerson].empty()) {
    PersonId person;
    TRY(read_id(fields, kPerson, person));
    out.person = std::move(person);
  }
  out.name = fields[kName];
  if (!out.name.empty() && !is_clean_text(out.name)) return bad_field(kName, out.name);
  if (!fields[kSex].empty()) {
    const auto sex = word_at(kSexes, fields[kSex]);
    if (!sex) return bad_field(kSex, fields[kSex]);
    out.sex = static_cast<Sex>(*sex);
  }
  out.birth = fields[kBirth];
  if (!out.birth.empty() && !parse_date(out.birth)) return bad_field(kBirth, out.birth);
  return {};
}

Result<void> read_rest(std::span<const std::string_view> fields, NominationEvent& out) {
  if (!fields[kPlace].empty()) {
    const auto place = parse_uint(fields[kPlace], 1'000);
    const bool position = out.kind == EventKind::position;
    if (!place || (position && *place == 0)) return bad_field(kPlace, fields[kPlace]);
    out.place = static_cast<std::uint16_t>(*place);
  }
  if (!fields[kKind].empty()) {
    const auto kind = word_at(kNominators, fields[kKind]);
    if (!kind) return bad_field(kKind, fields[kKind]);
    out.nominator = static_cast<NominatorKind>(*kind);
  }
  const auto cause = word_at(kCauses, fields[kCause]);
  if (!cause) return bad_field(kCause, fields[kCause]);
  out.cause = static_cast<Cause>(*cause);
  if (!fields[kHash].empty()) {
    const auto hash = Hash32::parse(fields[kHash]);
    if (!hash || hash->hex() != fields[kHash]) return bad_field(kHash, fields[kHash]);
    out.hash = *hash;
  }
  return {};
}

}  // namespace

bool operator==(const NominationEvent& a, const NominationEvent& b) {
  return fields_of(a) == fields_of(b);
}

std::string_view standing_name(Standing standing) {
  return kStandings.at(static_cast<std::size_t>(standing));
}
std::string_view cause_name(Cause cause) { return kCauses.at(static_cast<std::size_t>(cause)); }

std::vector<std::string> fields_of(const NominationEvent& e) {
  return {local_minute_text(e.at),
          std::string{kEvents.at(static_cast<std::size_t>(e.kind))},
          e.organisation.text(),
          e.contest.text(),
          e.option.text(),
          e.place ? std::to_string(*e.place) : "",
          e.person ? e.person->text() : "",
          e.name,
          e.sex ? std::string{kSexes.at(static_cast<std::size_t>(*e.sex))} : "",
          e.birth,
          e.nominator ? std::string{kNominators.at(static_cast<std::size_t>(*e.nominator))} : "",
          e.by.text(),
          std::string{cause_name(e.cause)},
          e.hash ? e.hash->hex() : ""};
}

Result<NominationEvent> event_of(std::span<const std::string_view> fields) {
  CHECK(fields.size() == kEventFields);
  NominationEvent out;
  const auto at = parse_local_minute(fields[kTime]);
  if (!at) return bad_field(kTime, fields[kTime]);
  out.at = *at;
  const auto kind = word_at(kEvents, fields[kEvent]);
  if (!kind) return bad_field(kEvent, fields[kEvent]);
  out.kind = static_cast<EventKind>(*kind);
  TRY(check_form(kForms.at(*kind), fields));
  TRY(read_id(fields, kOrganisation, out.organisation));
  TRY(read_id(fields, kContest, out.contest));
  TRY(read_id(fields, kOption, out.option));
  TRY(read_id(fields, kBy, out.by));
  TRY(read_person(fields, out));
  TRY(read_rest(fields, out));
  return out;
}

Result<NominationHistory> read_nominations(std::string_view csv) {
  const std::vector<std::string> columns{kColumns.begin(), kColumns.end()};
  codec::CsvTable table = TRY(codec::CsvTable::open(csv, {}, columns, true));
  std::vector<std::size_t> order;
  for (const std::string& column : columns) order.push_back(*table.column(column));
  NominationHistory out;
  std::vector<std::string_view> fields(kEventFields);
  for (;;) {
    const auto record = TRY(table.next());
    if (!record) return out;
    for (std::size_t i = 0; i < kEventFields; ++i) fields[i] = record->fields[order[i]];
    const auto line = static_cast<std::int64_t>(record->line);
    NominationEvent event = TRY(annotate(event_of(fields), "line", line));
    event.line = static_cast<int>(line);
    out.push_back(std::move(event));
  }
}

std::string write_nominations(std::span<const NominationEvent> history) {
  std::string out;
  codec::csv_append(out, {kColumns.begin(), kColumns.end()});
  for (const NominationEvent& event : history) codec::csv_append(out, fields_of(event));
  return out;
}

std::vector<NominationState::CardKey> NominationState::ballot(const ContestId& contest) const {
  std::vector<std::pair<std::uint32_t, CardKey>> found;
  for (auto at = cards.lower_bound({contest, {}, {}});
       at != cards.end() && std::get<0>(at->first) == contest; ++at) {
    if (at->second.standing != Standing::admitted) continue;
    if (!alive(contest, std::get<2>(at->first))) continue;
    const std::uint32_t place = at->second.position == 0 ? UINT32_MAX : at->second.position;
    found.emplace_back(place, at->first);
  }
  std::ranges::sort(found);
  std::vector<CardKey> out;
  for (auto& [place, key] : found) out.push_back(std::move(key));
  return out;
}

bool NominationState::alive(const ContestId& contest, const OptionId& option) const {
  for (auto at = places.lower_bound({contest, option, 0}); at != places.end(); ++at) {
    if (std::get<0>(at->first) != contest || std::get<1>(at->first) != option) return false;
    if (at->second.standing == Standing::admitted) return true;
  }
  return false;
}

const PlaceState* NominationState::candidate(const ContestId& contest,
                                             const OptionId& option) const {
  const auto found = places.find({contest, option, 0});
  return found == places.end() ? nullptr : &found->second;
}

namespace {

tl::unexpected<Error> no_transition(const NominationEvent& e, std::string_view from) {
  const std::string what = e.organisation.text().empty() ? "" : e.organisation.text() + " ";
  return fail(kNoTransition, {{"event", std::string{kEvents.at(static_cast<std::size_t>(e.kind))}},
                              {"contest", e.contest.text()},
                              {"value", what + e.option.text()},
                              {"standing", from.empty() ? "–" : std::string{from}}});
}

bool standing_open(Standing s) { return s == Standing::nominated || s == Standing::admitted; }

Result<void> apply_to_card(NominationState& state, const NominationEvent& e, std::size_t number) {
  const auto found = state.cards.find({e.contest, e.organisation, e.option});
  if (found == state.cards.end()) return no_transition(e, "");
  CardState& card = found->second;
  const bool admit = e.kind == EventKind::admit;
  const bool good = admit ? card.standing == Standing::nominated : standing_open(card.standing);
  if (!good) return no_transition(e, standing_name(card.standing));
  card.standing = admit                             ? Standing::admitted
                  : e.kind == EventKind::disqualify ? Standing::disqualified
                                                    : Standing::withdrawn;
  card.event = number;
  if (!admit) return {};
  for (auto at = state.places.lower_bound({e.contest, e.option, 0}); at != state.places.end();
       ++at) {
    if (std::get<0>(at->first) != e.contest || std::get<1>(at->first) != e.option) break;
    if (at->second.standing != Standing::nominated) continue;
    at->second.standing = Standing::admitted;
    at->second.event = number;
  }
  return {};
}

Result<void> apply_to_place(NominationState& state, const NominationEvent& e, std::size_t number) {
  const auto found = state.places.find({e.contest, e.option, *e.place});
  if (found == state.places.end()) return no_transition(e, "");
  PlaceState& place = found->second;
  const bool admit = e.kind == EventKind::admit;
  const bool good = admit ? place.standing == Standing::nominated : standing_open(place.standing);
  if (!good) return no_transition(e, standing_name(place.standing));
  place.standing = admit                             ? Standing::admitted
                   : e.kind == EventKind::disqualify ? Standing::disqualified
                                                     : Standing::withdrawn;
  place.event = number;
  return {};
}

PlaceState place_of(const NominationEvent& e, std::size_t number) {
  PlaceState out;
  out.person = *e.person;
  out.name = e.name;
  out.sex = *e.sex;
  out.birth = e.birth;
  out.event = number;
  return out;
}

Result<void> apply_nomination(NominationState& state, const NominationEvent& e,
                              std::size_t number) {
  CardState& card = state.cards[{e.contest, e.organisation, e.option}];
  const bool again = card.event != 0 && standing_open(card.standing);
  if (again) return no_transition(e, standing_name(card.standing));
  card = {e.name, Standing::nominated, card.position, card.position_event, number};
  return {};
}

Result<void> apply_candidate(NominationState& state, const NominationEvent& e, std::size_t number) {
  const NominationState::PlaceKey key{e.contest, e.option, *e.place};
  const auto found = state.places.find(key);
  const bool substitute = e.kind == EventKind::substitute;
  const bool taken = found != state.places.end() && standing_open(found->second.standing);
  if (substitute ? found == state.places.end() : taken) {
    return no_transition(e, taken ? standing_name(found->second.standing) : "");
  }
  state.places[key] = place_of(e, number);
  return {};
}

}  // namespace

Result<void> apply(NominationState& state, const NominationEvent& e, std::size_t number) {
  switch (e.kind) {
    case EventKind::organisation: {
      OrganisationState& organisation = state.organisations[e.organisation];
      organisation.kind = e.nominator;
      organisation.logo = e.hash;
      return {};
    }
    case EventKind::board:
      state.organisations[e.organisation].boards.emplace_back(number, e.by);
      return {};
    case EventKind::official:
      state.officials[*e.person] = number;
      return {};
    case EventKind::nominate:
      return apply_nomination(state, e, number);
    case EventKind::candidate:
    case EventKind::substitute:
      return apply_candidate(state, e, number);
    case EventKind::admit:
    case EventKind::disqualify:
    case EventKind::withdraw:
      return e.place ? apply_to_place(state, e, number) : apply_to_card(state, e, number);
    case EventKind::position: {
      const auto found = state.cards.find({e.contest, e.organisation, e.option});
      if (found == state.cards.end()) return no_transition(e, "");
      found->second.position = *e.place;
      found->second.position_event = number;
      return {};
    }
  }
  return {};
}

NominationState state_at(std::span<const NominationEvent> history, LocalMinute at) {
  NominationState out;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].at > at) continue;
    // What ends nothing changes nothing; check_nominations says so.
    if (!apply(out, history[i], i + 1)) continue;
  }
  return out;
}

Definition with_ballots_at(Definition definition, std::span<const NominationEvent> history,
                           LocalMinute at) {
  const NominationState state = state_at(history, at);
  for (Contest& contest : definition.contests) {
    const auto ballot = state.ballot(contest.id);
    if (ballot.empty()) continue;
    std::map<OrganisationId, AllianceId> alliances;
    for (const Card& card : contest.cards) {
      if (card.alliance) alliances.emplace(card.organisation, *card.alliance);
    }
    contest.cards.clear();
    contest.options.clear();
    for (const NominationState::CardKey& key : ballot) {
      const auto& id = std::get<0>(key);
      const auto& organisation = std::get<1>(key);
      const auto& option = std::get<2>(key);
      const CardState& card = state.cards.at(key);
      const PlaceState* person = state.candidate(id, option);
      const bool known = std::ranges::any_of(
          contest.options, [&](const Option& listed) { return listed.id == option; });
      const std::string& name = !card.name.empty()  ? card.name
                                : person != nullptr ? person->name
                                                    : option.text();
      if (!known) contest.options.push_back({option, name});
      const auto alliance = alliances.find(organisation);
      contest.cards.push_back({organisation, option,
                               alliance == alliances.end()
                                   ? std::nullopt
                                   : std::optional<AllianceId>{alliance->second}});
    }
  }
  return definition;
}

}  // namespace sufragio::election
