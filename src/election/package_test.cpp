#include "election/package.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/toml/toml.h"
#include "codec/cbor.h"
#include "crypto/codes.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "sim/rng.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::election {
namespace {

using crypto::Algorithm;
using crypto::SoftwareKey;

codec::Document toml(const std::string& text) {
  const auto doc = adapters::parse_toml(text);
  EXPECT_TRUE(doc) << doc.error().debug();
  return *doc;
}

Definition small_definition() {
  DefinitionFiles files;
  files.csv = tests::small_election();
  files.election = toml(files.csv["election.toml"]);
  const auto d = read_definition(files);
  EXPECT_TRUE(d) << d.error().debug();
  return *d;
}

// Everything that it takes to freeze and open the small election.
class PackageTest : public testing::Test {
 protected:
  PackageTest() {
    inputs.definition = small_definition();
    inputs.law_text = tests::law_text();
    inputs.law = toml(inputs.law_text);
    const Role roles[] = {Role::election_ca, Role::ops, Role::bulletin, Role::bulletin,
                          Role::bulletin};
    for (const Role role : roles) {
      inputs.keys.push_back({role, key(Algorithm::es256), "Persona de ensayo"});
    }
    inputs.keys.push_back({Role::log, key(Algorithm::ed25519), "Registro"});
    inputs.log_origin = "example.org/simulacro-2026";
    inputs.log_policy = "policy\n";
    inputs.releases = {
        {"1.0.0", crypto::sha256(as_bytes("software")), crypto::sha256(as_bytes("source"))}};
    for (int i = 0; i < 2; ++i) {
      roots_.push_back(SoftwareKey::generate(Algorithm::es384, rng_));
      trusted.push_back(roots_.back().public_key());
    }
  }

  crypto::PublicKey key(Algorithm algorithm) {
    return SoftwareKey::generate(algorithm, rng_).public_key();
  }

  Bytes sign(const Bytes& payload, std::size_t signers = 2) {
    std::vector<crypto::SignaturePart> parts;
    for (std::size_t i = 0; i < signers; ++i) {
      auto part = crypto::sign_part(crypto::RecordKind::package, payload, roots_[i]);
      EXPECT_TRUE(part);
      parts.push_back(*part);
    }
    const auto record = crypto::assemble(payload, parts);
    EXPECT_TRUE(record);
    return *record;
  }

  CompiledPackage compiled() {
    auto out = compile(inputs);
    EXPECT_TRUE(out) << out.error().debug();
    return std::move(*out);
  }

  Result<Package> open(const CompiledPackage& p, std::size_t signers = 2) {
    return Package::open(sign(p.manifest_payload, signers), p.files, trusted, inputs.law);
  }

  // Changes a file and makes the manifest agree with it again, as a dishonest office would.
  Result<Package> open_with(const std::string& path, const Bytes& content,
                            const codec::Document* law = nullptr) {
    CompiledPackage p = compiled();
    auto manifest = decode_manifest(p.manifest_payload);
    EXPECT_TRUE(manifest);
    p.files[path] = content;
    bool named = false;
    for (PackageFile& file : manifest->files) {
      if (file.path != path) continue;
      file = {path, content.size(), crypto::sha256(content)};
      named = true;
    }
    if (!named) {
      manifest->files.push_back({path, content.size(), crypto::sha256(content)});
      std::sort(manifest->files.begin(), manifest->files.end(),
                [](const auto& a, const auto& b) { return a.path < b.path; });
    }
    if (path == "mesas.cbor") manifest->mesas_hash = crypto::sha256(content);
    if (path == "law.toml") manifest->law_pack = crypto::sha256(content);
    p.manifest_payload = encode_manifest(*manifest);
    return Package::open(sign(p.manifest_payload), p.files, trusted,
                         law == nullptr ? inputs.law : *law);
  }

  void expect_refused(const Result<Package>& package, Code code) {
    ASSERT_FALSE(package);
    EXPECT_EQ(package.error().code, code) << package.error().debug();
  }

  PackageInputs inputs;
  std::vector<crypto::PublicKey> trusted;

