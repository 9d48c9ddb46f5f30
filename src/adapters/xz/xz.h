#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace sufragio::adapters {

[[nodiscard]] bool looks_like_xz(ByteView bytes);  // starts with the six bytes of the format

// The whole content of one .xz file (several streams one after the other are allowed, as `xz -dc`
// does). Its check sums are verified; at most 128 MiB of memory beside the result. F201 not xz, or
// damaged; F202 over `max_size`, with the fact "limit"; F203.
[[nodiscard]] Result<Bytes> unpack_xz(ByteView packed, std::size_t max_size);

}  // namespace sufragio::adapters
