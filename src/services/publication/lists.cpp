#include "services/publication/lists.h"

#include "base/numbers.h"
#include "services/publication/codes.h"
#include "services/publication/layout.h"

namespace sufragio::services {

void FileLists::set(std::string_view path, const Hash32& hash) {
  lists_[list_of(path)].insert_or_assign(std::string{path}, hash);
}

void FileLists::erase(std::string_view path) {
  const auto list = lists_.find(list_of(path));
  if (list == lists_.end()) return;
  const auto found = list->second.find(path);
  if (found != list->second.end()) list->second.erase(found);
}

const Hash32* FileLists::find(std::string_view path) const {
  const auto list = lists_.find(list_of(path));
  if (list == lists_.end()) return nullptr;
  const auto found = list->second.find(path);
  return found == list->second.end() ? nullptr : &found->second;
}

std::string FileLists::text(std::string_view list) const {
  std::string out;
  for (const auto& [path, hash] : of(list)) {
    out += hash.hex();
    out += "  ";
    out += path;
    out += '\n';
  }
  return out;
}

std::vector<std::string> FileLists::names() const {
  std::vector<std::string> out;
  for (const auto& list : lists_) out.push_back(list.first);
  return out;
}

std::vector<std::string> FileLists::below(std::string_view list, std::string_view prefix) const {
  std::vector<std::string> out;
  const auto& files = of(list);
  for (auto at = files.lower_bound(prefix); at != files.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    out.push_back(at->first);
  }
  return out;
}

std::size_t FileLists::size() const {
  std::size_t total = 0;
  for (const auto& list : lists_) total += list.second.size();
  return total;
}

const std::map<std::string, Hash32, std::less<>>& FileLists::of(std::string_view list) const {
  static const std::map<std::string, Hash32, std::less<>> kNone;
  const auto found = lists_.find(list);
  return found == lists_.end() ? kNone : found->second;
}

Result<void> FileLists::read(std::string_view list, std::string_view text) {
  constexpr std::size_t kHash = 64;
  const auto bad = [&](std::size_t line) {
    return fail(Error{kListForm, {{"file", std::string{list}}}}.with(
        "line", static_cast<std::int64_t>(line)));
  };
  std::size_t number = 0;
  std::string_view before;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || end < kHash + 3) return bad(number);
    const std::string_view line = text.substr(0, end);
    const std::string_view path = line.substr(kHash + 2);
    const Result<Hash32> hash = Hash32::parse(line.substr(0, kHash));
    if (!hash || hash->hex() != line.substr(0, kHash) || line.substr(kHash, 2) != "  ") {
      return bad(number);
    }
    if (list_of(path) != list || path <= before || path == kManifestList ||
        path == kManifestRecord) {
      return bad(number);
    }
    set(path, *hash);
    before = path;
    text.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace sufragio::services
