#include "sim/country.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/numbers.h"
#include "election/codes.h"
#include "sim/names.h"

namespace sufragio::sim {

namespace {

using election::Contest;
using election::ContestKind;
using election::Definition;
using election::TerritoryCode;

constexpr std::uint32_t kAlliances = 3;

template <typename T>
T known(const std::string& text) {  // ids made here are well formed
  const auto id = T::parse(text);
  CHECK(id.has_value());
  return *id;
}

class Builder {
 public:
  Builder(const CountryPlan& plan, std::uint32_t list_seats, Rng& rng)
      : plan_{plan}, list_seats_{list_seats}, rng_{rng} {}

  Result<Definition> build() {
    TRY(check_plan());
    name_election();
    add_organisations();
    add_national_contests();
    add_states();
    std::ranges::sort(out_.territories, {}, &election::Territory::code);
    std::ranges::sort(out_.mesas, {}, &election::Mesa::id);
    std::ranges::sort(out_.organisations, {}, &election::Organisation::id);
    return std::move(out_);
  }

 private:
  Result<void> check_plan() const {
    const bool tree = plan_.states >= 1 && plan_.states <= 24 &&
                      plan_.municipalities >= plan_.states &&
                      plan_.parishes >= plan_.municipalities && plan_.centres >= plan_.parishes &&
                      plan_.mesas >= plan_.centres && plan_.mesas <= 99 * plan_.centres;
    const bool ballot = plan_.candidates >= 2 && plan_.cards >= plan_.candidates &&
                        plan_.cards <= 99 &&
                        (plan_.council_seats == 0 || list_seats_ < plan_.council_seats) &&
                        plan_.council_lists >= 2 && plan_.extra_contests <= 9;
    if (!tree || !ballot || plan_.electors_min < 1 || plan_.electors_max < plan_.electors_min) {
      return fail(election::kLimit, {{"value", "plan"}});
    }
    return {};
  }

  void name_election() {
    out_.id = "ejemplo";
    out_.title_es = "Elecciones de ejemplo";
    out_.title_en = "Example elections";
    out_.date = "2026-11-15";
    out_.kind = election::ElectionKind::drill;
    out_.organiser = "Comisión Electoral de Ejemplo";
    out_.law = "ve-2009";
  }

  void add_organisations() {
    const std::uint32_t count = std::max<std::uint32_t>(plan_.cards, plan_.council_lists);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::string name = invented_party(i);
      out_.organisations.push_back({organisation(i), fmt::format("E{:02}", i + 1), name});
    }
    for (std::uint32_t i = 0; i < kAlliances; ++i) {
      out_.alliances.push_back(alliance(i));
      out_.alliance_names.emplace(alliance(i), fmt::format("Alianza {}", invented_state(i)));
    }
  }

  static election::OrganisationId organisation(std::uint32_t i) {
    return known<election::OrganisationId>(fmt::format("o{:02}", i + 1));
  }
  static election::AllianceId alliance(std::uint32_t i) {
    return known<election::AllianceId>(fmt::format("a{}", i + 1));
  }

  // `cards` cards over `options` options: the first options have several (an alliance each), the
  // last ones a single card.
  void add_cards(Contest& contest, std::uint32_t cards, std::uint32_t options) {
    std::uint32_t card = 0;
    for (std::uint32_t option = 0; option < options; ++option) {
      const std::uint32_t left = options - option - 1;
      const std::uint32_t spare = cards - card - left;
      const std::uint32_t mine = left == 0 ? spare : std::max<std::uint32_t>(1, spare / 3);
      for (std::uint32_t i = 0; i < mine; ++i, ++card) {
        std::optional<election::AllianceId> group;
        if (mine > 1 && option < kAlliances) group = alliance(option);
        contest.cards.push_back({organisation(card), contest.options[option].id, group});
      }
    }
  }

  void add_national(std::string id, ContestKind kind, std::string es, std::string en,
                    std::uint32_t options, std::uint32_t cards) {
    Contest contest;
    contest.id = known<election::ContestId>(id);
    contest.kind = kind;
    contest.title_es = std::move(es);
    contest.title_en = std::move(en);
    for (std::uint32_t i = 0; i < options; ++i) {
      contest.options.push_back(
          {known<election::OptionId>(fmt::format("c{:02}", i + 1)), invented_person(rng_)});
    }
    add_cards(contest, cards, options);
    national_.push_back(contest_index());
    out_.contests.push_back(std::move(contest));
  }

  void add_national_contests() {
    add_national("presidencia", ContestKind::president, "Presidencia de la República",
                 "Presidency of the Republic", plan_.candidates, plan_.cards);
    for (std::uint32_t i = 0; i < plan_.extra_contests; ++i) {
      add_national(fmt::format("consulta-{}", i + 1), ContestKind::referendum,
                   fmt::format("Consulta {}", i + 1), fmt::format("Consultation {}", i + 1),
                   plan_.extra_cards, plan_.extra_cards);
    }
  }

  [[nodiscard]] election::ContestIndex contest_index() const {
    return election::ContestIndex{static_cast<std::uint16_t>(out_.contests.size())};
  }

