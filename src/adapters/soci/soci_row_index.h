#pragma once

#include <memory>

#include "ports/row_index.h"

namespace sufragio::adapters {

// The index of rows in an SQLite file (made when it is not there). An index of another version of
// this program is emptied on opening: `schema` then says nothing, and the caller puts the rows
// again. F121, F123, F124 (delete the file).
[[nodiscard]] Result<std::unique_ptr<ports::RowIndex>> open_sqlite_row_index(std::string_view file);

}  // namespace sufragio::adapters
