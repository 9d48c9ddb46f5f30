#include "audit/hash_rng.h"

#include "crypto/hash.h"

namespace sufragio::audit {

void HashRng::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    if (used_ == Hash32::kSize) {
      block_ = crypto::sha256(as_bytes(seed_ + "/" + std::to_string(next_++)));
      used_ = 0;
    }
    byte = block_.data[used_++];
  }
}

}  // namespace sufragio::audit
