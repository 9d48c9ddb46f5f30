#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "log/note.h"
#include "ports/store.h"

// A C2SP tiled transparency log on files: `checkpoint`, `tile/<L>/<N>[.p/<W>]`,
// `tile/entries/<N>[.p/<W>]`. docs/spec/log.md.
namespace sufragio::log {

inline constexpr std::uint64_t kTileWidth = 256;
inline constexpr std::string_view kCheckpointPath = "checkpoint";
// The text of the newest checkpoint that may have been signed: what a restart compares with.
inline constexpr std::string_view kLastSignedPath = "last-signed";
[[nodiscard]] std::string tile_path(int level, std::uint64_t index,
                                    std::uint64_t width);  // width 256 = full
[[nodiscard]] std::string entries_path(std::uint64_t index, std::uint64_t width);

// Reads a log from files: its own or a mirror's. Nothing read is trusted before `verify`. Keeps the
// tiles and the bundle it read last, so a reader is for one thread at a time.
class LogReader : public crypto::SubtreeHashes {
 public:
  LogReader(const ports::Store& store, std::uint64_t size) : store_{store}, size_{size} {}
  [[nodiscard]] Result<Bytes> entry(std::uint64_t index) const;  // L105, L106
  // Calls `each(index, entry)` for [from, to); stops at the first failure. The view lives until the
  // reader reads another entry.
  [[nodiscard]] Result<void> entries(
      std::uint64_t from, std::uint64_t to,
      const std::function<Result<void>(std::uint64_t, ByteView)>& each) const;
  [[nodiscard]] Result<Hash32> subtree(int level,
                                       std::uint64_t index) const override;  // from tiles
  [[nodiscard]] Result<Hash32> root() const;                                 // from tiles
  // The hashes of one tile, as many as this size asks for. L105, L106.
  [[nodiscard]] Result<std::vector<Hash32>> tile(int level, std::uint64_t index) const;
  // Recomputes every leaf and every tile from the entries and compares with the tiles and with
  // `root`. L105, L106.
  [[nodiscard]] Result<void> verify(const Hash32& root) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  struct Bundle {
    std::uint64_t index = UINT64_MAX;
    Bytes bytes;
    std::vector<std::size_t> starts;  // of each entry, after its length; then the end + 2
  };
  using Nodes = std::vector<std::vector<Hash32>>;  // [height][position] inside one tile
  [[nodiscard]] Result<const Bundle*> bundle(std::uint64_t index) const;
  [[nodiscard]] Result<const Nodes*> nodes(int level, std::uint64_t index) const;

  const ports::Store& store_;
  std::uint64_t size_;
  mutable Bundle bundle_;
  mutable std::map<std::pair<int, std::uint64_t>, Nodes> nodes_;
};

// The one writer. The order of docs/spec/log.md (tiles, then "last signed", then the checkpoint)
// makes that a crash at any moment loses no acknowledged entry and never leads to two roots for one
// size. After a failure nothing more is written (L109); what is on the disk is still a whole log,
// and `open` goes on from it.
class LogWriter {
 public:
  // Opens or creates. The origin is also the name of the key. L107 when the tiles contradict what
  // was last signed; L105 when one is gone; K111 for a signer that is not Ed25519; L102 for an
  // origin that cannot be one.
  [[nodiscard]] static Result<LogWriter> open(ports::Store& store, std::string origin,
                                              crypto::Signer& signer);
  LogWriter(LogWriter&&) noexcept;
  LogWriter& operator=(LogWriter&&) noexcept;
  ~LogWriter();

  // Appends in order, durable when it returns, and signs a checkpoint over them. Returns the index
  // of the first. L103 (nothing appended, the log goes on), L109. No entries: nothing is signed.
  [[nodiscard]] Result<std::uint64_t> append(std::span<const Bytes> entries);
  // Of the checkpoint signed last; a failed append changes nothing here.
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] Hash32 root() const;
  [[nodiscard]] const std::string& checkpoint_note() const;

 private:
  struct State;
  explicit LogWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// c2sp.org/tlog-proof@v1: index, inclusion proof and checkpoint in one text that can be checked
// offline for ever. The note may be older than the log. L110, L101, L102.
[[nodiscard]] Result<std::string> make_proof(const LogReader& log, std::uint64_t index,
                                             std::string_view checkpoint_note);
// The index of `entry` in the log `origin`. L110 (not in the format), L101 and L102 (checkpoint),
// K109 (the entry is not there).
[[nodiscard]] Result<std::uint64_t> verify_proof(std::string_view proof, ByteView entry,
                                                 std::string_view origin,
                                                 const std::vector<LogKey>& known);

}  // namespace sufragio::log
