#include "base/numbers.h"
#include "codec/text_codes.h"
#include "log/codes.h"
#include "log/log.h"

namespace sufragio::log {

namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::uint64_t kMaxIndex = std::uint64_t{1} << 62;
constexpr std::size_t kMaxHashes = 63;
constexpr std::size_t kMaxProof = kMaxNote + 128 * 1024;  // the rest is room for `extra`

struct ParsedProof {
  std::uint64_t index = 0;
  std::vector<Hash32> hashes;
  std::string_view note;
};

tl::unexpected<Error> bad_proof(std::string_view reason) {
  return fail(kBadProofFile, {{"reason", std::string{reason}}});
}

Result<ParsedProof> parse_proof(std::string_view proof) {
  if (proof.size() > kMaxProof) return bad_proof("too-large");
  const std::size_t blank_line = proof.find("\n\n");
  if (blank_line == std::string_view::npos) return bad_proof("no-checkpoint");
  ParsedProof out;
  out.note = proof.substr(blank_line + 2);
  const std::vector<std::string_view> lines = split(proof.substr(0, blank_line), '\n');
  std::size_t at = 0;
  if (lines[at++] != kFirstLine) return bad_proof("first-line");
  if (at < lines.size() && lines[at].starts_with(kExtra)) {
    if (!codec::base64_decode(lines[at].substr(kExtra.size()))) return bad_proof("extra");
    ++at;
  }
  if (at == lines.size() || !lines[at].starts_with(kIndex)) return bad_proof("index");
  const Result<std::uint64_t> index = parse_uint(lines[at++].substr(kIndex.size()), kMaxIndex);
  if (!index) return bad_proof("index");
  out.index = *index;
  if (lines.size() - at > kMaxHashes) return bad_proof("hashes");
  for (; at < lines.size(); ++at) {
    const Result<Bytes> bytes = codec::base64_decode(lines[at]);
    if (!bytes || bytes->size() != Hash32::kSize) return bad_proof("hashes");
    const Hash32 hash = TRY(Hash32::from(*bytes));
    out.hashes.push_back(hash);
  }
  return out;
}

}  // namespace

Result<std::string> make_proof(const LogReader& log, std::uint64_t index,
                               std::string_view checkpoint_note) {
  const std::string_view text = TRY(unverified_text(checkpoint_note));
  const Checkpoint checkpoint = TRY(parse_checkpoint(text));
  if (checkpoint.size > log.size() || index >= checkpoint.size) {
    return fail(kBadProofFile, {{"reason", "index"}, {"index", std::to_string(index)}});
  }
  const std::vector<Hash32> hashes = TRY(crypto::inclusion_proof(log, index, checkpoint.size));
  std::string out{kFirstLine};
  out.append("\n").append(kIndex).append(std::to_string(index));
  for (const Hash32& hash : hashes) out.append("\n").append(codec::base64_encode(hash.view()));
  return out.append("\n\n").append(checkpoint_note);
}

Result<std::uint64_t> verify_proof(std::string_view proof, ByteView entry, std::string_view origin,
                                   const std::vector<LogKey>& known) {
  const ParsedProof parsed = TRY(parse_proof(proof));
  const Checkpoint checkpoint = TRY(open_checkpoint(parsed.note, origin, known));
  TRY(crypto::verify_inclusion(crypto::leaf_hash(entry), parsed.index, checkpoint.size,
                               parsed.hashes, checkpoint.root));
  return parsed.index;
}

}  // namespace sufragio::log
