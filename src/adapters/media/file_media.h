#pragma once

#include <memory>
#include <string>

#include "ports/block_device.h"
#include "ports/key_cell.h"

namespace sufragio::adapters {

// A raw partition, or a file of fixed size that stands for one. Reads and writes go past the page
// cache (O_DIRECT) where the file system can; buffers are page aligned by contract. Opening a file
// that does not exist makes one of `size` bytes of zeros. F131 when it cannot be opened.
[[nodiscard]] Result<std::unique_ptr<ports::BlockDevice>> open_block_file(const std::string& path,
                                                                          std::uint64_t size);

// The key cell as a file, replaced by rename: development and demo only. Old contents may survive
// on flash, so no election of kind `real` takes it. F141-F143.
class FileKeyCell : public ports::KeyCell {
 public:
  explicit FileKeyCell(std::string path) : path_{std::move(path)} {}
  [[nodiscard]] Result<ports::Cell> read() override;
  [[nodiscard]] Result<void> write(const ports::Cell& cell) override;
  [[nodiscard]] Result<void> destroy() override;

 private:
  std::string path_;
};

}  // namespace sufragio::adapters
