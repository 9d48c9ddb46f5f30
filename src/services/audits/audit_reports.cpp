#include "services/audits/audit_reports.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "audit/codes.h"
#include "audit/hash_rng.h"
#include "audit/polling.h"
#include "audit/sequential.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "stats/combinatorics.h"

namespace sufragio::services {

namespace {

using statement::Argument;
using statement::Probability;
using statement::Report;
using statement::Section;
using statement::Text;
using statement::Value;
using statement::Word;

const std::vector<std::string> kPaperAssumptions = {"assume.seed-after", "assume.boxes-sealed",
                                                    "assume.two-count", "assume.voters-paper",
                                                    "assume.absent-differs"};
// Of single receipts: a place in the stack must say nothing about when somebody voted.
const std::vector<std::string> kReceiptAssumptions = {
    "assume.seed-after",   "assume.boxes-sealed",   "assume.two-read",
    "assume.voters-paper", "assume.receipts-mixed", "assume.receipt-missing"};

std::int64_t whole(const std::vector<audit::Part>& parts, std::int64_t audit::Part::*field) {
  std::int64_t out = 0;
  for (const audit::Part& part : parts) out += part.*field;
  return out;
}

statement::Body body_with(std::string text, std::vector<Argument> arguments, std::string formula) {
  statement::Body out;
  out.text = std::move(text);
  out.arguments = std::move(arguments);
  out.formula = std::move(formula);
  return out;
}

statement::Bound bound_of(statement::Body body, const std::vector<std::string>& assumptions) {
  auto out = statement::Bound::of(std::move(body), assumptions);
  CHECK(out.has_value());
  return *std::move(out);
}

Value miss_value(const stats::Product& p) { return Probability::at_most(p.value()); }

Section section_of(std::string heading, std::vector<Argument> arguments) {
  Section out;
  out.heading = std::move(heading);
  out.arguments = std::move(arguments);
  return out;
}

// "1", "54.4", "0.5": no more decimals than it has.
statement::Decimal percent_of(const election::Fraction& share) {
  for (int decimals = 0; decimals < 6; ++decimals) {
    const auto out = statement::ratio(share.num * 100, share.den, decimals);
    const auto more = statement::ratio(share.num * 100, share.den, 6);
    std::int64_t scaled = out.units;
    for (int i = decimals; i < 6; ++i) scaled *= 10;
    if (scaled == more.units) return out;
  }
  return statement::ratio(share.num * 100, share.den, 6);
}

// Mesas of the register whose row is not counted: their boxes are in the frame.
statement::FactStatement held_fact(const audit::Frame& frame) {
  statement::List waiting;
  statement::List missing;
  for (const audit::HeldMesa& held : frame.held) {
    (held.row ? waiting : missing).push_back(frame.mesas[held.mesa].text());
  }
  return {body_with("fact.held",
                    {{"held", static_cast<std::int64_t>(frame.held.size())},
                     {"mesas", static_cast<std::int64_t>(frame.size())},
                     {"waiting", std::move(waiting)},
                     {"missing", std::move(missing)}},
                    "docs/rules/U522")};
}

std::vector<Argument> contest_argument(const audit::Frame& frame) {
  return {{"contest", Text{frame.contest}}};
}

}  // namespace

Report power_report(const PowerQuestion& question) {
  const std::int64_t mesas = whole(question.parts, &audit::Part::size);
  const std::int64_t drawn = whole(question.parts, &audit::Part::drawn);
  Section section = section_of("audit.power.heading",
                               {{"rule", Text{question.rule}}, {"drawn", drawn}, {"mesas", mesas}});
  const auto share = statement::ratio(drawn * 100, mesas, 3);
  if (question.stated) {
    const std::int64_t needed = audit::share_of(mesas, *question.stated);
    section.statements.emplace_back(statement::FactStatement{
        body_with(drawn >= needed ? "fact.sample-share-holds" : "fact.sample-share",
                  {{"drawn", drawn},
                   {"mesas", mesas},
                   {"share", share},
                   {"stated", percent_of(*question.stated)},
                   {"needed", needed}},
                  "drawn / mesas; needed = mesas * stated, rounded up")});
  }
  statement::Body after = body_with("bound.altered-at-most",
                                    {{"drawn", drawn},
                                     {"mesas", mesas},
                                     {"at5", audit::altered_at_most(question.parts, 0.05)},
                                     {"at1", audit::altered_at_most(question.parts, 0.01)},
                                     {"at01", audit::altered_at_most(question.parts, 0.001)}},
                                    "max K: worst_miss(K) > alpha");
  section.statements.emplace_back(bound_of(std::move(after), kPaperAssumptions));
  std::set<std::int64_t> altered = {1, 2, 3, 4, 5, 7, 10, 15, 20, 50, 100};
  altered.insert(question.altered.begin(), question.altered.end());
  std::erase_if(altered, [&](std::int64_t k) { return k > mesas || k < 1; });
  const auto misses = audit::worst_misses(question.parts, *altered.rbegin());
  statement::Table table{"audit.power.table", {"altered", "miss"}, {}};
  for (const std::int64_t k : altered) {
    table.rows.push_back({k, miss_value(misses[static_cast<std::size_t>(k) - 1])});
  }
  section.tables.push_back(std::move(table));
  for (const std::int64_t k : question.altered) {
    if (k < 1 || k > mesas) continue;
    section.statements.emplace_back(bound_of(
        body_with("bound.miss",
                  {{"altered", k}, {"p", miss_value(misses[static_cast<std::size_t>(k) - 1])}},
                  "worst_miss(K): docs/rules/U502"),
        kPaperAssumptions));
  }
  return {"audit.power.title", {}, {std::move(section)}};
}

Result<Report> kmin_report(const audit::Frame& frame, const std::vector<audit::Part>& parts,
                           double alpha) {
  const auto assertions = TRY(audit::assertions_of(frame));
  const std::int64_t kmin = audit::fewest_mesas(frame, assertions);
  const auto least = std::ranges::min_element(assertions, {}, &audit::Assertion::margin);
  Section section = section_of("audit.kmin.heading", contest_argument(frame));
  statement::Body body = body_with("bound.kmin",
                                   {{"kmin", kmin},
                                    {"fewer", kmin - 1},
                                    {"mesas", static_cast<std::int64_t>(frame.size())},
                                    {"margin", least->margin}},
                                   "docs/rules/U513");
  body.inputs.push_back({"rows", crypto::sha256(as_bytes(audit::frame_text(frame)))});
  section.statements.emplace_back(
      bound_of(std::move(body), {"assume.ballots-of-rows", "assume.rows-committed"}));
  if (!frame.held.empty()) section.statements.emplace_back(held_fact(frame));
  if (!parts.empty()) {
    const auto miss = audit::worst_miss(parts, kmin);
    section.statements.emplace_back(bound_of(
        body_with(miss.value() <= alpha ? "bound.draw-enough" : "bound.draw-short",
                  {{"kmin", kmin}, {"p", miss_value(miss)}, {"alpha", Probability::at_most(alpha)}},
                  "worst_miss(K_min) <= alpha"),
        kPaperAssumptions));
  }
  return Report{"audit.kmin.title", {}, {std::move(section)}};
}

namespace {

struct PlanLine {
  std::vector<Value> cells;
  bool statutory_enough = false;
};

// Receipts by BRAVO's average, a formula for one vote a ballot.
Value receipts_on_average(const audit::Frame& frame, const PlanQuestion& question) {
  if (frame.rule.method != audit::ContestMethod::plurality || frame.rule.votes_per_voter != 1 ||
      frame.outside > 0) {
    return Text{"–"};
  }
  const auto plan = audit::plan_polling(frame.totals(), frame.all_ballots(), frame.rule.seats, {},
                                        question.alpha);
  if (!plan || !*plan || (*plan)->average <= 0) return Text{"–"};
  return std::min((*plan)->average, frame.all_ballots());
}

Value receipts_simulated(const audit::Frame& frame, const PlanQuestion& question) {
  if (question.paths < 1) return Text{"–"};
  const audit::ReceiptPlan plan{question.alpha, question.d, 0.9, question.paths};
  audit::HashRng rng{question.simulate_from};  // of its own: other contests change nothing
  const auto size = audit::receipts_needed(frame, plan, rng);
  return size ? Value{*size} : Value{Word{"audit.full-count"}};
}

PlanLine plan_line(const audit::Frame& frame, const PlanQuestion& question) {
  PlanLine out;
  const auto mesas = static_cast<std::int64_t>(frame.size());
  const auto assertions = audit::assertions_of(frame);
  const auto bounds = assertions ? audit::error_bounds(frame, *assertions)
                                 : Result<audit::ErrorBounds>{fail(assertions.error())};
  if (!bounds) {
    const Text none{"–"};
    out.cells = {Text{frame.contest},
                 mesas,
                 none,
                 none,
                 Word{"audit.full-count"},
                 none,
                 none,
                 none,
                 Text{bounds.error().code.text()}};
    return out;
  }
  const auto least = std::ranges::min_element(*assertions, {}, &audit::Assertion::margin);
  const std::int64_t draws = audit::draws_needed(bounds->u(), question.g, question.alpha, {});
  const std::int64_t kmin = audit::fewest_mesas(frame, *assertions);
  Value statutory = Text{"–"};
  if (!question.statutory.empty()) {
    const auto miss = audit::worst_miss(question.statutory, kmin);
    statutory = miss_value(miss);
    out.statutory_enough = miss.value() <= question.alpha;
  }
  const double u = std::min(bounds->u(), 1e9);
  out.cells = {Text{frame.contest},
               mesas,
               least->margin,
               statement::nearest(u, 6),
               draws >= 2 * mesas ? Value{Word{"audit.full-count"}} : Value{draws},
               kmin,
               statutory,
               receipts_on_average(frame, question),
               receipts_simulated(frame, question)};
  return out;
}

}  // namespace

Report plan_report(const PlanQuestion& question) {
  Section section = section_of("audit.plan.heading",
                               {{"alpha", Probability::at_most(question.alpha)},
                                {"g", statement::nearest(question.g, 3)},
                                {"contests", static_cast<std::int64_t>(question.frames.size())}});
  section.notes = {"audit.plan.columns"};
  statement::Table table{
      "audit.plan.table",
      {"contest", "mesas", "margin", "u", "draws", "kmin", "miss", "receipts_mean", "receipts_90"},
      {}};
  for (const audit::Frame& frame : question.frames) {
    table.rows.push_back(plan_line(frame, question).cells);
  }
  section.tables.push_back(std::move(table));
  return {"audit.plan.title", {}, {std::move(section)}};
}

namespace {

bool draws_receipts(const AuditFolder& folder) {
  return folder.dossier().announcement()->method == audit::DrawMethod::receipts;
}

std::int64_t receipts_of(const audit::Frame& frame) { return frame.all_ballots() - frame.outside; }

statement::DrawReference reference_of(const AuditFolder& folder) {
  const audit::Dossier& dossier = folder.dossier();
  const std::set<MesaId> different(dossier.drawn().begin(), dossier.drawn().end());
  statement::DrawReference out;
  out.record = dossier.hash_of_draw(dossier.draws().size() - 1);
  out.id = dossier.announcement()->purpose;
  out.seed = dossier.seed()->dice;
  out.drawn = static_cast<std::int64_t>(different.size());
  out.universe = folder.universe().size();
  out.commitment = dossier.commitment()->universe;
  if (draws_receipts(folder)) {
    out.drawn = static_cast<std::int64_t>(dossier.lines().size());
    out.universe = receipts_of(*folder.frame());
  }
  return out;
}

statement::DesignBased design_of(const AuditFolder& folder, statement::Body body) {
  if (folder.dossier().commitment()->frame) {
    body.inputs.push_back({"rows", *folder.dossier().commitment()->frame});
  }
  auto out = statement::DesignBased::of(
      std::move(body), draws_receipts(folder) ? kReceiptAssumptions : kPaperAssumptions,
      reference_of(folder));
  CHECK(out.has_value());
  return *std::move(out);
}

double fraction_value(const election::Fraction& f) {
  return static_cast<double>(f.num) / static_cast<double>(f.den);
}

void sort_sheets(const audit::Dossier& dossier, RiskFindings& out) {
  const std::set<MesaId> different(dossier.drawn().begin(), dossier.drawn().end());
  out.drawn = static_cast<std::int64_t>(different.size());
  for (const MesaId& mesa : different) {
    const audit::Sheet* sheet = dossier.sheet(mesa);
    if (sheet == nullptr) {
      out.waiting.push_back(mesa.text());
      continue;
    }
    ++out.sheets;
    if (sheet->result() == audit::SheetResult::not_counted) {
      out.not_counted.push_back(mesa.text());
    } else if (sheet->counts_as_differing()) {
      out.differing.push_back(mesa.text());
    }
  }
}

struct Taints {
  std::vector<double> values;
  bool broken = false;  // a bound was false
};

Result<Taints> taints_of(const AuditFolder& folder, const std::vector<audit::Assertion>& assertions,
                         const audit::ErrorBounds& bounds) {
  Taints out;
  const audit::Frame& frame = *folder.frame();
  std::map<MesaId, double> known;
  for (const MesaId& mesa : folder.dossier().drawn()) {
    const audit::Sheet* sheet = folder.dossier().sheet(mesa);
    if (sheet == nullptr) break;  // the prefix in draw order ends here
    if (!known.contains(mesa)) {
      audit::PaperCount paper{*frame.find(mesa), std::nullopt};
      if (sheet->paper) paper.votes = sheet->paper->receipts;
      const auto value = audit::taint(frame, assertions, bounds, paper);
      out.broken = out.broken || (!value && value.error().code == audit::kBoundBroken);
      if (!value && !out.broken) return fail(value.error());
      known[mesa] = value ? *value : 1;
    }
    out.values.push_back(known[mesa]);
  }
  return out;
}

Result<void> assess_weighted(const AuditFolder& folder, RiskFindings& out) {
  const audit::Dossier& dossier = folder.dossier();
  const audit::Announcement& announced = *dossier.announcement();
  const auto assertions = TRY(audit::assertions_of(*folder.frame()));
  const auto bounds = TRY(audit::error_bounds(*folder.frame(), assertions));
  const Taints taints = TRY(taints_of(folder, assertions, bounds));
  audit::BatchTest test;
  test.g = fraction_value(announced.g);
  const double alpha = fraction_value(announced.risk_limit);
  const auto risk = audit::batch_risk(taints.values, bounds.u(), test);
  out.looked_at = static_cast<std::int64_t>(taints.values.size());
  out.p = risk.p;
  out.confirmed = !taints.broken && audit::reached(taints.values, bounds.u(), test, alpha);
  const bool last = dossier.draws().size() >= announced.max_rounds;
  const bool used_up = out.waiting.empty() && last && !out.confirmed;
  out.full_count = taints.broken || used_up;
  if (!out.confirmed) out.more = audit::draws_needed(bounds.u(), test.g, alpha, risk.now);
  return {};
}

Result<void> assess_tickets(const AuditFolder& folder, RiskFindings& out) {
  out.looked_at = out.sheets;
  if (folder.frame() == nullptr) return {};
  const auto assertions = TRY(audit::assertions_of(*folder.frame()));
  out.kmin = audit::fewest_mesas(*folder.frame(), assertions);
  if (!out.waiting.empty()) return {};
  const double alpha = fraction_value(folder.dossier().announcement()->risk_limit);
  const auto differing = static_cast<std::int64_t>(out.differing.size() + out.not_counted.size());
  const audit::SampleRule rule = TRY(audit::parse_rule(folder.dossier().announcement()->rule));
  const auto parts = TRY(audit::sample_parts(rule, folder.universe()));
  if (differing == 0) {
    out.p = audit::worst_miss(parts, out.kmin).value();
  } else if (!rule.in_parts()) {
    out.p = stats::at_most_drawn({folder.universe().size(), out.kmin, out.drawn}, differing);
  }
  out.confirmed = out.p && *out.p <= alpha;
  return {};
}

Result<void> assess_receipts(const AuditFolder& folder, RiskFindings& out) {
  const audit::Dossier& dossier = folder.dossier();
  const audit::Announcement& announced = *dossier.announcement();
  out.drawn = static_cast<std::int64_t>(dossier.lines().size());
  out.sheets = static_cast<std::int64_t>(folder.readings().size());
  out.looked_at = out.sheets;
  for (std::size_t i = dossier.readings().size(); i < dossier.draws().size(); ++i) {
    out.waiting.push_back("draws-" + std::to_string(i + 1) + ".csv");
  }
  if (!announced.stratum.empty()) return {};  // one part alone says nothing of the contest
  const audit::Frame& frame = *folder.frame();
  const auto assertions = TRY(audit::assertions_of(frame));
  std::vector<std::size_t> mesas;
  for (std::size_t i = 0; i < folder.readings().size(); ++i) {
    mesas.push_back(*frame.find(dossier.lines()[i].mesa));
  }
  const bool polling = announced.purpose.starts_with("polling:");
  const audit::ReceiptRisk risk =
      polling ? audit::polling_risk(frame, assertions, folder.readings(), announced.d)
              : audit::oneaudit_risk(frame, assertions, folder.readings(), mesas, announced.d);
  constexpr double kHair = 1 + 1e-9;
  out.p = risk.p;
  out.confirmed = risk.p * kHair <= fraction_value(announced.risk_limit);
  const bool last = dossier.draws().size() >= announced.max_rounds;
  out.full_count = out.waiting.empty() && last && !out.confirmed;
  return {};
}

Value names(const std::vector<std::string>& mesas) { return statement::List(mesas); }

statement::Table differences_table(const audit::Dossier& dossier) {
  std::map<std::int64_t, std::int64_t> count;
  for (const audit::Sheet& sheet : dossier.sheets()) {
    if (const auto difference = sheet.largest_difference()) ++count[*difference];
  }
  statement::Table out{"audit.risk.differences", {"difference", "mesas"}, {}};
  for (const auto& [difference, mesas] : count) out.rows.push_back({difference, mesas});
  return out;
}

statement::FactStatement sheets_fact(const RiskFindings& findings) {
  const auto differing = static_cast<std::int64_t>(findings.differing.size());
  const auto missing = static_cast<std::int64_t>(findings.not_counted.size());
  return {body_with("fact.paper",
                    {{"drawn", findings.drawn},
                     {"sheets", findings.sheets},
                     {"equal", findings.sheets - differing - missing},
                     {"differing", differing},
                     {"differing_list", names(findings.differing)},
                     {"missing", missing},
                     {"missing_list", names(findings.not_counted)},
                     {"waiting", static_cast<std::int64_t>(findings.waiting.size())}},
                    "sheets by result")};
}

statement::FactStatement receipts_fact(const AuditFolder& folder) {
  const std::vector<MesaId>& drawn = folder.dossier().drawn();
  const std::set<MesaId> mesas(drawn.begin(), drawn.end());
  const auto missing =
      std::ranges::count(folder.readings(), false, [](const auto& one) { return one.found; });
  return {body_with("fact.receipts",
                    {{"drawn", static_cast<std::int64_t>(drawn.size())},
                     {"mesas", static_cast<std::int64_t>(mesas.size())},
                     {"read", static_cast<std::int64_t>(folder.readings().size())},
                     {"missing", static_cast<std::int64_t>(missing)}},
                    "readings by line")};
}

statement::Table readings_table(const AuditFolder& folder) {
  const audit::Frame& frame = *folder.frame();
  std::vector<std::int64_t> count(frame.options.size(), 0);
  for (const audit::Reading& reading : folder.readings()) {
    for (const std::uint32_t option : reading.options) ++count[option];
  }
  const std::vector<std::int64_t> totals = frame.totals();
  statement::Table out{"audit.risk.readings", {"option", "receipts_read", "votes"}, {}};
  for (std::size_t i = 0; i < count.size(); ++i) {
    out.rows.push_back({Text{frame.options[i]}, count[i], totals[i]});
  }
  return out;
}

}  // namespace

Result<RiskFindings> assess(const AuditFolder& folder) {
  const audit::Dossier& dossier = folder.dossier();
  RiskFindings out;
  if (dossier.draws().empty()) {
    return fail(Error{audit::kOutOfOrder}
                    .with("state", audit::state_name(dossier.state()))
                    .with("step", "risk"));
  }
  if (!draws_receipts(folder)) sort_sheets(dossier, out);
  out.draws = static_cast<std::int64_t>(dossier.drawn().size());
  const bool whole_count = dossier.state() == audit::State::full_count ||
                           dossier.state() == audit::State::corrected_or_confirmed;
  if (whole_count && folder.frame() != nullptr) {
    out.count = TRY(audit::recount(*folder.frame(), dossier.sheets()));
    return out;
  }
  if (draws_receipts(folder)) {
    TRY(assess_receipts(folder, out));
  } else if (dossier.announcement()->method == audit::DrawMethod::ppeb) {
    TRY(assess_weighted(folder, out));
  } else {
    TRY(assess_tickets(folder, out));
  }
  return out;
}

std::optional<audit::Act> act_for(const AuditFolder& folder, const RiskFindings& findings) {
  const audit::State state = folder.dossier().state();
  audit::Act out;
  out.counted = findings.looked_at;
  if (state == audit::State::drawn || state == audit::State::extended) {
    out.move = audit::Move::counting;
    return out;
  }
  if (state == audit::State::full_count && findings.count &&
      findings.count->state == audit::RecountState::final && !findings.count->open_outcome) {
    out.move = audit::Move::corrected_or_confirmed;
    const bool stands = findings.count->seats_before == findings.count->seats_after;
    out.reason = stands ? "confirmed" : "corrected";
    out.counted = findings.count->counted;
    return out;
  }
  if (state != audit::State::counting) return std::nullopt;
  if (findings.full_count) {
    out.move = audit::Move::full_count;
    return out;
  }
  if (!findings.confirmed) return std::nullopt;
  out.move = audit::Move::confirmed;
  out.risk = Probability::at_most(*findings.p).text();
  return out;
}

namespace {

void add_act(const audit::Frame& frame, const audit::RecountAct& act, Section& section) {
  std::vector<std::string> waiting;
  for (const MesaId& mesa : act.waiting) waiting.push_back(mesa.text());
  std::vector<std::string> unaccounted;
  for (const MesaId& mesa : act.unaccounted) unaccounted.push_back(mesa.text());
  section.statements.emplace_back(statement::FactStatement{body_with(
      act.state == audit::RecountState::final ? "fact.recount-final" : "fact.recount-open",
      {{"boxes", act.boxes},
       {"counted", act.counted},
       {"changed", static_cast<std::int64_t>(act.changes.size())},
       {"waiting", statement::List(waiting)},
       {"unaccounted", statement::List(unaccounted)}},
      "new = old - acta + box")});
  if (act.open_outcome && act.state == audit::RecountState::final) {
    section.notes.emplace_back("audit.recount.open");
  }
  if (act.seats_before != act.seats_after) section.notes.emplace_back("audit.recount.changed");
  statement::Table totals{"audit.recount.totals", {"option", "before", "after", "difference"}, {}};
  for (std::size_t i = 0; i < act.before.size(); ++i) {
    totals.rows.push_back(
        {Text{frame.options[i]}, act.before[i], act.after[i], act.after[i] - act.before[i]});
  }
  section.tables.push_back(std::move(totals));
  statement::Table rows{"audit.recount.rows", {"mesa", "option", "before", "after"}, {}};
  for (const audit::RecountLine& line : act.changes) {
    for (std::size_t i = 0; i < line.reported.size(); ++i) {
      if (line.reported[i] == (*line.counted)[i]) continue;
      rows.rows.push_back({Text{frame.mesas[line.mesa].text()}, Text{frame.options[i]},
                           line.reported[i], (*line.counted)[i]});
    }
  }
  section.tables.push_back(std::move(rows));
}

}  // namespace

namespace {

// The rules by which the figure is computed.
std::string formula_of(const audit::Announcement& announced) {
  if (announced.method == audit::DrawMethod::ppeb) return "docs/rules/U512";
  if (announced.method == audit::DrawMethod::receipts) return "docs/rules/U514, U515";
  return "docs/rules/U502, U513";
}

}  // namespace

Report risk_report(const AuditFolder& folder, const RiskFindings& findings) {
  const audit::Announcement& announced = *folder.dossier().announcement();
  const double alpha = fraction_value(announced.risk_limit);
  const std::string state{audit::state_name(folder.dossier().state())};
  Section section = section_of("audit.risk.heading", {{"purpose", Text{announced.purpose}},
                                                      {"state", Word{"audit.state." + state}}});
  const bool receipts = draws_receipts(folder);
  section.statements.emplace_back(receipts ? receipts_fact(folder) : sheets_fact(findings));
  if (findings.p) {
    std::vector<Argument> arguments = {{"contest", Text{announced.contest}},
                                       {"p", Probability::at_most(*findings.p)},
                                       {"alpha", Probability::at_most(alpha)},
                                       {"draws", findings.looked_at},
                                       {"kmin", findings.kmin}};
    std::string key = "draw.statutory";
    if (announced.method != audit::DrawMethod::tickets) {
      key = findings.confirmed ? "draw.confirmed" : "draw.risk";
      arguments.pop_back();
    } else {
      arguments.push_back({"drawn", findings.drawn});
      arguments.push_back({"mesas", folder.universe().size()});
    }
    section.statements.emplace_back(
        design_of(folder, body_with(key, std::move(arguments), formula_of(announced))));
  }
  if (!announced.stratum.empty()) section.notes.emplace_back("audit.risk.stratum");
  if (findings.full_count) section.notes.emplace_back("audit.risk.full-count");
  if (findings.count) {
    add_act(*folder.frame(), *findings.count, section);
  } else if (!findings.confirmed && !findings.full_count) {
    section.notes.emplace_back(findings.waiting.empty() ? "audit.risk.extend"
                               : receipts               ? "audit.risk.waiting-receipts"
                                                        : "audit.risk.waiting");
  }
  if (receipts) section.tables.push_back(readings_table(folder));
  if (!receipts || findings.count) section.tables.push_back(differences_table(folder.dossier()));
  if (findings.more > 0) {
    section.tables.push_back({"audit.risk.more", {"draws_more"}, {{findings.more}}});
  }
  return {"audit.risk.title", {}, {std::move(section)}};
}

Report draw_report(const AuditFolder& folder, bool listed) {
  const audit::Dossier& dossier = folder.dossier();
  const audit::Announcement& announced = *dossier.announcement();
  const std::string state{audit::state_name(dossier.state())};
  Section section = section_of("audit.draw.heading", {{"purpose", Text{announced.purpose}},
                                                      {"state", Word{"audit.state." + state}}});
  section.statements.emplace_back(statement::FactStatement{
      body_with("fact.committed",
                {{"mesas", folder.universe().size()},
                 {"universe", Text{dossier.commitment()->universe.hex()}},
                 {"rule", Text{announced.rule.empty() ? announced.purpose : announced.rule}},
                 {"draws", announced.draws}},
                "SHA-256(universe)")});
  if (dossier.seed() && !dossier.draws().empty()) {
    const std::set<MesaId> mesas(dossier.drawn().begin(), dossier.drawn().end());
    std::vector<std::string> ids;
    for (const audit::DrawnMesa& line : dossier.lines()) ids.push_back(line.id());
    const Hash32 hash = crypto::sha256(as_bytes(audit::joined(ids)));
    section.statements.emplace_back(statement::FactStatement{
        body_with(draws_receipts(folder) ? "fact.drawn-receipts" : "fact.drawn",
                  {{"seed", Text{dossier.seed()->dice}},
                   {"draws", static_cast<std::int64_t>(ids.size())},
                   {"drawn", static_cast<std::int64_t>(mesas.size())},
                   {"hash", Text{hash.hex()}}},
                  "docs/spec/draw.md 3, 4")});
    if (listed) {
      statement::Table table{"audit.draw.table", {"number", "mesa"}, {}};
      for (std::size_t i = 0; i < ids.size(); ++i) {
        table.rows.push_back({static_cast<std::int64_t>(i) + 1, Text{ids[i]}});
      }
      section.tables.push_back(std::move(table));
    }
  }
  return {"audit.draw.title", {}, {std::move(section)}};
}

namespace {

constexpr const char* kResults[] = {"audit.sheet.match", "audit.sheet.explained",
                                    "audit.sheet.differs", "audit.sheet.not_counted"};
constexpr const char* kReasons[] = {"", "audit.reason.missing", "audit.reason.refused",
                                    "audit.reason.box_broken", "audit.reason.no_access"};
constexpr const char* kCauses[] = {"",
                                   "audit.cause.destroyed_receipt",
                                   "audit.cause.voter_took_receipt",
                                   "audit.cause.paper_jam",
                                   "audit.cause.other_box",
                                   "audit.cause.spoiled_receipt",
                                   "audit.cause.roster_unsigned"};

statement::Table figures_table(const audit::Frame& frame, const audit::Sheet& sheet) {
  statement::Table out{"audit.constancia.figures", {"figure", "acta", "paper", "difference"}, {}};
  const auto add = [&](Value name, std::int64_t acta, std::int64_t paper) {
    out.rows.push_back({std::move(name), acta, paper, paper - acta});
  };
  const audit::BoxCount& paper = *sheet.paper;
  for (std::size_t i = 0; i < paper.receipts.size(); ++i) {
    add(Text{frame.options[i]}, sheet.acta.votes[i], paper.receipts[i]);
  }
  add(Word{"audit.constancia.null"}, sheet.acta.null, paper.null);
  add(Word{"audit.constancia.box"}, sheet.acta.ballots, paper.box);
  add(Word{"audit.constancia.roster"}, sheet.acta.ballots, paper.roster);
  return out;
}

}  // namespace

Report sheet_report(const audit::Frame& frame, const audit::Sheet& sheet) {
  Section section = section_of("audit.constancia.heading", {{"mesa", Text{sheet.mesa.text()}},
                                                            {"contest", Text{sheet.contest}}});
  std::vector<Argument> arguments = {
      {"mesa", Text{sheet.mesa.text()}},
      {"contest", Text{sheet.contest}},
      {"result", Word{kResults[static_cast<std::size_t>(sheet.result())]}}};
  if (sheet.paper) {
    arguments.push_back({"difference", *sheet.largest_difference()});
    arguments.push_back({"tolerance", sheet.tolerance});
  } else {
    const auto reason = static_cast<std::size_t>(sheet.reason.value_or(audit::NotCounted::missing));
    arguments.push_back({"reason", Word{kReasons[reason]}});
  }
  statement::Body body = body_with(sheet.paper ? "fact.sheet" : "fact.sheet-not-counted",
                                   std::move(arguments), "docs/spec/comparison-sheet.md");
  body.inputs = {{"draw", sheet.draw}, {"sheet", crypto::sha256(audit::encode(sheet))}};
  section.statements.emplace_back(statement::FactStatement{std::move(body)});
  if (sheet.paper) section.tables.push_back(figures_table(frame, sheet));
  if (!sheet.explanations.empty()) {
    statement::Table causes{"audit.constancia.causes", {"reason", "receipts"}, {}};
    for (const audit::Explanation& one : sheet.explanations) {
      causes.rows.push_back({Word{kCauses[static_cast<std::size_t>(one.cause)]}, one.receipts});
    }
    section.tables.push_back(std::move(causes));
  }
  statement::Table counters{"audit.constancia.counters", {"credential", "organisation"}, {}};
  for (const auto& [person, organisation] : sheet.counters) {
    counters.rows.push_back({Text{person}, Text{organisation}});
  }
  if (!counters.rows.empty()) section.tables.push_back(std::move(counters));
  return {"audit.constancia.title", {}, {std::move(section)}};
}

Result<Report> strata_report(const std::vector<const AuditFolder*>& folders) {
  std::vector<audit::Stratum> strata;
  std::vector<std::string> parts;
  statement::DrawReference all;
  Bytes records;
  Bytes commitments;
  double alpha = 1;
  statement::Body body;
  for (const AuditFolder* folder : folders) {
    const audit::Dossier& dossier = folder->dossier();
    if (dossier.draws().empty() || !draws_receipts(*folder)) {
      return fail(Error{audit::kOutOfOrder}
                      .with("state", audit::state_name(dossier.state()))
                      .with("step", "strata"));
    }
    strata.push_back({folder->frame(), folder->readings()});
    parts.push_back(dossier.announcement()->stratum);
    const statement::DrawReference one = reference_of(*folder);
    all.id = dossier.announcement()->purpose;
    all.seed += (all.seed.empty() ? "" : " ") + one.seed;
    all.drawn += one.drawn;
    all.universe += one.universe;
    records.insert(records.end(), one.record.data.begin(), one.record.data.end());
    commitments.insert(commitments.end(), one.commitment.data.begin(), one.commitment.data.end());
    alpha = std::min(alpha, fraction_value(dossier.announcement()->risk_limit));
    body.inputs.push_back({"rows", *dossier.commitment()->frame});
  }
  const audit::ReceiptRisk risk = TRY(audit::strata_risk(strata));
  all.record = crypto::sha256(records);
  all.commitment = crypto::sha256(commitments);
  const auto read = [](std::int64_t sum, const audit::Stratum& one) {
    return sum + static_cast<std::int64_t>(one.readings.size());
  };
  body.text = risk.p * (1 + 1e-9) <= alpha ? "draw.confirmed" : "draw.risk";
  body.arguments = {
      {"contest", Text{strata.front().frame->contest}},
      {"p", Probability::at_most(risk.p)},
      {"alpha", Probability::at_most(alpha)},
      {"draws", std::accumulate(strata.begin(), strata.end(), std::int64_t{0}, read)}};
  body.formula = "docs/rules/U516";
  auto design = statement::DesignBased::of(std::move(body), kReceiptAssumptions, std::move(all));
  CHECK(design.has_value());
  Section section = section_of("audit.strata.heading", {{"strata", statement::List(parts)}});
  section.statements.emplace_back(*std::move(design));
  return Report{"audit.risk.title", {}, {std::move(section)}};
}

Result<Report> recount_report(const audit::Frame& frame, const election::LawPack& law,
                              const std::vector<audit::Sheet>& sheets) {
  const election::Fraction& trigger = law.recount_margin;
  const auto judged = TRY(audit::recount_trigger(frame.rule, frame.totals(), trigger));
  Section section = section_of("audit.recount.heading", contest_argument(frame));
  statement::Body body = body_with(
      judged.ordered ? "fact.recount-ordered" : "fact.recount-not-ordered",
      {{"first", Text{frame.options[judged.first]}},
       {"votes_first", judged.votes_first},
       {"second", Text{frame.options[judged.second]}},
       {"votes_second", judged.votes_second},
       {"margin", judged.margin()},
       {"share",
        statement::ratio(judged.margin() * 100, judged.votes_first + judged.votes_second, 3)},
       {"trigger", percent_of(trigger)},
       {"boxes", static_cast<std::int64_t>(frame.size())}},
      "(first - second) / (first + second) <= recount.trigger_margin");
  body.law = law.hash;
  body.inputs.push_back({"rows", crypto::sha256(as_bytes(audit::frame_text(frame)))});
  section.statements.emplace_back(statement::FactStatement{std::move(body)});
  const auto* parameter = law.parameter("recount.trigger_margin");
  if (parameter != nullptr && !parameter->certain) {
    section.notes.emplace_back("audit.recount.margin-ours");
  }
  if (!frame.held.empty()) section.statements.emplace_back(held_fact(frame));
  if (!sheets.empty()) {
    const auto act = TRY(audit::recount(frame, sheets));
    add_act(frame, act, section);
  }
  return Report{"audit.recount.title", {}, {std::move(section)}};
}

std::vector<Result<Report>> contest_reports(const Audited& audited) {
  std::vector<Result<Report>> out;
  for (std::uint16_t c = 0; c < audited.definition.contests.size(); ++c) {
    const auto frame = frame_of(audited, election::ContestIndex{c});
    if (!frame) continue;  // no audit by sample serves it
    const auto universe = audit::Universe::of(frame->mesas);
    const auto rule = audit::statutory_rule(audited.law);
    const auto parts = universe && rule ? audit::sample_parts(*rule, *universe)
                                        : Result<std::vector<audit::Part>>{};
    out.push_back(kmin_report(*frame, parts ? *parts : std::vector<audit::Part>{},
                              fraction_value(audited.law.risk.risk_limit)));
    out.push_back(recount_report(*frame, audited.law, {}));
  }
  return out;
}

}  // namespace sufragio::services