  // One council: a list contest and a nominal contest with as many votes as seats. Returns the
  // style of its mesas.
  std::uint16_t add_council(const TerritoryCode& code, const std::string& name) {
    election::Style style{known<election::StyleId>("m" + code.text()), national_};
    if (plan_.council_seats == 0) return push_style(std::move(style));
    Contest list;
    list.id = known<election::ContestId>("lista-" + code.text());
    list.kind = ContestKind::list;
    list.territory = code;
    list.seats = static_cast<std::uint16_t>(list_seats_);
    list.title_es = fmt::format("Concejo de {}, voto lista", name);
    list.title_en = fmt::format("Council of {}, list vote", name);
    Contest nominal = list;
    nominal.id = known<election::ContestId>("nominal-" + code.text());
    nominal.kind = ContestKind::nominal;
    nominal.seats = static_cast<std::uint16_t>(plan_.council_seats - list_seats_);
    nominal.votes_per_voter = nominal.seats;
    nominal.title_es = fmt::format("Concejo de {}, voto nominal", name);
    nominal.title_en = fmt::format("Council of {}, nominal vote", name);
    for (std::uint32_t i = 0; i < plan_.council_lists; ++i) {
      const auto id = known<election::OptionId>(fmt::format("l{:02}", i + 1));
      list.options.push_back({id, out_.organisations[i].name});
      list.cards.push_back({organisation(i), id, std::nullopt});
    }
    const std::uint32_t candidates = nominal.seats * 2U + 1;
    for (std::uint32_t i = 0; i < candidates; ++i) {
      const auto id = known<election::OptionId>(fmt::format("n{:02}", i + 1));
      nominal.options.push_back({id, another_person(nominal)});
      nominal.cards.push_back({organisation(i % plan_.council_lists), id, std::nullopt});
    }
    for (Contest* contest : {&list, &nominal}) {
      style.contests.push_back(contest_index());
      out_.contests.push_back(std::move(*contest));
    }
    return push_style(std::move(style));
  }

  // Nobody of the contest bears this name: a receipt must tell the candidates apart.
  std::string another_person(const Contest& contest) {
    for (;;) {
      std::string name = invented_person(rng_);
      const auto same = [&](const election::Option& option) { return option.name == name; };
      if (std::ranges::none_of(contest.options, same)) return name;
    }
  }

  std::uint16_t push_style(election::Style style) {
    out_.styles.push_back(std::move(style));
    return static_cast<std::uint16_t>(out_.styles.size() - 1);
  }

  TerritoryCode add_territory(const TerritoryCode& parent, std::uint32_t number, int width,
                              std::string name) {
    const auto code = TerritoryCode::parse(parent.text() + zero_padded(number, width));
    CHECK(code.has_value());
    out_.territories.push_back({*code, std::move(name)});
    return *code;
  }

  void add_states() {
    const auto municipalities = spread(plan_.municipalities, plan_.states, 99, rng_);
    const auto parishes = spread(plan_.parishes, plan_.municipalities, 99, rng_);
    const auto centres = spread(plan_.centres, plan_.parishes, 999, rng_);
    const auto mesas = spread(plan_.mesas, plan_.centres, 99, rng_);
    std::size_t municipality = 0;
    std::size_t parish = 0;
    std::size_t centre = 0;
    for (std::uint32_t s = 0; s < plan_.states; ++s) {
      const TerritoryCode state = add_territory({}, s + 1, 2, invented_state(s));
      for (std::uint32_t m = 0; m < municipalities[s]; ++m, ++municipality) {
        const std::string name = invented_place(municipality);
        const TerritoryCode town = add_territory(state, m + 1, 2, name);
        const std::uint16_t style = add_council(town, name);
        for (std::uint32_t p = 0; p < parishes[municipality]; ++p, ++parish) {
          const TerritoryCode place = add_territory(
              town, p + 1, 2, fmt::format("Parroquia {}", invented_place(parish * 5 + 3)));
          for (std::uint32_t c = 0; c < centres[parish]; ++c, ++centre) {
            add_centre(place, c + 1, mesas[centre], style, centre);
          }
        }
      }
    }
  }

  void add_centre(const TerritoryCode& parish, std::uint32_t number, std::uint32_t mesas,
                  std::uint16_t style, std::size_t serial) {
    const std::string name =
        fmt::format("{} {}", invented_school(serial * 3), invented_place(serial * 7));
    const TerritoryCode code = add_territory(parish, number, 3, name);
    const auto digits = parse_padded(code.text(), kMaxCentre);
    CHECK(digits.has_value());
    for (std::uint32_t i = 1; i <= mesas; ++i) {
      const MesaId id{CentreCode{static_cast<std::uint32_t>(*digits)},
                      MesaNumber{static_cast<std::uint16_t>(i)}};
      const auto electors =
          Persons::from(draw_electors(plan_.electors_min, plan_.electors_max, rng_));
      CHECK(electors.has_value());
      out_.mesas.push_back({id, *electors, style, true});
    }
  }

  CountryPlan plan_;
  std::uint32_t list_seats_;
  Rng& rng_;
  Definition out_;
  std::vector<election::ContestIndex> national_;
};

}  // namespace

CountryPlan CountryPlan::small() {
  CountryPlan plan;
  plan.electors_min = 20;  // a cast rewrites the whole vault: small mesas keep a day short
  plan.electors_max = 60;
  return plan;
}

CountryPlan CountryPlan::national() {
  CountryPlan plan;
  plan.states = 24;
  plan.municipalities = 335;
  plan.parishes = 1'141;
  plan.centres = 15'797;
  plan.mesas = 30'026;
  return plan;
}

Result<election::Definition> make_country(const CountryPlan& plan, std::uint32_t list_seats,
                                          Rng& rng) {
  return Builder{plan, list_seats, rng}.build();
}

}  // namespace sufragio::sim
