#include <map>

#include "services/workspace/workspace.h"

namespace sufragio::services {

namespace {

// Two rows of one contest and unit: nobody knows which is right, so neither counts (V113).
void judge_repeated(std::vector<tally::JudgedRow>& rows) {
  std::map<std::pair<election::ContestIndex, tally::Unit>, std::size_t> first;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const tally::Row& row = rows[i].row;
    const auto [at, added] = first.try_emplace({row.contest, row.unit}, i);
    if (added) continue;
    for (const std::size_t k : {at->second, i}) {
      tally::JudgedRow& judged = rows[k];
      judged.row.status = tally::RowStatus::quarantined;
      if (judged.has(tally::Rule::conflicting_acta)) continue;
      const tally::Finding finding{tally::Rule::conflicting_acta, {{"unit", row.unit.text()}}};
      auto place = judged.findings.begin();
      while (place != judged.findings.end() && place->rule < finding.rule) ++place;
      judged.findings.insert(place, finding);
    }
  }
}

}  // namespace

void judge_all(Workspace& workspace) {
  const tally::JudgeContext context{workspace.definition, workspace.law};
  for (tally::JudgedRow& judged : workspace.rows) {
    judged.row.status = tally::RowStatus::counted;
    judged.findings = tally::judge_row(context, judged.row);
    judged.row.status = tally::status_after(judged.row, judged.findings);
  }
  judge_repeated(workspace.rows);
  tally::judge_neighbours(context, workspace.rows);
}

tally::Totals fold(const Workspace& workspace, Which which) {
  tally::Totals out{workspace.definition};
  for (const tally::JudgedRow& judged : workspace.rows) {
    if (judged.row.status == tally::RowStatus::counted) {
      out.add(judged.row);
    } else if (which == Which::as_published) {
      tally::Row row = judged.row;
      row.status = tally::RowStatus::counted;
      if (out.fits(row)) out.add(row);
    }
  }
  return out;
}

}  // namespace sufragio::services
