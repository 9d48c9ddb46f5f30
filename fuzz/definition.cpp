// The folder of a definition: files cut at lines "@name". What is accepted is written back
// canonically and read again to the same value (docs/spec/definition.md).
#include <string>

#include "adapters/toml/toml.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/numbers.h"
#include "election/definition.h"

namespace {

using namespace sufragio;

Result<election::Definition> read(const std::map<std::string, std::string>& folder) {
  election::DefinitionFiles files;
  const auto toml = folder.find("election.toml");
  auto doc = adapters::parse_toml(toml == folder.end() ? "" : toml->second);
  if (!doc) return fail(doc.error());
  files.election = std::move(*doc);
  files.csv = folder;
  return election::read_definition(files);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::map<std::string, std::string> folder;
  std::string* file = nullptr;
  for (const std::string_view line : split(as_text({data, size}), '\n')) {
    if (line.starts_with('@')) {
      file = &folder[std::string{line.substr(1)}];
    } else if (file != nullptr) {
      file->append(line).push_back('\n');
    }
  }
  const auto first = read(folder);
  if (!first) return 0;
  const auto written = election::write_definition(*first);
  const auto again = read(written);
  CHECK(again.has_value());
  CHECK(*again == *first);
  CHECK(election::write_definition(*again) == written);
  return 0;
}
