#include "services/office/office.h"

#include <algorithm>

#include "base/check.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "election/nominations.h"
#include "services/office/codes.h"
#include "services/office/finger_law.h"

namespace sufragio::services {

namespace {

using crypto::Algorithm;
using election::Role;

struct KeySlot {
  const char* name;
  Algorithm algorithm;
  Role role;
};
constexpr KeySlot kSlots[] = {{"election-ca", Algorithm::es256, Role::election_ca},
                              {"ops", Algorithm::es256, Role::ops},
                              {"auditor", Algorithm::es256, Role::auditor},
                              {"log", Algorithm::ed25519, Role::log},
                              {"receipt", Algorithm::ed25519, Role::receipt},
                              {"publisher", Algorithm::es256, Role::publisher}};
constexpr const char* kRoots[] = {"root-1", "root-2"};
constexpr std::string_view kBulletin = "bulletin-";

std::string file_of(std::string_view name) { return std::string{name} + ".key"; }

// A file that means nothing to the format of packages and is signed with the rest
// (docs/spec/package.md, part 1).
Result<void> add_file(election::CompiledPackage& compiled, std::string_view path, ByteView bytes) {
  election::Manifest manifest = TRY(election::decode_manifest(compiled.manifest_payload));
  manifest.files.push_back({std::string{path}, bytes.size(), crypto::sha256(bytes)});
  std::ranges::sort(manifest.files, {}, &election::PackageFile::path);
  compiled.manifest_payload = election::encode_manifest(manifest);
  compiled.files.emplace(path, to_bytes(bytes));
  return {};
}

}  // namespace

DrillKeys DrillKeys::draw(Rng& rng, std::uint32_t bulletin_signers) {
  DrillKeys out;
  for (const char* root : kRoots) {
    out.keys_.emplace(root, crypto::SoftwareKey::generate(Algorithm::es384, rng));
  }
  for (const KeySlot& slot : kSlots) {
    out.keys_.emplace(slot.name, crypto::SoftwareKey::generate(slot.algorithm, rng));
  }
  for (std::uint32_t i = 1; i <= bulletin_signers; ++i) {
    out.keys_.emplace(std::string{kBulletin} + std::to_string(i),
                      crypto::SoftwareKey::generate(Algorithm::es256, rng));
  }
  return out;
}

Result<void> DrillKeys::save(ports::Store& folder) const {
  for (const auto& [name, key] : keys_) {
    const std::string text = crypto::secret_to_text(key) + "\n";
    TRY(folder.write(file_of(name), as_bytes(text), false));
  }
  return folder.sync();
}

Result<DrillKeys> DrillKeys::load(const ports::Store& folder) {
  DrillKeys out;
  const std::vector<std::string> files = TRY(folder.list(""));
  for (const std::string& file : files) {
    if (!file.ends_with(".key")) continue;
    const auto bytes = TRY(folder.read(file));
    CHECK(bytes.has_value());
    auto key = TRY(annotate(crypto::secret_key_from_text(trim(as_text(*bytes))), "file",
                            std::string_view{file}));
    out.keys_.emplace(file.substr(0, file.size() - 4), std::move(key));
  }
  std::vector<std::string> needed{std::begin(kRoots), std::end(kRoots)};
  for (const KeySlot& slot : kSlots) needed.emplace_back(slot.name);
  needed.push_back(std::string{kBulletin} + "1");
  for (const std::string& name : needed) {
    if (!out.keys_.contains(name)) return fail(kMissingKey, {{"file", file_of(name)}});
  }
  return out;
}

crypto::SoftwareKey& DrillKeys::key(std::string_view name) {
  const auto found = keys_.find(name);
  CHECK(found != keys_.end());
  return found->second;
}

std::vector<crypto::Signer*> DrillKeys::roots() {
  std::vector<crypto::Signer*> out;
  for (const char* root : kRoots) out.push_back(&key(root));
  return out;
}

std::vector<crypto::Signer*> DrillKeys::bulletin_signers() {
  std::vector<crypto::Signer*> out;
  for (auto& [name, key] : keys_) {
    if (name.starts_with(kBulletin)) out.push_back(&key);
  }
  return out;
}

std::vector<crypto::PublicKey> DrillKeys::root_keys() const {
  std::vector<crypto::PublicKey> out;
  for (const char* root : kRoots)
    out.push_back(keys_.find(std::string_view{root})->second.public_key());
  return out;
}

std::vector<election::RoleKey> DrillKeys::role_keys() const {
  std::vector<election::RoleKey> out;
  for (const KeySlot& slot : kSlots) {
    out.push_back(
        {slot.role, keys_.find(std::string_view{slot.name})->second.public_key(), slot.name});
  }
  for (const auto& [name, key] : keys_) {
    if (name.starts_with(kBulletin)) out.push_back({Role::bulletin, key.public_key(), name});
  }
  return out;
}

Result<FrozenElection> freeze(const election::Definition& definition, std::string_view law_text,
                              const codec::Document& law, std::string_view log_origin,
                              const std::vector<election::Release>& releases, DrillKeys& keys,
                              const SecondCount* second_count, ByteView nominations,
                              const FingersText* fingers) {
  if (definition.kind == election::ElectionKind::real) return fail(kRealNeedsHardware);
  election::PackageInputs inputs;
  inputs.definition = definition;
  inputs.law_text = std::string{law_text};
  inputs.law = law;
  inputs.keys = keys.role_keys();
  inputs.log_origin = std::string{log_origin};
  inputs.releases = releases;
  inputs.nominations = TRY(election::head_of(nominations));
  if (second_count != nullptr) {
    inputs.e2e = second_count->keys;
    inputs.e2e_files = second_count->files;
  }
  election::CompiledPackage compiled = TRY(election::compile(inputs));
  if (fingers != nullptr) {
    const election::LawPack pack = TRY(election::read_law_pack(law_text, law));
    TRY(annotate(finger_law(pack, fingers->document), "file", kFingersFile));
    TRY(add_file(compiled, kFingersFile, as_bytes(fingers->text)));
  }
  std::vector<crypto::SignaturePart> parts;
  for (crypto::Signer* root : keys.roots()) {
    auto part =
        TRY(crypto::sign_part(crypto::RecordKind::package, compiled.manifest_payload, *root));
    parts.push_back(std::move(part));
  }
  FrozenElection out;
  out.manifest_record = TRY(crypto::assemble(compiled.manifest_payload, std::move(parts)));
  out.files = std::move(compiled.files);
  return out;
}

Result<void> save_package(const FrozenElection& frozen, const std::vector<crypto::PublicKey>& roots,
                          ports::Store& folder) {
  for (const auto& [path, bytes] : frozen.files) TRY(folder.write(path, bytes, false));
  std::string keys;
  for (const crypto::PublicKey& root : roots) keys += crypto::to_text(root) + "\n";
  TRY(folder.write("roots.key", as_bytes(keys), false));
  TRY(folder.write("manifest.cose", frozen.manifest_record, false));
  return folder.sync();
}

Result<std::vector<crypto::PublicKey>> read_public_keys(std::string_view text) {
  std::vector<crypto::PublicKey> out;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    auto key = TRY(crypto::public_key_from_text(trim(line)));
    out.push_back(std::move(key));
  }
  return out;
}

