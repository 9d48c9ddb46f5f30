#pragma once

#include <functional>
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
[[nodiscard]] std::string tile_path(int level, std::uint64_t index,
                                    std::uint64_t width);  // width 256 = full
[[nodiscard]] std::string entries_path(std::uint64_t index, std::uint64_t width);

// Reads a log from files: its own or a mirror's. Nothing read is trusted before `verify`.
class LogReader : public crypto::SubtreeHashes {
 public:
  LogReader(const ports::Store& store, std::uint64_t size) : store_{store}, size_{size} {}
  [[nodiscard]] Result<Bytes> entry(std::uint64_t index) const;  // L105
  // Calls `each(index, entry)` for [from, to); stops at the first failure.
  [[nodiscard]] Result<void> entries(
      std::uint64_t from, std::uint64_t to,
      const std::function<Result<void>(std::uint64_t, ByteView)>& each) const;
  [[nodiscard]] Result<Hash32> subtree(int level,
                                       std::uint64_t index) const override;  // from tiles
  [[nodiscard]] Result<Hash32> root() const;                                 // from tiles
  // Recomputes every leaf and every tile from the entries and compares with the tiles and with
  // `root`. L105, L106.
  [[nodiscard]] Result<void> verify(const Hash32& root) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  const ports::Store& store_;
  std::uint64_t size_;
};

// The one writer. The order of docs/spec/log.md (tiles, then "last signed", then the checkpoint)
// makes that a crash at any moment loses no acknowledged entry and never leads to two roots for one
// size.
class LogWriter {
 public:
  // Opens or creates. L107 when the tiles contradict what was last signed.
  [[nodiscard]] static Result<LogWriter> open(ports::Store& store, std::string origin,
                                              crypto::Signer& signer);
  LogWriter(LogWriter&&) noexcept;
  LogWriter& operator=(LogWriter&&) noexcept;
  ~LogWriter();

  // Appends in order, durable when it returns, and signs a checkpoint over them. Returns the index
  // of the first.
  [[nodiscard]] Result<std::uint64_t> append(std::span<const Bytes> entries);
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] Hash32 root() const;
  [[nodiscard]] const std::string& checkpoint_note() const;

 private:
  struct State;
  explicit LogWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// c2sp.org/tlog-proof@v1: index, inclusion proof and checkpoint in one text that can be checked
// offline for ever.
[[nodiscard]] Result<std::string> make_proof(const LogReader& log, std::uint64_t index,
                                             std::string_view checkpoint_note);
[[nodiscard]] Result<std::uint64_t> verify_proof(std::string_view proof, ByteView entry,
                                                 std::string_view origin,
                                                 const std::vector<LogKey>& known);  // the index

}  // namespace sufragio::log
