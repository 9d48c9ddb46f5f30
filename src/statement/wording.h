#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sufragio::statement {

// The words that no sentence of ours uses about an election, whatever the figures say, in any
// inflection and in both languages (docs/spec/statement.md, "Words"): as they stand in the text,
// in order. A test holds every catalogue and every rendered report to it.
[[nodiscard]] std::vector<std::string> forbidden_words(std::string_view text);

// "Irreversible" belongs to the bound on what is missing, per seat, and to nothing else.
[[nodiscard]] bool says_irreversible(std::string_view text);

}  // namespace sufragio::statement
