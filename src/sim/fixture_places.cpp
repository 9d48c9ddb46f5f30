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

using election::TerritoryCode;

constexpr std::uint32_t kParishes = 1'141;
constexpr std::int64_t kLeastElectors = 40;  // of a mesa, as in the file of 2024
constexpr std::int64_t kMostElectors = 1'451;

struct StateFacts {
  std::string code, name;
  std::uint32_t municipalities = 0;
};

Result<std::vector<StateFacts>> read_states(std::string_view csv,
                                            const std::vector<std::vector<std::string>>& without) {
  codec::CsvTable table = TRY(codec::CsvTable::open(csv, {}, {"code", "name", "municipalities"}));
  std::vector<StateFacts> out;
  for (;;) {
    const auto record = TRY(table.next());
    if (!record) return out;
    const std::uint64_t count = TRY(parse_uint(record->fields[2], 99));
    const std::string code{record->fields[0]};
    const bool left_out =
        std::ranges::any_of(without, [&](const auto& item) { return item.front() == code; });
    if (left_out) continue;
    out.push_back({code, std::string{record->fields[1]}, static_cast<std::uint32_t>(count)});
  }
}

class PlaceBuilder {
 public:
  explicit PlaceBuilder(SimRng& rng) : rng_{rng} {}

  Result<FixturePlaces> build(const std::vector<StateFacts>& states,
                              const std::vector<std::uint32_t>& municipalities,
                              std::uint32_t parishes, std::uint32_t centres, std::uint32_t mesas) {
    std::uint32_t all = 0;
    for (const std::uint32_t count : municipalities) all += count;
    const bool possible = all >= 1 && parishes >= all && centres >= parishes && mesas >= centres;
    if (!possible) return fail(election::kLimit, {{"value", "plan"}});
    const auto parishes_of = spread(parishes, all, 99, rng_);
    const auto centres_of = spread(centres, parishes, 999, rng_);
    const auto mesas_of = spread(mesas, centres, 25, rng_);
    std::size_t municipality = 0;
    for (std::size_t s = 0; s < municipalities.size(); ++s) {
      const TerritoryCode state = *TerritoryCode::parse(states[s].code);
      out_.territories.push_back({state, states[s].name});
      out_.states.push_back(state);
      for (std::uint32_t m = 1; m <= municipalities[s]; ++m, ++municipality) {
        const TerritoryCode town =
            child(state, m, 2, fmt::format("Municipio {} {}", invented_place(municipality), m));
        out_.municipalities.push_back(town);
        for (std::uint32_t p = 1; p <= parishes_of[municipality]; ++p) {
          add_parish(town, p, centres_of, mesas_of);
        }
      }
    }
    out_.generated = "electors mesas territory";
    return std::move(out_);
  }

 private:
  void add_parish(const TerritoryCode& town, std::uint32_t number,
                  const std::vector<std::uint32_t>& centres_of,
                  const std::vector<std::uint32_t>& mesas_of) {
    const TerritoryCode parish =
        child(town, number, 2, fmt::format("Parroquia {}", invented_place(parish_ * 5 + 3)));
    for (std::uint32_t c = 1; c <= centres_of[parish_]; ++c, ++centre_) {
      const TerritoryCode centre =
          child(parish, c, 3,
                fmt::format("{} {}", invented_school(centre_ * 3), invented_place(centre_ * 7)));
      const auto digits = parse_padded(centre.text(), kMaxCentre);
      for (std::uint32_t i = 1; i <= mesas_of[centre_]; ++i) {
        election::Mesa mesa;
        mesa.id = {CentreCode{static_cast<std::uint32_t>(*digits)},
                   MesaNumber{static_cast<std::uint16_t>(i)}};
        mesa.electors = *Persons::from(draw_electors(kLeastElectors, kMostElectors, rng_));
        out_.mesas.push_back(mesa);
      }
    }
    ++parish_;
  }

  TerritoryCode child(const TerritoryCode& parent, std::uint32_t number, int width,
                      std::string name) {
    const auto code = TerritoryCode::parse(parent.text() + zero_padded(number, width));
    CHECK(code.has_value());
    out_.territories.push_back({*code, std::move(name)});
    return *code;
  }

  SimRng& rng_;
  FixturePlaces out_;
  std::size_t parish_ = 0;
  std::size_t centre_ = 0;
};

// Moves electors one by one between the extremes until the total is the published one.
void meet_electors(std::vector<election::Mesa>& mesas, std::int64_t wanted) {
  std::int64_t sum = 0;
  for (const election::Mesa& mesa : mesas) sum += mesa.electors.value();
  bool moved = true;
  while (sum != wanted && moved) {
    moved = false;
    for (election::Mesa& mesa : mesas) {
      if (sum == wanted) return;
      const std::int64_t step = sum < wanted ? 1 : -1;
      const std::int64_t next = mesa.electors.value() + step;
      if (next < kLeastElectors || next > kMostElectors) continue;
      mesa.electors = *Persons::from(next);
      sum += step;
      moved = true;
    }
  }
}

