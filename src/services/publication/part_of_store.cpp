#include "services/publication/part_of_store.h"

#include "ports/codes.h"

namespace sufragio::services {

namespace {

tl::unexpected<Error> read_only(std::string_view path) {
  return fail(ports::kStoreReadOnly, {{"path", std::string{path}}});
}

}  // namespace

Result<std::optional<Bytes>> PartOfStore::read(std::string_view path) const {
  return whole_.read(folder_ + "/" + std::string{path});
}

Result<std::vector<std::string>> PartOfStore::list(std::string_view folder) const {
  const std::string below = folder.empty() ? folder_ : folder_ + "/" + std::string{folder};
  std::vector<std::string> paths = TRY(whole_.list(below));
  for (std::string& path : paths) path.erase(0, folder_.size() + 1);
  return paths;
}

Result<void> PartOfStore::write(std::string_view path, ByteView, bool) { return read_only(path); }
Result<void> PartOfStore::append(std::string_view path, ByteView) { return read_only(path); }
Result<void> PartOfStore::sync() { return {}; }
Result<void> PartOfStore::remove(std::string_view path) { return read_only(path); }

}  // namespace sufragio::services