 private:
  sim::SimRng rng_{7};
  std::vector<SoftwareKey> roots_;
};

TEST_F(PackageTest, OpensAndGivesTheSameElectionBack) {  // [R10]
  const CompiledPackage p = compiled();
  const auto package = open(p);
  ASSERT_TRUE(package) << package.error().debug();
  EXPECT_EQ(package->definition(), inputs.definition);
  EXPECT_EQ(package->law().id, "ve-2009");
  EXPECT_EQ(package->hash(), crypto::sha256(p.manifest_payload));
  EXPECT_EQ(package->handle(), handle_of(package->hash()));
  EXPECT_EQ(package->manifest().mesas, 5u);
  EXPECT_EQ(package->keys(Role::bulletin).size(), 3u);
  EXPECT_EQ(package->keys(Role::publisher).size(), 0u);
  EXPECT_TRUE(package->released(crypto::sha256(as_bytes("software"))));
  EXPECT_FALSE(package->released(crypto::sha256(as_bytes("other"))));
  const Bytes& ballot = p.files.at("ballots/sabana.cbor");
  EXPECT_EQ(package->ballot_of(package->definition().mesas.back()).hex(),
            crypto::sha256(ballot).hex().substr(0, 16));
}

TEST_F(PackageTest, TheSameDefinitionGivesTheSameBytes) {
  EXPECT_EQ(compiled().manifest_payload, compiled().manifest_payload);
  EXPECT_EQ(compiled().files, compiled().files);
}

TEST_F(PackageTest, EncodingWhatWasDecodedGivesTheSameBytes) {
  const CompiledPackage p = compiled();
  const auto d = decode_definition(p.files.at("definition.cbor"), p.files.at("mesas.cbor"));
  ASSERT_TRUE(d);
  EXPECT_EQ(encode_definition(*d), p.files.at("definition.cbor"));
  EXPECT_EQ(encode_mesas(*d), p.files.at("mesas.cbor"));
  inputs.supersedes = crypto::sha256(as_bytes("before"));
  inputs.mesas_changed = {inputs.definition.mesas[1].id, inputs.definition.mesas[3].id};
  const Bytes payload = compiled().manifest_payload;
  const auto manifest = decode_manifest(payload);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->mesas_changed.size(), 2u);
  EXPECT_EQ(encode_manifest(*manifest), payload);
}

TEST_F(PackageTest, TheBallotFileSaysWhatAVoterSees) {
  const auto text = codec::cbor_diagnostic(compiled().files.at("ballots/rio.cbor"));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "{1: 1, 2: \"rio\", 3: [[0, \"presidencia\", 1, 1, [[\"araguaney\", \"ana\"], "
            "[\"llano\", \"luis\"], [\"ceiba\", \"ana\"], [\"orinoco\", \"luis\"], [\"turpial\", "
            "\"rosa\"]]], [1, \"concejo-lista\", 1, 3, [[\"araguaney\", \"lista-a\"], [\"ceiba\", "
            "\"lista-a\"], [\"llano\", \"lista-b\"]]], [2, \"concejo-c1\", 2, 2, "
            "[[\"araguaney\", \"c1\"], [\"araguaney\", \"c2\"], [\"llano\", \"c3\"]]]]}");
}

TEST_F(PackageTest, OneFlippedByteAnywhereIsRefused) {
  const CompiledPackage p = compiled();
  const Bytes record = sign(p.manifest_payload);
  sim::SimRng rng{99};
  for (std::size_t i = 0; i < record.size(); i += 1 + rng.below(12)) {
    Bytes broken = record;
    broken[i] = static_cast<std::uint8_t>(broken[i] ^ (1u << rng.below(8)));
    ASSERT_FALSE(Package::open(broken, p.files, trusted, inputs.law)) << "manifest byte " << i;
  }
  for (const auto& file : p.files) {
    for (int n = 0; n < 3; ++n) {
      std::map<std::string, Bytes> files = p.files;
      Bytes& bytes = files.at(file.first);
      const auto i = static_cast<std::size_t>(rng.below(bytes.size()));
      bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ (1u << rng.below(8)));
      const auto package = Package::open(record, files, trusted, inputs.law);
      ASSERT_FALSE(package) << file.first << " byte " << i;
      EXPECT_EQ(package.error().code, kPackageHash);
    }
  }
}

