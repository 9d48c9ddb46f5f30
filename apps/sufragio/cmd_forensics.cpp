#include <string>

#include "base/numbers.h"
#include "codes.h"
#include "commands.h"
#include "files.h"
#include "forensics/survey.h"
#include "report_file.h"
#include "reports.h"
#include "sim/rng.h"
#include "tallied.h"

namespace sufragio::app {

namespace {

Result<election::ContestIndex> contest_of(const std::string& asked, const Tallied& tallied) {
  const auto& contests = tallied.definition().contests;
  if (asked.empty() && contests.size() != 1) {  // each is a family of tests of its own
    return fail(Error{kSayContest}.with("count", static_cast<std::int64_t>(contests.size())));
  }
  for (std::uint16_t c = 0; c < contests.size(); ++c) {
    if (asked.empty() || contests[c].id.text() == asked) return election::ContestIndex{c};
  }
  return fail(kNoSuchContest, {{"value", asked}});
}

forensics::Compared survey(const Tallied& tallied, election::ContestIndex contest,
                           const forensics::Plan& plan) {
  forensics::Compared out;
  out.contest = tallied.definition().contest(contest).id.text();
  out.quantities = forensics::quantities(tallied.definition(), tallied.rows(), contest, plan);
  out.findings = forensics::test(out.quantities, plan);
  return out;
}

Result<std::vector<std::int64_t>> figures_of(const std::string& text) {
  std::vector<std::int64_t> out;
  for (const std::string_view part : split(text, ',')) {
    const auto value = parse_uint(trim(part), 1'000'000'000'000);
    if (!value) return fail(Error{value.error()});
    out.push_back(static_cast<std::int64_t>(*value));
  }
  return out;
}

}  // namespace

Result<statement::Report> forensics_report(const ForensicsArgs& args, Console& console) {
  const forensics::Plan plan;
  statement::Report report;
  if (!args.folder.empty()) {
    const Tallied tallied = TRY(Tallied::open(args.folder, false));
    const election::ContestIndex contest = TRY(contest_of(args.contest, tallied));
    const forensics::Compared found = survey(tallied, contest, plan);
    forensics::Calibration calibration;
    sim::SimRng rng{args.seed};
    for (std::int64_t run = 0; run < args.simulations; ++run) {
      forensics::calibrate_once(found.quantities, plan, rng, calibration);
      console.progress("forensics.simulating", run + 1, args.simulations);
    }
    const auto identities = forensics::conservation(tallied.rows());
    report = forensics::report({tallied.definition(), contest, found.quantities, found.findings,
                                identities, calibration, tallied.inputs(), tallied.publisher()},
                               plan);
    if (!args.table.empty()) {
      const std::string csv = forensics::export_rows(tallied.definition(), tallied.rows(), contest);
      TRY(write_whole(args.table, as_bytes(csv)));
    }
  } else {
    report.title = "forensics.title-figures";
  }
  for (const std::string& folder : args.compare) {
    const Tallied other = TRY(Tallied::open(folder, false));
    std::vector<forensics::Compared> contests;
    for (std::uint16_t c = 0; c < other.definition().contests.size(); ++c) {
      contests.push_back(survey(other, election::ContestIndex{c}, plan));
    }
    report.sections.push_back(forensics::comparison(other.publisher(), contests));
  }
  if (!args.figures.empty()) {
    const auto counts = TRY(figures_of(args.figures));
    report.sections.push_back(forensics::percentages(counts, plan));
  }
  return report;
}

int run_forensics(const ForensicsArgs& args, Console& console) {
  if (args.folder.empty() && args.figures.empty()) {
    console.note("forensics.nothing-asked");
    return 2;
  }
  return answer(forensics_report(args, console), args.format, args.out, console);
}

}  // namespace sufragio::app
