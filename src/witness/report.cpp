#include <algorithm>

#include "base/check.h"
#include "witness/reconcile.h"

// The sentences: docs/spec/reconcile.md.
namespace sufragio::witness {

namespace {

using statement::Body;
using statement::Bound;
using statement::FactStatement;
using statement::List;
using statement::Section;
using statement::Table;
using statement::Text;
using statement::Value;
using statement::Word;

Body new_body(std::string_view text, std::string_view formula,
              std::vector<statement::Input> inputs) {
  Body body;
  body.text = text;
  body.formula = formula;
  body.inputs = std::move(inputs);
  return body;
}

std::vector<statement::Input> both_inputs(const Side& a, const Side& b) {
  return {{"rows.a", a.source}, {"rows.b", b.source}};
}

List texts(const std::vector<tally::Unit>& units) {
  List out;
  for (const tally::Unit& unit : units) out.push_back(unit.text());
  return out;
}

Section counts_section(const Side& a, const Side& b, const Reconciliation& found) {
  Section out;
  out.heading = "reconcile.counts";
  Body body =
      new_body("fact.reconcile", "a = equal + different + only_a + ambiguous", both_inputs(a, b));
  body.arguments = {{"equal", found.total.equal},
                    {"different", found.total.different},
                    {"only_a", found.total.only_a},
                    {"only_b", found.total.only_b},
                    {"ambiguous", found.total.ambiguous}};
  out.statements.emplace_back(FactStatement{std::move(body)});
  for (const auto& [text, units] :
       {std::pair{"fact.only-a", &found.only_a}, std::pair{"fact.only-b", &found.only_b}}) {
    if (units->empty()) continue;
    Body only = new_body(text, "", both_inputs(a, b));
    only.arguments = {{"count", std::ssize(*units)}, {"mesas", texts(*units)}};
    out.statements.emplace_back(FactStatement{std::move(only)});
  }
  for (const std::string& name : found.not_compared) {
    Body body_of = new_body("fact.not-compared", "", both_inputs(a, b));
    body_of.arguments = {{"figure", Word{"figure." + name}}};
    out.statements.emplace_back(FactStatement{std::move(body_of)});
  }
  Table table{"reconcile.by-state",
              {"territory", "equal", "different", "only_a", "only_b", "ambiguous"},
              {}};
  for (const auto& [state, counts] : found.by_state) {
    const election::Territory* known = a.definition.territory(state);
    if (known == nullptr) known = b.definition.territory(state);
    table.rows.push_back({Text{known == nullptr ? state.text() : known->name}, counts.equal,
                          counts.different, counts.only_a, counts.only_b, counts.ambiguous});
  }
  out.tables.push_back(std::move(table));
  return out;
}

Section conflicts_section(const Side& a, const Reconciliation& found) {
  Section out;
  out.heading = "reconcile.conflicts";
  Table table{"reconcile.conflicts-of", {"mesa", "contest", "kind", "figure", "a", "b"}, {}};
  for (const Conflict& conflict : found.conflicts) {
    const election::Contest& contest = a.definition.contest(conflict.contest);
    for (const FigurePair& pair : conflict.figures) {
      const bool option = pair.name.what == FigureName::What::option;
      static constexpr const char* kNames[] = {"option",     "null",   "invalid",
                                               "registered", "voters", "ballots"};
      Value figure = Word{std::string{"figure."} + kNames[static_cast<int>(pair.name.what)]};
      if (option) figure = Text{contest.options.at(pair.name.option).name};
      table.rows.push_back({Text{conflict.unit.text()}, Text{contest.id.text()},
                            Word{"kind." + std::string{kind_name(conflict.kind)}},
                            std::move(figure), pair.a, pair.b});
    }
  }
  out.tables.push_back(std::move(table));
  return out;
}

Section sums_section(const Side& a, const Reconciliation& found) {
  Section out;
  out.heading = "reconcile.sums";
  for (const ContestSums& sums : found.sums) {
    Table table{"reconcile.sums-of", {"contest", "option", "a", "b", "common"}, {}};
    for (const OptionSums& option : sums.options) {
      table.rows.push_back({Text{a.definition.contest(sums.contest).id.text()}, Text{option.name},
                            option.a, option.b, option.common});
    }
    out.tables.push_back(std::move(table));
  }
  return out;
}

void add_bounds(const Side& a, const Side& b, const Reconciliation& found, std::int64_t announced,
                Section& out) {
  for (const ContestSums& sums : found.sums) {
    const auto bounds = lead_bounds(a, b, sums.contest, announced);
    if (!bounds) continue;
    const bool known = bounds->unknown == 0;
    Body body = new_body(known ? "bound.lead" : "bound.lead-unknown",
                         "low = known - electors; high = known + electors", both_inputs(a, b));
    body.arguments = {{"contest", Text{a.definition.contest(sums.contest).id.text()}},
                      {"first", Text{bounds->first}},
                      {"second", Text{bounds->second}},
                      {"low", bounds->low},
                      {"high", bounds->high},
                      {"mesas", bounds->outstanding},
                      {"electors", bounds->electors},
                      {"unknown", bounds->unknown}};
    auto bound = Bound::of(std::move(body), {"assume.rows-authentic", "assume.votes-electors"});
    CHECK(bound.has_value());
    out.statements.emplace_back(*std::move(bound));
  }
}

}  // namespace

statement::Report report(const Side& a, const Side& b, const Reconciliation& found,
                         std::int64_t announced) {
  statement::Report out;
  out.title = "reconcile.title";
  out.arguments = {{"a", Text{a.name}}, {"b", Text{b.name}}};
  out.sections.push_back(counts_section(a, b, found));
  add_bounds(a, b, found, announced, out.sections.back());
  if (!found.conflicts.empty()) out.sections.push_back(conflicts_section(a, found));
  out.sections.push_back(sums_section(a, found));
  return out;
}

statement::Section section(const Side& side, const Feasibility& found, const Hash32& announcement) {
  const std::vector<statement::Input> inputs{{"rows", side.source}, {"announced", announcement}};
  Section out;
  out.heading = "reconcile.announced";
  for (const Feasibility::Line& line : found.lines) {
    const bool below = line.rest() < 0;
    Body body = new_body(below ? "fact.both-not-true" : "fact.rest-left",
                         "rest = announced - rows; rest >= 0", inputs);
    body.arguments = {{"option", Text{line.name}},
                      {"rows", line.rows},
                      {"announced", line.announced},
                      {"rest", below ? -line.rest() : line.rest()}};
    out.statements.emplace_back(FactStatement{std::move(body)});
  }
  if (found.electors && found.rest > *found.electors) {
    Body body = new_body("fact.rest-over-electors", "rest <= electors", inputs);
    body.arguments = {{"rest", found.rest}, {"electors", *found.electors}};
    out.statements.emplace_back(FactStatement{std::move(body)});
  }
  return out;
}

}  // namespace sufragio::witness
