#include "base/numbers.h"
#include "crypto/codes.h"
#include "log/codes.h"
#include "log/entry.h"
#include "log/log.h"
#include "log/tree.h"

namespace sufragio::log {

namespace {

tl::unexpected<Error> forked(std::string_view what, std::uint64_t size) {
  return fail(kForked, {{"what", std::string{what}}, {"size", std::to_string(size)}});
}

void add_to_bundle(Bytes& bundle, ByteView entry) {
  bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(entry.size()));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
}

}  // namespace

struct LogWriter::State {
  State(ports::Store& files, std::string name, crypto::Signer& key)
      : store{files}, origin{std::move(name)}, signer{key} {}

  ports::Store& store;
  std::string origin;
  crypto::Signer& signer;
  TileEdge edge;
  Bytes bundle;        // the entries of the bundle that is not full yet
  Checkpoint current;  // what `note` says
  std::string note;
  bool stopped = false;
  std::vector<std::string> superseded;  // folders of partial tiles whose full tile is there

  [[nodiscard]] Result<void> recover();
  [[nodiscard]] Result<void> load_tiles(const Checkpoint& last);
  [[nodiscard]] Result<void> load_bundle(const LogReader& reader);
  [[nodiscard]] Result<void> load_note(const Checkpoint& last);
  [[nodiscard]] Result<void> write_batch(std::span<const Bytes> entries);
  [[nodiscard]] Result<void> write_partials(std::uint64_t old_size);
  [[nodiscard]] Result<void> commit();
  [[nodiscard]] Result<void> publish(const Checkpoint& checkpoint);
  [[nodiscard]] Result<void> remove_superseded();
};

// What the disk says: nothing at all (a new log), or a last signed (size, root) to which the tiles
// must lead. Files beyond that size were never acknowledged; they are not read, and written over.
Result<void> LogWriter::State::recover() {
  const std::optional<Bytes> record = TRY(store.read(kLastSignedPath));
  if (!record) {
    const std::optional<Bytes> published = TRY(store.read(kCheckpointPath));
    const std::vector<std::string> tiles = TRY(store.list("tile"));
    if (published || !tiles.empty()) return forked("last-signed-missing", 0);
    return commit();
  }
  const Result<Checkpoint> last = parse_checkpoint(as_text(*record));
  if (!last) return forked("last-signed-unreadable", 0);
  if (last->origin != origin) {
    return fail(kBadCheckpoint, {{"reason", "origin"}, {"got", last->origin}});
  }
  TRY(load_tiles(*last));
  return load_note(*last);
}

Result<void> LogWriter::State::load_tiles(const Checkpoint& last) {
  const LogReader reader{store, last.size};
  const auto compare = [&](int level, std::uint64_t index,
                           const std::vector<Hash32>& computed) -> Result<void> {
    if (level == 0) return {};
    const std::vector<Hash32> stored = TRY(reader.tile(level, index));
    if (stored != computed) return forked(tile_path(level, index, kTileWidth), last.size);
    return {};
  };
  for (std::uint64_t index = 0; index * kTileWidth < last.size; ++index) {
    const std::vector<Hash32> leaves = TRY(reader.tile(0, index));
    for (const Hash32& leaf : leaves) {
      TRY(edge.append(leaf, compare));
    }
  }
  for (int level = 1; level < edge.levels(); ++level) {
    if (edge.partial(level).empty()) continue;
    TRY(compare(level, last.size >> (8 * (level + 1)), edge.partial(level)));
  }
  if (edge.root() != last.root) return forked("root", last.size);
  return load_bundle(reader);
}

Result<void> LogWriter::State::load_bundle(const LogReader& reader) {
  const std::uint64_t size = reader.size();
  const std::uint64_t first = size - size % kTileWidth;
  return reader.entries(first, size, [&](std::uint64_t index, ByteView entry) -> Result<void> {
    if (crypto::leaf_hash(entry) != edge.partial(0)[index - first]) {
      return forked(entries_path(index / kTileWidth, size % kTileWidth), size);
    }
    add_to_bundle(bundle, entry);
    return {};
  });
}

// The checkpoint may be one commit behind "last signed", never ahead of it, never beside it.
Result<void> LogWriter::State::load_note(const Checkpoint& last) {
  const std::optional<Bytes> bytes = TRY(store.read(kCheckpointPath));
  if (!bytes) return publish(last);
  LogKey key;
  key.name = origin;
  key.key = signer.public_key();
  const Checkpoint published =
      TRY(annotate(open_checkpoint(as_text(*bytes), origin, {key}), "path", kCheckpointPath));
  if (published == last) {
    note = std::string{as_text(*bytes)};  // with the cosignatures it may have by now
    current = last;
    return {};
  }
  if (published.size >= last.size) return forked("checkpoint", published.size);
  if (published.size > 0) {
    const LogReader reader{store, last.size};
    const std::vector<Hash32> proof =
        TRY(crypto::consistency_proof(reader, published.size, last.size));
    if (!crypto::verify_consistency(published.size, published.root, last.size, last.root, proof)) {
      return forked("checkpoint", published.size);
    }
  } else if (published.root != crypto::empty_root()) {
    return forked("checkpoint", 0);
  }
  return publish(last);
}

