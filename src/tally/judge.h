#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "acta/qr.h"
#include "election/law_pack.h"
#include "tally/row.h"

// The rules that look at one row, at one acta, or at all rows of a contest together. Pure; order of
// input never matters.
namespace sufragio::tally {

struct JudgeContext {
  const election::Definition& definition;
  const election::LawPack& law;
};

// Figures of one row: V111, V201–V207, V209, V301–V304, V312. Ascending by rule.
[[nodiscard]] std::vector<Finding> judge_row(const JudgeContext& context, const Row& row);

// What only the whole acta shows: V111, the shape against the mesa's ballot (V201), V114 (what a
// type may say), V202, V208, V210, V211, V307–V309, V311. Ascending by rule.
[[nodiscard]] std::vector<Finding> judge_acta(const JudgeContext& context, const acta::Acta& acta);

// What only the neighbours show, over the counted rows of each contest: V305, V306. Replaces what
// an earlier call added; never changes a status. The order of `rows` never matters.
void judge_neighbours(const JudgeContext& context, std::vector<JudgedRow>& rows);

// V310: arrived `late_hours` or more after closing. The time of arrival stands in no log, so this
// finding is of the receiver, never of the fold. Seconds UTC.
[[nodiscard]] std::optional<Finding> judge_arrival(const JudgeContext& context,
                                                   const acta::Acta& acta, std::int64_t arrival_s);
// V108: a delivery by a recipient or relay whose key is not in the package.
[[nodiscard]] std::optional<Finding> judge_relay(const election::Package& package,
                                                 const crypto::Kid& relay);
// V115: after revision `current` the next one is current + 1.
[[nodiscard]] std::optional<Finding> judge_revision(std::uint32_t current, std::uint32_t next);
// V212: the texts of QR-A codes read from paper, in any order; a picture need not show them all.
// They do not name their contest, so each must be the code of one of them.
[[nodiscard]] std::optional<Finding> judge_printed(const acta::Acta& acta,
                                                   const std::vector<std::string>& printed);
// V213: the same row typed by two persons. Compares every figure; never status, trust, origin.
[[nodiscard]] std::optional<Finding> judge_typed(const Row& first, const Row& second);

// quarantined when a finding is Q (or R for an import), counted otherwise.
[[nodiscard]] RowStatus status_after(const Row& row, const std::vector<Finding>& findings);

}  // namespace sufragio::tally
