#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/keys.h"

// C2SP signed notes, checkpoints and verifier keys. docs/spec/log.md.
namespace sufragio::log {

struct LogKey {  // an Ed25519 key under a name
  std::string name;
  crypto::PublicKey key;

  [[nodiscard]] std::string vkey() const;                            // "name+hash+base64"
  [[nodiscard]] static Result<LogKey> parse(std::string_view vkey);  // L108
};

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash32 root;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

[[nodiscard]] std::string checkpoint_text(const Checkpoint& checkpoint);
[[nodiscard]] Result<std::string> sign_note(std::string_view text, std::string_view name,
                                            crypto::Signer& signer);
// The text of the note, when at least one signature is of a key in `known` and every signature of a
// known key verifies. L101.
[[nodiscard]] Result<std::string> open_note(std::string_view note,
                                            const std::vector<LogKey>& known);
[[nodiscard]] Result<Checkpoint> parse_checkpoint(
    std::string_view text);  // L102; the text part of a note
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin,
                                                 const std::vector<LogKey>& known);

}  // namespace sufragio::log
