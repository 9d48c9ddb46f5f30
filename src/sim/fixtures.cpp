#include "sim/fixtures.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/numbers.h"
#include "codec/csv.h"
#include "election/codes.h"
#include "sim/fixture_parts.h"
#include "sim/names.h"

namespace sufragio::sim {

namespace {

using election::Contest;
using election::ContestId;
using election::ContestIndex;
using election::ContestKind;
using election::OptionId;
using election::OrganisationId;
using election::TerritoryCode;

constexpr std::size_t kMostCards = 200;  // docs/limits.md
constexpr std::uint32_t kAlliancesMade = 3;
constexpr const char* kAllMade = "cards options seats";
constexpr const char* kNamesMade = "cards options";

template <typename Id>
Id made(const std::string& text) {
  const auto id = Id::parse(text);
  CHECK(id.has_value());
  return *id;
}

struct Council {  // of a municipality, as published
  std::vector<std::uint32_t> circuits;
  std::uint32_t list = 0;
  std::uint32_t indigenous = 0;
};

Result<std::map<std::string, Council>> read_councils(std::string_view csv) {
  std::map<std::string, Council> out;
  if (csv.empty()) return out;
  const std::vector<std::string> columns = {"cod_municipio", "circuitos(cargos por circuito)",
                                            "lista", "indigenas"};
  codec::CsvTable table = TRY(codec::CsvTable::open(csv, {}, columns));
  std::vector<std::size_t> at;
  for (const std::string& column : columns) at.push_back(*table.column(column));
  for (;;) {
    const auto record = TRY(table.next());
    if (!record) return out;
    Council council;
    for (const std::string_view size : split(record->fields[at[1]], ' ')) {
      const std::uint64_t seats = TRY(parse_uint(size, 99));
      council.circuits.push_back(static_cast<std::uint32_t>(seats));
    }
    const std::uint64_t list = TRY(parse_uint(record->fields[at[2]], 99));
    const std::uint64_t indigenous = TRY(parse_uint(record->fields[at[3]], 99));
    council.list = static_cast<std::uint32_t>(list);
    council.indigenous = static_cast<std::uint32_t>(indigenous);
    out.emplace(std::string{record->fields[at[0]].substr(0, 4)}, std::move(council));
  }
}

// Parts of `total`, each between the extremes, as even as the seed leaves them.
std::vector<std::uint32_t> shares(std::uint32_t total, std::size_t parts, std::uint32_t least,
                                  std::uint32_t most, std::uint32_t step, SimRng& rng) {
  std::vector<std::uint32_t> out(parts, least);
  std::uint32_t sum = static_cast<std::uint32_t>(parts) * least;
  while (sum + step <= total) {
    std::uint32_t& part = out[rng.below(parts)];
    if (part + step > most) {
      const bool full = std::ranges::all_of(out, [&](auto p) { return p + step > most; });
      if (full) break;
      continue;
    }
    part += step;
    sum += step;
  }
  return out;
}

// The circuits of the councils of 2013 by their seats: 122 of one seat, 95 of two …
constexpr std::uint32_t kCircuitsOf2013[] = {122, 95, 52, 31, 35, 4, 7};

std::uint32_t drawn_circuit(SimRng& rng) {
  constexpr std::uint32_t kAll = 122 + 95 + 52 + 31 + 35 + 4 + 7;
  std::uint64_t at = rng.below(kAll);
  std::uint32_t seats = 1;
  for (const std::uint32_t many : kCircuitsOf2013) {
    if (at < many) break;
    at -= many;
    ++seats;
  }
  return seats;
}

// Two circuits become one, of at most seven seats where that is possible: the smallest two.
void merge_smallest(std::vector<std::uint32_t>& circuits) {
  std::ranges::sort(circuits, std::ranges::greater{});
  const std::uint32_t last = circuits.back();
  circuits.pop_back();
  circuits.back() += last;
}

// The circuits of a body, drawn by those frequencies; at most one for each centre.
std::vector<std::uint32_t> circuits_of(std::uint32_t seats, std::size_t centres, SimRng& rng) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t left = seats; left > 0; left -= out.back()) {
    out.push_back(std::min(left, drawn_circuit(rng)));
  }
  while (out.size() > std::max<std::size_t>(1, centres)) merge_smallest(out);
  return out;
}

class FixtureBuilder {
 public:
  FixtureBuilder(const FixtureSources& sources, std::uint32_t mesas, std::uint64_t seed)
      : sources_{sources}, description_{sources.description}, mesas_{mesas}, rng_{seed} {}

