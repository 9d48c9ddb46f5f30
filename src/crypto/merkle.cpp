#include "crypto/merkle.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.h"
#include "crypto/codes.h"
#include "crypto/hash.h"

namespace sufragio::crypto {

namespace {

constexpr std::uint64_t kMaxTree = std::uint64_t{1} << 62;

tl::unexpected<Error> bad_proof(std::uint64_t at, std::uint64_t size) {
  return fail(kBadProof, {{"at", std::to_string(at)}, {"size", std::to_string(size)}});
}

// The largest power of two below n (RFC 9162 section 2.1.1); n >= 2.
std::uint64_t split_point(std::uint64_t n) { return std::bit_floor(n - 1); }

// The hash over the leaves [begin, end), which is a subtree of some tree: begin is a multiple of
// the power of two that end - begin needs.
Result<Hash32> range_hash(const SubtreeHashes& tree, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t leaves = end - begin;
  if (std::has_single_bit(leaves)) {
    return tree.subtree(std::countr_zero(leaves), begin / leaves);
  }
  const std::uint64_t middle = begin + split_point(leaves);
  const Hash32 left = TRY(range_hash(tree, begin, middle));
  const Hash32 right = TRY(range_hash(tree, middle, end));
  return node_hash(left, right);
}

// PATH of RFC 9162 section 2.1.3.1.
Result<void> append_path(const SubtreeHashes& tree, std::uint64_t index, std::uint64_t begin,
                         std::uint64_t end, std::vector<Hash32>& out) {
  if (end - begin == 1) return {};
  const std::uint64_t middle = begin + split_point(end - begin);
  const bool left = index < middle;
  TRY(append_path(tree, index, left ? begin : middle, left ? middle : end, out));
  const Hash32 sibling =
      TRY(left ? range_hash(tree, middle, end) : range_hash(tree, begin, middle));
  out.push_back(sibling);
  return {};
}

// SUBPROOF of RFC 9162 section 2.1.4.1. `old_end` is where the old tree ended; `whole`: so far the
// subtree is the old tree itself, whose root the asker has.
Result<void> append_subproof(const SubtreeHashes& tree, std::uint64_t old_end, std::uint64_t begin,
                             std::uint64_t end, bool whole, std::vector<Hash32>& out) {
  if (old_end == end) {
    if (whole) return {};
    const Hash32 hash = TRY(range_hash(tree, begin, end));
    out.push_back(hash);
    return {};
  }
  const std::uint64_t middle = begin + split_point(end - begin);
  if (old_end <= middle) {
    TRY(append_subproof(tree, old_end, begin, middle, whole, out));
    const Hash32 right = TRY(range_hash(tree, middle, end));
    out.push_back(right);
  } else {
    TRY(append_subproof(tree, old_end, middle, end, false, out));
    const Hash32 left = TRY(range_hash(tree, begin, middle));
    out.push_back(left);
  }
  return {};
}

}  // namespace

Hash32 empty_root() { return sha256({}); }

Hash32 leaf_hash(ByteView entry) {
  // Entries are small (2 KiB as a rule): joined on the stack they cost one pass without a heap.
  std::array<std::uint8_t, 4096> joined;
  if (entry.size() < joined.size()) {
    joined[0] = 0;
    std::copy(entry.begin(), entry.end(), joined.begin() + 1);
    return sha256(ByteView{joined}.first(entry.size() + 1));
  }
  Sha256 hash;
  const std::uint8_t prefix = 0;
  hash.update(ByteView{&prefix, 1});
  hash.update(entry);
  return hash.finish();
}

Hash32 node_hash(const Hash32& left, const Hash32& right) {
  std::array<std::uint8_t, 65> joined;
  joined[0] = 1;
  std::copy(left.data.begin(), left.data.end(), joined.begin() + 1);
  std::copy(right.data.begin(), right.data.end(), joined.begin() + 33);
  return sha256(joined);
}

Hash32 root_of(std::span<const Hash32> leaves) {
  CompactTree tree;
  for (const Hash32& leaf : leaves) tree.append(leaf);
  return tree.root();
}

void CompactTree::append(const Hash32& leaf) {
  Hash32 node = leaf;
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    node = node_hash(edge_.back(), node);
    edge_.pop_back();
  }
  edge_.push_back(node);
  ++size_;
}

Hash32 CompactTree::root() const {
  if (edge_.empty()) return empty_root();
  Hash32 out = edge_.back();
  for (std::size_t i = edge_.size() - 1; i-- > 0;) out = node_hash(edge_[i], out);
  return out;
}

Result<std::vector<Hash32>> inclusion_proof(const SubtreeHashes& tree, std::uint64_t index,
                                            std::uint64_t size) {
  if (index >= size || size > kMaxTree) return bad_proof(index, size);
  std::vector<Hash32> out;
  TRY(append_path(tree, index, 0, size, out));
  return out;
}

Result<std::vector<Hash32>> consistency_proof(const SubtreeHashes& tree, std::uint64_t old_size,
                                              std::uint64_t size) {
  if (old_size == 0 || old_size > size || size > kMaxTree) return bad_proof(old_size, size);
  std::vector<Hash32> out;
  TRY(append_subproof(tree, old_size, 0, size, true, out));
  return out;
}

// RFC 9162 section 2.1.3.2.
Result<void> verify_inclusion(const Hash32& leaf, std::uint64_t index, std::uint64_t size,
                              std::span<const Hash32> proof, const Hash32& root) {
  if (index >= size) return bad_proof(index, size);
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  Hash32 hash = leaf;
  for (const Hash32& sibling : proof) {
    if (sn == 0) return bad_proof(index, size);
    if ((fn & 1) != 0 || fn == sn) {
      hash = node_hash(sibling, hash);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0 || hash != root) return bad_proof(index, size);
  return {};
}

// RFC 9162 section 2.1.4.2.
Result<void> verify_consistency(std::uint64_t old_size, const Hash32& old_root, std::uint64_t size,
                                const Hash32& root, std::span<const Hash32> proof) {
  if (old_size == 0 || old_size > size) return bad_proof(old_size, size);
  if (old_size == size) {
    if (!proof.empty() || old_root != root) return bad_proof(old_size, size);
    return {};
  }
  const bool complete = std::has_single_bit(old_size);  // then the proof leaves the old root out
  if (proof.empty()) return bad_proof(old_size, size);
  std::uint64_t fn = old_size - 1;
  std::uint64_t sn = size - 1;
  while ((fn & 1) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  Hash32 old_hash = complete ? old_root : proof[0];
  Hash32 hash = old_hash;
  for (const Hash32& sibling : proof.subspan(complete ? 0 : 1)) {
    if (sn == 0) return bad_proof(old_size, size);
    if ((fn & 1) != 0 || fn == sn) {
      old_hash = node_hash(sibling, old_hash);
      hash = node_hash(sibling, hash);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0 || old_hash != old_root || hash != root) return bad_proof(old_size, size);
  return {};
}

}  // namespace sufragio::crypto
