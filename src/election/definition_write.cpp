#include "base/numbers.h"
#include "codec/csv.h"
#include "election/definition.h"

#include <algorithm>

namespace sufragio::election {

namespace {

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

std::string election_toml(const Definition& d) {
  std::string out;
  const auto line = [&](std::string_view key, const std::string& value) {
    out += key;
    out += " = ";
    out += value;
    out.push_back('\n');
  };
  line("id", toml_text(d.id));
  line("title_es", toml_text(d.title_es));
  line("title_en", toml_text(d.title_en));
  line("date", d.date);
  line("kind", toml_text(kind_name(d.kind)));
  line("organiser", toml_text(d.organiser));
  line("law", toml_text(d.law));
  line("url", toml_text(d.url));
  line("imported", d.imported ? "true" : "false");
  if (!d.generated.empty()) line("generated", toml_text(d.generated));
  return out;
}

std::string contests_csv(const Definition& d) {
  std::string out;
  const bool marks =
      std::ranges::any_of(d.contests, [](const Contest& c) { return !c.generated.empty(); });
  std::vector<std::string> fields{"id",       "kind",     "territory",  "seats", "votes_per_voter",
                                  "title_es", "title_en", "cards_known"};
  if (marks) fields.emplace_back("generated");
  codec::csv_append(out, fields);
  for (const Contest& c : d.contests) {
    fields = {c.id.text(),
              std::string{kind_name(c.kind)},
              c.territory.text(),
              std::to_string(c.seats),
              std::to_string(c.votes_per_voter),
              c.title_es,
              c.title_en,
              c.cards_known ? "yes" : "no"};
    if (marks) fields.push_back(c.generated);
    codec::csv_append(out, fields);
  }
  return out;
}

std::string options_csv(const Definition& d) {
  std::string out;
  codec::csv_append(out, {"contest", "id", "name"});
  for (const Contest& c : d.contests) {
    for (const Option& o : c.options) {
      codec::csv_append(out, {c.id.text(), o.id.text(), o.name});
    }
  }
  return out;
}

std::string cards_csv(const Definition& d) {
  std::string out;
  codec::csv_append(out, {"contest", "position", "organisation", "option", "alliance"});
  for (const Contest& c : d.contests) {
    for (std::size_t i = 0; i < c.cards.size(); ++i) {
      const Card& card = c.cards[i];
      codec::csv_append(out, {c.id.text(), std::to_string(i + 1), card.organisation.text(),
                              card.option.text(), card.alliance ? card.alliance->text() : ""});
    }
  }
  return out;
}

std::string styles_csv(const Definition& d) {
  std::string out;
  codec::csv_append(out, {"style", "position", "contest"});
  for (const Style& s : d.styles) {
    for (std::size_t i = 0; i < s.contests.size(); ++i) {
      codec::csv_append(out,
                        {s.id.text(), std::to_string(i + 1), d.contest(s.contests[i]).id.text()});
    }
  }
  return out;
}

std::string mesas_csv(const Definition& d) {
  std::string out;
  const bool actas = std::ranges::any_of(d.mesas, [](const Mesa& m) { return m.actas != 1; });
  std::vector<std::string> fields{"centre", "mesa", "electors", "style"};
  if (actas) fields.emplace_back("actas");
  codec::csv_append(out, fields);
  for (const Mesa& m : d.mesas) {
    fields = {m.id.centre_text(), m.id.mesa_text(),
              m.electors_known ? std::to_string(m.electors.value()) : "",
              d.styles.at(m.style).id.text()};
    if (actas) fields.push_back(std::to_string(m.actas));
    codec::csv_append(out, fields);
  }
  return out;
}

}  // namespace

std::map<std::string, std::string> write_definition(const Definition& d) {
  std::map<std::string, std::string> out;
  out["election.toml"] = election_toml(d);
  std::string& territory = out["territory.csv"];
  codec::csv_append(territory, {"code", "name"});
  for (const Territory& t : d.territories) codec::csv_append(territory, {t.code.text(), t.name});
  std::string& organisations = out["organisations.csv"];
  codec::csv_append(organisations, {"id", "short", "name"});
  for (const Organisation& o : d.organisations) {
    codec::csv_append(organisations, {o.id.text(), o.short_name, o.name});
  }
  std::string& alliances = out["alliances.csv"];
  codec::csv_append(alliances, {"id", "name"});
  for (const AllianceId& id : d.alliances) {
    codec::csv_append(alliances, {id.text(), d.alliance_names.at(id)});
  }
  out["contests.csv"] = contests_csv(d);
  out["options.csv"] = options_csv(d);
  out["cards.csv"] = cards_csv(d);
  out["styles.csv"] = styles_csv(d);
  out["mesas.csv"] = mesas_csv(d);
  return out;
}

}  // namespace sufragio::election
