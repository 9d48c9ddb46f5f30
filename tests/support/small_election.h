#pragma once

#include <map>
#include <string>

// A definition folder by file name: two states, three centres, five mesas; a president on five
// cards, and in one municipality a council with list and nominal seats. All names are invented.
namespace sufragio::tests {

using Folder = std::map<std::string, std::string>;

[[nodiscard]] Folder small_election();
[[nodiscard]] std::string law_text();  // law/ve-2009.toml

}  // namespace sufragio::tests
