#include <algorithm>

#include "base/check.h"
#include "forensics/survey.h"

// The sentences: docs/spec/forensics.md. No conclusion word stands in any of them.
namespace sufragio::forensics {

namespace {

using statement::Body;
using statement::Decimal;
using statement::FactStatement;
using statement::List;
using statement::Model;
using statement::Plot;
using statement::Probability;
using statement::Section;
using statement::Series;
using statement::Table;
using statement::Text;
using statement::Value;
using statement::Word;

constexpr std::size_t kCompare = 200;  // mesas that a flag names

Value place_name(const election::Definition& definition, const Quantity& quantity,
                 const Finding& finding) {
  if (!finding.place) return Word{"forensics.all"};
  const election::TerritoryCode& code = quantity.places[*finding.place].territory;
  const election::Territory* known = definition.territory(code);
  return Text{known == nullptr ? code.text() : known->name};
}

std::vector<const Place*> places_of(const Quantity& quantity, const Finding& finding) {
  std::vector<const Place*> out;
  for (std::size_t i = 0; i < quantity.places.size(); ++i) {
    if (!finding.place || *finding.place == i) out.push_back(&quantity.places[i]);
  }
  return out;
}

List near_units(const Quantity& quantity, const Finding& finding, const Plan& plan) {
  List out;
  for (const Place* place : places_of(quantity, finding)) {
    for (std::size_t i = 0; i < place->parts.size() && out.size() < kCompare; ++i) {
      const Part& part = place->parts[i];
      if (part.n < plan.min_votes || part.k <= 0 || part.k >= part.n) continue;
      if (near_integer(part.k, part.n)) out.push_back(place->units[i].text());
    }
  }
  return out;
}

// The mesas of the centres that differ most among themselves.
List uneven_units(const Quantity& quantity, const Finding& finding) {
  std::vector<std::pair<double, List>> centres;
  for (const Place* place : places_of(quantity, finding)) {
    std::size_t unit = 0;
    for (const Centre& centre : place->centres) {
      List units;
      for (std::size_t i = 0; i < centre.size(); ++i) units.push_back(place->units[unit++].text());
      const Homogeneity one = homogeneity(std::span{&centre, 1});
      if (one.freedom > 0) {
        centres.emplace_back(-one.x2 / static_cast<double>(one.freedom), std::move(units));
      }
    }
  }
  std::ranges::sort(centres);
  List out;
  for (const auto& [x2, units] : centres) {
    if (out.size() + units.size() > kCompare / 4) break;
    out.insert(out.end(), units.begin(), units.end());
  }
  return out;
}

Model model_of(Body body, std::string assumption, std::vector<std::string> causes, List compare) {
  auto out =
      Model::of(std::move(body), {std::move(assumption)}, std::move(causes), std::move(compare));
  CHECK(out.has_value());
  return *std::move(out);
}

Section conservation_section(const SurveyOf& of) {
  Section out;
  out.heading = "forensics.conservation";
  for (const Identity& identity : of.identities) {
    Body body;
    body.text = identity.fails.empty() ? "fact.holds" : "fact.holds-not";
    body.inputs = of.inputs;
    body.formula = "ok = rows - fails";
    const auto ok = identity.checked - std::ssize(identity.fails);
    body.arguments = {
        {"identity", Word{"identity." + identity.name}}, {"ok", ok}, {"rows", identity.checked}};
    if (!identity.fails.empty()) {
      body.arguments.push_back({"fails", std::ssize(identity.fails)});
      body.arguments.push_back({"mesas", identity.fails});
    }
    out.statements.emplace_back(FactStatement{std::move(body)});
  }
  return out;
}

Table integer_table(const SurveyOf& of) {
  Table out{"forensics.integer-table",
            {"territory", "quantity", "mesas", "near", "mean", "variance", "z", "p", "q"},
            {}};
  for (const Finding& finding : of.findings) {
    const Quantity& quantity = of.quantities[finding.quantity];
    const IntegerCount& count = finding.integer;
    if (count.mesas == 0) continue;
    out.rows.push_back({place_name(of.definition, quantity, finding), quantity.name, count.mesas,
                        count.near, statement::nearest(count.mean, 3),
                        statement::nearest(count.variance, 3), statement::nearest(count.z, 3),
                        Probability::at_most(count.p), Probability::at_most(finding.q_integer)});
  }
  return out;
}

Table homogeneity_table(const SurveyOf& of) {
  Table out{"forensics.homogeneity-table",
            {"territory", "quantity", "centres", "x2", "freedom", "dispersion", "control", "p",
             "p_control", "q"},
            {}};
  for (const Finding& finding : of.findings) {
    const Quantity& quantity = of.quantities[finding.quantity];
    const Homogeneity& spread = finding.homogeneity;
    if (spread.centres == 0) continue;
    Value control = Text{"–"};
    Value p_control = Text{"–"};
    Value q = Text{"–"};
    if (finding.control) {
      control = statement::nearest(*finding.control, 4);
      p_control = Probability::at_most(finding.p_homogeneity());
      q = Probability::at_most(finding.q_homogeneity);
    }
    out.rows.push_back({place_name(of.definition, quantity, finding), quantity.name, spread.centres,
                        statement::nearest(spread.x2, 3), spread.freedom,
                        statement::nearest(spread.dispersion(), 4), std::move(control),
                        Probability::at_most(spread.p()), std::move(p_control), std::move(q)});
  }
  return out;
}

Plot fractions_plot(const SurveyOf& of, const Plan& plan, std::size_t index) {
  constexpr std::size_t kBins = 20;
  std::vector<Part> parts;
  for (const Place& place : of.quantities[index].places) {
    parts.insert(parts.end(), place.parts.begin(), place.parts.end());
  }
  const Fractions found = fractions(parts, kBins, plan.min_votes);
  Plot out;
  out.caption = "forensics.fractions";
  out.arguments = {{"quantity", of.quantities[index].name}};
  out.x_label = "forensics.fractions-x";
  out.y_label = "forensics.fractions-y";
  out.x_scale = 100;
  out.y_scale = 1'000;
  Series counted{"forensics.counted", Series::Mark::bars, {}};
  Series expected{"forensics.expected", Series::Mark::line, {}};
  for (std::size_t i = 0; i < kBins; ++i) {
    const auto x = static_cast<std::int64_t>(i * 100 / kBins);
    counted.points.emplace_back(x, found.counted[i] * 1'000);
    expected.points.emplace_back(x, found.expected_thousandths[i]);
  }
  out.series = {std::move(counted), std::move(expected)};
  return out;
}

void add_flags(const SurveyOf& of, const Plan& plan, Section& integers, Section& spreads) {
  for (const Finding& finding : of.findings) {
    const Quantity& quantity = of.quantities[finding.quantity];
    const Value where = place_name(of.definition, quantity, finding);
    if (finding.q_integer <= plan.level) {
      Body body;
      body.text = "model.integer";
      body.inputs = of.inputs;
      body.formula = "z = (near - mean) / sqrt(variance)";
      const IntegerCount& count = finding.integer;
      body.arguments = {{"territory", where},
                        {"quantity", quantity.name},
                        {"near", count.near},
                        {"mesas", count.mesas},
                        {"mean", statement::nearest(count.mean, 3)},
                        {"variance", statement::nearest(count.variance, 3)},
                        {"z", statement::nearest(count.z, 3)},
                        {"p", Probability::at_most(count.p)},
                        {"q", Probability::at_most(finding.q_integer)}};
      integers.statements.emplace_back(model_of(std::move(body), "assume.binomial",
                                                {"cause.rounded-entry", "cause.special-mesas"},
                                                near_units(quantity, finding, plan)));
    }
    if (finding.q_homogeneity <= plan.level && finding.control) {
      Body body;
      body.text = "model.homogeneity";
      body.inputs = of.inputs;
      body.formula = "dispersion = x2 / freedom; p: chi-squared of x2 / control";
      const Homogeneity& spread = finding.homogeneity;
      body.arguments = {{"territory", where},
                        {"quantity", quantity.name},
                        {"x2", statement::nearest(spread.x2, 3)},
                        {"freedom", spread.freedom},
                        {"dispersion", statement::nearest(spread.dispersion(), 4)},
                        {"control", statement::nearest(*finding.control, 4)},
                        {"p", Probability::at_most(finding.p_homogeneity())},
                        {"q", Probability::at_most(finding.q_homogeneity)}};
      spreads.statements.emplace_back(model_of(std::move(body), "assume.spread",
                                               {"cause.by-document", "cause.barracks"},
                                               uneven_units(quantity, finding)));
    }
  }
}

Section calibration_section(const Calibration& calibration) {
  Section out;
  out.heading = "forensics.calibration";
  out.arguments = {{"runs", calibration.runs}};
  Table table{"forensics.calibration-table", {"what", "of", "flagged", "share"}, {}};
  const auto add = [&](const char* what, std::int64_t flagged, std::int64_t all) {
    if (all == 0) return;
    table.rows.push_back({Word{what}, all, flagged, statement::ratio(flagged * 100, all, 2)});
  };
  add("forensics.rate-integer", calibration.integer_5, calibration.tests);
  add("forensics.rate-homogeneity", calibration.homogeneity_5, calibration.tests_controlled);
  add("forensics.rate-any", calibration.flagged, calibration.runs);
  out.tables.push_back(std::move(table));
  return out;
}

}  // namespace

statement::Report report(const SurveyOf& of, const Plan& plan) {
  statement::Report out;
  out.title = "forensics.title";
  out.arguments = {{"publisher", Text{of.publisher}},
                   {"contest", Text{of.definition.contest(of.contest).id.text()}}};
  out.sections.push_back(conservation_section(of));
  Section integers;
  integers.heading = "forensics.integer";
  integers.notes = {"forensics.integer-how"};
  Section spreads;
  spreads.heading = "forensics.homogeneity";
  spreads.notes = {"forensics.homogeneity-how"};
  add_flags(of, plan, integers, spreads);
  if (integers.statements.empty()) integers.notes.emplace_back("forensics.none");
  if (spreads.statements.empty()) spreads.notes.emplace_back("forensics.none");
  integers.tables.push_back(integer_table(of));
  for (std::size_t i = 0; i < of.quantities.size(); ++i) {
    integers.plots.push_back(fractions_plot(of, plan, i));
  }
  Table table = homogeneity_table(of);
  if (table.rows.empty()) spreads.notes = {"forensics.no-mesas"};
  if (!table.rows.empty()) spreads.tables.push_back(std::move(table));
  out.sections.push_back(std::move(integers));
  out.sections.push_back(std::move(spreads));
  if (of.calibration.runs > 0) out.sections.push_back(calibration_section(of.calibration));
  return out;
}

statement::Section comparison(const std::string& name, std::span<const Compared> contests) {
  Section out;
  out.heading = "forensics.comparison";
  out.arguments = {{"publisher", Text{name}}};
  Table table{"forensics.comparison-table",
              {"contest", "quantity", "mesas", "near", "mean", "z", "p", "centres", "dispersion"},
              {}};
  for (const Compared& contest : contests) {
    for (const Finding& finding : contest.findings) {
      if (finding.place) continue;
      const IntegerCount& count = finding.integer;
      Value dispersion = Text{"–"};
      if (finding.homogeneity.freedom > 0) {
        dispersion = statement::nearest(finding.homogeneity.dispersion(), 4);
      }
      table.rows.push_back({Text{contest.contest}, contest.quantities[finding.quantity].name,
                            count.mesas, count.near, statement::nearest(count.mean, 3),
                            statement::nearest(count.z, 3), Probability::at_most(count.p),
                            finding.homogeneity.centres, std::move(dispersion)});
    }
  }
  out.tables.push_back(std::move(table));
  return out;
}

statement::Section percentages(std::span<const std::int64_t> counts, const Plan& plan) {
  Section out;
  out.heading = "forensics.percentages";
  const std::optional<Shape> shape = best_shape(counts);
  List figures;
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) {
    figures.push_back(std::to_string(count));
    sum += count;
  }
  if (!shape) {
    out.notes = {"forensics.percentages-not", "forensics.none"};
    return out;
  }
  static constexpr const char* kRoundings[] = {"nearest", "floor", "ceiling", "remainder"};
  Body body;
  body.text = "fact.from-percentages";
  body.formula = "count = round(round(100 * count / sum, decimals) * sum / 100)";
  body.arguments = {{"counts", figures},
                    {"sum", sum},
                    {"decimals", std::int64_t{shape->decimals}},
                    {"precision", Word{"precision." + std::to_string(shape->decimals)}},
                    {"rounding", Word{std::string{"rounding."} +
                                      kRoundings[static_cast<std::size_t>(shape->rounding)]}}};
  const Body equality = body;
  out.statements.emplace_back(FactStatement{body});
  if (shape->p > plan.pattern) {
    out.notes = {"forensics.none"};
    return out;
  }
  Body rarity = equality;
  rarity.text = shape->compatible.exact ? "model.percentages" : "model.percentages-many";
  rarity.formula = "p = 16 / compatible";
  if (shape->compatible.exact) {
    rarity.arguments.push_back({"compatible", *shape->compatible.exact});
  }
  rarity.arguments.push_back({"p", Probability::at_most(shape->p)});
  out.statements.emplace_back(
      model_of(std::move(rarity), "assume.any-combination", {"cause.reported-percentages"}, {}));
  return out;
}

}  // namespace sufragio::forensics
