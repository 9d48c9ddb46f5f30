#pragma once

#include "base/bytes.h"

namespace sufragio::ports {

// A card, or a module that stands for one, with a P-256 key that never leaves it.
class KeyToken {
 public:
  virtual ~KeyToken() = default;
  [[nodiscard]] virtual Bytes public_key() const = 0;  // 33 bytes, SEC1 compressed
  // ECDH (SP 800-56A): the x coordinate, 32 bytes, of the product of its secret with this element
  // (33 bytes). Secret: the caller wipes it. F4xx of the adapter.
  [[nodiscard]] virtual Result<Bytes> agree(ByteView element) = 0;
};

}  // namespace sufragio::ports
