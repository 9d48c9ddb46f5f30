#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "election/definition.h"

// The rules of docs/spec/definition.md on a value, whether it came from a folder or from a package.
// Inside the room only.
namespace sufragio::election {

// Where each entry of a definition stands in its files; empty vectors when it came from a package.
struct DefinitionLines {
  std::map<std::string, int, std::less<>> keys;  // of election.toml
  std::vector<int> territories;
  std::vector<int> organisations;
  std::vector<int> alliances;
  std::vector<int> contests;
  std::vector<std::vector<int>> options;  // by contest
  std::vector<std::vector<int>> cards;    // by contest
  std::vector<std::vector<int>> styles;   // by style, one for each contest of it
  std::vector<int> mesas;
};

// "territory" is reported as "territory.csv" with its line, when `lines` is given.
[[nodiscard]] Result<void> check_definition(const Definition& definition,
                                            const DefinitionLines* lines);

inline constexpr std::size_t kMaxText = 300;  // bytes of a name or a title
[[nodiscard]] bool is_clean_text(std::string_view text);

}  // namespace sufragio::election
