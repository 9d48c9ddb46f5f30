#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/key_token.h"

namespace sufragio::adapters {

// A token behind a PKCS#11 module (a shared library of the card's maker, SoftHSM in tests). Uses
// the key pair with the label `sufragio-guardian`, and makes it, not extractable, when there is
// none. Without a label: the only card there is. One at a time in a process. F461, F462, F463,
// F464.
[[nodiscard]] Result<std::unique_ptr<ports::KeyToken>> open_pkcs11_token(const std::string& module,
                                                                         std::string_view label,
                                                                         std::string_view pin);

}  // namespace sufragio::adapters