// The published centres: names, codes and numbers of mesas; only how the electors of a centre
// divide among its mesas is ours.
Result<FixturePlaces> published_places(std::string_view csv) {
  codec::CsvTable table =
      TRY(codec::CsvTable::open(csv, {},
                                {"cod_centro", "estado", "municipio", "parroquia", "centro",
                                 "mesas", "electores_esperados"}));
  std::vector<std::size_t> at;
  for (const char* column : {"cod_centro", "estado", "municipio", "parroquia", "centro", "mesas",
                             "electores_esperados"}) {
    at.push_back(*table.column(column));
  }
  FixturePlaces out;
  std::map<TerritoryCode, std::string> names;
  for (;;) {
    const auto record = TRY(table.next());
    if (!record) break;
    const auto field = [&](std::size_t i) { return record->fields[at[i]]; };
    const TerritoryCode centre = TRY(TerritoryCode::parse(field(0)));
    const std::uint64_t count = TRY(parse_uint(field(5), 99));
    const std::uint64_t electors = TRY(parse_uint(field(6), 100'000));
    const std::uint64_t digits = TRY(parse_padded(field(0), kMaxCentre));
    const std::pair<election::Level, std::size_t> levels[] = {{election::Level::state, 1},
                                                              {election::Level::municipality, 2},
                                                              {election::Level::parish, 3},
                                                              {election::Level::centre, 4}};
    for (const auto& [level, column] : levels) {
      names.emplace(centre.at(level), std::string{trim(field(column))});
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t part = electors / count + (i < electors % count ? 1 : 0);
      election::Mesa mesa;
      mesa.id = {CentreCode{static_cast<std::uint32_t>(digits)},
                 MesaNumber{static_cast<std::uint16_t>(i + 1)}};
      mesa.electors = TRY(Persons::from(static_cast<std::int64_t>(part)));
      out.mesas.push_back(mesa);
    }
  }
  for (auto& [code, name] : names) {
    if (code.level() == election::Level::state) out.states.push_back(code);
    if (code.level() == election::Level::municipality) out.municipalities.push_back(code);
    out.territories.push_back({code, name});
  }
  std::ranges::sort(out.mesas, {}, &election::Mesa::id);
  out.generated = "electors";
  return out;
}

}  // namespace

std::string FixturePlaces::name(const TerritoryCode& code) const {
  const auto found = std::ranges::lower_bound(territories, code, {}, &election::Territory::code);
  CHECK(found != territories.end() && found->code == code);
  return found->name;
}

Result<std::uint32_t> number_of(const codec::Document& description, std::string_view key,
                                std::uint32_t otherwise) {
  if (description.find(key) == nullptr) return otherwise;
  const std::int64_t value = TRY(description.integer(key));
  if (value < 0 || value > 100'000'000) {
    return fail(election::kLimit, {{"value", std::string{key}}});
  }
  return static_cast<std::uint32_t>(value);
}

Result<std::vector<std::vector<std::string>>> table_of(const codec::Document& description,
                                                       std::string_view key) {
  std::vector<std::vector<std::string>> out;
  if (description.find(key) == nullptr) return out;
  const codec::Document::Array* const items = TRY(description.array(key));
  for (const codec::Document& item : *items) {
    const auto* const text = std::get_if<std::string>(&item.value());
    if (text == nullptr) return fail(election::kBadValue, {{"value", std::string{key}}});
    std::vector<std::string> fields;
    for (const std::string_view field : split(*text, '|')) fields.emplace_back(field);
    out.push_back(std::move(fields));
  }
  return out;
}

Result<FixturePlaces> make_places(const FixtureSources& sources, std::uint32_t mesas, SimRng& rng) {
  const codec::Document& description = sources.description;
  if (mesas == 0 && !sources.centres_csv.empty()) return published_places(sources.centres_csv);
  const auto without = TRY(table_of(description, "without"));
  const std::vector<StateFacts> states = TRY(read_states(sources.states_csv, without));
  const std::uint32_t all_mesas = TRY(number_of(description, "mesas"));
  const std::uint32_t all_centres = TRY(number_of(description, "centres"));
  const std::uint32_t electors = TRY(number_of(description, "electors"));
  std::vector<std::uint32_t> municipalities;
  std::uint32_t total = 0;
  for (const StateFacts& state : states) total += state.municipalities;
  const bool whole = mesas == 0 || mesas == all_mesas;
  if (whole) {
    for (const StateFacts& state : states) municipalities.push_back(state.municipalities);
    auto out =
        TRY(PlaceBuilder{rng}.build(states, municipalities, kParishes, all_centres, all_mesas));
    if (electors > 0) meet_electors(out.mesas, electors);
    return out;
  }
  const auto known = static_cast<std::uint32_t>(states.size());
  const std::uint32_t some = std::clamp<std::uint32_t>(mesas / 8, 1, known);
  const std::uint32_t towns = std::clamp<std::uint32_t>(mesas / 4, some, total);
  const std::uint32_t parishes = std::clamp<std::uint32_t>(mesas / 3, towns, kParishes);
  const std::uint32_t centres = std::max(parishes, mesas / 2);
  return PlaceBuilder{rng}.build(states, spread(towns, some, 99, rng), parishes, centres, mesas);
}

}  // namespace sufragio::sim