TEST_F(PackageTest, OneRootAloneIsRefused) {
  const CompiledPackage p = compiled();
  expect_refused(open(p, 1), kRootMissing);
}

TEST_F(PackageTest, AReaderWhoTrustsOneRootIsNotEnough) {
  trusted.pop_back();
  expect_refused(open(compiled()), kRootMissing);
  trusted.push_back(trusted.front());  // nor is the same root twice
  expect_refused(open(compiled()), kRootMissing);
}

TEST_F(PackageTest, OtherRootsAreRefused) {
  trusted[1] = key(Algorithm::es384);
  expect_refused(open(compiled()), crypto::kUnknownKey);
  trusted[1] = key(Algorithm::es256);
  expect_refused(open(compiled()), kRootMissing);
}

TEST_F(PackageTest, AnotherLawPackIsRefused) {
  std::string other = inputs.law_text;
  other.replace(other.find("ve-2009\""), 7, "ve-2010");
  const codec::Document document = toml(other);
  expect_refused(open_with("law.toml", to_bytes(as_bytes(other)), &document), kOtherLawPack);
  inputs.law_text = other;
  inputs.law = document;
  EXPECT_EQ(compile(inputs).error().code, kOtherLawPack);
}

TEST_F(PackageTest, AMissingOrAFurtherFileIsRefused) {
  CompiledPackage p = compiled();
  p.files["extra"] = {1};
  expect_refused(open(p), kPackageHash);
  p = compiled();
  p.files.erase("ballots/rio.cbor");
  expect_refused(open(p), kPackageHash);
}

TEST_F(PackageTest, ABallotThatIsNotTheDefinitionsIsRefused) {
  Definition other = inputs.definition;
  std::swap(other.contests[0].cards[0], other.contests[0].cards[1]);
  expect_refused(open_with("ballots/rio.cbor", encode_ballot(other, other.styles[0])),
                 kBadPackageFile);
  expect_refused(open_with("ballots/otra.cbor", encode_ballot(other, other.styles[0])),
                 kBadPackageFile);
}

TEST_F(PackageTest, ADefinitionThatBreaksARuleIsRefusedThoughSigned) {
  Definition other = inputs.definition;
  other.contests[0].cards[4].option = *OptionId::parse("nadie");
  expect_refused(open_with("definition.cbor", encode_definition(other)), kUnknownReference);
  other = inputs.definition;
  std::swap(other.mesas[0], other.mesas[1]);
  expect_refused(open_with("mesas.cbor", encode_mesas(other)), kDuplicate);
  other = inputs.definition;
  other.date = "2026-12-07";
  expect_refused(open_with("definition.cbor", encode_definition(other)), kBadManifest);
  other = inputs.definition;
  other.mesas.pop_back();
  expect_refused(open_with("mesas.cbor", encode_mesas(other)), kBadManifest);
  Bytes trailing = encode_mesas(inputs.definition);
  trailing.push_back(0);
  expect_refused(open_with("mesas.cbor", trailing), kBadPackageFile);
}

TEST_F(PackageTest, AnImportCannotBeFrozen) {
  inputs.definition.imported = true;
  EXPECT_EQ(compile(inputs).error().code, kBadValue);
}

TEST_F(PackageTest, VotesOfACircuitFollowTheLaw) {
  inputs.definition.contests[2].votes_per_voter = 1;
  const auto out = compile(inputs);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, kBadValue);
  EXPECT_EQ(out.error().fact("contest"), "concejo-c1");
}

TEST_F(PackageTest, EveryNeededRoleHasItsKeys) {  // [R52]
  for (const std::size_t drop : {0U, 1U, 2U, 5U}) {
    PackageInputs less = inputs;
    less.keys.erase(less.keys.begin() + static_cast<std::ptrdiff_t>(drop));
    const auto out = compile(less);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, kMissingRole) << drop;
    EXPECT_EQ(out.error().fact("role"), role_name(inputs.keys[drop].role));
  }
}

