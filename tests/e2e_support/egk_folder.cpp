#include "tests/e2e_support/egk_folder.h"

#include <filesystem>

#include "adapters/json/json.h"
#include "base/check.h"
#include "tests/support/support.h"

namespace sufragio::tests {

namespace fs = std::filesystem;

codec::Document json_file(const std::string& path) {
  auto out = adapters::parse_json(read_file(path));
  CHECK(out.has_value());
  return *std::move(out);
}

std::vector<std::string> files_of(const std::string& folder, std::string_view prefix) {
  std::vector<std::string> out;
  if (!fs::exists(folder)) return out;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().filename().string().starts_with(prefix)) out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

e2e::EgkRecord egk_folder(const std::string& path) {
  e2e::EgkRecord out;
  out.constants = e2e::read_egk_constants(json_file(path + "/constants.json")).value();
  const std::string manifest = read_file(path + "/manifest.json");
  out.manifest =
      e2e::read_egk_manifest(as_bytes(manifest), json_file(path + "/manifest.json")).value();
  out.config = e2e::read_egk_config(json_file(path + "/election_config.json")).value();
  out.keys = e2e::read_egk_keys(json_file(path + "/election_initialized.json")).value();
  for (const std::string& device : files_of(path + "/encrypted_ballots", "")) {
    for (const std::string& file : files_of(device, "eballot-")) {
      out.ballots.push_back(e2e::read_egk_ballot(json_file(file)).value());
    }
    for (const std::string& file : files_of(device, "ballot_chain")) {
      out.chains.push_back(e2e::read_egk_chain(json_file(file)).value());
    }
  }
  for (const std::string& file : files_of(path, "encrypted_tally")) {
    out.tally = e2e::read_egk_tally(json_file(file)).value();
  }
  for (const std::string& file : files_of(path, "tally")) {
    out.decryption = e2e::read_egk_decryption(json_file(file)).value();
  }
  for (const std::string& file : files_of(path + "/challenged_ballots", "dballot-")) {
    out.challenged.push_back(e2e::read_egk_decryption(json_file(file)).value());
  }
  return out;
}

}  // namespace sufragio::tests