  Result<Fixture> run() {
    TRY(head());
    SimRng places_rng = rng_.fork();
    places_ = TRY(make_places(sources_, mesas_, places_rng));
    Fixture out;
    d_.territories = places_.territories;
    d_.mesas = places_.mesas;
    d_.generated = places_.generated;
    ballot_of_.resize(d_.mesas.size());
    TRY(contests());
    TRY(standing());
    styles();
    SimRng history_rng = rng_.fork();
    out.history = make_history(d_, people_, history_rng);
    if (!out.history.empty()) logos(out.logos);
    out.definition = std::move(d_);
    return out;
  }

 private:
  // What the history registers, and the mark: after "electors" in the order of the words.
  void logos(std::map<election::OrganisationId, Bytes>& out) {
    for (const election::Organisation& one : d_.organisations) {
      out.emplace(one.id, invented_logo(one.id));
    }
    CHECK(d_.generated.starts_with("electors"));
    d_.generated.insert(std::string_view{"electors"}.size(), " logos");
  }

  Result<void> head() {
    d_.id = TRY(description_.string("id"));
    d_.title_es = TRY(description_.string("title_es"));
    d_.title_en = TRY(description_.string("title_en"));
    d_.date = TRY(description_.string("date"));
    d_.law = TRY(description_.string("law"));
    if (d_.law != sources_.law.id) {
      return fail(election::kOtherLawPack, {{"got", sources_.law.id}, {"expected", d_.law}});
    }
    d_.kind = election::ElectionKind::drill;
    d_.organiser = "Generador de elecciones de ensayo";
    const std::uint32_t all = TRY(number_of(description_, "mesas"));
    whole_ = mesas_ == 0 || mesas_ == all;
    if (whole_) mesas_ = 0;
    organisations_ = TRY(number_of(description_, "organisations"));
    for (std::uint32_t i = 0; i < organisations_; ++i) {
      const std::string number = zero_padded(i + 1, 3);
      d_.organisations.push_back(
          {made<OrganisationId>("o" + number), "E" + number,
           invented_party(i) + (i < 100 ? "" : " " + std::to_string(i / 100 + 1))});
      if (i % 7 == 6) {
        people_.kinds[d_.organisations.back().id] = election::NominatorKind::initiative;
      }
    }
    for (std::uint32_t i = 0; organisations_ > 3 && i < kAlliancesMade; ++i) {
      const auto id = made<election::AllianceId>(fmt::format("a{}", i + 1));
      d_.alliances.push_back(id);
      d_.alliance_names.emplace(id, fmt::format("Alianza {}", invented_state(i)));
    }
    return {};
  }

  // One contest of the right kind for each table of the description that asks for it.
  Result<void> contests() {
    TRY(president());
    TRY(assembly());
    const std::uint32_t governors = TRY(number_of(description_, "governors"));
    const std::uint32_t legislators = TRY(number_of(description_, "legislators"));
    const std::uint32_t councillors = TRY(number_of(description_, "councillors"));
    const auto sizes = TRY(table_of(description_, "council_sizes"));
    most_cards_ = TRY(number_of(description_, "most_cards", kMostCards));
    const std::uint32_t mayors = TRY(number_of(description_, "mayors"));
    if (governors > 0) add_governors();
    if (legislators > 0) add_legislatures(legislators);
    if (mayors > 0) add_mayors();
    if (councillors > 0)
      add_councils(shares(scaled_offices(councillors, 335, 5), places_.municipalities.size(), 5, 13,
                          2, rng_));
    if (!sizes.empty()) TRY(councils_of_2013(sizes));
    if (d_.id == "referendum") add_referendum();
    if (d_.id == "constituent") add_constituent();
    return {};
  }

  // Offices of a smaller country: the same number on average.
  [[nodiscard]] std::uint32_t scaled_offices(std::uint32_t total, std::uint32_t bodies,
                                             std::uint32_t least) const {
    if (whole_) return total;
    const auto here = static_cast<std::uint32_t>(bodies == 335 ? places_.municipalities.size()
                                                               : bodies_of_states().size());
    return std::max(here * least, total * here / bodies);
  }

  [[nodiscard]] std::vector<TerritoryCode> bodies_of_states() const {
    std::vector<TerritoryCode> out;
    for (const TerritoryCode& state : places_.states) {
      if (state.text() != "01" || places_.states.size() == 1) out.push_back(state);
    }
    return out;
  }

