#pragma once

#include <map>

#include "ports/store.h"

namespace sufragio::ports {

// The files of a store as a value: what MemoryStore and the simulated disk are made of. Keeps the
// rule of real folders: a name is a file or a folder, never both.
class FileMap {
 public:
  // F101; F103 when `path` is a folder or one of its folders is a file.
  [[nodiscard]] Result<void> check_place(std::string_view path) const;
  [[nodiscard]] std::optional<Bytes> get(std::string_view path) const;
  void put(std::string_view path, ByteView data);
  void add(std::string_view path, ByteView data);  // at the end; makes the file
  void erase(std::string_view path);
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view folder) const;  // F101
  [[nodiscard]] std::size_t bytes() const;  // in all files
  friend bool operator==(const FileMap&, const FileMap&) = default;

 private:
  std::map<std::string, Bytes, std::less<>> files_;
};

class MemoryStore : public Store {  // for tests and for trees that never touch a disk
 public:
  [[nodiscard]] Result<std::optional<Bytes>> read(std::string_view path) const override;
  [[nodiscard]] Result<void> write(std::string_view path, ByteView data, bool durable) override;
  [[nodiscard]] Result<void> append(std::string_view path, ByteView data) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<void> remove(std::string_view path) override;
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view folder) const override;

 private:
  FileMap files_;
};

}  // namespace sufragio::ports
