#include "files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "adapters/files/files_store.h"
#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "codes.h"
#include "resources.h"
#include "services/office/office.h"

namespace sufragio::app {

namespace fs = std::filesystem;

Result<Bytes> read_whole(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::error_code ignored;
  if (!in || fs::is_directory(path, ignored)) return fail(kCannotRead, {{"file", path}});
  Bytes out{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
  if (in.bad()) return fail(kCannotRead, {{"file", path}});
  return out;
}

Result<void> write_whole(const std::string& path, ByteView bytes) {
  std::error_code problem;
  if (fs::path{path}.has_parent_path())
    fs::create_directories(fs::path{path}.parent_path(), problem);
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.flush();
  if (!out) return fail(kCannotWrite, {{"file", path}});
  return {};
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::string base_name(const std::string& path) { return fs::path{path}.filename().string(); }

namespace {
Result<std::unique_ptr<ports::Store>> open_as(const std::string& path,
                                              adapters::FilesStore::Access access) {
  auto store = TRY(adapters::FilesStore::open(path, access));
  return std::unique_ptr<ports::Store>{std::move(store)};
}
}  // namespace

Result<std::unique_ptr<ports::Store>> open_folder(const std::string& path) {
  return open_as(path, adapters::FilesStore::Access::read_write);
}

Result<std::unique_ptr<ports::Store>> read_folder(const std::string& path) {
  return open_as(path, adapters::FilesStore::Access::read_only);
}

Result<election::Definition> read_definition_folder(const std::string& path) {
  const auto store = TRY(read_folder(path));
  election::DefinitionFiles files;
  const std::vector<std::string> paths = TRY(store->list(""));
  for (const std::string& name : paths) {
    const auto bytes = TRY(store->read(name));
    if (name == "election.toml") files.election = TRY(adapters::parse_toml(as_text(*bytes)));
    if (name.ends_with(".csv")) files.csv[name] = std::string{as_text(*bytes)};
  }
  return election::read_definition(files);
}

namespace {

// The text of a pack: a file, or one of those that the toolbox carries.
Result<std::string> law_file(const std::string& name) {
  if (name.ends_with(".toml")) {
    const Bytes bytes = TRY(read_whole(name));
    return std::string{as_text(bytes)};
  }
  const std::string_view found = resource("law/" + name + ".toml");
  if (found.empty()) return fail(kNoSuchLaw, {{"value", name}});
  return std::string{found};
}

// A parent stands beside its child, else in the toolbox.
Result<std::string> parent_file(const std::string& child, const std::string& id) {
  const std::string beside = (fs::path{child}.parent_path() / (id + ".toml")).string();
  return law_file(child.ends_with(".toml") && exists(beside) ? beside : id);
}

Result<std::string> complete(const std::string& name) {
  std::string text = TRY(law_file(name));
  const codec::Document document = TRY(annotate(adapters::parse_toml(text), "file", name));
  const auto parent = election::parent_of(document);
  if (!parent) return text;
  const std::string above = TRY(parent_file(name, *parent));
  const codec::Document beside = TRY(annotate(adapters::parse_toml(above), "file", *parent));
  return annotate(election::complete_law({text, document}, {above, beside}), "file", name);
}

}  // namespace

namespace {

// Does this text have the line? Then the error names it there.
bool names_line(Error& error, const std::string& text, std::string_view line) {
  const auto lines = split(text, '\n');
  const auto found = std::ranges::find(lines, line);
  if (found == lines.end()) return false;
  for (Fact& fact : error.context) {
    if (fact.name == "line") fact.value = std::to_string(found - lines.begin() + 1);
  }
  return true;
}

// A line of a completed text, as its author knows it: the line of the file, or of its parent, that
// says the same.
Error at_own_line(Error error, const std::string& name, std::string_view whole) {
  const auto number = parse_uint(error.fact("line"), 1'000'000);
  const auto lines = split(whole, '\n');
  const auto own = law_file(name);
  std::string file = name;
  if (number && *number > 0 && *number <= lines.size() && own) {
    const std::string_view line = lines[*number - 1];
    const auto document = adapters::parse_toml(*own);
    const auto parent = document ? election::parent_of(*document) : std::nullopt;
    const bool mine = names_line(error, *own, line);
    if (!mine && parent) {
      const auto above = parent_file(name, *parent);
      if (above && names_line(error, *above, line)) file = *parent;
    }
  }
  return std::move(error).with("file", file);
}

}  // namespace

Result<election::LawPack> load_law(const std::string& name, std::string* text) {
  std::string whole = TRY(complete(name));
  const codec::Document document = TRY(adapters::parse_toml(whole));
  auto pack = election::read_law_pack(whole, document);
  if (!pack) return fail(at_own_line(std::move(pack.error()), name, whole));
  if (text != nullptr) *text = std::move(whole);
  return pack;
}

Result<std::vector<crypto::PublicKey>> read_roots(const std::vector<std::string>& files) {
  std::vector<crypto::PublicKey> out;
  for (const std::string& file : files) {
    const Bytes bytes = TRY(read_whole(file));
    const auto keys =
        TRY(annotate(services::read_public_keys(as_text(bytes)), "file", std::string_view{file}));
    out.insert(out.end(), keys.begin(), keys.end());
  }
  return out;
}

}  // namespace sufragio::app
