#include "election/package.h"

#include <set>

#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "election/definition_check.h"
#include "election/manifest.h"

namespace sufragio::election {

namespace {

constexpr std::string_view kDefinitionFile = "definition.cbor";
constexpr std::string_view kMesasFile = "mesas.cbor";
constexpr std::string_view kLawFile = "law.toml";
constexpr std::string_view kLogPolicyFile = "log-policy";
constexpr std::string_view kNominationsFile = "nominations.head";
constexpr std::string_view kBallots = "ballots/";
constexpr std::size_t kMinRoots = 2;

std::string ballot_path(const Style& style) {
  return std::string{kBallots} + style.id.text() + ".cbor";
}

BallotId ballot_id(ByteView file) {
  const Hash32 hash = crypto::sha256(file);
  const auto out = BallotId::from(hash.view().first(BallotId::kSize));
  CHECK(out.has_value());
  return *out;
}

tl::unexpected<Error> wrong_file(Code code, std::string_view path, std::string_view reason = {}) {
  Error error{code, {{"file", std::string{path}}}};
  if (!reason.empty()) error = std::move(error).with("reason", reason);
  return fail(std::move(error));
}

tl::unexpected<Error> too_few_roots(std::size_t got, std::size_t needed) {
  return fail(kRootMissing, {{"got", std::to_string(got)}, {"needed", std::to_string(needed)}});
}

// Both roots, and nobody else (docs/spec/package.md 6.1).
Result<void> check_roots(const crypto::MultiSign& record,
                         const std::vector<crypto::PublicKey>& roots) {
  if (roots.size() < kMinRoots) return too_few_roots(roots.size(), kMinRoots);
  std::vector<crypto::Verifier> verifiers;
  std::set<crypto::Kid> kids;
  for (const crypto::PublicKey& root : roots) {
    if (root.algorithm != crypto::Algorithm::es384) {
      return fail(kRootMissing, {{"got", std::string{crypto::algorithm_name(root.algorithm)}},
                                 {"needed", "es384"}});
    }
    crypto::Verifier verifier = TRY(crypto::Verifier::from(root));
    if (!kids.insert(verifier.kid()).second) return too_few_roots(kids.size(), roots.size());
    verifiers.push_back(std::move(verifier));
  }
  if (record.signatures.size() < roots.size()) {
    return too_few_roots(record.signatures.size(), roots.size());
  }
  TRY(crypto::verify_multi(crypto::RecordKind::package, record, verifiers, roots.size()));
  return {};
}

// Every file named is there with its size and hash, and no other file is.
Result<void> check_files(const Manifest& manifest, const std::map<std::string, Bytes>& files) {
  for (const PackageFile& named : manifest.files) {
    const auto file = files.find(named.path);
    const bool good = file != files.end() && file->second.size() == named.size &&
                      crypto::sha256(file->second) == named.hash;
    if (!good) return wrong_file(kPackageHash, named.path);
  }
  std::set<std::string_view> named;
  for (const PackageFile& file : manifest.files) named.insert(file.path);
  for (const auto& file : files) {
    if (!named.contains(file.first)) return wrong_file(kPackageHash, file.first);
  }
  for (const std::string_view needed : {kDefinitionFile, kMesasFile, kLawFile}) {
    if (!named.contains(needed)) return wrong_file(kPackageHash, needed);
  }
  if (crypto::sha256(files.at(std::string{kMesasFile})) != manifest.mesas_hash) {
    return wrong_file(kPackageHash, kMesasFile);
  }
  if (crypto::sha256(files.at(std::string{kLawFile})) != manifest.law_pack) {
    return wrong_file(kPackageHash, kLawFile);
  }
  const auto policy = files.find(std::string{kLogPolicyFile});
  const ByteView policy_bytes = policy == files.end() ? ByteView{} : ByteView{policy->second};
  if (crypto::sha256(policy_bytes) != manifest.log_policy) {
    return wrong_file(kPackageHash, kLogPolicyFile);
  }
  return {};
}

Bytes encode_head(const ActsHead& head) {
  codec::CborWriter out;
  out.map(3);
  out.uint(1);
  out.uint(1);
  out.uint(2);
  out.uint(head.acts);
  out.uint(3);
  out.bytes(head.last.view());
  return out.take();
}

Result<ActsHead> decode_head(ByteView file) {
  codec::CborReader in{file};
  ActsHead out;
  TRY(in.map(3));
  TRY(in.key(1));
  const std::uint64_t version = TRY(in.uint());
  TRY(in.key(2));
  out.acts = TRY(in.uint());
  TRY(in.key(3));
  const ByteView last = TRY(in.bytes(Hash32::kSize));
  out.last = TRY(Hash32::from(last));
  TRY(in.end());
  if (version != 1 || out.acts == 0) return wrong_file(kBadPackageFile, kNominationsFile);
  return out;
}

Result<void> check_role(const Manifest& manifest, Role role, std::size_t needed) {
  std::size_t got = 0;
  for (const RoleKey& key : manifest.keys) got += key.role == role ? 1 : 0;
  if (got >= needed) return {};
  return fail(kMissingRole, {{"role", std::string{role_name(role)}},
                             {"got", std::to_string(got)},
                             {"needed", std::to_string(needed)}});
}

// What definition, law pack and manifest have to say about each other.
Result<void> check_together(const Manifest& manifest, const Definition& definition,
                            const LawPack& law) {
  if (definition.imported) {
    return fail(
        kBadValue,
        {{"file", std::string{kDefinitionFile}}, {"column", "imported"}, {"value", "true"}});
  }
  const bool same = manifest.title == definition.title_es && manifest.date == definition.date &&
                    manifest.kind == definition.kind && manifest.mesas == definition.mesas.size();
  if (!same) return fail(kBadManifest, {{"reason", "not-of-this-definition"}});
  if (law.id != definition.law) {
    return fail(kOtherLawPack, {{"got", law.id}, {"expected", definition.law}});
  }
  for (const Contest& c : definition.contests) {
    if (c.kind != ContestKind::nominal) continue;
    // docs/rules/S103.md: in a circuit of n seats a voter has n votes
    const std::uint16_t votes = law.nominal.votes_per_voter_equals_seats ? c.seats : 1;
    if (c.votes_per_voter == votes) continue;
    return fail(kBadValue, {{"file", std::string{kDefinitionFile}},
                            {"column", "votes_per_voter"},
                            {"value", std::to_string(c.votes_per_voter)},
                            {"contest", c.id.text()}});
  }
  TRY(check_role(manifest, Role::election_ca, 1));
  TRY(check_role(manifest, Role::ops, 1));
  TRY(check_role(manifest, Role::log, 1));
  return check_role(manifest, Role::bulletin, law.bulletin_quorum);
}

// The ballots of the package are those that the definition makes, and no others.
Result<std::vector<BallotId>> check_ballots(const Definition& definition,
                                            const std::map<std::string, Bytes>& files) {
  std::vector<BallotId> out;
  std::set<std::string> expected;
  for (const Style& style : definition.styles) {
    const std::string path = ballot_path(style);
    const auto file = files.find(path);
    if (file == files.end()) return wrong_file(kPackageHash, path);
    if (file->second != encode_ballot(definition, style)) {
      return wrong_file(kBadPackageFile, path, "not-the-ballot-of-the-definition");
    }
    out.push_back(ballot_id(file->second));
    expected.insert(path);
  }
  for (const auto& file : files) {
    if (file.first.starts_with(kBallots) && !expected.contains(file.first)) {
      return wrong_file(kBadPackageFile, file.first, "no-such-style");
    }
  }
  return out;
}

}  // namespace

Result<CompiledPackage> compile(const PackageInputs& inputs) {
  const Definition& d = inputs.definition;
  TRY(check_definition(d, nullptr));
  const LawPack law = TRY(read_law_pack(inputs.law_text, inputs.law));
  CompiledPackage out;
  out.files.emplace(kDefinitionFile, encode_definition(d));
  out.files.emplace(kMesasFile, encode_mesas(d));
  out.files.emplace(kLawFile, to_bytes(as_bytes(inputs.law_text)));
  for (const Style& style : d.styles)
    out.files.emplace(ballot_path(style), encode_ballot(d, style));
  if (!inputs.log_policy.empty()) {
    out.files.emplace(kLogPolicyFile, to_bytes(as_bytes(inputs.log_policy)));
  }
  if (inputs.nominations) out.files.emplace(kNominationsFile, encode_head(*inputs.nominations));
  for (const auto& [path, bytes] : inputs.e2e_files) out.files.emplace(path, bytes);
  Manifest manifest;
  manifest.e2e = inputs.e2e;
  manifest.title = d.title_es;
  manifest.date = d.date;
  manifest.kind = d.kind;
  manifest.law_pack = law.hash;
  for (const auto& file : out.files) {
    manifest.files.push_back({file.first, file.second.size(), crypto::sha256(file.second)});
  }
  manifest.mesas = static_cast<std::uint32_t>(d.mesas.size());
  manifest.mesas_hash = crypto::sha256(out.files.at(std::string{kMesasFile}));
  manifest.keys = inputs.keys;
  manifest.log_origin = inputs.log_origin;
  manifest.log_policy = crypto::sha256(as_bytes(inputs.log_policy));
  manifest.releases = inputs.releases;
  manifest.supersedes = inputs.supersedes;
  manifest.mesas_changed = inputs.mesas_changed;
  TRY(check_manifest(manifest));
  TRY(check_together(manifest, d, law));
  out.manifest_payload = encode_manifest(manifest);
  return out;
}

Result<Package> Package::open(ByteView manifest_record, const std::map<std::string, Bytes>& files,
                              const std::vector<crypto::PublicKey>& roots,
                              const codec::Document& law) {
  const crypto::MultiSign record = TRY(crypto::parse_multi(manifest_record));
  TRY(check_roots(record, roots));
  Package out;
  out.manifest_ = TRY(decode_manifest(record.payload));
  TRY(check_files(out.manifest_, files));
  out.definition_ = TRY(
      decode_definition(files.at(std::string{kDefinitionFile}), files.at(std::string{kMesasFile})));
  out.law_ = TRY(read_law_pack(as_text(files.at(std::string{kLawFile})), law));
  TRY(check_together(out.manifest_, out.definition_, out.law_));
  out.ballots_ = TRY(check_ballots(out.definition_, files));
  const auto head = files.find(std::string{kNominationsFile});
  if (head != files.end()) {
    auto read = decode_head(head->second);
    if (!read) return wrong_file(kBadPackageFile, kNominationsFile, "not-a-head");
    out.nominations_ = *read;
  }
  for (const std::string_view path : {kE2eManifestFile, kE2eCeremonyFile}) {
    const auto file = files.find(std::string{path});
    if (out.manifest_.e2e && file == files.end()) return wrong_file(kPackageHash, path);
    if (file != files.end()) out.e2e_files_.emplace(path, file->second);
  }
  out.hash_ = crypto::sha256(record.payload);
  out.handle_ = handle_of(out.hash_);
  return out;
}

ByteView Package::e2e_file(std::string_view path) const {
  const auto file = e2e_files_.find(path);
  return file == e2e_files_.end() ? ByteView{} : ByteView{file->second};
}

const BallotId& Package::ballot_of(const Mesa& mesa) const {
  CHECK(mesa.style < ballots_.size());
  return ballots_[mesa.style];
}

std::vector<crypto::PublicKey> Package::keys(Role role) const {
  std::vector<crypto::PublicKey> out;
  for (const RoleKey& key : manifest_.keys) {
    if (key.role == role) out.push_back(key.key);
  }
  return out;
}

bool Package::released(const Hash32& software_root) const {
  for (const Release& release : manifest_.releases) {
    if (release.software_root == software_root) return true;
  }
  return false;
}

}  // namespace sufragio::election
