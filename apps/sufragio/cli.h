#pragma once

#include <string>
#include <vector>

#include "console.h"

namespace sufragio::app {

// `arguments`: without the program's name. The exit code.
int run_cli(const std::vector<std::string>& arguments, Console& console);

}  // namespace sufragio::app