  std::size_t add(const std::string& id, ContestKind kind, const TerritoryCode& territory,
                  std::uint32_t seats, const std::string& es, const std::string& en,
                  const char* generated) {
    Contest c;
    c.id = made<ContestId>(id);
    c.kind = kind;
    c.territory = territory;
    c.seats = static_cast<std::uint16_t>(seats);
    c.votes_per_voter = kind == ContestKind::nominal ? c.seats : std::uint16_t{1};
    c.title_es = es;
    c.title_en = en;
    c.generated = generated;
    d_.contests.push_back(std::move(c));
    return d_.contests.size() - 1;
  }

  // [first, last) of the mesas inside a territory: those of its range of centre codes.
  [[nodiscard]] std::pair<std::size_t, std::size_t> mesas_of(const TerritoryCode& code) const {
    std::string low = code.text();
    std::string high = code.text();
    low.resize(9, '0');
    high.resize(9, '9');
    const auto from = parse_padded(low, kMaxCentre);
    const auto to = parse_padded(high, kMaxCentre);
    CHECK(from.has_value() && to.has_value());
    const auto centre = [](const election::Mesa& mesa) {
      return std::uint64_t{mesa.id.centre.value()};
    };
    const auto first = std::ranges::lower_bound(d_.mesas, *from, {}, centre);
    const auto last = std::ranges::upper_bound(d_.mesas, *to, {}, centre);
    return {static_cast<std::size_t>(first - d_.mesas.begin()),
            static_cast<std::size_t>(last - d_.mesas.begin())};
  }

  void give(std::size_t contest, const TerritoryCode& territory) {
    const auto [first, last] = mesas_of(territory);
    for (std::size_t i = first; i < last; ++i) {
      ballot_of_[i].emplace_back(static_cast<std::uint16_t>(contest));
    }
  }

  // First mesas of the centres of a territory.
  [[nodiscard]] std::vector<std::size_t> centres_of(const TerritoryCode& territory) const {
    const auto [first, last] = mesas_of(territory);
    std::vector<std::size_t> out;
    for (std::size_t i = first; i < last; ++i) {
      const bool same = i > first && d_.mesas[i].id.centre == d_.mesas[i - 1].id.centre;
      if (!same) out.push_back(i);
    }
    return out;
  }

