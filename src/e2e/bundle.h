#pragma once

#include "base/bytes.h"
#include "e2e/encrypt.h"

// The encrypted ballots of a mesa as bytes: one compact ballot, and the bundle of all of them,
// sorted so that it tells neither order nor time (docs/spec/e2e.md, part 5).
namespace sufragio::e2e {

using BallotName = FixedBytes<struct BallotNameTag, 16>;  // random

struct SealedBallot {
  std::uint16_t style = 0;
  BallotName name;
  EncryptedBallot ballot;
  friend bool operator==(const SealedBallot&, const SealedBallot&) = default;
};

inline constexpr std::size_t kMaxBallot = 1 << 20;      // bytes of one ballot
inline constexpr std::size_t kMaxBundle = 1 << 30;      // bytes of one bundle
inline constexpr std::size_t kMaxBundleItems = 10'000;  // ballots of one mesa

// The same for every ballot of the style: 194 bytes for each option and 64 for each branch of a
// limit proof, with some bytes around them.
[[nodiscard]] std::size_t ballot_size(const Shape& shape);
[[nodiscard]] Bytes encode_ballot(const SealedBallot& ballot);
// E301 unless these are the bytes of a ballot of this shape. The contest hashes are computed; no
// proof is checked.
[[nodiscard]] Result<SealedBallot> decode_ballot(ByteView bytes, const Shape& shape,
                                                 const Key& key);
// The style that a ballot names and its code, without reading the rest. E301.
struct BallotHead {
  std::uint16_t style = 0;
  Hash32 code;
};
[[nodiscard]] Result<BallotHead> ballot_head(ByteView bytes);

struct Bundle {
  Bytes bytes;
  Hash32 root;  // as in the acta: RFC 6962 over SHA-256 of each ballot
  std::uint32_t ballots = 0;
};
// Sorts. E303 when two ballots have one code; E301.
[[nodiscard]] Result<Bundle> make_bundle(std::vector<Bytes> ballots);

// One ballot after the other, ascending by code: E302 lengths, E303 order.
class BundleReader {
 public:
  explicit BundleReader(ByteView bundle) : rest_{bundle} {}
  [[nodiscard]] Result<std::optional<ByteView>> next();  // nothing: the end
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  ByteView rest_;
  std::uint32_t count_ = 0;
  Hash32 last_;
};
// Reads the whole bundle; its root and count. E30x.
[[nodiscard]] Result<Bundle> bundle_summary(ByteView bundle);  // `bytes` stays empty

}  // namespace sufragio::e2e
