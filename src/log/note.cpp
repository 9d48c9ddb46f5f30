#include "log/note.h"

#include "base/check.h"
#include "base/numbers.h"
#include "codec/text_codes.h"
#include "crypto/codes.h"
#include "crypto/hash.h"
#include "log/codes.h"

namespace sufragio::log {

namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash U+2014, blank
constexpr std::size_t kIdSize = 4;
constexpr std::size_t kTimeSize = 8;
constexpr std::size_t kEd25519Size = 64;
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 62;

struct SignatureLine {
  std::string_view name;
  Bytes id;         // 4 bytes
  Bytes signature;  // the rest
};

struct ParsedNote {
  std::string_view text;  // with its last newline
  std::vector<SignatureLine> signatures;
};

tl::unexpected<Error> bad_note(std::string_view reason) {
  return fail(kBadNote, {{"reason", std::string{reason}}});
}

Bytes key_id(const LogKey& key) {
  Bytes message = to_bytes(as_bytes(key.name));
  message.push_back('\n');
  message.push_back(static_cast<std::uint8_t>(key.type));
  message.insert(message.end(), key.key.bytes.begin(), key.key.bytes.end());
  return to_bytes(crypto::sha256(message).view().first(kIdSize));
}

Result<SignatureLine> parse_signature(std::string_view line) {
  if (!line.starts_with(kDash)) return bad_note("signature-line");
  line.remove_prefix(kDash.size());
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return bad_note("signature-line");
  SignatureLine out;
  out.name = line.substr(0, blank);
  if (!is_key_name(out.name)) return bad_note("key-name");
  const Result<Bytes> data = codec::base64_decode(line.substr(blank + 1));
  if (!data || data->size() <= kIdSize) return bad_note("signature-base64");
  out.id.assign(data->begin(), data->begin() + kIdSize);
  out.signature.assign(data->begin() + kIdSize, data->end());
  return out;
}

bool has_only_text(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') return false;
  }
  return is_utf8(text);
}

Result<ParsedNote> parse_note(std::string_view note) {
  if (note.size() > kMaxNote) return bad_note("too-large");
  if (!has_only_text(note)) return bad_note("not-text");
  const std::size_t blank_line = note.rfind("\n\n");
  if (blank_line == std::string_view::npos || !note.ends_with('\n'))
    return bad_note("no-signature");
  ParsedNote out;
  out.text = note.substr(0, blank_line + 1);
  std::string_view lines = note.substr(blank_line + 2);
  if (lines.empty()) return bad_note("no-signature");
  lines.remove_suffix(1);
  for (const std::string_view line : split(lines, '\n')) {
    SignatureLine signature = TRY(parse_signature(line));
    out.signatures.push_back(std::move(signature));
  }
  return out;
}

bool is_by(const SignatureLine& line, const LogKey& key) {
  return line.name == key.name && equal(line.id, key_id(key));
}

Result<void> verify_line(std::string_view message, ByteView signature, const LogKey& key) {
  const Result<crypto::Verifier> verifier = crypto::Verifier::from(key.key);
  if (!verifier || !verifier->verify(as_bytes(message), signature)) return bad_note("signature");
  return {};
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || !is_utf8(name)) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    if (byte <= 0x20 || byte == 0x7f || byte == '+') return false;
  }
  // The blanks of Unicode beyond ASCII (White_Space): U+0085, 00A0, 1680, 2000–200A, 2028, 2029,
  // 202F, 205F, 3000.
  for (const std::string_view blank :
       {"\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF",
        "\xE2\x81\x9F", "\xE3\x80\x80"}) {
    if (name.find(blank) != std::string_view::npos) return false;
  }
  for (std::size_t at = name.find("\xE2\x80"); at != std::string_view::npos;
       at = name.find("\xE2\x80", at + 1)) {
    const auto last = static_cast<unsigned char>(name[at + 2]);
    if (last >= 0x80 && last <= 0x8A) return false;
  }
  return true;
}

std::string LogKey::vkey() const {
  Bytes typed{static_cast<std::uint8_t>(type)};
  typed.insert(typed.end(), key.bytes.begin(), key.bytes.end());
  return name + "+" + to_hex(key_id(*this)) + "+" + codec::base64_encode(typed);
}

