#include "log/tree.h"

namespace sufragio::log {

std::vector<Hash32>& TileEdge::at_level(int level) {
  const auto wanted = static_cast<std::size_t>(level);
  if (wanted == partial_.size()) partial_.emplace_back();
  return partial_[wanted];
}

void fold_peaks(const std::vector<Hash32>& hashes, std::optional<Hash32>& right) {
  std::size_t end = hashes.size();
  for (std::size_t width = 1; end > 0; width *= 2) {
    if ((end & width) == 0) continue;
    end -= width;
    const Hash32 peak = crypto::root_of(std::span{hashes}.subspan(end, width));
    right = right ? crypto::node_hash(peak, *right) : peak;
  }
}

Hash32 TileEdge::root() const {
  std::optional<Hash32> right;
  for (const std::vector<Hash32>& tile : partial_) fold_peaks(tile, right);
  return right ? *right : crypto::empty_root();
}

Bytes tile_bytes(const std::vector<Hash32>& hashes) {
  Bytes out;
  out.reserve(hashes.size() * Hash32::kSize);
  for (const Hash32& hash : hashes) out.insert(out.end(), hash.data.begin(), hash.data.end());
  return out;
}

}  // namespace sufragio::log
