#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

// RFC 6962 / RFC 9162 Merkle trees: leaf = SHA-256(00 ‖ entry), node = SHA-256(01 ‖ left ‖ right),
// empty = SHA-256("").
namespace sufragio::crypto {

[[nodiscard]] Hash32 empty_root();
[[nodiscard]] Hash32 leaf_hash(ByteView entry);
[[nodiscard]] Hash32 node_hash(const Hash32& left, const Hash32& right);
[[nodiscard]] Hash32 root_of(std::span<const Hash32> leaves);

// Appends leaves and knows the root; keeps only the right edge (at most 64 hashes).
class CompactTree {
 public:
  void append(const Hash32& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Hash32 root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash32> edge_;  // complete subtrees from left (largest) to right
};

// The proof of RFC 9162 2.1.3.1 / 2.1.4.1, from a function that gives the hash of the complete
// subtree of 2^level leaves that is number `index` on its level.
class SubtreeHashes {
 public:
  virtual ~SubtreeHashes() = default;
  [[nodiscard]] virtual Result<Hash32> subtree(int level, std::uint64_t index) const = 0;
};
[[nodiscard]] Result<std::vector<Hash32>> inclusion_proof(const SubtreeHashes& tree,
                                                          std::uint64_t index, std::uint64_t size);
[[nodiscard]] Result<std::vector<Hash32>> consistency_proof(const SubtreeHashes& tree,
                                                            std::uint64_t old_size,
                                                            std::uint64_t size);

// K109 unless the proof holds. old_size = 0 is refused (docs/spec/log.md).
[[nodiscard]] Result<void> verify_inclusion(const Hash32& leaf, std::uint64_t index,
                                            std::uint64_t size, std::span<const Hash32> proof,
                                            const Hash32& root);
[[nodiscard]] Result<void> verify_consistency(std::uint64_t old_size, const Hash32& old_root,
                                              std::uint64_t size, const Hash32& root,
                                              std::span<const Hash32> proof);

}  // namespace sufragio::crypto
