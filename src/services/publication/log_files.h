#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sufragio::services {

// The tiles and entry bundles of a log of this size, in no special order (docs/spec/log.md).
[[nodiscard]] std::vector<std::string> log_files(std::uint64_t size);
// The size that a checkpoint states; says nothing about its signature. L101, L102.
[[nodiscard]] Result<std::uint64_t> size_in_note(std::string_view note);

}  // namespace sufragio::services
