#include "election/definition_check.h"

#include <algorithm>
#include <set>

#include "base/numbers.h"
#include "election/codes.h"

namespace sufragio::election {

namespace {

struct Limits {
  std::size_t organisations;
  std::size_t styles;
  std::size_t contests_in_style;
  std::size_t cards;
  std::int64_t electors;
};
// docs/limits.md: what people vote with; tables of past elections may be coarser (whole units in
// one row) and larger.
constexpr Limits kVoted{1'000, 1'000, 12, 200, 4'000};
constexpr Limits kImported{20'000, 20'000, 10'000, 5'000, 100'000'000};
constexpr std::size_t kMaxMesas = 100'000;
constexpr std::size_t kMaxTerritories = 100'000;
constexpr std::size_t kMaxContests = 10'000;
constexpr std::size_t kMaxAlliances = 1'000;
constexpr std::uint16_t kMaxSeats = 10'000;
constexpr std::size_t kMaxUrl = 200;

int line_at(const std::vector<int>& lines, std::size_t index) {
  return index < lines.size() ? lines[index] : 0;
}
int line_at(const std::vector<std::vector<int>>& lines, std::size_t outer, std::size_t inner) {
  return outer < lines.size() ? line_at(lines[outer], inner) : 0;
}

class Checker {
 public:
  Checker(const Definition& definition, const DefinitionLines* lines)
      : d_{definition},
        lines_{lines != nullptr ? *lines : kNoLines},
        limits_{definition.imported ? kImported : kVoted} {}

  Result<void> run() {
    TRY(header());
    TRY(sizes());
    TRY(territories());
    TRY(organisations());
    TRY(alliances());
    TRY(contests());
    TRY(styles());
    TRY(mesas());
    return reach();
  }

 private:
  static const DefinitionLines kNoLines;

  struct Place {
    std::string_view file;
    int line;
  };

  static tl::unexpected<Error> bad(Code code, Place place, std::string_view column,
                                   std::string_view value) {
    Error error{code, {{"file", std::string{place.file}}}};
    if (place.line > 0) error = std::move(error).with("line", place.line);
    error = std::move(error).with("column", column);
    return fail(std::move(error).with("value", value));
  }

  static Result<void> text(Place place, std::string_view column, std::string_view value) {
    if (!is_clean_text(value)) return bad(kBadValue, place, column, value);
    return {};
  }

  [[nodiscard]] Place key(std::string_view name) const {
    const auto found = lines_.keys.find(name);
    return {"election.toml", found == lines_.keys.end() ? 0 : found->second};
  }

  Result<void> header() const {
    const auto slug = [&](std::string_view name, std::string_view value) -> Result<void> {
      if (!parse_slug(value)) return bad(kBadValue, key(name), name, value);
      return {};
    };
    TRY(slug("id", d_.id));
    TRY(slug("law", d_.law));
    TRY(text(key("title_es"), "title_es", d_.title_es));
    TRY(text(key("title_en"), "title_en", d_.title_en));
    TRY(text(key("organiser"), "organiser", d_.organiser));
    if (!is_generated_mark(d_.generated)) {
      return bad(kBadValue, key("generated"), "generated", d_.generated);
    }
    if (!parse_date(d_.date)) return bad(kBadValue, key("date"), "date", d_.date);
    const std::string_view url = d_.url;
    bool good = url.empty() || url.starts_with("https://") || url.starts_with("http://");
    for (const char c : url) good = good && c > ' ' && c < '\x7f' && c != '"' && c != '<';
    if (!good || url.size() > kMaxUrl) return bad(kBadValue, key("url"), "url", url);
    return {};
  }

  Result<void> sizes() const {
    const auto limit = [](std::string_view file, std::size_t size, std::size_t max,
                          int line) -> Result<void> {
      if (size > max) return bad(kLimit, {file, line}, "", std::to_string(max));
      return {};
    };
    TRY(limit("territory.csv", d_.territories.size(), kMaxTerritories, 0));
    TRY(limit("organisations.csv", d_.organisations.size(), limits_.organisations, 0));
    TRY(limit("alliances.csv", d_.alliances.size(), kMaxAlliances, 0));
    TRY(limit("contests.csv", d_.contests.size(), kMaxContests, 0));
    TRY(limit("styles.csv", d_.styles.size(), limits_.styles, 0));
    return limit("mesas.csv", d_.mesas.size(), kMaxMesas, 0);
  }

  Result<void> territories() const {
    for (std::size_t i = 0; i < d_.territories.size(); ++i) {
      const Territory& t = d_.territories[i];
      const Place place{"territory.csv", line_at(lines_.territories, i)};
      if (t.code == TerritoryCode{}) return bad(kBadTerritory, place, "code", "");
      if (i > 0 && d_.territories[i - 1].code >= t.code) {
        return bad(kDuplicate, place, "code", t.code.text());
      }
      const std::optional<TerritoryCode> parent = t.code.parent();
      if (*parent != TerritoryCode{} && d_.territory(*parent) == nullptr) {
        return bad(kNoParent, place, "code", t.code.text());
      }
      TRY(text(place, "name", t.name));
    }
    return {};
  }

  Result<void> organisations() const {
    for (std::size_t i = 0; i < d_.organisations.size(); ++i) {
      const Organisation& o = d_.organisations[i];
      const Place place{"organisations.csv", line_at(lines_.organisations, i)};
      if (o.id == OrganisationId{}) return bad(kBadValue, place, "id", "");
      if (i > 0 && d_.organisations[i - 1].id >= o.id) {
        return bad(kDuplicate, place, "id", o.id.text());
      }
      TRY(text(place, "short", o.short_name));
      TRY(text(place, "name", o.name));
    }
    return {};
  }

  Result<void> alliances() const {
    for (std::size_t i = 0; i < d_.alliances.size(); ++i) {
      const Place place{"alliances.csv", line_at(lines_.alliances, i)};
      const AllianceId& id = d_.alliances[i];
      if (i > 0 && d_.alliances[i - 1] >= id) return bad(kDuplicate, place, "id", id.text());
      const auto name = d_.alliance_names.find(id);
      if (name == d_.alliance_names.end()) return bad(kUnknownReference, place, "id", id.text());
      TRY(text(place, "name", name->second));
    }
    if (d_.alliance_names.size() != d_.alliances.size()) {
      return bad(kUnknownReference, {"alliances.csv", 0}, "name", "");
    }
    return {};
  }

  Result<void> contests() const {
    std::set<ContestId> ids;
    for (std::size_t i = 0; i < d_.contests.size(); ++i) {
      const Contest& c = d_.contests[i];
      const Place place{"contests.csv", line_at(lines_.contests, i)};
      if (!ids.insert(c.id).second) return bad(kDuplicate, place, "id", c.id.text());
      if (c.territory != TerritoryCode{} && d_.territory(c.territory) == nullptr) {
        return bad(kUnknownReference, place, "territory", c.territory.text());
      }
      if (c.seats < 1 || c.seats > kMaxSeats) {
        return bad(kBadValue, place, "seats", std::to_string(c.seats));
      }
      if (c.votes_per_voter < 1 || c.votes_per_voter > c.seats) {
        return bad(kBadValue, place, "votes_per_voter", std::to_string(c.votes_per_voter));
      }
      TRY(text(place, "title_es", c.title_es));
      TRY(text(place, "title_en", c.title_en));
      if (!is_generated_mark(c.generated)) return bad(kBadValue, place, "generated", c.generated);
      if (!c.cards_known && !d_.imported) return bad(kBadValue, place, "cards_known", "no");
      TRY(contest_shape(c, place));
      TRY(options(i));
      TRY(cards(i));
    }
    return {};
  }

  [[nodiscard]] Result<void> contest_shape(const Contest& c, Place place) const {
    if (c.options.size() > limits_.cards || c.cards.size() > limits_.cards) {
      return bad(kLimit, place, "id", c.id.text());
    }
    const bool empty = c.options.empty() || c.cards.empty();
    const bool too_few = !d_.imported && c.kind != ContestKind::list && c.options.size() < c.seats;
    if (empty || too_few) return bad(kEmptyContest, place, "id", c.id.text());
    return {};
  }

  [[nodiscard]] Result<void> options(std::size_t contest) const {
    const Contest& c = d_.contests[contest];
    std::set<OptionId> ids;
    for (std::size_t i = 0; i < c.options.size(); ++i) {
      const Place place{"options.csv", line_at(lines_.options, contest, i)};
      if (!ids.insert(c.options[i].id).second) {
        return bad(kDuplicate, place, "id", c.options[i].id.text());
      }
      TRY(text(place, "name", c.options[i].name));
    }
    return {};
  }

  [[nodiscard]] Result<void> cards(std::size_t contest) const {
    const Contest& c = d_.contests[contest];
    std::set<OptionId> known;
    for (const Option& option : c.options) known.insert(option.id);
    std::set<OptionId> used;
    std::set<OrganisationId> organisations;
    std::set<std::pair<OrganisationId, OptionId>> pairs;
    const bool free_kind = c.kind == ContestKind::referendum || c.kind == ContestKind::constituent;
    const bool one_each = c.seats == 1 || c.kind == ContestKind::list;
    const bool once = one_each && !free_kind && !d_.imported;
    for (std::size_t i = 0; i < c.cards.size(); ++i) {
      const Card& card = c.cards[i];
      const Place place{"cards.csv", line_at(lines_.cards, contest, i)};
      TRY(card_names(c, card, place));
      if (!known.contains(card.option)) {
        return bad(kUnknownReference, place, "option", card.option.text());
      }
      used.insert(card.option);
      const bool new_organisation = organisations.insert(card.organisation).second;
      if (!pairs.insert({card.organisation, card.option}).second || (once && !new_organisation)) {
        return bad(kDuplicate, place, "organisation", card.organisation.text());
      }
      if (!c.cards_known && (i >= c.options.size() || c.options[i].id != card.option)) {
        return bad(kCardPositions, place, "option", card.option.text());
      }
    }
    const bool all_needed = !d_.imported || !c.cards_known;
    for (std::size_t i = 0; all_needed && i < c.options.size(); ++i) {
      if (used.contains(c.options[i].id)) continue;
      return bad(kEmptyContest, {"options.csv", line_at(lines_.options, contest, i)}, "id",
                 c.options[i].id.text());
    }
    return {};
  }

  [[nodiscard]] Result<void> card_names(const Contest& c, const Card& card, Place place) const {
    const bool none = card.organisation == OrganisationId{};
    const bool listed = std::binary_search(d_.organisations.begin(), d_.organisations.end(),
                                           card.organisation, ById{});
    if (none ? c.cards_known : !listed) {
      return bad(kUnknownReference, place, "organisation", card.organisation.text());
    }
    if (card.alliance && !d_.alliance_names.contains(*card.alliance)) {
      return bad(kUnknownReference, place, "alliance", card.alliance->text());
    }
    return {};
  }

  Result<void> styles() const {
    std::set<StyleId> ids;
    for (std::size_t i = 0; i < d_.styles.size(); ++i) {
      const Style& s = d_.styles[i];
      const Place first{"styles.csv", line_at(lines_.styles, i, 0)};
      if (!ids.insert(s.id).second) return bad(kDuplicate, first, "style", s.id.text());
      if (s.contests.empty()) return bad(kEmptyContest, first, "style", s.id.text());
      if (s.contests.size() > limits_.contests_in_style) {
        return bad(kLimit, first, "style", s.id.text());
      }
      std::set<ContestIndex> seen;
      for (std::size_t k = 0; k < s.contests.size(); ++k) {
        const Place place{"styles.csv", line_at(lines_.styles, i, k)};
        const ContestIndex contest = s.contests[k];
        if (contest.value() >= d_.contests.size()) {
          return bad(kUnknownReference, place, "contest", std::to_string(contest.value()));
        }
        if (!seen.insert(contest).second) {
          return bad(kDuplicate, place, "contest", d_.contests[contest.value()].id.text());
        }
      }
    }
    return {};
  }

  Result<void> mesas() const {
    for (std::size_t i = 0; i < d_.mesas.size(); ++i) {
      const Mesa& m = d_.mesas[i];
      const Place place{"mesas.csv", line_at(lines_.mesas, i)};
      const bool same_centre = i > 0 && d_.mesas[i - 1].id.centre == m.id.centre;
      if (i > 0 && d_.mesas[i - 1].id >= m.id) {
        return bad(kDuplicate, place, "mesa", m.id.text());
      }
      if (m.id.centre.value() > kMaxCentre) {
        return bad(kBadTerritory, place, "centre", m.id.centre_text());
      }
      if (!same_centre && d_.territory(TerritoryCode::of(m.id.centre)) == nullptr) {
        return bad(kUnknownReference, place, "centre", m.id.centre_text());
      }
      const std::uint16_t number = m.id.mesa.value();
      if (number > kMaxMesaNumber || (number == 0 && !d_.imported)) {
        return bad(kBadValue, place, "mesa", m.id.mesa_text());
      }
      if (m.electors.value() > limits_.electors) {
        return bad(kLimit, place, "electors", std::to_string(m.electors.value()));
      }
      if (!m.electors_known && (!d_.imported || m.electors != Persons{})) {
        return bad(kBadValue, place, "electors", "");
      }
      if (m.actas != 1 && !d_.imported) {
        return bad(kBadValue, place, "actas", std::to_string(m.actas));
      }
      if (m.style >= d_.styles.size()) {
        return bad(kUnknownReference, place, "style", std::to_string(m.style));
      }
    }
    return {};
  }

  // Every contest reaches a mesa, and only mesas inside its territory.
  Result<void> reach() const {
    std::vector<bool> reached(d_.contests.size(), false);
    for (std::size_t i = 0; i < d_.mesas.size(); ++i) {
      const Mesa& m = d_.mesas[i];
      const bool as_before =
          i > 0 && d_.mesas[i - 1].style == m.style && d_.mesas[i - 1].id.centre == m.id.centre;
      if (as_before) continue;
      const TerritoryCode centre = TerritoryCode::of(m.id.centre);
      for (const ContestIndex index : d_.styles[m.style].contests) {
        const Contest& c = d_.contests[index.value()];
        if (!c.territory.contains(centre)) {
          const Place place{"mesas.csv", line_at(lines_.mesas, i)};
          return bad(kOutsideTerritory, place, "contest", c.id.text());
        }
        reached[index.value()] = true;
      }
    }
    for (std::size_t i = 0; i < reached.size() && !d_.imported; ++i) {
      if (reached[i]) continue;
      return bad(kUnreachedContest, {"contests.csv", line_at(lines_.contests, i)}, "id",
                 d_.contests[i].id.text());
    }
    return {};
  }

  struct ById {
    bool operator()(const Organisation& a, const OrganisationId& b) const { return a.id < b; }
    bool operator()(const OrganisationId& a, const Organisation& b) const { return a < b.id; }
  };

  const Definition& d_;
  const DefinitionLines& lines_;
  const Limits& limits_;
};

const DefinitionLines Checker::kNoLines{};

}  // namespace

bool is_clean_text(std::string_view text) {
  if (text.empty() || text.size() > kMaxText || trim(text).size() != text.size()) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') return false;
  }
  return is_utf8(text);
}

Result<void> check_definition(const Definition& definition, const DefinitionLines* lines) {
  return Checker{definition, lines}.run();
}

}  // namespace sufragio::election
