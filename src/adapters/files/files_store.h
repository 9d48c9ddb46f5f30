#pragma once

#include <memory>

#include "ports/store.h"

namespace sufragio::adapters {

// A Store on a real folder of a local POSIX file system (ext4, XFS, btrfs; not NFS). A file is
// written under a temporary hidden name and renamed; a durable one is flushed before the rename and
// its folder after it. `sync` flushes each file and folder written since the last one, or the whole
// file system when they are many.
//
// The writer holds a lock on the hidden file `.lock` as long as it lives (F107 for a second one).
// Reads may come from any thread; everything else from one.
class FilesStore : public ports::Store {
 public:
  enum class Access { read_write, read_only };
  // Makes the folder for a writer. F107, F108.
  [[nodiscard]] static Result<std::unique_ptr<FilesStore>> open(std::string_view folder,
                                                                Access access);
  ~FilesStore() override;
  FilesStore(const FilesStore&) = delete;
  FilesStore& operator=(const FilesStore&) = delete;

  [[nodiscard]] Result<std::optional<Bytes>> read(std::string_view path) const override;
  [[nodiscard]] Result<void> write(std::string_view path, ByteView data, bool durable) override;
  [[nodiscard]] Result<void> append(std::string_view path, ByteView data) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<void> remove(std::string_view path) override;
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view folder) const override;

  // The system calls that can fail under load, so that a test can make them fail.
  struct Calls {
    int (*fsync)(int) = nullptr;
    int (*syncfs)(int) = nullptr;
    long (*write)(int, const void*, unsigned long) = nullptr;
  };
  void replace_calls_for_test(const Calls& calls);

 private:
  struct State;
  explicit FilesStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sufragio::adapters
