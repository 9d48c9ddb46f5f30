#include "ports/store.h"

#include "base/numbers.h"
#include "ports/codes.h"

namespace sufragio::ports {

namespace {
constexpr std::size_t kMaxPath = 1024;
constexpr std::size_t kMaxName = 200;

bool good_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || name.front() == '.') return false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '\\' || c == ':') return false;
  }
  return true;
}
}  // namespace

Result<void> check_path(std::string_view path) {
  bool good = path.size() <= kMaxPath && is_utf8(path);
  for (const std::string_view name : split(path, '/')) good = good && good_name(name);
  if (!good) return fail(kBadPath, {{"path", std::string{path.substr(0, kMaxPath)}}});
  return {};
}

}  // namespace sufragio::ports
