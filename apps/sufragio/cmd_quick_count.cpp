// sufragio quick-count: an estimate from a public draw of mesas, beside the count.
#include "audit/codes.h"
#include "audit/sample_rule.h"
#include "audit_inputs.h"
#include "commands.h"
#include "files.h"
#include "report_file.h"
#include "reports.h"
#include "services/audits/codes.h"
#include "services/audits/quick_count_report.h"

namespace sufragio::app {

namespace {

Result<double> share_of_text(const std::string& text) {
  const audit::SampleRule rule = TRY(audit::parse_rule(text));
  const bool inside = rule.method == audit::SampleMethod::share && rule.share.num > 0 &&
                      rule.share.num < rule.share.den;
  if (!inside) return fail(audit::kBadRule, {{"value", text}});
  return static_cast<double>(rule.share.num) / static_cast<double>(rule.share.den);
}

Result<statement::Report> plan(const QuickCountArgs& args) {
  services::QuickPlan out;
  out.share = TRY(share_of_text(args.share));
  out.error = TRY(share_of_text(args.error));
  out.confidence = TRY(share_of_text(args.confidence));
  out.rho = TRY(share_of_text(args.rho));
  out.per_mesa = args.per_mesa;
  return services::quick_plan_report(out);
}

}  // namespace

Result<statement::Report> quick_count_report(const QuickCountArgs& args) {
  if (args.plan) return plan(args);
  const auto opened = TRY(AuditInputs::open(args.folder));
  if (!exists(args.audit + "/log")) {
    return fail(services::kNoAuditFile, {{"file", args.audit + "/log"}});
  }
  const auto files = TRY(read_folder(args.audit));
  const auto log = TRY(read_folder(args.audit + "/log"));
  const auto folder = TRY(services::AuditFolder::open(*files, *log, {}));
  TRY(folder.verify_draws(*files));
  const Bytes results = TRY(read_whole(args.results));
  services::QuickQuestion question;
  question.contest = TRY(opened.contest(
      args.contest.empty() ? folder.dossier().announcement()->contest : args.contest));
  question.results = as_text(results);
  question.confidence = TRY(share_of_text(args.confidence));
  return annotate(services::quick_count_report(folder, opened.audited(), question), "file",
                  std::string_view{args.results});
}

int run_quick_count(const QuickCountArgs& args, Console& console) {
  return answer(quick_count_report(args), args.format, args.out, console);
}

}  // namespace sufragio::app
