#include <string>

#include "codes.h"
#include "commands.h"
#include "crypto/hash.h"
#include "files.h"
#include "report_file.h"
#include "reports.h"
#include "seats/inputs.h"
#include "tallied.h"
#include "witness/reconcile.h"

namespace sufragio::app {

namespace {

witness::Side side_of(const Tallied& tallied) {
  return {tallied.definition(), tallied.rows(), tallied.publisher(), tallied.source()};
}

Result<election::ContestIndex> contest_of(const ReconcileArgs& args, const Tallied& tallied) {
  const auto& contests = tallied.definition().contests;
  for (std::uint16_t c = 0; c < contests.size(); ++c) {
    if (args.contest.empty() ? contests.size() == 1 : contests[c].id.text() == args.contest) {
      return election::ContestIndex{c};
    }
  }
  return fail(kNoSuchContest, {{"value", args.contest}});
}

Result<statement::Section> announced(const ReconcileArgs& args, const Tallied& tallied) {
  const Bytes bytes = TRY(read_whole(args.announced));
  const seats::VoteTable votes = TRY(seats::read_votes(as_text(bytes)));
  std::vector<witness::Announced> list;
  for (const seats::Contender& one : votes.contenders) list.push_back({one.id, one.votes.value()});
  const election::ContestIndex contest = TRY(contest_of(args, tallied));
  const witness::Side side = side_of(tallied);
  const witness::Feasibility found = TRY(witness::feasible(side, contest, list));
  return witness::section(side, found, crypto::sha256(bytes));
}

}  // namespace

Result<statement::Report> reconcile_report(const ReconcileArgs& args) {
  const Tallied first = TRY(Tallied::open(args.a, true));
  statement::Report report;
  if (!args.b.empty()) {
    const Tallied second = TRY(Tallied::open(args.b, true));
    const witness::Side a = side_of(first);
    const witness::Side b = side_of(second);
    const witness::Reconciliation found = TRY(witness::reconcile(a, b));
    report =
        witness::report(a, b, found, std::max(first.mesas_announced(), second.mesas_announced()));
  } else {
    report.title = "reconcile.title-announced";
    report.arguments = {{"a", statement::Text{first.publisher()}}};
  }
  if (!args.announced.empty()) {
    statement::Section section = TRY(announced(args, first));
    report.sections.push_back(std::move(section));
  }
  return report;
}

int run_reconcile(const ReconcileArgs& args, Console& console) {
  return answer(reconcile_report(args), args.format, args.out, console);
}

}  // namespace sufragio::app
