#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "console.h"

namespace sufragio::app {

[[nodiscard]] bool at_terminal();  // a person answers, not a file
// One line from the person, without its end; "" at the end of the input. On a terminal a hidden one
// is not shown. Read without a buffer of its own, so that no copy of a secret stays behind.
[[nodiscard]] std::string ask(const Console& console, std::string_view key, bool hidden);
void wipe(std::string& text);
// A passphrase that is chosen now is asked for twice: X151 when they differ or it has fewer than
// `kShortestPassphrase` characters.
inline constexpr std::size_t kShortestPassphrase = 12;
[[nodiscard]] Result<void> choose_passphrase(const Console& console, std::string_view key,
                                             std::string& out);
// Before any secret is in memory: no core dump, no other process of this user may look inside, and
// no page goes to a swap disk; false when the system does not allow the last.
bool keep_secrets_in_memory();

}  // namespace sufragio::app
