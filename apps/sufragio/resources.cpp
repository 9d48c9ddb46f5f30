#include "resources.h"

namespace sufragio::app {

namespace {
std::string_view text_of(const Resource& file) {
  return {reinterpret_cast<const char*>(file.data), file.size};
}
}  // namespace

std::string_view resource(std::string_view path) {
  for (const Resource& file : resources()) {
    if (path == file.path) return text_of(file);
  }
  return {};
}

std::map<std::string, std::string> resource_folder(std::string_view folder,
                                                   std::string_view suffix) {
  std::map<std::string, std::string> out;
  for (const Resource& file : resources()) {
    std::string_view name = file.path;
    if (!name.starts_with(folder) || !name.ends_with(suffix)) continue;
    name.remove_prefix(folder.size() + 1);
    name.remove_suffix(suffix.size());
    out.emplace(name, text_of(file));
  }
  return out;
}

}  // namespace sufragio::app
