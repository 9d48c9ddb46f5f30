#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace sufragio::app {

struct Resource {  // a file of i18n/, templates/, law/, formats/, claims/ or assets/, inside the
                   // binary
  const char* path;
  const unsigned char* data;
  std::size_t size;
};
[[nodiscard]] std::span<const Resource> resources();  // ascending by path

[[nodiscard]] std::string_view resource(std::string_view path);  // "" when there is none
// Files of a folder by their name without folder and without `suffix`.
[[nodiscard]] std::map<std::string, std::string> resource_folder(std::string_view folder,
                                                                 std::string_view suffix);

}  // namespace sufragio::app