Result<election::Package> load_package(const ports::Store& folder,
                                       const std::vector<crypto::PublicKey>& trusted,
                                       TextParser parse_toml) {
  const auto record = TRY(folder.read("manifest.cose"));
  const auto law = TRY(folder.read("law.toml"));
  const auto root_text = TRY(folder.read("roots.key"));
  if (!record || !law || !root_text) return fail(kNoPackage);
  std::vector<crypto::PublicKey> roots = trusted;
  if (roots.empty()) roots = TRY(read_public_keys(as_text(*root_text)));
  std::map<std::string, Bytes> files;
  const std::vector<std::string> paths = TRY(folder.list(""));
  for (const std::string& path : paths) {
    if (path == "manifest.cose" || path == "roots.key" || path == kNominationsBeside) continue;
    auto bytes = TRY(folder.read(path));
    files.emplace(path, std::move(*bytes));
  }
  const codec::Document document = TRY(parse_toml(as_text(*law)));
  election::Package out = TRY(election::Package::open(*record, files, roots, document));
  const auto acts = TRY(folder.read(kNominationsBeside));
  if (acts) TRY(annotate(out.take_nominations(*acts), "file", kNominationsBeside));
  return out;
}

Result<CommissionedMachine> commission(const election::Package& package, const MesaId& mesa,
                                       const crypto::MachineId& machine,
                                       const crypto::PublicKey& acta_key, std::string_view serial,
                                       std::int64_t time_s, DrillKeys& keys) {
  const crypto::MachineCertificate certificate{package.handle(), machine, acta_key,
                                               std::string{serial}};
  const crypto::Assignment assignment{package.handle(), mesa, machine, false, time_s};
  CommissionedMachine out;
  out.certificate = TRY(crypto::sign1(crypto::RecordKind::machine_certificate,
                                      crypto::encode(certificate), keys.key("election-ca")));
  out.assignment = TRY(
      crypto::sign1(crypto::RecordKind::assignment, crypto::encode(assignment), keys.key("ops")));
  return out;
}

}  // namespace sufragio::services
