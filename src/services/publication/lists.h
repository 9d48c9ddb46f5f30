#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sufragio::services {

// The hash lists of a tree (docs/decisions/0012): path → SHA-256, kept apart by list.
class FileLists {
 public:
  void set(std::string_view path, const Hash32& hash);
  void erase(std::string_view path);
  [[nodiscard]] const Hash32* find(std::string_view path) const;
  // As `sha256sum` writes it: hash, two blanks, path; ascending by path.
  [[nodiscard]] std::string text(std::string_view list) const;
  [[nodiscard]] std::vector<std::string> names() const;  // of the lists, ascending
  // Paths that start with `prefix`.
  [[nodiscard]] std::vector<std::string> below(std::string_view list,
                                               std::string_view prefix) const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] const std::map<std::string, Hash32, std::less<>>& of(std::string_view list) const;
  // Reads one list: P115 with the facts "file" and "line" unless it is written exactly like that
  // and each path belongs into it.
  [[nodiscard]] Result<void> read(std::string_view list, std::string_view text);

 private:
  std::map<std::string, std::map<std::string, Hash32, std::less<>>, std::less<>> lists_;
};

}  // namespace sufragio::services
