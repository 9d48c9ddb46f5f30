#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sufragio::tests {

// The folder `shared` beside the checkout, or $SUFRAGIO_SHARED; nothing when it is not there. Tests
// that need it use SKIP_WITHOUT_SHARED() so that the run prints how many were skipped.
[[nodiscard]] std::optional<std::string> shared_path(std::string_view relative);
#define SKIP_WITHOUT_SHARED(relative) \
  if (!::sufragio::tests::shared_path(relative)) GTEST_SKIP() << "not here: shared/" << (relative)

[[nodiscard]] std::string read_file(
    const std::string& path);  // fails the test when it cannot be read
[[nodiscard]] std::string run_command(const std::string& command);  // its standard output

// A folder of its own for each test, removed at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Compares with tests/golden/<name>; with SUFRAGIO_GOLDEN=update it rewrites the file instead (`./x
// golden --update`).
void expect_golden(std::string_view name, std::string_view actual);

[[nodiscard]] Bytes hex(std::string_view text);  // blanks and line breaks allowed

}  // namespace sufragio::tests
