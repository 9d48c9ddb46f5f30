#include "e2e/bundle.h"

#include <algorithm>

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"

namespace sufragio::e2e {

namespace {

constexpr std::size_t kElement = 33;

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append(Bytes& out, const Proof& branch) {
  append(out, branch.challenge);
  append(out, branch.response);
}

Bytes contest_bytes(const EncryptedContest& contest) {
  Bytes out;
  for (const EncryptedOption& option : contest.options) {
    append(out, option.vote.pad);
    append(out, option.vote.data);
    for (const Proof& branch : option.range) append(out, branch);
  }
  for (const Proof& branch : contest.limit) append(out, branch);
  return out;
}

std::size_t contest_size(const ContestRule& rule) {
  const std::size_t option = 2 * kElement + 64 * (rule.option_limit + std::size_t{1});
  return rule.options.size() * option + 64 * (rule.votes_allowed + std::size_t{1});
}

class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_{bytes} {}
  ByteView take(std::size_t size) {
    const ByteView out = rest_.first(size);
    rest_ = rest_.subspan(size);
    return out;
  }
  std::vector<Proof> branches(std::size_t count) {
    std::vector<Proof> out(count);
    for (Proof& branch : out) {
      std::ranges::copy(take(32), branch.challenge.begin());
      std::ranges::copy(take(32), branch.response.begin());
    }
    return out;
  }

 private:
  ByteView rest_;
};

EncryptedContest read_contest(ByteView bytes, const ContestRule& rule, const Key& key) {
  Cursor cursor{bytes};
  EncryptedContest out;
  out.sequence = rule.sequence;
  for (const std::uint32_t sequence : rule.options) {
    EncryptedOption option;
    option.sequence = sequence;
    option.vote.pad = to_bytes(cursor.take(kElement));
    option.vote.data = to_bytes(cursor.take(kElement));
    option.range = cursor.branches(rule.option_limit + std::size_t{1});
    out.options.push_back(std::move(option));
  }
  out.limit = cursor.branches(rule.votes_allowed + std::size_t{1});
  out.hash = contest_hash<crypto::P256>(out, key);
  return out;
}

// The form of a ballot: its parts as they stand, sizes unjudged.
struct Parts {
  std::uint16_t style = 0;
  BallotName name;
  std::vector<ByteView> contests;
  Hash32 code;
};

Result<Parts> parts_of(ByteView bytes) {
  if (bytes.size() > kMaxBallot) return fail(kBallotBytes);
  codec::CborReader in{bytes};
  Parts out;
  TRY(in.array(5));
  TRY(in.uint(1));
  const std::uint64_t style = TRY(in.uint(0xffff));
  out.style = static_cast<std::uint16_t>(style);
  const ByteView name = TRY(in.bytes(16));
  out.name = BallotName::from(name).value();
  const std::size_t contests = TRY(in.array());
  for (std::size_t c = 0; c < contests; ++c) {
    const ByteView contest = TRY(in.bytes());
    out.contests.push_back(contest);
  }
  const ByteView code = TRY(in.bytes(32));
  out.code = Hash32::from(code).value();
  TRY(in.end());
  return out;
}

Result<Parts> ballot_parts(ByteView bytes) {
  auto parts = parts_of(bytes);
  if (!parts) return fail(kBallotBytes, {{"cause", parts.error().code.text()}});
  if (bytes.size() < 2 || bytes[1] != 1) return fail(kBallotBytes);  // version
  return parts;
}

}  // namespace

std::size_t ballot_size(const Shape& shape) {
  codec::CborWriter out;
  out.array(5);
  out.uint(1);
  out.uint(shape.style);
  out.bytes(BallotName{}.view());
  out.array(shape.contests.size());
  std::size_t contests = 0;
  for (const ContestRule& rule : shape.contests) {
    const std::size_t size = contest_size(rule);
    contests += size + (size < 24 ? 1 : size < 256 ? 2 : size < 65'536 ? 3 : 5);
  }
  out.bytes(Hash32{}.view());
  return out.view().size() + contests;
}

Bytes encode_ballot(const SealedBallot& ballot) {
  codec::CborWriter out;
  out.array(5);
  out.uint(1);
  out.uint(ballot.style);
  out.bytes(ballot.name.view());
  out.array(ballot.ballot.contests.size());
  for (const EncryptedContest& contest : ballot.ballot.contests) {
    out.bytes(contest_bytes(contest));
  }
  out.bytes(ballot.ballot.code.view());
  return out.take();
}

Result<SealedBallot> decode_ballot(ByteView bytes, const Shape& shape, const Key& key) {
  const Parts parts = TRY(ballot_parts(bytes));
  if (parts.style != shape.style || parts.contests.size() != shape.contests.size()) {
    return fail(kBallotBytes);
  }
  SealedBallot out{parts.style, parts.name, {}};
  out.ballot.code = parts.code;
  for (std::size_t c = 0; c < shape.contests.size(); ++c) {
    if (parts.contests[c].size() != contest_size(shape.contests[c])) return fail(kBallotBytes);
    out.ballot.contests.push_back(read_contest(parts.contests[c], shape.contests[c], key));
  }
  return out;
}

Result<BallotHead> ballot_head(ByteView bytes) {
  const Parts parts = TRY(ballot_parts(bytes));
  return BallotHead{parts.style, parts.code};
}

Result<Bundle> make_bundle(std::vector<Bytes> ballots) {
  std::vector<std::pair<Hash32, Bytes>> sorted;
  for (Bytes& ballot : ballots) {
    const BallotHead head = TRY(ballot_head(ballot));
    sorted.emplace_back(head.code, std::move(ballot));
  }
  std::ranges::sort(sorted);
  Bundle out;
  for (const auto& [code, ballot] : sorted) {
    const auto size = static_cast<std::uint32_t>(ballot.size());
    for (const int shift : {24, 16, 8, 0}) {
      out.bytes.push_back(static_cast<std::uint8_t>(size >> shift));
    }
    append(out.bytes, ballot);
  }
  const Bundle read = TRY(bundle_summary(out.bytes));
  out.root = read.root;
  out.ballots = read.ballots;
  return out;
}

Result<std::optional<ByteView>> BundleReader::next() {
  if (rest_.empty()) return std::optional<ByteView>{};
  if (rest_.size() < 4 || count_ == kMaxBundleItems) return fail(kBundleBytes);
  const std::size_t size = (std::size_t{rest_[0]} << 24) | (std::size_t{rest_[1]} << 16) |
                           (std::size_t{rest_[2]} << 8) | rest_[3];
  if (size > kMaxBallot || size > rest_.size() - 4) return fail(kBundleBytes);
  const ByteView ballot = rest_.subspan(4, size);
  const BallotHead head = TRY(ballot_head(ballot));
  if (count_ != 0 && !(last_ < head.code)) {
    return fail(kBundleOrder, {{"ballot", head.code.hex()}});
  }
  last_ = head.code;
  ++count_;
  rest_ = rest_.subspan(4 + size);
  return std::optional<ByteView>{ballot};
}

Result<Bundle> bundle_summary(ByteView bundle) {
  BundleReader reader{bundle};
  crypto::CompactTree tree;
  for (;;) {
    const auto ballot = TRY(reader.next());
    if (!ballot) break;
    tree.append(crypto::leaf_hash(crypto::sha256(*ballot).view()));
  }
  return Bundle{{}, tree.root(), reader.count()};
}

}  // namespace sufragio::e2e