TEST_F(PackageTest, AManifestThatBreaksItsFormIsRefused) {
  const auto good = decode_manifest(compiled().manifest_payload);
  ASSERT_TRUE(good);
  const auto refused = [&](auto change) {
    Manifest m = *good;
    change(m);
    const auto out = decode_manifest(encode_manifest(m));
    return !out && out.error().code == kBadManifest;
  };
  EXPECT_TRUE(refused([](Manifest& m) { m.title = " x"; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.date = "2026-13-01"; }));
  EXPECT_TRUE(refused([](Manifest& m) { std::swap(m.files[0], m.files[1]); }));
  EXPECT_TRUE(refused([](Manifest& m) { m.files[1] = m.files[0]; }));
  for (const char* path : {"", "/a", "a//b", "../a", "a/../b", ".a", "a b", "a\\b", "a/"}) {
    EXPECT_TRUE(refused([&](Manifest& m) { m.files = {{path, 0, {}}}; })) << path;
  }
  EXPECT_TRUE(refused([](Manifest& m) { m.keys[1].key = m.keys[0].key; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.keys[0].key.bytes[0] = 4; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.keys[0].key.algorithm = Algorithm::es384; }));
  EXPECT_TRUE(refused([](Manifest& m) { m.keys[0].holder.clear(); }));
  EXPECT_TRUE(refused([](Manifest& m) { m.releases.push_back(m.releases[0]); }));
  EXPECT_TRUE(refused([](Manifest& m) { m.log_origin.clear(); }));
  EXPECT_TRUE(refused([](Manifest& m) {
    m.supersedes = Hash32{};
    m.mesas_changed = {MesaId{CentreCode{2}, MesaNumber{1}}, MesaId{CentreCode{1}, MesaNumber{1}}};
  }));
  Bytes trailing = encode_manifest(*good);
  trailing.push_back(0);
  EXPECT_FALSE(decode_manifest(trailing));
  EXPECT_FALSE(decode_manifest({}));
}

TEST(PackageFiles, UnitsOfAnImportKeepTheirActas) {
  Definition d = small_definition();
  d.imported = true;
  d.mesas[0].actas = 12;
  d.mesas[1].actas = 0;
  d.mesas[2].electors = {};
  d.mesas[2].electors_known = false;
  const auto out = decode_definition(encode_definition(d), encode_mesas(d));
  ASSERT_TRUE(out) << out.error().debug();
  EXPECT_EQ(*out, d);
}

TEST(PackageFiles, CutBytesAreRefusedEverywhere) {
  const Definition d = small_definition();
  const Bytes definition = encode_definition(d);
  const Bytes mesas = encode_mesas(d);
  for (std::size_t n = 0; n < definition.size(); ++n) {
    ASSERT_FALSE(decode_definition(ByteView{definition}.first(n), mesas)) << n;
  }
  for (std::size_t n = 0; n < mesas.size(); ++n) {
    ASSERT_FALSE(decode_definition(definition, ByteView{mesas}.first(n))) << n;
  }
}

TEST(PackageFiles, ChangedBytesThatStillDecodeEncodeBack) {
  const Definition d = small_definition();
  const Bytes definition = encode_definition(d);
  const Bytes mesas = encode_mesas(d);
  sim::SimRng rng{5};
  int accepted = 0;
  for (int i = 0; i < 1'000; ++i) {
    Bytes changed = definition;
    Bytes changed_mesas = mesas;
    Bytes& target = rng.below(2) == 0 ? changed : changed_mesas;
    target[rng.below(target.size())] = static_cast<std::uint8_t>(rng.below(256));
    const auto out = decode_definition(changed, changed_mesas);
    if (!out) continue;
    ++accepted;
    ASSERT_EQ(encode_definition(*out), changed);
    ASSERT_EQ(encode_mesas(*out), changed_mesas);
  }
  EXPECT_GT(accepted, 50);
}

}  // namespace
}  // namespace sufragio::election
