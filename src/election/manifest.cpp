// The manifest payload of docs/spec/package.md 2.
#include <algorithm>
#include <array>
#include <set>

#include "base/check.h"
#include "base/numbers.h"
#include "codec/cbor.h"
#include "election/codes.h"
#include "election/definition_check.h"
#include "election/manifest.h"

namespace sufragio::election {

namespace {

constexpr std::array<std::string_view, 9> kRoles = {"election-ca", "ops",     "bulletin",
                                                    "log",         "witness", "receipt",
                                                    "guardian",    "auditor", "publisher"};
constexpr std::size_t kMaxManifest = 16 * 1024 * 1024;
constexpr std::size_t kMaxList = 100'000;
constexpr std::size_t kMaxPath = 200;

tl::unexpected<Error> bad(std::string_view reason) {
  return fail(kBadManifest, {{"reason", std::string{reason}}});
}

bool is_path(std::string_view path) {
  if (path.empty() || path.size() > kMaxPath) return false;
  for (const std::string_view part : sufragio::split(path, '/')) {
    if (part.empty() || part.front() == '.') return false;
    for (const char c : part) {
      const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      if (!good) return false;
    }
  }
  return true;
}

constexpr std::uint64_t kMaxGuardians = 32;
constexpr std::uint64_t kMaxLeast = 1'000'000;

void write_encrypted_count(codec::CborWriter& out, const EncryptedCount& e) {
  out.map(10);
  out.uint(1);
  out.text(EncryptedCount::kProfile);
  out.uint(2);
  out.bytes(e.parameters.view());
  out.uint(3);
  out.bytes(e.manifest.view());
  out.uint(4);
  out.bytes(e.base.view());
  out.uint(5);
  out.bytes(e.joint_key);
  out.uint(6);
  out.bytes(e.extended.view());
  out.uint(7);
  out.uint(e.guardians);
  out.uint(8);
  out.uint(e.quorum);
  out.uint(9);
  out.bytes(e.transcript.view());
  out.uint(10);
  out.uint(e.min_aggregate);
}

class ManifestReader {
 public:
  explicit ManifestReader(ByteView payload) : in_{payload} {}

  Result<Manifest> manifest() {
    TRY(in_.map(13));
    TRY(head());
    TRY(in_.key(6));
    TRY(list([&] { return file(); }));
    TRY(in_.key(7));
    TRY(in_.array(2));
    const std::uint64_t mesas = TRY(in_.uint(kMaxList));
    m_.mesas = static_cast<std::uint32_t>(mesas);
    m_.mesas_hash = TRY(hash());
    TRY(in_.key(8));
    const bool no_e2e = TRY(in_.null());
    if (!no_e2e) TRY(encrypted_count());
    TRY(in_.key(9));
    TRY(list([&] { return role_key(); }));
    TRY(in_.key(10));
    TRY(in_.array(2));
    m_.log_origin = TRY(text());
    m_.log_policy = TRY(hash());
    TRY(in_.key(11));
    TRY(list([&] { return release(); }));
    TRY(tail());
    TRY(in_.end());
    return std::move(m_);
  }

 private:
  Result<std::string> text() {
    const std::string_view value = TRY(in_.text());
    return std::string{value};
  }
  Result<Hash32> hash() {
    const ByteView bytes = TRY(in_.bytes(Hash32::kSize));
    return Hash32::from(bytes);
  }
  template <typename Read>
  Result<void> list(Read&& read) {
    const std::size_t size = TRY(in_.array());
    if (size > kMaxList) return bad("list-too-long");
    for (std::size_t i = 0; i < size; ++i) TRY(read());
    return {};
  }

  Result<void> head() {
    TRY(in_.key(1));
    const std::uint64_t version = TRY(in_.uint());
    if (version != 1) return bad("version");
    TRY(in_.key(2));
    m_.title = TRY(text());
    TRY(in_.key(3));
    m_.date = TRY(text());
    TRY(in_.key(4));
    const std::uint64_t kind = TRY(in_.uint(static_cast<std::uint64_t>(ElectionKind::audit)));
    m_.kind = static_cast<ElectionKind>(kind);
    TRY(in_.key(5));
    m_.law_pack = TRY(hash());
    return {};
  }