  // A body's circuits: neighbouring centres together, by their number of seats.
  void add_circuits(const std::string& prefix, const TerritoryCode& territory,
                    const std::vector<std::uint32_t>& sizes, const std::string& es,
                    const std::string& en, const char* generated) {
    const std::vector<std::size_t> centres = centres_of(territory);
    const std::size_t end = mesas_of(territory).second;
    std::uint32_t seats = 0;
    for (const std::uint32_t size : sizes) seats += size;
    std::uint32_t before = 0;
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      const std::size_t contest =
          add(fmt::format("{}-{}", prefix, k + 1), ContestKind::nominal, territory, sizes[k],
              fmt::format("{}, circuito {}", es, k + 1), fmt::format("{}, circuit {}", en, k + 1),
              generated);
      // Each circuit keeps a centre for every circuit that is still to come.
      const std::size_t least = k;
      const std::size_t most = centres.size() - (sizes.size() - k);
      const std::size_t from =
          std::clamp<std::size_t>(centres.size() * before / seats, least, most);
      before += sizes[k];
      const std::size_t to =
          k + 1 == sizes.size()
              ? centres.size()
              : std::clamp<std::size_t>(centres.size() * before / seats, least + 1, most + 1);
      const std::size_t last = to == centres.size() ? end : centres[to];
      for (std::size_t i = centres[from]; i < last; ++i) {
        ballot_of_[i].emplace_back(static_cast<std::uint16_t>(contest));
      }
    }
  }

  void add_body(const std::string& prefix, const TerritoryCode& territory, std::uint32_t list,
                const std::vector<std::uint32_t>& circuits, const std::string& es,
                const std::string& en, const char* generated) {
    if (list > 0) {
      const std::size_t contest = add(prefix + "-lista", ContestKind::list, territory, list,
                                      es + ", voto lista", en + ", list vote", generated);
      give(contest, territory);
    }
    if (!circuits.empty() && circuits.front() > 0) {
      add_circuits(prefix, territory, circuits, es, en, generated);
    }
  }

  Result<void> president() {
    const auto cards = TRY(table_of(description_, "cards"));
    const auto candidates = TRY(table_of(description_, "candidates"));
    if (cards.empty()) return {};
    people_.changes = false;
    Contest c;
    c.id = made<ContestId>("presidencia");
    c.title_es = "Presidencia de la República";
    c.title_en = "Presidency of the Republic";
    for (const auto& fields : candidates) {
      if (fields.size() != 3) return fail(election::kBadValue, {{"value", fields.front()}});
      const OptionId id = TRY(OptionId::parse(fields[0]));
      c.options.push_back({id, fields[1]});
      FixturePerson person = new_person(election::Sex::male);
      person.name = fields[1];
      person.sex = fields[2] == "f" ? election::Sex::female : election::Sex::male;
      people_.standing[{c.id, id}] = {person};
    }
    for (const auto& fields : cards) {
      if (fields.size() != 2) return fail(election::kBadValue, {{"value", fields.front()}});
      std::string slug = fields[0];
      for (char& letter : slug) {
        letter = letter == ' ' ? '-' : static_cast<char>(letter | 0x20);
      }
      const OrganisationId organisation = TRY(OrganisationId::parse(slug));
      const OptionId option = TRY(OptionId::parse(fields[1]));
      d_.organisations.push_back({organisation, fields[0], fields[0]});
      c.cards.push_back({organisation, option, std::nullopt});
    }
    std::ranges::sort(d_.organisations, {}, &election::Organisation::id);
    d_.contests.push_back(std::move(c));
    give(0, {});
    return {};
  }

  void add_governors() {
    for (const TerritoryCode& state : bodies_of_states()) {
      const std::string name = places_.name(state);
      give(add("gobernacion-" + state.text(), ContestKind::governor, state, 1,
               fmt::format("Gobernación de {}", name), fmt::format("Governor of {}", name),
               kNamesMade),
           state);
    }
  }

  void add_mayors() {
    for (const TerritoryCode& town : places_.municipalities) {
      const std::string name = places_.name(town);
      give(add("alcaldia-" + town.text(), ContestKind::mayor, town, 1,
               fmt::format("Alcaldía de {}", name), fmt::format("Mayor of {}", name), kNamesMade),
           town);
    }
  }

  [[nodiscard]] std::uint32_t by_list(std::uint32_t posts) const {
    return election::list_seats(sources_.law, posts).value_or(0);
  }

  void add_legislatures(std::uint32_t legislators) {
    const std::vector<TerritoryCode> states = bodies_of_states();
    const auto sizes = shares(scaled_offices(legislators, 23, 7), states.size(), 7, 15, 1, rng_);
    for (std::size_t i = 0; i < states.size(); ++i) {
      const std::string name = places_.name(states[i]);
      const std::uint32_t list = by_list(sizes[i]);
      add_body("legislativo-" + states[i].text(), states[i], list,
               circuits_of(sizes[i] - list, centres_of(states[i]).size(), rng_),
               fmt::format("Consejo Legislativo de {}", name),
               fmt::format("Legislature of {}", name), kAllMade);
    }
  }

  void add_council(const TerritoryCode& town, std::uint32_t list,
                   const std::vector<std::uint32_t>& circuits, const char* generated) {
    const std::string name = places_.name(town);
    add_body("concejo-" + town.text(), town, list, circuits,
             fmt::format("Concejo Municipal de {}", name),
             fmt::format("Municipal Council of {}", name), generated);
  }

  void add_councils(const std::vector<std::uint32_t>& sizes) {
    for (std::size_t i = 0; i < places_.municipalities.size(); ++i) {
      const TerritoryCode& town = places_.municipalities[i];
      const std::uint32_t list = by_list(sizes[i]);
      add_council(town, list, circuits_of(sizes[i] - list, centres_of(town).size(), rng_),
                  kAllMade);
    }
  }

  // The published councils as they are; the others by the frequencies of the published ones.
  Result<void> councils_of_2013(const std::vector<std::vector<std::string>>& sizes) {
    const auto published = TRY(read_councils(whole_ ? sources_.councils_csv : ""));
    std::vector<std::uint32_t> draw;
    for (const auto& fields : sizes) {
      if (fields.size() != 2) return fail(election::kBadValue, {{"value", fields.front()}});
      const std::uint64_t size = TRY(parse_uint(fields[0], 99));
      const std::uint64_t times = TRY(parse_uint(fields[1], 999));
      draw.insert(draw.end(), times, static_cast<std::uint32_t>(size));
    }
    for (const TerritoryCode& town : places_.municipalities) {
      const auto known = published.find(town.text());
      if (known != published.end()) {
        add_council(town, known->second.list, known->second.circuits, kNamesMade);
        if (known->second.indigenous > 0) add_indigenous(town, known->second.indigenous);
        continue;
      }
      const std::uint32_t size = draw[rng_.below(draw.size())];
      const std::uint32_t list = by_list(size);
      add_council(town, list, circuits_of(size - list, centres_of(town).size(), rng_), kAllMade);
    }
    return {};
  }

  void indigenous_organisations() {
    if (people_.kinds.contains(made<OrganisationId>("oi1"))) return;
    for (int i = 1; i <= 3; ++i) {
      const auto id = made<OrganisationId>(fmt::format("oi{}", i));
      d_.organisations.push_back({id, fmt::format("OI{}", i),
                                  fmt::format("Organización indígena {}",
                                              invented_state(static_cast<std::size_t>(i) + 11))});
      people_.kinds[id] = election::NominatorKind::indigenous;
    }
    std::ranges::sort(d_.organisations, {}, &election::Organisation::id);
  }

  void add_indigenous(const TerritoryCode& town, std::uint32_t seats) {
    indigenous_organisations();
    const std::string name = places_.name(town);
    give(add("indigena-" + town.text(), ContestKind::indigenous, town, seats,
             fmt::format("Representación indígena al Concejo de {}", name),
             fmt::format("Indigenous seat of the Council of {}", name), kNamesMade),
         town);
  }

  Result<void> assembly() {
    if (!sources_.law.assembly) return {};
    const election::AssemblyRule& rule = *sources_.law.assembly;
    TRY(assembly_seats(rule));
    give(add("nacional", ContestKind::list, {}, rule.list_national,
             "Asamblea Nacional, lista nacional", "National Assembly, national list", kNamesMade),
         {});
    for (std::size_t i = 0; i < places_.states.size(); ++i) {
      const TerritoryCode& state = places_.states[i];
      const std::string name = places_.name(state);
      add_body("asamblea-" + state.text(), state, seats_[i].list, seats_[i].circuits,
               fmt::format("Asamblea Nacional por {}", name),
               fmt::format("National Assembly for {}", name),
               seats_[i].given ? kNamesMade : kAllMade);
    }
    assemblies(rule.indigenous);
    return {};
  }

  struct StateSeats {
    std::uint32_t nominal = 0;
    std::uint32_t list = 0;
    std::uint32_t total = 0;  // 0: not published
    bool given = false;
    std::vector<std::uint32_t> circuits;
  };

  static Result<std::uint32_t> small_number(const std::vector<std::string>& fields,
                                            std::size_t at) {
    if (at >= fields.size()) return fail(election::kBadValue, {{"value", fields.front()}});
    const std::uint64_t value = TRY(parse_uint(fields[at], 999));
    return static_cast<std::uint32_t>(value);
  }

  // The seats of each state: of the law where it gives them, else made so that all sums are those
  // of the law; then as many circuits as it says.
  Result<void> assembly_seats(const election::AssemblyRule& rule) {
    const auto totals = TRY(table_of(description_, "state_totals"));
    seats_.assign(places_.states.size(), StateSeats{2, 2, 0, false, {}});
    for (std::size_t i = 0; i < places_.states.size(); ++i) {
      StateSeats& here = seats_[i];
      const std::string& code = places_.states[i].text();
      for (const election::StateSeats& given : rule.states) {
        if (zero_padded(given.state, 2) != code) continue;
        here.nominal = given.nominal;
        here.list = given.list;
        here.given = true;
      }
      for (const auto& fields : totals) {
        if (fields.front() != code) continue;
        here.total = TRY(small_number(fields, 1));
        here.nominal = here.total / 2 + 1;
        here.list = here.total - here.nominal;
      }
    }
    const auto part = static_cast<std::uint32_t>(seats_.size());
    const auto scaled = [&](std::uint32_t all) {
      return whole_ ? all : std::max(all * part / 24, part * 2);
    };
    TRY(fill(&StateSeats::nominal, scaled(rule.nominal)));
    TRY(fill(&StateSeats::list, scaled(rule.list_regional)));
    return cut_circuits(whole_ ? rule.circuits : part);
  }

  // Adds seats to the states whose numbers are not published until the sum is met.
  Result<void> fill(std::uint32_t StateSeats::*kind, std::uint32_t wanted) {
    std::vector<StateSeats*> open;
    std::uint32_t sum = 0;
    for (StateSeats& state : seats_) {
      sum += state.*kind;
      if (!state.given && state.total == 0) open.push_back(&state);
    }
    if (!whole_ && (open.empty() || sum > wanted)) return {};
    if (open.empty() || sum > wanted) return fail(election::kLimit, {{"value", "seats"}});
    for (; sum < wanted; ++sum) ++((*open[rng_.below(open.size())]).*kind);
    return {};
  }

  // Circuits that a source gives ("code|number|seats"), the others of one seat; then two and two of
  // a state are joined until there are as many as the law says and no state has more than centres.
  Result<void> cut_circuits(std::uint32_t wanted) {
    const auto known = TRY(table_of(description_, "circuit_seats"));
    std::size_t count = 0;
    std::vector<std::uint32_t> fixed(seats_.size(), 0);  // first circuits that stay as they are
    for (std::size_t i = 0; i < seats_.size(); ++i) {
      std::uint32_t left = seats_[i].nominal;
      for (const auto& fields : known) {
        if (!whole_ || fields.front() != places_.states[i].text()) continue;
        const std::uint32_t seats = TRY(small_number(fields, 2));
        if (seats >= left) return fail(election::kLimit, {{"value", "circuit_seats"}});
        seats_[i].circuits.push_back(seats);
        ++fixed[i];
        left -= seats;
      }
      seats_[i].circuits.resize(seats_[i].circuits.size() + left, 1);
      while (seats_[i].circuits.size() > centres_of(places_.states[i]).size()) join(i, fixed[i]);
      count += seats_[i].circuits.size();
    }
    for (; count > wanted; --count) {
      std::size_t i = rng_.below(seats_.size());
      while (seats_[i].circuits.size() < fixed[i] + 2U) i = rng_.below(seats_.size());
      join(i, fixed[i]);
    }
    return {};
  }

  // Two neighbouring circuits of a state become one: a drawn one and the next, smaller ones first.
  void join(std::size_t state, std::size_t from) {
    std::vector<std::uint32_t>& circuits = seats_[state].circuits;
    std::size_t best = from;
    for (int tries = 0; tries < 3; ++tries) {
      const std::size_t at = from + rng_.below(circuits.size() - from - 1);
      const bool smaller = circuits[at] + circuits[at + 1] < circuits[best] + circuits[best + 1];
      if (tries == 0 || smaller) best = at;
    }
    circuits[best] += circuits[best + 1];
    circuits.erase(circuits.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }

  // Indigenous seats are elected by assemblies on another day: their own places and ballots.
  void assemblies(std::uint32_t seats) {
    indigenous_organisations();
    std::vector<std::size_t> contests;
    for (std::uint32_t k = 1; k <= seats; ++k) {
      contests.push_back(add(fmt::format("indigena-{}", k), ContestKind::indigenous, {}, 1,
                             fmt::format("Representación indígena, región {}", k),
                             fmt::format("Indigenous representation, region {}", k), kAllMade));
    }
    constexpr std::size_t kStates = 10;
    for (std::size_t i = 0; i < std::min(kStates, places_.states.size()); ++i) {
      const TerritoryCode state = places_.states[places_.states.size() - 1 - i];
      const auto parish = *TerritoryCode::parse(state.text() + "0101");
      const auto centre = *TerritoryCode::parse(parish.text() + "999");
      d_.territories.push_back({centre, "Asamblea indígena"});
      election::Mesa mesa;
      mesa.id = {CentreCode{static_cast<std::uint32_t>(*parse_padded(centre.text(), kMaxCentre))},
                 MesaNumber{1}};
      mesa.electors = *Persons::from(300);
      d_.mesas.push_back(mesa);
      ballot_of_.push_back({ContestIndex{static_cast<std::uint16_t>(contests[i % seats])}});
    }
    std::ranges::sort(d_.territories, {}, &election::Territory::code);
    sort_mesas();
  }

  void sort_mesas() {
    std::vector<std::pair<election::Mesa, std::vector<ContestIndex>>> both;
    for (std::size_t i = 0; i < d_.mesas.size(); ++i) {
      both.emplace_back(d_.mesas[i], std::move(ballot_of_[i]));
    }
    std::ranges::sort(both, {}, [](const auto& item) { return item.first.id; });
    for (std::size_t i = 0; i < both.size(); ++i) {
      d_.mesas[i] = both[i].first;
      ballot_of_[i] = std::move(both[i].second);
    }
  }

  void add_referendum() {
    people_.changes = false;
    const std::size_t contest =
        add("consulta", ContestKind::referendum, {}, 1, "¿Aprueba usted la propuesta consultada?",
            "Do you approve the proposal?", kNamesMade);
    const std::pair<const char*, const char*> answers[] = {{"no", "NO"}, {"si", "SÍ"}};
    for (const auto& [id, name] : answers) {
      d_.organisations.push_back({made<OrganisationId>(id), name, name});
    }
    Contest& c = d_.contests[contest];
    for (const char* id : {"si", "no"}) {
      const auto option = made<OptionId>(id);
      c.options.push_back({option, id[0] == 's' ? "SÍ" : "NO"});
      c.cards.push_back({made<OrganisationId>(id), option, std::nullopt});
    }
    give(contest, {});
  }

  void add_constituent() {
    for (const TerritoryCode& state : places_.states) {
      const std::string name = places_.name(state);
      give(add("constituyente-" + state.text(), ContestKind::constituent, state, 2,
               fmt::format("Constituyente por {}", name),
               fmt::format("Constituent assembly for {}", name), kAllMade),
           state);
    }
    for (const TerritoryCode& town : places_.municipalities) {
      const std::string name = places_.name(town);
      give(add("constituyente-" + town.text(), ContestKind::constituent, town, 1,
               fmt::format("Constituyente por {}", name),
               fmt::format("Constituent assembly for {}", name), kAllMade),
           town);
    }
  }

  // How many groups (an organisation or an alliance with its candidates) stand in each contest.
  Result<void> standing() {
    const std::uint32_t people = TRY(number_of(description_, "people"));
    std::vector<std::size_t> open;
    std::vector<std::uint32_t> groups(d_.contests.size(), 0);
    std::uint32_t seats = 0;
    std::uint32_t wanted = people;
    for (std::size_t i = 0; i < d_.contests.size(); ++i) {
      const Contest& c = d_.contests[i];
      if (!c.cards.empty()) continue;
      if (c.kind == ContestKind::indigenous) {
        groups[i] = 3;
        wanted -= std::min(wanted, 3U * c.seats);
        continue;
      }
      open.push_back(i);
      seats += c.seats;
      groups[i] = 5 + static_cast<std::uint32_t>(rng_.below(7));  // 5 … 11, as in 2017
    }
    if (people > 0 && !open.empty()) TRY(meet_people(open, seats, wanted, groups));
    for (std::size_t i = 0; i < d_.contests.size(); ++i) {
      if (groups[i] > 0) TRY(fill_contest(d_.contests[i], groups[i]));
    }
    return {};
  }

  [[nodiscard]] std::uint32_t most_groups(const Contest& c) const {
    const bool many = c.kind == ContestKind::nominal || c.kind == ContestKind::constituent;
    const std::size_t room = kMostCards / (many ? c.seats : 1U);
    return static_cast<std::uint32_t>(std::min<std::size_t>(organisations_, room));
  }

  Result<void> meet_people(const std::vector<std::size_t>& open, std::uint32_t seats,
                           std::uint32_t wanted, std::vector<std::uint32_t>& groups) {
    std::uint32_t left = whole_ ? wanted : seats * (people_per_seat());
    const std::uint32_t each = left / seats;
    for (const std::size_t i : open) {
      groups[i] = std::min(each, most_groups(d_.contests[i]));
      left -= groups[i] * d_.contests[i].seats;
    }
    bool moved = true;
    while (left > 0 && moved) {
      moved = false;
      std::vector<std::size_t> order = open;
      // The large ones first, so that those with one seat can close the sum.
      std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return d_.contests[a].seats > d_.contests[b].seats;
      });
      for (const std::size_t i : order) {
        const Contest& c = d_.contests[i];
        if (c.seats > left || groups[i] >= most_groups(c)) continue;
        ++groups[i];
        left -= c.seats;
        moved = true;
      }
    }
    if (left > 0 && whole_) return fail(election::kLimit, {{"value", "people"}});
    return {};
  }

  [[nodiscard]] std::uint32_t people_per_seat() const { return organisations_ / 2; }

  FixturePerson new_person(election::Sex sex) {
    FixturePerson out;
    out.id = "p" + zero_padded(++person_, 6);
    out.sex = sex;
    const std::uint64_t year = 1'945 + rng_.below(36);  // 31 or older in every fixture
    out.birth = fmt::format("{}-{:02}-{:02}", year, 1 + rng_.below(12), 1 + rng_.below(28));
    return out;
  }

  FixturePerson named_person(election::Sex sex, std::set<std::string>& names) {
    FixturePerson out = new_person(sex);
    do {
      out.name = invented_person(rng_, sex);
    } while (!names.insert(out.name).second);
    return out;
  }

  // The organisations of a group: its own, then the partners of the first three.
  [[nodiscard]] std::vector<std::size_t> members_of(std::uint32_t group, std::uint32_t groups,
                                                    std::size_t most) const {
    std::vector<std::size_t> out{group};
    const std::uint32_t alliances = std::min(kAlliancesMade, groups);
    for (std::size_t o = groups; group < alliances && o < organisations_ && out.size() < most;
         ++o) {
      if (o % alliances == group) out.push_back(o);
    }
    return out;
  }

  Result<void> fill_contest(Contest& c, std::uint32_t groups) {
    if (c.kind == ContestKind::indigenous) return fill_indigenous(c, groups);
    groups = std::min(groups, most_groups(c));
    if (groups < 2) return fail(election::kLimit, {{"value", c.id.text()}});
    const bool list = c.kind == ContestKind::list;
    const std::size_t in_group = list ? 1 : c.seats;
    // Cards left for partners: not every organisation stands in every place.
    const bool wide = c.territory == TerritoryCode{} || in_group > 1;
    const std::size_t room = wide ? kMostCards : std::max<std::size_t>(most_cards_, groups);
    const std::size_t spare = std::max<std::size_t>(room / in_group, groups) - groups;
    std::set<std::string> names;
    for (std::uint32_t g = 0; g < groups; ++g) {
      const auto members = members_of(g, groups, 1 + spare / kAlliancesMade);
      for (std::size_t k = 0; k < in_group; ++k) {
        const auto option = made<OptionId>(list ? fmt::format("l{:03}", g + 1)
                                                : fmt::format("c{:03}-{}", g + 1, k + 1));
        std::vector<FixturePerson> people;
        const std::size_t places = list ? c.seats : 1;
        for (std::size_t p = 0; p < places; ++p) {
          const auto sex =
              list ? static_cast<election::Sex>((p + g) % 2) : next_sex(c.kind, members);
          people.push_back(named_person(sex, names));
        }
        c.options.push_back(
            {option, list ? "Lista " + d_.organisations[g].short_name : people.front().name});
        people_.standing[{c.id, option}] = std::move(people);
        for (const std::size_t o : members) {
          std::optional<election::AllianceId> alliance;
          if (g < kAlliancesMade && !d_.alliances.empty()) alliance = d_.alliances[g];
          c.cards.push_back({generic(o), option, alliance});
        }
      }
    }
    return {};
  }

  // Women and men so that every organisation of the group keeps its balance in this kind of
  // contest.
  election::Sex next_sex(ContestKind kind, const std::vector<std::size_t>& members) {
    std::int64_t more_women = 0;
    for (const std::size_t o : members) more_women += balance_[{kind, o}];
    const auto sex = more_women > 0 ? election::Sex::male : election::Sex::female;
    for (const std::size_t o : members) {
      balance_[{kind, o}] += sex == election::Sex::female ? 1 : -1;
    }
    return sex;
  }

  static OrganisationId generic(std::size_t number) {
    return made<OrganisationId>("o" + zero_padded(number + 1, 3));
  }

  Result<void> fill_indigenous(Contest& c, std::uint32_t groups) {
    std::set<std::string> names;
    for (std::uint32_t g = 1; g <= groups; ++g) {
      for (std::uint32_t k = 1; k <= c.seats; ++k) {
        const auto option = made<OptionId>(fmt::format("i{}-{}", g, k));
        FixturePerson person = named_person(static_cast<election::Sex>((g + k) % 2), names);
        c.options.push_back({option, person.name});
        c.cards.push_back({made<OrganisationId>(fmt::format("oi{}", g)), option, std::nullopt});
        people_.standing[{c.id, option}] = {std::move(person)};
      }
    }
    return {};
  }

  void styles() {
    std::map<std::vector<ContestIndex>, std::uint16_t> known;
    for (std::size_t i = 0; i < d_.mesas.size(); ++i) {
      const auto [at, fresh] =
          known.emplace(ballot_of_[i], static_cast<std::uint16_t>(d_.styles.size()));
      if (fresh) {
        d_.styles.push_back(
            {made<election::StyleId>("s" + zero_padded(d_.styles.size() + 1, 4)), ballot_of_[i]});
      }
      d_.mesas[i].style = at->second;
    }
  }

  const FixtureSources& sources_;
  const codec::Document& description_;
  std::uint32_t mesas_;
  SimRng rng_;
  bool whole_ = true;
  std::uint32_t organisations_ = 0;
  std::uint32_t most_cards_ = kMostCards;  // of a contest that is not national
  std::uint64_t person_ = 0;
  election::Definition d_;
  FixturePlaces places_;
  FixturePeople people_;
  std::vector<StateSeats> seats_;
  std::vector<std::vector<ContestIndex>> ballot_of_;
  std::map<std::pair<ContestKind, std::size_t>, std::int64_t> balance_;  // women above men
};

}  // namespace

Result<Fixture> make_fixture(const FixtureSources& sources, std::uint32_t mesas,
                             std::uint64_t seed) {
  return FixtureBuilder{sources, mesas, seed}.run();
}

}  // namespace sufragio::sim
