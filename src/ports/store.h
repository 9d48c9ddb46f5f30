#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sufragio::ports {

// A folder of files. Paths are relative, with `/`, without `..`. One writer; readers may read at
// any time and see whole files. Failures are F1xx with the fact "path". A failed sync is fatal for
// the store: stop and recover, never retry (needs.md D-b).
class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual Result<std::optional<Bytes>> read(
      std::string_view path) const = 0;  // nothing: no such file
  // Replaces the file as one act; after `sync` (or at once when `durable`) it survives a power cut.
  [[nodiscard]] virtual Result<void> write(std::string_view path, ByteView data, bool durable) = 0;
  [[nodiscard]] virtual Result<void> append(std::string_view path,
                                            ByteView data) = 0;  // not durable before `sync`
  [[nodiscard]] virtual Result<void> sync() = 0;  // everything written so far survives a power cut
  [[nodiscard]] virtual Result<void> remove(std::string_view path) = 0;
  // All files below `folder` ("" = all), as sorted paths.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(std::string_view folder) const = 0;
};

}  // namespace sufragio::ports