  Result<void> file() {
    TRY(in_.array(3));
    PackageFile f;
    f.path = TRY(text());
    f.size = TRY(in_.uint());
    f.hash = TRY(hash());
    m_.files.push_back(std::move(f));
    return {};
  }

  Result<void> role_key() {
    TRY(in_.array(4));
    RoleKey k;
    const std::string_view name = TRY(in_.text());
    const auto* const role = std::find(kRoles.begin(), kRoles.end(), name);
    if (role == kRoles.end()) return bad("role");
    k.role = static_cast<Role>(role - kRoles.begin());
    const std::int64_t algorithm = TRY(in_.integer());
    bool known = false;
    for (const auto a :
         {crypto::Algorithm::es256, crypto::Algorithm::es384, crypto::Algorithm::ed25519}) {
      if (algorithm != static_cast<std::int64_t>(a)) continue;
      k.key.algorithm = a;
      known = true;
    }
    if (!known) return bad("algorithm");
    const ByteView bytes = TRY(in_.bytes());
    k.key.bytes = to_bytes(bytes);
    k.holder = TRY(text());
    m_.keys.push_back(std::move(k));
    return {};
  }

  Result<void> release() {
    TRY(in_.array(3));
    Release r;
    r.name = TRY(text());
    r.software_root = TRY(hash());
    r.source_hash = TRY(hash());
    m_.releases.push_back(std::move(r));
    return {};
  }

  Result<void> encrypted_count() {
    EncryptedCount e;
    TRY(in_.map(10));
    TRY(in_.key(1));
    const std::string_view profile = TRY(in_.text());
    if (profile != EncryptedCount::kProfile) return bad("key 8");  // one that we do not know
    TRY(in_.key(2));
    e.parameters = TRY(hash());
    TRY(in_.key(3));
    e.manifest = TRY(hash());
    TRY(in_.key(4));
    e.base = TRY(hash());
    TRY(in_.key(5));
    const ByteView key = TRY(in_.bytes(33));
    e.joint_key = to_bytes(key);
    TRY(in_.key(6));
    e.extended = TRY(hash());
    TRY(in_.key(7));
    const std::uint64_t guardians = TRY(in_.uint(kMaxGuardians));
    TRY(in_.key(8));
    const std::uint64_t quorum = TRY(in_.uint(guardians));
    TRY(in_.key(9));
    e.transcript = TRY(hash());
    TRY(in_.key(10));
    const std::uint64_t least = TRY(in_.uint(kMaxLeast));
    if (quorum == 0) return bad("key 8");
    e.guardians = static_cast<std::uint32_t>(guardians);
    e.quorum = static_cast<std::uint32_t>(quorum);
    e.min_aggregate = static_cast<std::uint32_t>(least);
    m_.e2e = std::move(e);
    return {};
  }

  Result<void> tail() {
    TRY(in_.key(12));
    const bool first = TRY(in_.null());
    if (!first) m_.supersedes = TRY(hash());
    TRY(in_.key(13));
    if (first) {
      const bool none = TRY(in_.null());
      if (!none) return bad("key-13-without-key-12");
      return {};
    }
    return list([&]() -> Result<void> {
      TRY(in_.array(2));
      const std::uint64_t centre = TRY(in_.uint(kMaxCentre));
      const std::uint64_t mesa = TRY(in_.uint(kMaxMesaNumber));
      m_.mesas_changed.push_back({CentreCode{static_cast<std::uint32_t>(centre)},
                                  MesaNumber{static_cast<std::uint16_t>(mesa)}});
      return {};
    });
  }

