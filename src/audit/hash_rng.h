#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/rng.h"

namespace sufragio::audit {

// The stream SHA-256(seed ‖ "/" ‖ decimal i), i = 0, 1, …: a generator that anybody repeats from a
// text. For planning by simulation; draws use tickets.h and ppeb.h.
class HashRng : public Rng {
 public:
  explicit HashRng(std::string_view seed) : seed_{seed} {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::string seed_;
  Hash32 block_;
  std::size_t used_ = Hash32::kSize;
  std::uint64_t next_ = 0;
};

}  // namespace sufragio::audit
