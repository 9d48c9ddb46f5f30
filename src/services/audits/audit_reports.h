#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/batches.h"
#include "audit/power.h"
#include "audit/recount.h"
#include "services/audits/audit_folder.h"
#include "services/audits/audited.h"
#include "statement/report.h"

// What the audits say, as reports (docs/spec/statement.md): every sentence has its class and its
// assumptions, and names what was drawn.
namespace sufragio::services {

struct PowerQuestion {
  std::vector<audit::Part> parts;            // what is drawn of each part
  std::string rule;                          // text of the rule
  std::vector<std::int64_t> altered;         // how many altered mesas to judge; some are added
  std::optional<election::Fraction> stated;  // a share that somebody announced for this sample
};
[[nodiscard]] statement::Report power_report(const PowerQuestion& question);

// K_min of a contest and, with a rule, whether its draw could confirm it.
[[nodiscard]] Result<statement::Report> kmin_report(const audit::Frame& frame,
                                                    const std::vector<audit::Part>& parts,
                                                    double alpha);

struct PlanQuestion {
  std::vector<audit::Frame> frames;  // one contest each
  double alpha = 0.05;
  double g = 0.05;
  double d = 100;                      // receipts: weight of the reported mean
  std::vector<audit::Part> statutory;  // the draw that happens anyway; empty: none
  std::int64_t paths = 1'000;          // of the simulation; 0: none
  std::string simulate_from = "1";     // the text that it is repeated from
};
// Contests without a margin stand in the table as full counts.
[[nodiscard]] statement::Report plan_report(const PlanQuestion& question);

// What the sheets, or the readings of receipts, that are in say.
struct RiskFindings {
  std::int64_t drawn = 0;      // different mesas, or receipts
  std::int64_t sheets = 0;     // of them, with a sheet, or read
  std::int64_t looked_at = 0;  // draws, in draw order, up to the first without a sheet or reading
  std::int64_t draws = 0;
  std::vector<std::string> differing;
  std::vector<std::string> not_counted;
  std::vector<std::string> waiting;
  std::optional<double> p;  // the risk; nothing where no such number exists
  bool confirmed = false;
  bool full_count = false;                 // the paper broke a bound, or the rounds are used up
  std::int64_t more = 0;                   // draws still needed if nothing more differs
  std::int64_t kmin = 0;                   // statutory draws of a contest
  std::optional<audit::RecountAct> count;  // of a full count: its boxes so far
};
[[nodiscard]] Result<RiskFindings> assess(const AuditFolder& folder);
// The risk of one contest over independent draws of receipts in its parts. U121 for a folder that
// is not such a draw, U330, U301, U302.
[[nodiscard]] Result<statement::Report> strata_report(
    const std::vector<const AuditFolder*>& folders);
[[nodiscard]] statement::Report risk_report(const AuditFolder& folder,
                                            const RiskFindings& findings);
// The act that the findings call for; nothing while mesas wait or nothing changed.
[[nodiscard]] std::optional<audit::Act> act_for(const AuditFolder& folder,
                                                const RiskFindings& findings);

// The record of one mesa (constancia de verificación ciudadana): acta and paper, figure by figure,
// who counted, and what explains a difference.
[[nodiscard]] statement::Report sheet_report(const audit::Frame& frame, const audit::Sheet& sheet);

// The draw: what was committed, the seed, how many, and (with `listed`) the mesas.
[[nodiscard]] statement::Report draw_report(const AuditFolder& folder, bool listed);

// The trigger is recount.trigger_margin of the law.
[[nodiscard]] Result<statement::Report> recount_report(const audit::Frame& frame,
                                                       const election::LawPack& law,
                                                       const std::vector<audit::Sheet>& sheets);

// K_min and the recount order of every contest, by the law: what `statement check` makes again.
[[nodiscard]] std::vector<Result<statement::Report>> contest_reports(const Audited& audited);

}  // namespace sufragio::services
