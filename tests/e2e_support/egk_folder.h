#pragma once

#include <string>

#include "codec/document.h"
#include "e2e/egk_record.h"

namespace sufragio::tests {

[[nodiscard]] codec::Document json_file(const std::string& path);
// All files of a record folder (constants, manifest, configuration, ballots, tallies).
[[nodiscard]] e2e::EgkRecord egk_folder(const std::string& path);
// The names of the files of a folder that begin so, sorted, with the folder before them.
[[nodiscard]] std::vector<std::string> files_of(const std::string& folder, std::string_view prefix);

}  // namespace sufragio::tests
