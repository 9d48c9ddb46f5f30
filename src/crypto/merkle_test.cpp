#include "crypto/merkle.h"

#include <bit>

#include "crypto/codes.h"
#include "crypto/hash.h"
#include "tests/support/support.h"

namespace sufragio::crypto {
namespace {

using tests::hex;

std::vector<Hash32> leaves(std::size_t count) {
  std::vector<Hash32> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(leaf_hash(as_bytes(std::to_string(i))));
  return out;
}

// The definition of RFC 9162 section 2.1.1, word for word.
Hash32 by_definition(std::span<const Hash32> leaf_hashes) {
  if (leaf_hashes.empty()) return sha256({});
  if (leaf_hashes.size() == 1) return leaf_hashes[0];
  const std::size_t k = std::bit_floor(leaf_hashes.size() - 1);
  return node_hash(by_definition(leaf_hashes.first(k)), by_definition(leaf_hashes.subspan(k)));
}

class MemoryTree : public SubtreeHashes {
 public:
  explicit MemoryTree(std::vector<Hash32> leaf_hashes) : leaves_{std::move(leaf_hashes)} {}
  [[nodiscard]] Result<Hash32> subtree(int level, std::uint64_t index) const override {
    const std::uint64_t width = std::uint64_t{1} << level;
    if ((index + 1) * width > leaves_.size()) return fail(kBadProof);
    return by_definition(std::span{leaves_}.subspan(index * width, width));
  }
  [[nodiscard]] Hash32 root(std::size_t size) const {
    return by_definition(std::span{leaves_}.first(size));
  }

 private:
  std::vector<Hash32> leaves_;
};

TEST(Merkle, RootsOfTheReferenceTree) {  // the eight entries of the Certificate Transparency tests
  const std::vector<Bytes> entries{hex(""),
                                   hex("00"),
                                   hex("10"),
                                   hex("2021"),
                                   hex("3031"),
                                   hex("40414243"),
                                   hex("5051525354555657"),
                                   hex("606162636465666768696a6b6c6d6e6f")};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  CompactTree tree;
  EXPECT_EQ(tree.root().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    tree.append(leaf_hash(entries[i]));
    EXPECT_EQ(tree.root().hex(), roots[i]);
  }
}

TEST(Merkle, LongEntriesHashLikeShortOnes) {
  for (const std::size_t size : {4094u, 4095u, 4096u, 65'535u}) {
    Bytes joined(size + 1, 0x5a);
    joined[0] = 0;
    EXPECT_EQ(leaf_hash(ByteView{joined}.subspan(1)), sha256(joined));
  }
}

TEST(Merkle, EveryProofOfEverySmallTreeHoldsAndNoOtherDoes) {
  constexpr std::size_t kMax = 40;
  const std::vector<Hash32> all = leaves(kMax);
  const MemoryTree tree{all};
  for (std::size_t size = 1; size <= kMax; ++size) {
    const Hash32 root = tree.root(size);
    EXPECT_EQ(root_of(std::span{all}.first(size)), root);
    for (std::size_t i = 0; i < size; ++i) {
      std::vector<Hash32> proof = inclusion_proof(tree, i, size).value();
      ASSERT_TRUE(verify_inclusion(all[i], i, size, proof, root).has_value());
      ASSERT_FALSE(verify_inclusion(all[(i + 1) % kMax], i, size, proof, root).has_value());
      if (i + 1 < size) {
        ASSERT_FALSE(verify_inclusion(all[i], i + 1, size, proof, root).has_value());
      }
      proof.push_back(root);
      ASSERT_FALSE(verify_inclusion(all[i], i, size, proof, root).has_value());
    }
    for (std::size_t old = 1; old <= size; ++old) {
      std::vector<Hash32> proof = consistency_proof(tree, old, size).value();
      const Hash32 old_root = tree.root(old);
      ASSERT_TRUE(verify_consistency(old, old_root, size, root, proof).has_value());
      ASSERT_FALSE(verify_consistency(old, all[0], size, all[1], proof).has_value());
      if (!proof.empty()) {
        proof.front().data[0] ^= 1;
        ASSERT_FALSE(verify_consistency(old, old_root, size, root, proof).has_value());
        proof.pop_back();
        ASSERT_FALSE(verify_consistency(old, old_root, size, root, proof).has_value());
      }
    }
  }
}

TEST(Merkle, NoProofFromNothingAndNoneOutside) {
  const MemoryTree tree{leaves(8)};
  EXPECT_EQ(consistency_proof(tree, 0, 8).error().code, kBadProof);
  EXPECT_EQ(consistency_proof(tree, 8, 7).error().code, kBadProof);
  EXPECT_EQ(inclusion_proof(tree, 8, 8).error().code, kBadProof);
  EXPECT_EQ(inclusion_proof(tree, 0, 9).error().code, kBadProof);  // the store has no leaf 8
  EXPECT_EQ(verify_consistency(0, empty_root(), 8, tree.root(8), {}).error().code, kBadProof);
  EXPECT_EQ(verify_inclusion(empty_root(), 0, 0, {}, empty_root()).error().code, kBadProof);
}

}  // namespace
}  // namespace sufragio::crypto
