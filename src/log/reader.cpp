#include "base/numbers.h"
#include "log/codes.h"
#include "log/log.h"
#include "log/tree.h"

namespace sufragio::log {

namespace {

constexpr std::size_t kMaxTilesKept = 64;  // about 0.5 MB

// C2SP tlog-tiles: groups of three digits, all but the last with an x.
std::string numbered(std::uint64_t index, std::uint64_t width) {
  std::string out = zero_padded(index % 1000, 3);
  for (index /= 1000; index != 0; index /= 1000) {
    out.insert(0, "x" + zero_padded(index % 1000, 3) + "/");
  }
  if (width != kTileWidth) out += ".p/" + std::to_string(width);
  return out;
}

std::uint64_t width_at(std::uint64_t hashes, std::uint64_t index) {
  return std::min(kTileWidth, hashes - index * kTileWidth);
}

tl::unexpected<Error> mismatch(std::string path) {
  return fail(kTileMismatch, {{"path", std::move(path)}});
}

}  // namespace

std::string tile_path(int level, std::uint64_t index, std::uint64_t width) {
  return "tile/" + std::to_string(level) + "/" + numbered(index, width);
}

std::string entries_path(std::uint64_t index, std::uint64_t width) {
  return "tile/entries/" + numbered(index, width);
}

// A partial tile may be gone once the full one is there; its first hashes are the same.
Result<std::vector<Hash32>> LogReader::tile(int level, std::uint64_t index) const {
  const std::uint64_t hashes = level < 8 ? size_ >> (8 * level) : 0;
  if (index >= (hashes + kTileWidth - 1) / kTileWidth) {
    return fail(kMissingTile, {{"path", tile_path(level, index, kTileWidth)}});
  }
  const std::uint64_t width = width_at(hashes, index);
  const std::string path = tile_path(level, index, width);
  std::optional<Bytes> bytes = TRY(store_.read(path));
  std::uint64_t stored = width;
  if (!bytes && width != kTileWidth) {
    bytes = TRY(store_.read(tile_path(level, index, kTileWidth)));
    stored = kTileWidth;
  }
  if (!bytes) return fail(kMissingTile, {{"path", path}});
  if (bytes->size() != stored * Hash32::kSize) return mismatch(path);
  std::vector<Hash32> out(width);
  for (std::size_t i = 0; i < width; ++i) {
    out[i] = TRY(Hash32::from(ByteView{*bytes}.subspan(i * Hash32::kSize, Hash32::kSize)));
  }
  return out;
}

Result<const LogReader::Nodes*> LogReader::nodes(int level, std::uint64_t index) const {
  const std::pair<int, std::uint64_t> key{level, index};
  const auto found = nodes_.find(key);
  if (found != nodes_.end()) return &found->second;
  Nodes made(1);
  made[0] = TRY(tile(level, index));
  while (made.back().size() > 1) {
    const std::vector<Hash32>& below = made.back();
    std::vector<Hash32> above;
    for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
      above.push_back(crypto::node_hash(below[i], below[i + 1]));
    }
    made.push_back(std::move(above));
  }
  if (nodes_.size() >= kMaxTilesKept) nodes_.clear();
  return &nodes_.insert_or_assign(key, std::move(made)).first->second;
}

Result<Hash32> LogReader::subtree(int level, std::uint64_t index) const {
  if (level < 0 || level >= 63 || index >= size_ >> level) {
    return fail(kMissingTile, {{"level", std::to_string(level)}, {"index", std::to_string(index)}});
  }
  // A subtree of 2^level leaves is node `index` of height level % 8 above the hashes of its tile
  // level.
  const int height = level % 8;
  const std::uint64_t per_tile = kTileWidth >> height;
  const Nodes* tile_nodes = TRY(nodes(level / 8, index / per_tile));
  return (*tile_nodes)[static_cast<std::size_t>(height)][index % per_tile];
}

Result<Hash32> LogReader::root() const {
  std::optional<Hash32> right;
  for (int level = 0; level < 63 && (size_ >> level) != 0; ++level) {
    if ((size_ >> level & 1) == 0) continue;
    const Hash32 peak = TRY(subtree(level, (size_ >> level) - 1));
    right = right ? crypto::node_hash(peak, *right) : peak;
  }
  return right ? *right : crypto::empty_root();
}

Result<const LogReader::Bundle*> LogReader::bundle(std::uint64_t index) const {
  if (bundle_.index == index) return &bundle_;
  const std::uint64_t width = width_at(size_, index);
  const std::string path = entries_path(index, width);
  Bundle made;
  std::optional<Bytes> bytes = TRY(store_.read(path));
  std::uint64_t stored = width;
  if (!bytes && width != kTileWidth) {
    bytes = TRY(store_.read(entries_path(index, kTileWidth)));
    stored = kTileWidth;
  }
  if (!bytes) return fail(kMissingTile, {{"path", path}});
  made.bytes = std::move(*bytes);
  std::size_t at = 2;
  for (std::uint64_t i = 0; i < stored; ++i) {
    if (at > made.bytes.size()) return mismatch(path);
    made.starts.push_back(at);
    const std::size_t length =
        static_cast<std::size_t>(made.bytes[at - 2] << 8) + made.bytes[at - 1];
    at += length + 2;
  }
  if (at - 2 != made.bytes.size()) return mismatch(path);
  made.starts.push_back(at);
  made.index = index;
  bundle_ = std::move(made);
  return &bundle_;
}

Result<void> LogReader::entries(
    std::uint64_t from, std::uint64_t to,
    const std::function<Result<void>(std::uint64_t, ByteView)>& each) const {
  if (from < to && to > size_) {
    return fail(kMissingTile, {{"path", entries_path(size_ / kTileWidth, kTileWidth)}});
  }
  for (std::uint64_t index = from; index < to; ++index) {
    const Bundle* in = TRY(bundle(index / kTileWidth));
    const std::size_t at = index % kTileWidth;
    const std::size_t length = in->starts[at + 1] - 2 - in->starts[at];
    TRY(each(index, ByteView{in->bytes}.subspan(in->starts[at], length)));
  }
  return {};
}

Result<Bytes> LogReader::entry(std::uint64_t index) const {
  Bytes out;
  TRY(entries(index, index + 1, [&](std::uint64_t, ByteView bytes) -> Result<void> {
    out = to_bytes(bytes);
    return {};
  }));
  return out;
}

Result<void> LogReader::verify(const Hash32& root) const {
  TileEdge edge;
  const auto compare = [&](int level, std::uint64_t index,
                           const std::vector<Hash32>& computed) -> Result<void> {
    const std::vector<Hash32> stored = TRY(tile(level, index));
    if (stored != computed) return mismatch(tile_path(level, index, computed.size()));
    return {};
  };
  TRY(entries(0, size_, [&](std::uint64_t, ByteView bytes) -> Result<void> {
    return edge.append(crypto::leaf_hash(bytes), compare);
  }));
  for (int level = 0; level < edge.levels(); ++level) {
    if (edge.partial(level).empty()) continue;
    TRY(compare(level, size_ >> (8 * (level + 1)), edge.partial(level)));
  }
  if (edge.root() != root) return mismatch(std::string{kCheckpointPath});
  return {};
}

}  // namespace sufragio::log
