#include "services/publication/log_files.h"

#include "log/codes.h"
#include "log/log.h"

namespace sufragio::services {

std::vector<std::string> log_files(std::uint64_t size) {
  std::vector<std::string> out;
  int level = 0;
  for (std::uint64_t hashes = size; hashes > 0; hashes /= log::kTileWidth, ++level) {
    const std::uint64_t full = hashes / log::kTileWidth;
    const std::uint64_t rest = hashes % log::kTileWidth;
    for (std::uint64_t i = 0; i < full; ++i) {
      out.push_back(log::tile_path(level, i, log::kTileWidth));
      if (level == 0) out.push_back(log::entries_path(i, log::kTileWidth));
    }
    if (rest == 0) continue;
    out.push_back(log::tile_path(level, full, rest));
    if (level == 0) out.push_back(log::entries_path(full, rest));
  }
  return out;
}

Result<std::uint64_t> size_in_note(std::string_view note) {
  const std::size_t end = note.find("\n\n");
  if (end == std::string_view::npos) return fail(log::kBadNote);
  const log::Checkpoint checkpoint = TRY(log::parse_checkpoint(note.substr(0, end + 1)));
  return checkpoint.size;
}

}  // namespace sufragio::services
