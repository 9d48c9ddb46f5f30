#include <filesystem>
#include <nlohmann/json.hpp>

#include "codec/text_codes.h"
#include "crypto/keys.h"
#include "crypto/merkle.h"
#include "tests/support/support.h"

// Published vectors beside the checkout: Ed25519 edge cases and transparency-log proofs.
namespace sufragio::crypto {
namespace {

using nlohmann::json;
using tests::shared_path;

TEST(Ed25519Vectors, ExactlyTheStrictOnesAreAccepted) {
  constexpr std::string_view kFile = "vectors/ed25519/ed25519vectors.json";
  SKIP_WITHOUT_SHARED(kFile);
  const json cases = json::parse(tests::read_file(*shared_path(kFile)));
  std::size_t accepted = 0;
  for (const json& one : cases) {
    bool strict = true;
    if (!one["flags"].is_null()) {
      for (const json& flag : one["flags"]) {
        for (const char* refused : {"low_order_A", "low_order_R", "non_canonical_A",
                                    "non_canonical_R", "low_order_residue"}) {
          strict = strict && flag != refused;
        }
      }
    }
    const PublicKey key{Algorithm::ed25519, tests::hex(one["key"].get<std::string>())};
    const Bytes signature = tests::hex(one["sig"].get<std::string>());
    const auto message = one["msg"].get<std::string>();
    const auto verifier = Verifier::from(key);
    const bool good = verifier && verifier->verify(as_bytes(message), signature).has_value();
    EXPECT_EQ(good, strict) << "case " << one["number"];
    if (good) ++accepted;
  }
  EXPECT_EQ(cases.size(), 914u);
  EXPECT_EQ(accepted, 43u);
}

Result<Hash32> hash_of(const json& text) {
  const auto encoded = text.get<std::string>();
  const Bytes bytes = TRY(codec::base64_decode(encoded));
  return Hash32::from(bytes);
}

Result<std::vector<Hash32>> proof_of(const json& list) {
  std::vector<Hash32> out;
  if (list.is_null()) return out;
  for (const json& one : list) {
    const Hash32 hash = TRY(hash_of(one));
    out.push_back(hash);
  }
  return out;
}

bool inclusion_holds(const json& one) {
  const auto leaf = hash_of(one["leafHash"]);
  const auto root = hash_of(one["root"]);
  const auto proof = proof_of(one["proof"]);
  if (!leaf || !root || !proof) return false;  // production types are 32 bytes
  return verify_inclusion(*leaf, one["leafIdx"].get<std::uint64_t>(),
                          one["treeSize"].get<std::uint64_t>(), *proof, *root)
      .has_value();
}

bool consistency_holds(const json& one) {
  const auto old_size = one["size1"].get<std::uint64_t>();
  const auto size = one["size2"].get<std::uint64_t>();
  const auto proof = proof_of(one["proof"]);
  // One valid vector has roots of 12 bytes: for equal sizes only their bytes are compared. Ours are
  // always 32 bytes, so this case exists only here.
  if (old_size == size && old_size != 0 && one["root1"].get<std::string>().size() == 16) {
    return one["root1"] == one["root2"] && proof && proof->empty();
  }
  const auto old_root = hash_of(one["root1"]);
  const auto root = hash_of(one["root2"]);
  if (!old_root || !root || !proof) return false;
  return verify_consistency(old_size, *old_root, size, *root, *proof).has_value();
}

TEST(ProofVectors, AllAgree) {  // [R110]
  constexpr std::string_view kFolder = "vectors/tlog/rfc6962-proofs-transparency-dev-merkle";
  SKIP_WITHOUT_SHARED(kFolder);
  std::size_t agree = 0;
  std::size_t held = 0;
  for (const char* kind : {"inclusion", "consistency"}) {
    const auto folder = *shared_path(kFolder) + "/" + kind;
    for (const auto& file : std::filesystem::recursive_directory_iterator{folder}) {
      if (file.path().extension() != ".json") continue;
      const json one = json::parse(tests::read_file(file.path().string()));
      const bool holds =
          std::string_view{kind} == "inclusion" ? inclusion_holds(one) : consistency_holds(one);
      EXPECT_EQ(holds, !one["wantErr"].get<bool>()) << file.path() << one["desc"];
      if (holds == !one["wantErr"].get<bool>()) ++agree;
      if (holds) ++held;
    }
  }
  EXPECT_EQ(agree, 196u);
  EXPECT_GT(held, 10u);
}

}  // namespace
}  // namespace sufragio::crypto
