#pragma once

#include "commands.h"
#include "statement/report.h"

// The reports of commands as values: `sufragio statement check` makes them again from the same
// inputs. Errors as the commands have them.
namespace sufragio::app {

[[nodiscard]] Result<statement::Report> bounds_report(const TallyArgs& args);
[[nodiscard]] Result<statement::Report> forensics_report(const ForensicsArgs& args,
                                                         Console& console);
[[nodiscard]] Result<statement::Report> reconcile_report(const ReconcileArgs& args);
[[nodiscard]] Result<statement::Report> quick_count_report(const QuickCountArgs& args);
[[nodiscard]] Result<statement::Report> claim_report(const std::string& text);

}  // namespace sufragio::app
