#pragma once

#include <string>
#include <vector>

#include "console.h"
#include "statement/report.h"

namespace sufragio::app {

// The report in the form that the name asks for: .html, .pdf, .json (the file of statements),
// .csv, .txt. X130 for another ending, X111.
[[nodiscard]] Result<void> write_report(const statement::Report& report, const std::string& path,
                                        const Console& console);
[[nodiscard]] Result<void> write_reports(const statement::Report& report,
                                         const std::vector<std::string>& paths,
                                         const Console& console);

// Shows a report and writes its files, or says why there is none. The exit code.
[[nodiscard]] int answer(const Result<statement::Report>& report, TableFormat format,
                         const std::vector<std::string>& paths, const Console& console);

}  // namespace sufragio::app
