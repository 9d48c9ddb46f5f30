#pragma once

#include <memory>

#include "base/bytes.h"

namespace sufragio::crypto {

using Hash48 = FixedBytes<struct Hash48Tag, 48>;

[[nodiscard]] Hash32 sha256(ByteView data);
[[nodiscard]] Hash48 sha384(ByteView data);

// SipHash-2-4: spreads keys that strangers chose over a table, under a key that they did not know.
// No evidence of anything.
[[nodiscard]] std::uint64_t short_hash(const std::array<std::uint8_t, 16>& key, ByteView data);

class Sha256 {  // in pieces
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(ByteView data);
  [[nodiscard]] Hash32 finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sufragio::crypto
