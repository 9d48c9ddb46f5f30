#pragma once

#include "election/package.h"

// Inside the room only.
namespace sufragio::election {

// The rules of docs/spec/package.md 2 that one manifest can break alone. D301.
[[nodiscard]] Result<void> check_manifest(const Manifest& manifest);

}  // namespace sufragio::election
