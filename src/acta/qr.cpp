#include "acta/qr.h"

#include <fmt/format.h>

#include <algorithm>

#include "acta/codes.h"
#include "base/check.h"
#include "base/numbers.h"
#include "codec/cbor.h"
#include "codec/text_codes.h"
#include "crypto/cose.h"
#include "crypto/hash.h"

namespace sufragio::acta {

namespace {

constexpr std::string_view kQrBPrefix = "VE1:";
constexpr std::string_view kPartPrefix = "VE1P:";
constexpr std::string_view kKeyPathPrefix = "VE1C:";
constexpr std::size_t kMaxSingle = 1'200;  // characters of a QR-B text in one code
constexpr std::size_t kChunk = 600;
constexpr std::size_t kMaxKeyPath = 2'048;  // bytes of both records
// base45 makes 3 characters of 2 bytes.
constexpr std::size_t base45_length(std::size_t bytes) { return bytes / 2 * 3 + bytes % 2 * 2; }
constexpr std::size_t kMaxParts = (base45_length(kMaxActa) + kChunk - 1) / kChunk;

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads the grammar of docs/spec/qr.md from left to right; `at` is the offset for the message.
class QrACursor {
 public:
  explicit QrACursor(std::string_view text) : text_{text} {}

  [[nodiscard]] Result<std::string_view> digits(std::size_t exactly) {
    const std::string_view out = text_.substr(std::min(at_, text_.size()), exactly);
    if (out.size() != exactly || !std::all_of(out.begin(), out.end(), is_digit)) return bad();
    at_ += exactly;
    return out;
  }
  [[nodiscard]] Result<std::uint64_t> integer() {  // "0" or no leading zero
    std::size_t end = at_;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    const Result<std::uint64_t> value = parse_uint(text_.substr(at_, end - at_), INT64_MAX);
    if (!value) return bad();
    at_ = end;
    return *value;
  }
  [[nodiscard]] Result<void> expect(char c) {
    if (!next_is(c)) return bad();
    ++at_;
    return {};
  }
  [[nodiscard]] bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  [[nodiscard]] Result<void> end() const {
    if (at_ != text_.size()) return bad();
    return {};
  }

