#include "ports/memory_store.h"

#include "ports/codes.h"

namespace sufragio::ports {

Result<void> FileMap::check_place(std::string_view path) const {
  TRY(check_path(path));
  const auto occupied = [&] { return fail(kWriteFailed, {{"path", std::string{path}}}); };
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (files_.find(path.substr(0, slash)) != files_.end()) return occupied();
  }
  const std::string as_folder = std::string{path} + "/";
  const auto below = files_.lower_bound(as_folder);
  if (below != files_.end() && below->first.starts_with(as_folder)) return occupied();
  return {};
}

std::optional<Bytes> FileMap::get(std::string_view path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return std::nullopt;
  return found->second;
}

void FileMap::put(std::string_view path, ByteView data) {
  files_[std::string{path}] = to_bytes(data);
}

void FileMap::add(std::string_view path, ByteView data) {
  Bytes& file = files_[std::string{path}];
  file.insert(file.end(), data.begin(), data.end());
}

void FileMap::erase(std::string_view path) {
  const auto found = files_.find(path);
  if (found != files_.end()) files_.erase(found);
}

Result<std::vector<std::string>> FileMap::list(std::string_view folder) const {
  if (!folder.empty()) TRY(check_path(folder));
  const std::string prefix = folder.empty() ? std::string{} : std::string{folder} + "/";
  std::vector<std::string> out;
  for (auto at = files_.lower_bound(prefix); at != files_.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    out.push_back(at->first);
  }
  return out;
}

std::size_t FileMap::bytes() const {
  std::size_t total = 0;
  for (const auto& file : files_) total += file.second.size();
  return total;
}

Result<std::optional<Bytes>> MemoryStore::read(std::string_view path) const {
  TRY(check_path(path));
  return files_.get(path);
}

Result<void> MemoryStore::write(std::string_view path, ByteView data, bool /*durable*/) {
  TRY(files_.check_place(path));
  files_.put(path, data);
  return {};
}

Result<void> MemoryStore::append(std::string_view path, ByteView data) {
  TRY(files_.check_place(path));
  files_.add(path, data);
  return {};
}

Result<void> MemoryStore::sync() { return {}; }

Result<void> MemoryStore::remove(std::string_view path) {
  TRY(files_.check_place(path));
  files_.erase(path);
  return {};
}

Result<std::vector<std::string>> MemoryStore::list(std::string_view folder) const {
  return files_.list(folder);
}

}  // namespace sufragio::ports