Result<LogKey> LogKey::parse(std::string_view vkey) {
  const auto bad = [&](std::string_view reason) {
    return fail(kBadVkey, {{"reason", std::string{reason}}});
  };
  const std::size_t first = vkey.find('+');
  const std::size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos) return bad("parts");
  LogKey out;
  out.name = std::string{vkey.substr(0, first)};
  if (!is_key_name(out.name)) return bad("name");
  const Result<Bytes> typed = codec::base64_decode(vkey.substr(second + 1));
  if (!typed || typed->empty()) return bad("base64");
  out.type = static_cast<NoteKeyType>(typed->front());
  if (out.type != NoteKeyType::ed25519 && out.type != NoteKeyType::cosignature) return bad("type");
  out.key.algorithm = crypto::Algorithm::ed25519;
  out.key.bytes.assign(typed->begin() + 1, typed->end());
  if (!crypto::Verifier::from(out.key)) return bad("key");
  if (out.vkey() != vkey) return bad("id");
  return out;
}

std::string checkpoint_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         codec::base64_encode(checkpoint.root.view()) + "\n";
}

Result<std::string> sign_note(std::string_view text, std::string_view name,
                              crypto::Signer& signer) {
  LogKey key;
  key.name = std::string{name};
  key.key = signer.public_key();
  if (key.key.algorithm != crypto::Algorithm::ed25519) return fail(crypto::kWrongAlgorithm);
  if (!is_key_name(name)) return bad_note("key-name");
  if (!text.ends_with('\n') || !has_only_text(text)) return bad_note("not-text");
  Bytes signature = key_id(key);
  const Bytes made = TRY(signer.sign(as_bytes(text)));
  signature.insert(signature.end(), made.begin(), made.end());
  return std::string{text} + "\n" + std::string{kDash} + key.name + " " +
         codec::base64_encode(signature) + "\n";
}

Result<std::string> open_note(std::string_view note, const std::vector<LogKey>& known) {
  const ParsedNote parsed = TRY(parse_note(note));
  bool found = false;
  for (const SignatureLine& line : parsed.signatures) {
    for (const LogKey& key : known) {
      if (key.type != NoteKeyType::ed25519 || !is_by(line, key)) continue;
      TRY(verify_line(parsed.text, line.signature, key));
      found = true;
    }
  }
  if (!found) return bad_note("no-known-key");
  return std::string{parsed.text};
}

Result<std::uint64_t> cosignature_time(std::string_view note, const LogKey& witness) {
  CHECK(witness.type == NoteKeyType::cosignature);
  const ParsedNote parsed = TRY(parse_note(note));
  for (const SignatureLine& line : parsed.signatures) {
    if (!is_by(line, witness)) continue;
    if (line.signature.size() != kTimeSize + kEd25519Size) return bad_note("signature");
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < kTimeSize; ++i) time = time << 8 | line.signature[i];
    const std::string message =
        "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string{parsed.text};
    TRY(verify_line(message, ByteView{line.signature}.subspan(kTimeSize), witness));
    return time;
  }
  return bad_note("no-known-key");
}

Result<std::string_view> unverified_text(std::string_view note) {
  const ParsedNote parsed = TRY(parse_note(note));
  return parsed.text;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto bad = [&](std::string_view reason) {
    return fail(kBadCheckpoint, {{"reason", std::string{reason}}});
  };
  const std::vector<std::string_view> lines = split(text, '\n');
  if (lines.size() != 4 || !lines[3].empty()) return bad("lines");  // no extension lines
  Checkpoint out;
  out.origin = std::string{lines[0]};
  if (!is_key_name(out.origin)) return bad("origin");
  const Result<std::uint64_t> size = parse_uint(lines[1], kMaxSize);
  if (!size) return bad("size");
  out.size = *size;
  const Result<Bytes> root = codec::base64_decode(lines[2]);
  if (!root || root->size() != Hash32::kSize) return bad("root");
  out.root = TRY(Hash32::from(*root));
  return out;
}

Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin,
                                   const std::vector<LogKey>& known) {
  const std::string text = TRY(open_note(note, known));
  Checkpoint out = TRY(parse_checkpoint(text));
  if (out.origin != origin) {
    return fail(kBadCheckpoint, {{"reason", "origin"}, {"got", out.origin}});
  }
  return out;
}

}  // namespace sufragio::log
