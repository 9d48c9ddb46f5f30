#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"

// The columns and words of the files of a workspace (docs/spec/workspace.md).
namespace sufragio::services::workspace_text {

inline const std::vector<std::string> kRowColumns{
    "contest", "territory", "mesa",  "trust", "source",  "line",  "revision", "actas", "registered",
    "voters",  "ballots",   "valid", "null",  "invalid", "votes", "status",   "codes"};
inline const std::vector<std::string> kSourceColumns{"name", "format", "publisher", "size",
                                                     "sha256"};
inline const std::vector<std::string> kNoteColumns{"code", "left_out", "facts"};
inline const std::vector<std::string> kAboutColumns{"key", "value"};
inline const std::vector<std::string> kStatedSeatsColumns{"contest", "option", "seats"};
inline const std::vector<std::string> kStatedExpectedColumns{"contest", "territory", "mesa",
                                                             "actas", "registered"};
inline const std::vector<std::string> kBodyColumns{"territory", "name", "electors",   "nominal",
                                                   "circuits",  "list", "indigenous", "total"};

inline constexpr std::array<std::string_view, 3> kTrust{"signed", "typed", "imported"};
inline constexpr std::array<std::string_view, 4> kStatus{"counted", "superseded", "quarantined",
                                                         "annulled"};

// "line=17; value=a\;b": facts in one line; `\`, `;`, `=` and line breaks are escaped.
[[nodiscard]] std::string facts_to_text(const std::vector<Fact>& facts);
[[nodiscard]] Result<std::vector<Fact>> facts_from_text(std::string_view text);  // I202

}  // namespace sufragio::services::workspace_text
