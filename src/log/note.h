#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/keys.h"

// C2SP signed notes, checkpoints and verifier keys. docs/spec/log.md.
namespace sufragio::log {

// What a key under a name signs; the numbers stand in key ids and verifier keys for ever.
enum class NoteKeyType : std::uint8_t {
  ed25519 = 1,     // the text: the log itself
  cosignature = 4  // the text and a time: a witness
};

struct LogKey {  // an Ed25519 key under a name
  std::string name;
  crypto::PublicKey key;
  NoteKeyType type = NoteKeyType::ed25519;

  [[nodiscard]] std::string vkey() const;                            // "name+hash+base64"
  [[nodiscard]] static Result<LogKey> parse(std::string_view vkey);  // L108
};

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash32 root;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

inline constexpr std::size_t kMaxNote = 256 * 1024;  // bytes; room for 16 post-quantum signatures

// A key name or an origin: not empty, UTF-8, no blank, no control character, no plus.
[[nodiscard]] bool is_key_name(std::string_view name);

[[nodiscard]] std::string checkpoint_text(const Checkpoint& checkpoint);
// The text must end with a newline and be a note's text (L101); K111 for a key that is not Ed25519.
[[nodiscard]] Result<std::string> sign_note(std::string_view text, std::string_view name,
                                            crypto::Signer& signer);
// The text of the note, when at least one signature is of a key in `known` and every signature of a
// known key verifies. Keys of type `cosignature` do not count: a witness does not speak for the
// log. L101.
[[nodiscard]] Result<std::string> open_note(std::string_view note,
                                            const std::vector<LogKey>& known);
// The time (unix seconds) at which `witness` (type `cosignature`) signed the note. L101 without its
// signature or with one that does not verify.
[[nodiscard]] Result<std::uint64_t> cosignature_time(std::string_view note, const LogKey& witness);
// The text of a note that nobody verified. L101.
[[nodiscard]] Result<std::string_view> unverified_text(std::string_view note);
[[nodiscard]] Result<Checkpoint> parse_checkpoint(
    std::string_view text);  // L102; the text part of a note
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin,
                                                 const std::vector<LogKey>& known);

}  // namespace sufragio::log
