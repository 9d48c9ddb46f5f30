#pragma once

#include <array>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "ports/processes.h"
#include "ports/store.h"

namespace sufragio::services {

// Finds what stands in two places among more keys than the memory holds, as the ciphertexts of a
// country: the keys are spread over buckets on a disk, each small enough to be sorted in memory;
// the buckets are shared between processes. Which bucket is decided by a hash under a seed that
// nobody knew when the keys were made, so that no choice of keys makes one bucket large.
class RepeatedPads {
 public:
  static constexpr std::size_t kKey = 16;

  // For about that many keys; `scratch` holds 20 bytes for each of them meanwhile; what an earlier
  // search left there is removed. Only the leading process uses it.
  [[nodiscard]] static Result<RepeatedPads> begin(ports::Store& scratch, std::uint64_t keys,
                                                  const Hash32& seed);

  // Keys of one unit, each once, 16 bytes each.
  [[nodiscard]] Result<void> add(std::uint32_t unit, ByteView keys);

  struct Twice {
    std::uint32_t unit = 0;
    std::uint32_t other = 0;  // greater
    std::uint64_t keys = 0;   // that stand in both
    friend auto operator<=>(const Twice&, const Twice&) = default;
  };
  // Ascending. A key that stands in more than two units is found between each and the next one.
  // Empties the scratch folder.
  [[nodiscard]] Result<std::vector<Twice>> find(ports::Processes& processes);
  // What the other processes call meanwhile.
  static void help(ports::Processes& processes);

 private:
  explicit RepeatedPads(ports::Store& scratch) : scratch_{&scratch} {}
  [[nodiscard]] Result<void> flush(std::size_t bucket);

  ports::Store* scratch_;
  std::array<std::uint8_t, 16> seed_{};
  std::vector<Bytes> buffers_;  // by bucket
};

}  // namespace sufragio::services