  codec::CborReader in_;
  Manifest m_;
};

Result<void> check_keys(const Manifest& m) {
  std::set<crypto::Kid> kids;
  for (const RoleKey& key : m.keys) {
    if (!crypto::Verifier::from(key.key)) return bad("public-key");
    if (!kids.insert(key.key.kid()).second) return bad("key-twice");
    if (!is_clean_text(key.holder)) return bad("holder");
  }
  return {};
}

}  // namespace

std::string_view role_name(Role role) { return kRoles.at(static_cast<std::size_t>(role)); }

crypto::ElectionHandle handle_of(const Hash32& package_hash) {
  const auto out =
      crypto::ElectionHandle::from(package_hash.view().first(crypto::ElectionHandle::kSize));
  CHECK(out.has_value());
  return *out;
}

Result<void> check_manifest(const Manifest& m) {
  if (!is_clean_text(m.title)) return bad("title");
  if (!parse_date(m.date)) return bad("date");
  for (std::size_t i = 0; i < m.files.size(); ++i) {
    if (!is_path(m.files[i].path)) return bad("path");
    if (i > 0 && m.files[i - 1].path >= m.files[i].path) return bad("order-of-files");
  }
  if (!is_clean_text(m.log_origin)) return bad("log-origin");
  std::set<Hash32> roots;
  for (const Release& release : m.releases) {
    if (!is_clean_text(release.name) || !roots.insert(release.software_root).second) {
      return bad("release");
    }
  }
  if (!m.supersedes && !m.mesas_changed.empty()) return bad("key-13-without-key-12");
  for (std::size_t i = 1; i < m.mesas_changed.size(); ++i) {
    if (m.mesas_changed[i - 1] >= m.mesas_changed[i]) return bad("order-of-mesas");
  }
  return check_keys(m);
}

Bytes encode_manifest(const Manifest& m) {
  codec::CborWriter out;
  out.map(13);
  out.uint(1);
  out.uint(1);
  out.uint(2);
  out.text(m.title);
  out.uint(3);
  out.text(m.date);
  out.uint(4);
  out.uint(static_cast<std::uint64_t>(m.kind));
  out.uint(5);
  out.bytes(m.law_pack.view());
  out.uint(6);
  out.array(m.files.size());
  for (const PackageFile& file : m.files) {
    out.array(3);
    out.text(file.path);
    out.uint(file.size);
    out.bytes(file.hash.view());
  }
  out.uint(7);
  out.array(2);
  out.uint(m.mesas);
  out.bytes(m.mesas_hash.view());
  out.uint(8);
  if (m.e2e) {
    write_encrypted_count(out, *m.e2e);
  } else {
    out.null();
  }
  out.uint(9);
  out.array(m.keys.size());
  for (const RoleKey& key : m.keys) {
    out.array(4);
    out.text(role_name(key.role));
    out.integer(static_cast<std::int64_t>(key.key.algorithm));
    out.bytes(key.key.bytes);
    out.text(key.holder);
  }
  out.uint(10);
  out.array(2);
  out.text(m.log_origin);
  out.bytes(m.log_policy.view());
  out.uint(11);
  out.array(m.releases.size());
  for (const Release& release : m.releases) {
    out.array(3);
    out.text(release.name);
    out.bytes(release.software_root.view());
    out.bytes(release.source_hash.view());
  }
  out.uint(12);
  if (!m.supersedes) {
    out.null();
    out.uint(13);
    out.null();
    return out.take();
  }
  out.bytes(m.supersedes->view());
  out.uint(13);
  out.array(m.mesas_changed.size());
  for (const MesaId& mesa : m.mesas_changed) {
    out.array(2);
    out.uint(mesa.centre.value());
    out.uint(mesa.mesa.value());
  }
  return out.take();
}

Result<Manifest> decode_manifest(ByteView payload) {
  if (payload.size() > kMaxManifest) return bad("too-large");
  Result<Manifest> manifest = ManifestReader{payload}.manifest();
  if (!manifest) {
    if (manifest.error().code == kBadManifest) return manifest;
    return bad(manifest.error().debug());
  }
  TRY(check_manifest(*manifest));
  return manifest;
}

}  // namespace sufragio::election