 private:
  [[nodiscard]] tl::unexpected<Error> bad() const {
    return fail(Error{kQrGrammar}.with("offset", static_cast<std::int64_t>(at_)));
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view without_line_end(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

Result<Votes> votes_up_to(std::uint64_t value, Votes limit) {
  if (value > static_cast<std::uint64_t>(limit.value())) {
    return fail(Error{kQrTooMany, {{"votes", std::to_string(value)}}}.with("limit", limit.value()));
  }
  return Votes::from(static_cast<std::int64_t>(value));
}

std::string upper_hex_prefix(ByteView record) {
  std::string out = crypto::sha256(record).hex().substr(0, 8);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

struct Part {
  std::string_view hash;
  std::size_t index = 0;  // 1 … count
  std::size_t count = 0;
  std::string_view chunk;
};

Result<Part> parse_part(std::string_view text) {
  const auto bad = [&] { return fail(kQrParts, {{"part", std::string{text.substr(0, 24)}}}); };
  constexpr std::size_t kHash = 8;
  if (!starts_with(text, kPartPrefix)) return bad();
  text.remove_prefix(kPartPrefix.size());
  if (text.size() < kHash + 1 || text[kHash] != ':') return bad();
  Part out;
  out.hash = text.substr(0, kHash);
  text.remove_prefix(kHash + 1);
  const std::size_t slash = text.find('/');
  const std::size_t colon = text.find(':');
  if (slash == std::string_view::npos || colon == std::string_view::npos || slash > colon) {
    return bad();
  }
  const Result<std::uint64_t> index = parse_uint(text.substr(0, slash), kMaxParts);
  const Result<std::uint64_t> count =
      parse_uint(text.substr(slash + 1, colon - slash - 1), kMaxParts);
  if (!index || !count || *index == 0 || *index > *count) return bad();
  out.index = *index;
  out.count = *count;
  out.chunk = text.substr(colon + 1);
  if (out.chunk.empty() || out.chunk.size() > kChunk) return bad();
  return out;
}

}  // namespace

std::string qr_a_text(const QrA& code) {
  std::string out = fmt::format("{}.{}.{}!", code.mesa.text(), code.x, code.serial);
  for (std::size_t i = 0; i < code.count.cards.size(); ++i) {
    if (i != 0) out.push_back(',');
    out += std::to_string(code.count.cards[i].value());
  }
  out += fmt::format("!{}!{}", code.count.null.value(), code.count.invalid.value());
  return out;
}

QrA qr_a_of(const Acta& acta, std::size_t contest) {
  CHECK(contest < acta.contests.size());
  QrA out;
  out.mesa = acta.mesa;
  out.x = acta.tomo;
  out.count = acta.contests[contest];
  return out;
}

Result<QrA> parse_qr_a(std::string_view text, std::size_t cards, Votes limit) {
  QrACursor in{without_line_end(text)};
  QrA out;
  const std::string_view centre = TRY(in.digits(9));
  TRY(in.expect('.'));
  const std::string_view mesa = TRY(in.digits(2));
  TRY(in.expect('.'));
  const Result<MesaId> id = MesaId::parse(fmt::format("{}.{}", centre, mesa));
  if (!id || id->mesa.value() == 0) return fail(kQrGrammar, {{"offset", "10"}});
  out.mesa = *id;
  const std::uint64_t x = TRY(in.integer());
  TRY(in.expect('.'));
  const std::string_view serial = TRY(in.digits(4));
  TRY(in.expect('!'));
  std::vector<std::uint64_t> figures;
  const std::uint64_t first = TRY(in.integer());
  figures.push_back(first);
  while (in.next_is(',')) {
    TRY(in.expect(','));
    const std::uint64_t figure = TRY(in.integer());
    figures.push_back(figure);
  }
  TRY(in.expect('!'));
  const std::uint64_t nulls = TRY(in.integer());
  TRY(in.expect('!'));
  const std::uint64_t invalid = TRY(in.integer());
  TRY(in.end());
  if (x != 1 || serial != out.serial) {
    return fail(kQrConstants, {{"x", std::to_string(x)}, {"serial", std::string{serial}}});
  }
  if (figures.size() != cards) {
    return fail(kQrCards,
                {{"cards", std::to_string(figures.size())}, {"expected", std::to_string(cards)}});
  }
  for (const std::uint64_t figure : figures) {
    const Votes votes = TRY(votes_up_to(figure, limit));
    out.count.cards.push_back(votes);
  }
  out.count.null = TRY(votes_up_to(nulls, limit));
  out.count.invalid = TRY(votes_up_to(invalid, limit));
  return out;
}

std::string qr_b_text(ByteView record) {
  return std::string{kQrBPrefix} + codec::base45_encode(record);
}

Result<Bytes> parse_qr_b(std::string_view text) {
  if (!starts_with(text, kQrBPrefix)) return fail(kQrPrefix);
  text.remove_prefix(kQrBPrefix.size());
  if (text.size() > base45_length(kMaxActa)) {
    return fail(kQrTooLong, {{"characters", std::to_string(text.size())}});
  }
  return codec::base45_decode(text);
}

std::vector<std::string> qr_b_parts(ByteView record) {
  std::string whole = qr_b_text(record);
  if (whole.size() <= kMaxSingle) return {std::move(whole)};
  const std::string_view body = std::string_view{whole}.substr(kQrBPrefix.size());
  const std::size_t count = (body.size() + kChunk - 1) / kChunk;
  const std::string hash = upper_hex_prefix(record);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(fmt::format("{}{}:{}/{}:{}", kPartPrefix, hash, i + 1, count,
                              body.substr(i * kChunk, kChunk)));
  }
  return out;
}

Result<Bytes> join_qr_b_parts(const std::vector<std::string>& parts) {
  if (parts.size() == 1 && starts_with(parts[0], kQrBPrefix)) return parse_qr_b(parts[0]);
  if (parts.empty()) return fail(kQrParts);
  const Part first = TRY(parse_part(parts[0]));
  std::vector<std::string_view> chunks(first.count);
  for (const std::string& text : parts) {
    const Part part = TRY(parse_part(text));
    std::string_view& chunk = chunks[std::min(part.index, first.count) - 1];
    const bool agrees = part.hash == first.hash && part.count == first.count &&
                        (chunk.empty() || chunk == part.chunk);
    if (!agrees) return fail(kQrParts, {{"part", text.substr(0, 24)}});
    chunk = part.chunk;
  }
  std::string body;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (chunks[i].empty()) {
      return fail(kQrParts, {{"missing", fmt::format("{}/{}", i + 1, chunks.size())}});
    }
    body += chunks[i];
  }
  Bytes record = TRY(codec::base45_decode(body));
  if (record.size() > kMaxActa) {
    return fail(kQrTooLong, {{"characters", std::to_string(body.size())}});
  }
  // One record has one set of parts: other cuts, another hash or a text that fits in one code are
  // refused.
  const std::vector<std::string> canonical = qr_b_parts(record);
  const bool all_canonical = std::all_of(parts.begin(), parts.end(), [&](const std::string& text) {
    return std::find(canonical.begin(), canonical.end(), text) != canonical.end();
  });
  if (!all_canonical) return fail(kQrParts, {{"part", parts[0].substr(0, 24)}});
  return record;
}

std::string qr_c_text(ByteView certificate, ByteView assignment) {
  Bytes both = to_bytes(certificate);
  both.insert(both.end(), assignment.begin(), assignment.end());
  return std::string{kKeyPathPrefix} + codec::base45_encode(both);
}

namespace {

// The length of the COSE_Sign1 record at the start of `bytes`.
Result<std::size_t> record_length(ByteView bytes) {
  codec::CborReader in{bytes};
  TRY(in.tag(18));
  TRY(in.array(4));
  for (int i = 0; i < 4; ++i) {
    TRY(in.item());
  }
  return in.offset();
}

}  // namespace

Result<KeyPath> parse_qr_c(std::string_view text) {
  if (!starts_with(text, kKeyPathPrefix)) return fail(kQrKeyPath);
  const Result<Bytes> both = codec::base45_decode(text.substr(kKeyPathPrefix.size()));
  if (!both || both->size() > kMaxKeyPath) return fail(kQrKeyPath);
  const ByteView bytes{*both};
  const Result<std::size_t> cut = record_length(bytes);
  if (!cut) return fail(kQrKeyPath);
  KeyPath out{to_bytes(bytes.first(*cut)), to_bytes(bytes.subspan(*cut))};
  if (!crypto::parse_sign1(out.certificate) || !crypto::parse_sign1(out.assignment)) {
    return fail(kQrKeyPath);
  }
  return out;
}

}  // namespace sufragio::acta
