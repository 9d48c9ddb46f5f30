#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/cose.h"
#include "crypto/machine_records.h"
#include "election/definition.h"
#include "election/law_pack.h"

// The frozen election: files named by hash in one manifest, signed by both roots
// (docs/spec/package.md).
namespace sufragio::election {

using BallotId =
    FixedBytes<struct BallotTag, 8>;  // first 8 bytes of SHA-256(ballot definition file of a style)

enum class Role { election_ca, ops, bulletin, log, witness, receipt, guardian, auditor, publisher };
[[nodiscard]] std::string_view role_name(Role role);  // "election-ca", "ops" …

struct RoleKey {
  Role role = Role::ops;
  crypto::PublicKey key;
  std::string holder;
  friend bool operator==(const RoleKey&, const RoleKey&) = default;
};

struct Release {  // a software release that machines may run
  std::string name;
  Hash32 software_root;
  Hash32 source_hash;
  friend bool operator==(const Release&, const Release&) = default;
};

struct PackageFile {
  std::string path;
  std::uint64_t size = 0;
  Hash32 hash;
  friend bool operator==(const PackageFile&, const PackageFile&) = default;
};

// The keys of the encrypted count (docs/spec/e2e.md); what they mean is checked by e2e.
struct EncryptedCount {
  static constexpr std::string_view kProfile = "EG20-P256";
  Hash32 parameters;  // HP
  Hash32 manifest;    // HM, of the file "e2e/manifest.json"
  Hash32 base;        // HB
  Bytes joint_key;    // K, 33 bytes
  Hash32 extended;    // HE
  std::uint32_t guardians = 0;
  std::uint32_t quorum = 0;
  Hash32 transcript;                 // HG, of the file "e2e/ceremony.cbor"
  std::uint32_t min_aggregate = 10;  // fewer ballots are never decrypted
  friend bool operator==(const EncryptedCount&, const EncryptedCount&) = default;
};
inline constexpr std::string_view kE2eManifestFile = "e2e/manifest.json";
inline constexpr std::string_view kE2eCeremonyFile = "e2e/ceremony.cbor";

// What a package says of the signed acts of nominations that stand beside it: how many there were
// when it was frozen, and the hash of the last, which names all before it
// (docs/spec/nominations.md).
struct ActsHead {
  std::uint64_t acts = 0;
  Hash32 last;
  friend bool operator==(const ActsHead&, const ActsHead&) = default;
};

struct Manifest {
  std::string title;
  std::string date;
  ElectionKind kind = ElectionKind::drill;
  Hash32 law_pack;
  std::vector<PackageFile> files;  // ascending by path
  std::uint32_t mesas = 0;
  Hash32 mesas_hash;  // of the file "mesas.cbor"
  std::optional<EncryptedCount> e2e;
  std::vector<RoleKey> keys;
  std::string log_origin;
  Hash32 log_policy;  // of the file "log-policy"; of the empty string when there is none
  std::vector<Release> releases;
  std::optional<Hash32> supersedes;
  std::vector<MesaId> mesas_changed;  // ascending; only with `supersedes`
  friend bool operator==(const Manifest&, const Manifest&) = default;
};

// Everything that the office adds to a definition when it freezes it.
struct PackageInputs {
  Definition definition;
  std::string law_text;  // the law pack file, byte for byte
  codec::Document law;   // what it says
  std::vector<RoleKey> keys;
  std::string log_origin;
  std::vector<Release> releases;
  std::string log_policy;  // may be empty
  std::optional<Hash32> supersedes;
  std::vector<MesaId> mesas_changed;
  std::optional<EncryptedCount> e2e;
  std::map<std::string, Bytes> e2e_files;  // the two files of the encrypted count, with it
  std::optional<ActsHead> nominations;     // nothing: the election has no history
};

struct CompiledPackage {
  Bytes manifest_payload;
  std::map<std::string, Bytes> files;  // "definition.cbor", "law.toml", "mesas.cbor",
                                       // "ballots/<style>.cbor", "log-policy", "nominations.head"
};
// Refuses what `Package::open` would refuse: D1xx, D201, D202, D301, D305. An imported definition
// cannot be frozen (D103).
[[nodiscard]] Result<CompiledPackage> compile(const PackageInputs& inputs);
[[nodiscard]] Bytes encode_manifest(const Manifest& manifest);     // the payload
[[nodiscard]] Result<Manifest> decode_manifest(ByteView payload);  // D301
[[nodiscard]] crypto::ElectionHandle handle_of(const Hash32& package_hash);

class Counting;  // election/counting.h

// A package whose signatures, hashes and contents have all been checked; the only way to hold one.
class Package {
 public:
  // `roots`: the trusted root keys, two or more, ES384; every one of them must have signed and
  // nobody else (docs/spec/package.md 6). `law` is the parsed "law.toml" of the files. D1xx–D3xx,
  // K10x. Nothing of a package is used before all of it is verified.
  [[nodiscard]] static Result<Package> open(ByteView manifest_record,
                                            const std::map<std::string, Bytes>& files,
                                            const std::vector<crypto::PublicKey>& roots,
                                            const codec::Document& law);

  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  // A file of the encrypted count; empty when the package has none.
  [[nodiscard]] ByteView e2e_file(std::string_view path) const;
  [[nodiscard]] const Definition& definition() const { return definition_; }
  [[nodiscard]] const LawPack& law() const { return law_; }
  [[nodiscard]] const Hash32& hash() const { return hash_; }  // SHA-256 of the manifest payload
  [[nodiscard]] const crypto::ElectionHandle& handle() const { return handle_; }
  [[nodiscard]] const BallotId& ballot_of(const Mesa& mesa) const;
  [[nodiscard]] const std::optional<ActsHead>& nominations() const { return nominations_; }
  // The signed acts that stand beside the package, and what the votes of each card count for by
  // them; without acts every card counts for what it prints. H20x, K10x.
  [[nodiscard]] Result<void> take_nominations(ByteView signed_acts);
  [[nodiscard]] const Counting& counting() const;
  // H204 where the package names acts and none were taken: nobody may count without them.
  [[nodiscard]] Result<void> can_count() const;
  [[nodiscard]] std::vector<crypto::PublicKey> keys(Role role) const;
  [[nodiscard]] bool released(const Hash32& software_root) const;

 private:
  Package() = default;
  Manifest manifest_;
  Definition definition_;
  LawPack law_;
  Hash32 hash_;
  crypto::ElectionHandle handle_;
  std::vector<BallotId> ballots_;  // by style
  std::optional<ActsHead> nominations_;
  std::shared_ptr<const Counting> counting_;
  std::map<std::string, Bytes, std::less<>> e2e_files_;
};

// definition.cbor, mesas.cbor and ballots/*.cbor (docs/spec/package.md)
[[nodiscard]] Bytes encode_definition(const Definition& definition);  // without the mesas
[[nodiscard]] Bytes encode_mesas(const Definition& definition);
[[nodiscard]] Bytes encode_ballot(const Definition& definition, const Style& style);
// D302, or the D1xx of a rule of docs/spec/definition.md.
[[nodiscard]] Result<Definition> decode_definition(ByteView definition, ByteView mesas);

}  // namespace sufragio::election
