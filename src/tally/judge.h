#pragma once

#include <vector>

#include "election/law_pack.h"
#include "tally/row.h"

// The rules that look at one row, at one acta, or at all rows of a contest together. Pure; order of
// input never matters.
namespace sufragio::tally {

struct JudgeContext {
  const election::Definition& definition;
  const election::LawPack& law;
};

// Figures of one row: V111, V201–V207, V209, V301–V304, V312.
[[nodiscard]] std::vector<Finding> judge_row(const JudgeContext& context, const Row& row);

// What only the whole acta shows: V208, V210, V211, V307–V309, V311 and the shape against the
// mesa's ballot.
[[nodiscard]] std::vector<Finding> judge_acta(const JudgeContext& context, const acta::Acta& acta);

// What only the neighbours show, over the counted rows of each contest: V305, V306. Adds to `rows`;
// never changes a status.
void judge_neighbours(const JudgeContext& context, std::vector<JudgedRow>& rows);

// quarantined when a finding is Q (or R for an import), counted otherwise.
[[nodiscard]] RowStatus status_after(const Row& row, const std::vector<Finding>& findings);

}  // namespace sufragio::tally
