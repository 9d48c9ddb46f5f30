#include "biometrics/wiped.h"

#include <cstdint>

#include "biometrics/template.h"
#include "crypto/secrets.h"

namespace sufragio::biometrics {

void wipe_memory(void* data, std::size_t bytes) noexcept {
  crypto::wipe({static_cast<std::uint8_t*>(data), bytes});
}

}  // namespace sufragio::biometrics
