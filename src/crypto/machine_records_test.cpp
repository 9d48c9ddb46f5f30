#include "crypto/machine_records.h"

#include "codec/cbor.h"
#include "crypto/codes.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::crypto {
namespace {

using tests::hex;

struct Fixture {
  tests::SeededRng rng{1};
  SoftwareKey ca = SoftwareKey::generate(Algorithm::es256, rng);
  SoftwareKey machine = SoftwareKey::generate(Algorithm::es256, rng);
  Verifier verifier = Verifier::from(ca.public_key()).value();
  ElectionHandle election = ElectionHandle::parse("0102030405060708").value();
  MachineId id = MachineId::parse("000102030405060708090a0b0c0d0e0f").value();

  MachineCertificate certificate() const {
    return {election, id, machine.public_key(), "VE-000123"};
  }
  Assignment assignment() const {
    return {election, MesaId::parse("010113042.07").value(), id, true, 1'722'161'520};
  }
  Revocation revocation() const {
    return {election, {id, MachineId{}}, 1'722'161'520, "robo del equipo"};
  }
  Bytes sign(RecordKind kind, const Bytes& payload) { return sign1(kind, payload, ca).value(); }
};

TEST(MachineRecords, GoRound) {
  Fixture f;
  const Bytes certificate = f.sign(RecordKind::machine_certificate, encode(f.certificate()));
  EXPECT_EQ(verify_certificate(certificate, f.verifier, f.election).value(), f.certificate());
  const Bytes assignment = f.sign(RecordKind::assignment, encode(f.assignment()));
  EXPECT_EQ(verify_assignment(assignment, f.verifier, f.election).value(), f.assignment());
  const Bytes revocation = f.sign(RecordKind::statement, encode(f.revocation()));
  EXPECT_EQ(verify_revocation(revocation, f.verifier, f.election).value(), f.revocation());
}

TEST(MachineRecords, HaveTheSizesThatThePaperIsPlannedFor) {  // QR-C: 163 + 132 bytes
  Fixture f;
  const Bytes certificate = f.sign(RecordKind::machine_certificate, encode(f.certificate()));
  EXPECT_EQ(certificate.size(), 163u);
  EXPECT_EQ(f.sign(RecordKind::assignment, encode(f.assignment())).size(), 132u);
}

TEST(MachineRecords, ThePayloadIsTheOneOfTheSpecification) {
  Fixture f;
  EXPECT_EQ(to_hex(encode(f.assignment())),
            "a70101024801020304050607080"
            "31a009a5012"
            "0407"
            "0550000102030405060708090a0b0c0d0e0f"
            "0601"
            "071a66a61970");
  EXPECT_TRUE(to_hex(encode(f.revocation())).starts_with("a6000e0101024801020304050607080382"));
}

TEST(MachineRecords, OfAnotherElectionKeyOrKindAreRefused) {
  Fixture f;
  const Bytes payload = encode(f.assignment());
  const Bytes record = f.sign(RecordKind::assignment, payload);
  const ElectionHandle drill;
  EXPECT_EQ(verify_assignment(record, f.verifier, drill).error().code, kOtherElection);
  const Verifier stranger = Verifier::from(f.machine.public_key()).value();
  EXPECT_EQ(verify_assignment(record, stranger, f.election).error().code, kUnknownKey);
  EXPECT_EQ(verify_certificate(record, f.verifier, f.election).error().code, kBadSignature);
  EXPECT_EQ(verify_assignment({}, f.verifier, f.election).error().code, kBadCose);
}

TEST(MachineRecords, PayloadsOutsideTheFormatAreRefused) {
  Fixture f;
  const auto code = [&](const Bytes& payload) {
    const auto out =
        verify_assignment(f.sign(RecordKind::assignment, payload), f.verifier, f.election);
    return out ? std::string{"ok"} : out.error().debug();
  };
  const std::string good = to_hex(encode(f.assignment()));
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return hex(text.replace(at, from.size(), to));
  };
  EXPECT_EQ(code(hex(good)), "ok");
  EXPECT_EQ(code(replaced("a70101", "a70102")), "K107 field=version");
  EXPECT_EQ(code(replaced("0407", "0400")), "K107 field=mesa");
  EXPECT_EQ(code(replaced("0407", "041864")), "K107 offset=20 cause=C110");
  EXPECT_EQ(code(replaced("0601", "0602")), "K107 offset=40 cause=C110");
  EXPECT_EQ(code(replaced("a70101", "a80101")), "K107 offset=0 cause=C110");
  EXPECT_EQ(code(replaced("071a66a61970", "071a66a6197000")), "K107 offset=47 cause=C106");
  EXPECT_EQ(code({}), "K107 offset=0 cause=C101");
  Revocation nobody = f.revocation();
  nobody.machines.clear();
  EXPECT_EQ(verify_revocation(f.sign(RecordKind::statement, encode(nobody)), f.verifier, f.election)
                .error()
                .debug(),
            "K107 field=machines");
  Revocation silent = f.revocation();
  silent.reason.clear();
  EXPECT_EQ(verify_revocation(f.sign(RecordKind::statement, encode(silent)), f.verifier, f.election)
                .error()
                .debug(),
            "K107 field=reason");
}

TEST(MachineRecords, AKeyOffTheCurveIsNoActaKey) {
  Fixture f;
  MachineCertificate certificate = f.certificate();
  certificate.acta_key.bytes.assign(33, 2);
  int refused = 0;
  for (std::uint8_t last = 0; last < 20; ++last) {  // about half of all x are on no point
    certificate.acta_key.bytes[32] = last;
    const Bytes record = f.sign(RecordKind::machine_certificate, encode(certificate));
    const auto out = verify_certificate(record, f.verifier, f.election);
    EXPECT_EQ(out.has_value(), Verifier::from(certificate.acta_key).has_value());
    if (!out && out.error().code == kBadKey) ++refused;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace sufragio::crypto