Result<void> LogWriter::State::write_batch(std::span<const Bytes> entries) {
  const std::uint64_t old_size = edge.size();
  const auto write_tile = [&](int level, std::uint64_t index,
                              const std::vector<Hash32>& hashes) -> Result<void> {
    const std::string path = tile_path(level, index, kTileWidth);
    superseded.push_back(path + ".p");
    return store.write(path, tile_bytes(hashes), false);
  };
  for (const Bytes& entry : entries) {
    add_to_bundle(bundle, entry);
    TRY(edge.append(crypto::leaf_hash(entry), write_tile));
    if (edge.size() % kTileWidth != 0) continue;
    const std::string path = entries_path(edge.size() / kTileWidth - 1, kTileWidth);
    superseded.push_back(path + ".p");
    TRY(store.write(path, bundle, false));
    bundle.clear();
  }
  TRY(write_partials(old_size));
  TRY(store.sync());
  return commit();
}

Result<void> LogWriter::State::write_partials(std::uint64_t old_size) {
  const std::uint64_t size = edge.size();
  if (!bundle.empty()) {
    TRY(store.write(entries_path(size / kTileWidth, size % kTileWidth), bundle, false));
  }
  for (int level = 0; level < edge.levels(); ++level) {
    const std::vector<Hash32>& hashes = edge.partial(level);
    const bool unchanged = size >> (8 * level) == old_size >> (8 * level);
    if (hashes.empty() || unchanged) continue;
    const std::string path = tile_path(level, size >> (8 * (level + 1)), hashes.size());
    TRY(store.write(path, tile_bytes(hashes), false));
  }
  return {};
}

// From here on the size belongs to this root: the record is durable before the key is used, so
// after a crash nothing else can be signed for the same size.
Result<void> LogWriter::State::commit() {
  Checkpoint now;
  now.origin = origin;
  now.size = edge.size();
  now.root = edge.root();
  TRY(store.write(kLastSignedPath, as_bytes(checkpoint_text(now)), true));
  return publish(now);
}

Result<void> LogWriter::State::publish(const Checkpoint& checkpoint) {
  std::string made = TRY(sign_note(checkpoint_text(checkpoint), origin, signer));
  TRY(store.write(kCheckpointPath, as_bytes(made), true));
  note = std::move(made);
  current = checkpoint;
  return {};
}

Result<void> LogWriter::State::remove_superseded() {
  for (const std::string& folder : superseded) {
    const std::vector<std::string> partials = TRY(store.list(folder));
    for (const std::string& path : partials) {
      TRY(store.remove(path));
    }
  }
  superseded.clear();
  return {};
}

LogWriter::LogWriter(std::unique_ptr<State> state) : state_{std::move(state)} {}
LogWriter::LogWriter(LogWriter&&) noexcept = default;
LogWriter& LogWriter::operator=(LogWriter&&) noexcept = default;
LogWriter::~LogWriter() = default;

Result<LogWriter> LogWriter::open(ports::Store& store, std::string origin, crypto::Signer& signer) {
  if (!is_key_name(origin)) return fail(kBadCheckpoint, {{"reason", "origin"}, {"got", origin}});
  if (signer.public_key().algorithm != crypto::Algorithm::ed25519) {
    return fail(crypto::kWrongAlgorithm);
  }
  auto state = std::make_unique<State>(store, std::move(origin), signer);
  TRY(state->recover());
  return LogWriter{std::move(state)};
}

Result<std::uint64_t> LogWriter::append(std::span<const Bytes> entries) {
  State& state = *state_;
  if (state.stopped) return fail(kStoppedAfterError);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].size() <= kMaxEntry) continue;
    return fail(kEntryTooLarge,
                {{"bytes", std::to_string(entries[i].size())}, {"entry", std::to_string(i)}});
  }
  const std::uint64_t first = state.edge.size();
  if (entries.empty()) return first;
  const Result<void> written = state.write_batch(entries);
  state.stopped = !written;
  if (!written) return fail(written.error());
  // The entries are in and signed for. If tidying up fails, the disk is in trouble: the next append
  // says so, this one succeeded.
  state.stopped = !state.remove_superseded();
  return first;
}

std::uint64_t LogWriter::size() const { return state_->current.size; }
Hash32 LogWriter::root() const { return state_->current.root; }
const std::string& LogWriter::checkpoint_note() const { return state_->note; }

}  // namespace sufragio::log
