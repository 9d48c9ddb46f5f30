#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/workspace/workspace.h"

// Tables that somebody else published become a workspace. Rows are tables, never actas. Nothing is
// repaired and nothing is dropped silently: whatever is not exactly as the format says becomes a
// note with code, file and line. docs/spec/import.md.
namespace sufragio::services {

struct ImportFile {
  std::string name;  // without folders
  Bytes bytes;       // as it is; xz is unpacked here
};

class ImportProgress {
 public:
  virtual ~ImportProgress() = default;
  virtual void at(std::uint64_t done, std::uint64_t total) = 0;  // bytes of all unpacked files
};

using Unpacker = Result<Bytes> (*)(ByteView packed, std::size_t max_size);

struct ImportOptions {
  bool strict = false;      // nothing at all when anything is not in order (I113)
  std::string description;  // TOML: the file formats/<format>.toml, or the mapping of a generic CSV
  std::string law_text;     // the law pack, as it stands
  DocumentParser parse_toml = nullptr;
  DocumentParser parse_json = nullptr;  // ve-2013-contests
  Unpacker unpack_xz = nullptr;         // null: xz files are refused (I103)
  std::size_t max_unpacked = std::size_t{256} << 20;
  const election::Definition* known = nullptr;  // when given, centres must stand in it (I106)
  ImportProgress* progress = nullptr;
};

[[nodiscard]] std::vector<std::string_view> import_formats();  // ascending

// I101, I102, I109–I115; failures of the description and of the law pack keep their own codes. The
// rows of the result are judged.
[[nodiscard]] Result<Workspace> import_files(std::string_view format,
                                             const std::vector<ImportFile>& files,
                                             const ImportOptions& options);

}  // namespace sufragio::services
