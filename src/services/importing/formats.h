#pragma once

#include <vector>

#include "services/importing/builder.h"

// One function per format: reads the files into the builder. Failures are those that leave nothing
// to import (I102, I110, I111); the rest are notes.
namespace sufragio::services {

using Sources = std::vector<PlainFile>;

// One line is one mesa or one centre, with the centre's code: ve-2024-mesas, ve-2013-centres,
// generic.
[[nodiscard]] Result<void> import_coded(Builder& builder, const Sources& files);
// One line is one candidate in one mesa, without centre codes.
[[nodiscard]] Result<void> import_ve_2017(Builder& builder, const Sources& files);
// One line is one centre, by name.
[[nodiscard]] Result<void> import_ve_2012(Builder& builder, const Sources& files);
[[nodiscard]] Result<void> import_ve_2013_lists(Builder& builder, const Sources& files);
[[nodiscard]] Result<void> import_ve_2013_contests(Builder& builder, const Sources& files);
[[nodiscard]] Result<void> import_ve_2013_councils(Builder& builder, const Sources& files);

}  // namespace sufragio::services
