#pragma once

#include <optional>

#include "log/log.h"

namespace sufragio::log {

// The right edge of a log's tree, as tiles: for each tile level the hashes of the tile that is not
// full yet. A full tile goes out once and its root becomes one hash of the level above, so each
// node of the tree is hashed once.
class TileEdge {
 public:
  // Calls `full(level, index, hashes)`, which returns Result<void>, for each tile that this leaf
  // fills. Stops at its first failure; the edge is then spent.
  template <typename Full>
  [[nodiscard]] Result<void> append(const Hash32& leaf, const Full& full) {
    Hash32 hash = leaf;
    for (int level = 0;; ++level) {
      std::vector<Hash32>& tile = at_level(level);
      tile.push_back(hash);
      if (tile.size() < kTileWidth) break;
      TRY(full(level, size_ >> (8 * (level + 1)), tile));
      hash = crypto::root_of(tile);
      tile.clear();
    }
    ++size_;
    return {};
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] int levels() const { return static_cast<int>(partial_.size()); }
  [[nodiscard]] const std::vector<Hash32>& partial(int level) const {
    return partial_[static_cast<std::size_t>(level)];
  }
  [[nodiscard]] Hash32 root() const;

 private:
  [[nodiscard]] std::vector<Hash32>& at_level(int level);
  std::uint64_t size_ = 0;
  std::vector<std::vector<Hash32>> partial_;  // by level, each shorter than a tile
};

// The complete subtrees of 1, 2, 4 … `count` leaves that end at the right edge, folded from right
// to left (RFC 6962 section 2.1). Nothing for no hashes at all.
void fold_peaks(const std::vector<Hash32>& hashes, std::optional<Hash32>& right);

[[nodiscard]] Bytes tile_bytes(const std::vector<Hash32>& hashes);

}  // namespace sufragio::log
