#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/keys.h"
#include "election/definition.h"
#include "election/law_pack.h"
#include "ports/store.h"

namespace sufragio::app {

// X110 cannot be read (fact "file"), X111 cannot be written.
[[nodiscard]] Result<Bytes> read_whole(const std::string& path);
[[nodiscard]] Result<void> write_whole(const std::string& path, ByteView bytes);
[[nodiscard]] bool exists(const std::string& path);
[[nodiscard]] std::string base_name(const std::string& path);

[[nodiscard]] Result<std::unique_ptr<ports::Store>> open_folder(
    const std::string& path);  // for writing
[[nodiscard]] Result<std::unique_ptr<ports::Store>> read_folder(const std::string& path);

[[nodiscard]] Result<election::Definition> read_definition_folder(const std::string& path);
// A law pack by file (`….toml`) or by the id of one that the toolbox carries; one that extends
// another is completed first. `text`, when given: the complete text, whose hash is the pack's.
[[nodiscard]] Result<election::LawPack> load_law(const std::string& name, std::string* text);
[[nodiscard]] Result<std::vector<crypto::PublicKey>> read_roots(
    const std::vector<std::string>& files);

}  // namespace sufragio::app
