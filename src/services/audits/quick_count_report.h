#pragma once

#include <string>
#include <string_view>

#include "services/audits/audit_folder.h"
#include "services/audits/audited.h"
#include "statement/report.h"

// A quick count from the folder of its public draw and the figures that observers sent
// (docs/rules/U517.md). It stands beside the count, never in it.
namespace sufragio::services {

struct QuickQuestion {
  election::ContestIndex contest;
  std::string_view results;  // "mesa,valid,<option>,…": one line a drawn mesa whose figures are in
  double confidence = 0.95;
};
// U121 before the draw, U122 for the rows of another election. Of the results: U332 with
// "line" (form, negative figures, votes that do not add up to `valid`), U124 a mesa that was not
// drawn, U333 a mesa twice, U331 a state with fewer than two mesas in. A drawn mesa without a line
// is missing: nothing replaces it. Its notes say that it is not the count, and that figures are
// taken as the law counts the cards where some changed after printing.
[[nodiscard]] Result<statement::Report> quick_count_report(const AuditFolder& folder,
                                                           const Audited& audited,
                                                           const QuickQuestion& question);

struct QuickPlan {
  double share = 0.5;
  double error = 0.01;  // half of the interval
  double confidence = 0.95;
  std::int64_t per_mesa = 400;  // voters
  double rho = 0.05;            // how alike the votes of one mesa are
};
[[nodiscard]] statement::Report quick_plan_report(const QuickPlan& plan);

}  // namespace sufragio::services
