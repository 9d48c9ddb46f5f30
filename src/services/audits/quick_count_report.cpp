#include "services/audits/quick_count_report.h"

#include <algorithm>
#include <map>

#include "audit/codes.h"
#include "audit/quick_count.h"
#include "base/check.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "stats/distributions.h"

namespace sufragio::services {

namespace {

using statement::Text;
using statement::Value;

constexpr double kNamedShare = 0.05;  // smaller options stand in the table only

// The most valid votes that a drawn mesa without figures may hold.
std::int64_t most_of(const Audited& audited, const MesaId& mesa) {
  const election::Mesa* known = audited.definition.mesa(mesa);
  if (known != nullptr && known->electors_known) return known->electors.value();
  return electors_max(audited.law);
}

struct Sample {
  std::vector<std::uint32_t> states;
  std::vector<std::int64_t> mesas;         // of each, in the universe
  std::vector<std::vector<MesaId>> drawn;  // of each
};

Sample sample_of(const AuditFolder& folder) {
  Sample out;
  std::map<std::uint32_t, std::size_t> place;
  for (const MesaId& mesa : folder.universe().mesas()) {
    const std::uint32_t state = audit::state_of(mesa.centre);
    if (place.emplace(state, out.states.size()).second) {
      out.states.push_back(state);
      out.mesas.push_back(0);
      out.drawn.emplace_back();
    }
    ++out.mesas[place[state]];
  }
  for (const MesaId& mesa : folder.dossier().drawn()) {
    out.drawn[place[audit::state_of(mesa.centre)]].push_back(mesa);
  }
  return out;
}

std::vector<audit::QuickStratum> strata_of(const Sample& sample, const audit::QuickFigures& figures,
                                           const Audited& audited, std::size_t option) {
  std::vector<audit::QuickStratum> out;
  for (std::size_t s = 0; s < sample.states.size(); ++s) {
    audit::QuickStratum& stratum = out.emplace_back();
    stratum.name = zero_padded(sample.states[s], 2);
    stratum.mesas = sample.mesas[s];
    for (const MesaId& mesa : sample.drawn[s]) {
      const auto found = figures.find(mesa);
      if (found == figures.end()) {
        stratum.missing.push_back(most_of(audited, mesa));
      } else {
        stratum.reported.push_back({found->second.votes[option], found->second.valid});
      }
    }
  }
  return out;
}

statement::Decimal percent(double share) { return statement::nearest(100 * share, 2); }

// With every drawn mesa in, the draw speaks; else only the bounds hold.
statement::Statement estimate(const AuditFolder& folder, statement::Body body, bool complete) {
  const audit::Dossier& dossier = folder.dossier();
  std::vector<std::string> assumes = {"assume.quick-draw", "assume.quick-figures"};
  if (complete) {
    statement::DrawReference draw;
    draw.record = dossier.hash_of_draw(dossier.draws().size() - 1);
    draw.id = dossier.announcement()->purpose;
    draw.seed = dossier.seed()->dice;
    draw.drawn = static_cast<std::int64_t>(dossier.drawn().size());
    draw.universe = folder.universe().size();
    draw.commitment = dossier.commitment()->universe;
    body.text = "draw.quick-count";
    auto out = statement::DesignBased::of(std::move(body), std::move(assumes), std::move(draw));
    CHECK(out.has_value());
    return *std::move(out);
  }
  assumes.emplace_back("assume.votes-electors");
  body.text = "bound.quick-count";
  auto out = statement::Bound::of(std::move(body), std::move(assumes));
  CHECK(out.has_value());
  return *std::move(out);
}

}  // namespace

Result<statement::Report> quick_count_report(const AuditFolder& folder, const Audited& audited,
                                             const QuickQuestion& question) {
  const audit::Dossier& dossier = folder.dossier();
  if (dossier.drawn().empty()) {
    return fail(Error{audit::kOutOfOrder}
                    .with("state", audit::state_name(dossier.state()))
                    .with("step", "quick-count"));
  }
  if (*dossier.election() != audited.handle) return fail(audit::kOtherElectionsPaper);
  const election::Contest& contest = audited.by_law(question.contest);
  std::vector<std::string> options;
  for (const election::Option& option : contest.options) options.push_back(option.id.text());
  const audit::QuickFigures figures =
      TRY(audit::read_quick_figures(question.results, options, dossier.drawn()));
  const Sample sample = sample_of(folder);
  const Hash32 source = crypto::sha256(as_bytes(question.results));
  statement::Section section;
  section.heading = "quick.heading";
  section.arguments = {{"contest", Text{contest.id.text()}},
                       {"in", static_cast<std::int64_t>(figures.size())},
                       {"drawn", static_cast<std::int64_t>(dossier.drawn().size())}};
  section.notes = {"quick.not-the-count"};
  const bool stale =
      audited.counting != nullptr && !audited.counting->stale(question.contest).empty();
  if (stale) section.notes.emplace_back("quick.by-law");
  statement::Table table{
      "quick.table", {"option", "share", "low", "high", "worst_low", "worst_high"}, {}};
  for (std::size_t i = 0; i < options.size(); ++i) {
    const auto found =
        TRY(audit::quick_count(strata_of(sample, figures, audited, i), question.confidence));
    table.rows.push_back({Text{contest.options[i].name}, percent(found.share), percent(found.low),
                          percent(found.high), percent(found.worst_low),
                          percent(found.worst_high)});
    if (found.share < kNamedShare) continue;
    statement::Body body;
    body.arguments = {
        {"option", Text{contest.options[i].name}},
        {"share", percent(found.share)},
        {"low", percent(found.complete ? found.low : found.worst_low)},
        {"high", percent(found.complete ? found.high : found.worst_high)},
        {"confidence", percent(question.confidence)},
        {"mesas", static_cast<std::int64_t>(figures.size())},
        {"missing", static_cast<std::int64_t>(dossier.drawn().size() - figures.size())}};
    body.formula = "docs/rules/U517";
    body.inputs = {{"results", source}};
    section.statements.push_back(estimate(folder, std::move(body), found.complete));
  }
  section.tables.push_back(std::move(table));
  return statement::Report{"quick.title", {}, {std::move(section)}};
}

statement::Report quick_plan_report(const QuickPlan& plan) {
  const double z = stats::normal_quantile((1 + plan.confidence) / 2);
  const auto per_mesa = static_cast<double>(plan.per_mesa);
  statement::Body body;
  body.text = "fact.quick-plan";
  body.arguments = {{"error", percent(plan.error)},
                    {"confidence", percent(plan.confidence)},
                    {"share", percent(plan.share)},
                    {"per_mesa", plan.per_mesa},
                    {"rho", statement::nearest(plan.rho, 4)},
                    {"effect", statement::nearest(audit::design_effect(per_mesa, plan.rho), 2)},
                    {"mesas", audit::mesas_for(plan.share, plan.error, z, per_mesa, plan.rho)}};
  body.formula =
      "mesas = z^2 * share * (1 - share) / error^2 * effect / per_mesa, rounded up; "
      "effect = 1 + (per_mesa - 1) * rho";
  statement::Section section;
  section.heading = "quick.plan";
  section.statements.emplace_back(statement::FactStatement{std::move(body)});
  return {"quick.title", {}, {std::move(section)}};
}

}  // namespace sufragio::services
