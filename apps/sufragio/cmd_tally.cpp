#include <algorithm>
#include <map>
#include <string>

#include "codes.h"
#include "commands.h"
#include "report_file.h"
#include "reports.h"
#include "services/workspace/workspace.h"
#include "tallied.h"
#include "tally/bulletin.h"
#include "tally/irreversible.h"

namespace sufragio::app {

namespace {

using election::Contest;
using election::ContestIndex;
using election::TerritoryCode;

std::vector<std::vector<Cell>> sheet_rows(const Contest& contest, const tally::Figures& figures,
                                          const Console& console) {
  const auto known = [](bool is_known, std::int64_t value) {
    return is_known ? Cell{value} : Cell{"–"};
  };
  std::vector<std::vector<Cell>> rows;
  const auto add = [&](const char* field, Cell value) {
    rows.push_back(
        {contest.id.text(), console.words().text(std::string{"ficha."} + field), value, ""});
  };
  add("actas_totales", figures.expected);
  add("actas_escrutadas", figures.counted);
  add("electores_esperados", known(figures.registered_expected_known, figures.registered_expected));
  add("electores_transmitidas", figures.registered);
  add("electores_escrutados", figures.voters);
  add("votos_escrutados", figures.cast());
  add("votos_validos", figures.valid());
  add("votos_nulos", figures.null + figures.invalid);
  const auto turnout = figures.turnout();
  rows.push_back({contest.id.text(), console.words().text("ficha.participacion"), "–",
                  turnout ? services::percent(*turnout, console.language()) : "–"});
  for (const tally::Share& share : tally::by_option(contest, figures.votes)) {
    std::string name = share.id;
    for (const election::Option& option : contest.options) {
      if (option.id.text() == share.id) name = option.name;
    }
    rows.push_back({contest.id.text(), name, share.votes,
                    services::share(share.votes, figures.valid(), console.language())});
  }
  return rows;
}

// Which cards count for something else than what they print [R47].
void say_stale(const Tallied& tallied, const Console& console) {
  for (const election::StaleCard& card : tallied.counting()->stale()) {
    const election::Destination& to = card.readings.front().counts_for;
    console.note(to.option ? "tally.stale" : "tally.stale.null",
                 {{"contest", tallied.definition().contest(card.contest).id.text()},
                  {"position", std::to_string(card.position)},
                  {"printed", card.printed_name},
                  {"option", to.name}});
  }
}

void say_state(const Tallied& tallied, const Console& console) {
  std::map<tally::RowStatus, std::int64_t> count;
  for (const tally::JudgedRow& judged : tallied.rows()) ++count[judged.row.status];
  console.note("tally.rows", {{"counted", console.number(count[tally::RowStatus::counted])},
                              {"quarantined", console.number(count[tally::RowStatus::quarantined])},
                              {"other", console.number(count[tally::RowStatus::superseded] +
                                                       count[tally::RowStatus::annulled])}});
  if (tallied.counting() != nullptr) say_stale(tallied, console);
  if (tallied.workspace() == nullptr) return;
  for (const services::Source& source : tallied.workspace()->sources) {
    console.note("tally.source", {{"file", source.name}, {"publisher", source.publisher}});
  }
}

// Contests that somebody announced more mesas for than there are rows: their electors are unknown.
void add_announced(const Tallied& tallied, const TallyArgs& args,
                   std::vector<tally::Outstanding>& left) {
  if (left.size() == 1) {
    const std::int64_t more = tallied.mesas_announced() - std::ssize(tallied.definition().mesas);
    left[0].mesas += std::max<std::int64_t>(more, 0);
    left[0].unknown += std::max<std::int64_t>(more, 0);
  }
  if (args.outstanding < 0) return;
  for (tally::Outstanding& out : left) {
    out.electors = args.outstanding;
    out.unknown = 0;
    out.stated = true;
  }
}

}  // namespace

// Which seats can no longer change: docs/rules/S110.md.
Result<statement::Report> bounds_report(const TallyArgs& args) {
  const Tallied tallied = TRY(Tallied::open(args.folder, args.as_published));
  const auto& contests = tallied.definition().contests;
  std::vector<tally::Outstanding> left = tally::outstanding(tallied.definition(), tallied.rows());
  add_announced(tallied, args, left);
  statement::Report report;
  report.title = "irreversible.title";
  for (std::uint16_t c = 0; c < contests.size(); ++c) {
    if (!args.contest.empty() && contests[c].id.text() != args.contest) continue;
    const tally::Figures* figures = tallied.totals().at(ContestIndex{c}, contests[c].territory);
    if (figures == nullptr) continue;
    statement::Section& section = report.sections.emplace_back();
    section.heading = "irreversible.contest";
    section.arguments = {{"contest", statement::Text{contests[c].id.text()}},
                         {"counted", figures->counted},
                         {"expected", figures->counted + left[c].mesas}};
    section.statements = TRY(tally::bounds_of(tallied.contest(ContestIndex{c}), *figures,
                                              tallied.law(), left[c], tallied.inputs()));
  }
  if (report.sections.empty()) return fail(kNoSuchContest, {{"value", args.contest}});
  return report;
}

namespace {

Result<void> print_tally(const TallyArgs& args, const Console& console) {
  const Tallied tallied = TRY(Tallied::open(args.folder, args.as_published));
  const TerritoryCode territory = TRY(TerritoryCode::parse(args.territory));
  std::vector<std::vector<Cell>> rows;
  bool found = false;
  const auto& contests = tallied.definition().contests;
  const auto is_asked = [&](const Contest& c) { return c.id.text() == args.contest; };
  if (!args.contest.empty() && std::ranges::none_of(contests, is_asked)) {
    return fail(kNoSuchContest, {{"value", args.contest}});
  }
  for (std::uint16_t c = 0; c < contests.size(); ++c) {
    if (!args.contest.empty() && contests[c].id.text() != args.contest) continue;
    // Without a contest asked for: those that vote in this territory, and at the country those of
    // whole states.
    const tally::Figures* figures = tallied.totals().at(ContestIndex{c}, territory);
    if (figures == nullptr && args.contest.empty() && !territory.contains(contests[c].territory))
      continue;
    if (figures == nullptr) figures = tallied.totals().at(ContestIndex{c}, contests[c].territory);
    if (figures == nullptr) continue;
    found = true;
    const auto sheet = sheet_rows(tallied.contest(ContestIndex{c}), *figures, console);
    rows.insert(rows.end(), sheet.begin(), sheet.end());
  }
  if (!found) return fail(kUnknownTerritory, {{"value", args.territory + args.contest}});
  console.table({"contest", "field", "votes", "share"}, rows, args.format);
  say_state(tallied, console);
  return {};
}

}  // namespace

int run_tally(const TallyArgs& args, Console& console) {
  if (args.irreversible) return answer(bounds_report(args), args.format, args.out, console);
  const auto done = print_tally(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
