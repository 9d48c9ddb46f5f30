#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sufragio::ports {

// A folder of files. Paths are relative, with `/`, of plain names (`check_path`). One writer;
// readers may read at any time and see whole files. Failures are F1xx with the fact "path"; after a
// failed write, append or remove the file is as it was. A failed sync is fatal for the store: every
// later call fails with F106, stop and recover, never retry.
//
// A power cut before `sync` may leave each file that was written, appended to or removed as it was
// before, as it was meant, or torn (a part of the bytes, or zeros in place of bytes), each on its
// own and in any order. What must be there whole or not at all is written with `durable`.
class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual Result<std::optional<Bytes>> read(
      std::string_view path) const = 0;  // nothing: no such file
  // Replaces the file as one act for readers. With `durable`, this file survives a power cut when
  // the call returns, and a power cut during the call leaves the old file or the new one, whole.
  [[nodiscard]] virtual Result<void> write(std::string_view path, ByteView data, bool durable) = 0;
  [[nodiscard]] virtual Result<void> append(std::string_view path,
                                            ByteView data) = 0;  // not durable before `sync`
  [[nodiscard]] virtual Result<void> sync() = 0;  // everything written so far survives a power cut
  [[nodiscard]] virtual Result<void> remove(std::string_view path) = 0;  // good if it is not there
  // All files below `folder` ("" = all), as sorted paths; none when there is no such folder.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(std::string_view folder) const = 0;
};

// 1–1,024 bytes of names joined by `/`; a name has 1–200 bytes, does not start with a dot, and has
// no control character, backslash or colon. So nothing leaves the folder, hidden files are the
// store's own, and every file system takes the name. F101.
[[nodiscard]] Result<void> check_path(std::string_view path);

}  // namespace sufragio::ports
