#pragma once

#include "ports/row_index.h"
#include "tally/ledger.h"

// Rows of the ledger into an index that can be dropped at any time (ARCHITECTURE.md: databases are
// indexes of the log). Where several actas of a mesa have a row of one contest, the counted one
// stands in the index, else the first in the log. So the same ledger always gives the same index.
namespace sufragio::services {

// What the index depends on: the layout of rows and the package.
[[nodiscard]] Hash32 row_index_schema(const election::Package& package);
// Clears the index and puts every row again. F12x.
[[nodiscard]] Result<void> rebuild_index(const tally::Ledger& ledger, ports::RowIndex& index);
// After an acta of the mesa arrived, or a decision about it. F12x.
[[nodiscard]] Result<void> index_mesa(const tally::Ledger& ledger, const MesaId& mesa,
                                      ports::RowIndex& index);

}  // namespace sufragio::services
