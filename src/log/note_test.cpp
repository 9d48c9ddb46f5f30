#include "log/note.h"

#include "codec/text_codes.h"
#include "crypto/codes.h"
#include "log/codes.h"
#include "tests/support/log_keys.h"
#include "tests/support/support.h"

namespace sufragio::log {
namespace {

std::string sample_note(std::uint64_t size = 7) {
  crypto::SoftwareKey key = test_key(1);
  Checkpoint checkpoint;
  checkpoint.origin = kOrigin;
  checkpoint.size = size;
  checkpoint.root.data.fill(0xab);
  return sign_note(checkpoint_text(checkpoint), kOrigin, key).value();
}

TEST(Vkey, OfThePublishedLogsParsesAndPrintsTheSame) {
  for (const std::string_view vkey :
       {std::string_view{kTesseraKey},
        std::string_view{
            "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN"},
        std::string_view{
            "mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O"}}) {
    const Result<LogKey> key = LogKey::parse(vkey);
    ASSERT_TRUE(key.has_value()) << vkey;
    EXPECT_EQ(key->vkey(), vkey);
  }
}

TEST(Vkey, IsRefusedUnlessEveryPartFits) {
  const std::string good = kTesseraKey;
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string out = good;
    out.replace(out.find(from), from.size(), to);
    return out;
  };
  for (const std::string& bad :
       {std::string{}, std::string{"name"}, std::string{"name+00000000"}, replaced("33d7", "33d8"),
        replaced("33d7b496", "33D7B496"), replaced("33d7b496", "33d7b49"),
        replaced("example.com", "example com"), replaced("example.com", "example.org"),
        replaced("+Ae", "+Be"), replaced("+AeH", "+AuH"), good + "=", good + "\n", good + "+",
        good.substr(0, good.size() - 4), "+33d7b496+" + good.substr(good.size() - 44)}) {
    const Result<LogKey> key = LogKey::parse(bad);
    ASSERT_FALSE(key.has_value()) << bad;
    EXPECT_EQ(key.error().code, kBadVkey);
  }
}

TEST(Checkpoint, TextReadsBackAndEveryOtherShapeIsRefused) {
  const std::string root = codec::base64_encode(Bytes(32, 1));
  const std::string good = "o\n5\n" + root + "\n";
  const Checkpoint read = parse_checkpoint(good).value();
  EXPECT_EQ(read.origin, "o");
  EXPECT_EQ(read.size, 5U);
  EXPECT_EQ(checkpoint_text(read), good);
  for (const std::string& bad : std::vector<std::string>{
           "", "\n", "o\n5\n", "o\n5\n" + root, "\n5\n" + root + "\n", "o\n05\n" + root + "\n",
           "o\n-5\n" + root + "\n", "o\n5 \n" + root + "\n", "o\n\n" + root + "\n",
           "o\n4611686018427387905\n" + root + "\n", "o\n5\n" + root.substr(4) + "\n",
           "o\n5\n" + root.substr(0, 43) + "\n", "o\n5\n" + root + "\nextension\n",
           "o\n5\n" + root + "\n\n", "o o\n5\n" + root + "\n", "o\r\n5\n" + root + "\n"}) {
    const Result<Checkpoint> got = parse_checkpoint(bad);
    ASSERT_FALSE(got.has_value()) << bad;
    EXPECT_EQ(got.error().code, kBadCheckpoint) << bad;
  }
}

TEST(Note, IsOpenedByItsKeyOnly) {
  const std::string note = sample_note();
  const LogKey key = public_part(test_key(1), kOrigin);
  const Checkpoint opened = open_checkpoint(note, kOrigin, {key}).value();
  EXPECT_EQ(opened.size, 7U);
  EXPECT_EQ(open_note(note, {}).error().code, kBadNote);
  EXPECT_EQ(open_note(note, {public_part(test_key(2), kOrigin)}).error().code, kBadNote);
  EXPECT_EQ(open_note(note, {public_part(test_key(1), "other")}).error().code, kBadNote);
  EXPECT_EQ(open_checkpoint(note, "other", {key}).error().code, kBadCheckpoint);
  LogKey witness = key;
  witness.type = NoteKeyType::cosignature;
  EXPECT_EQ(open_note(note, {witness}).error().code, kBadNote);
  EXPECT_EQ(cosignature_time(note, witness).error().code, kBadNote);
}

TEST(Note, IgnoresSignaturesOfOthersAndAcceptsManyOfThem) {
  std::string note = sample_note();
  crypto::SoftwareKey other = test_key(3);
  for (int i = 0; i < 40; ++i) {
    const std::string name = "witness" + std::to_string(i);
    const std::string signed_too = sign_note("x\n", name, other).value();
    note += signed_too.substr(signed_too.find("\n\n") + 2);
  }
  EXPECT_TRUE(open_note(note, {public_part(test_key(1), kOrigin)}).has_value());
}

TEST(Note, IsBadAsAWholeWhenASignatureOfAKnownKeyFails) {
  std::string note = sample_note();
  crypto::SoftwareKey other = test_key(3);
  const std::string elsewhere = sign_note("another text\n", "w", other).value();
  note += elsewhere.substr(elsewhere.find("\n\n") + 2);
  const LogKey log = public_part(test_key(1), kOrigin);
  EXPECT_TRUE(open_note(note, {log}).has_value());
  EXPECT_EQ(open_note(note, {log, public_part(other, "w")}).error().code, kBadNote);
}

TEST(Note, WithAnyByteChangedIsRefused) {
  const std::string note = sample_note();
  const LogKey key = public_part(test_key(1), kOrigin);
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(open_note(changed, {key}).has_value()) << i << " " << bit;
    }
    EXPECT_FALSE(open_note(note.substr(0, i), {key}).has_value()) << i;
  }
}

TEST(Note, OfAnotherShapeIsRefused) {
  const std::string note = sample_note();
  const LogKey key = public_part(test_key(1), kOrigin);
  const std::size_t at = note.find("\n\n");
  const std::string text = note.substr(0, at + 1);
  const std::string line = note.substr(at + 2);
  EXPECT_TRUE(open_note(text + "\n" + line, {key}).has_value());
  const std::string signature = line.substr(line.rfind(' ') + 1);
  for (const std::string& bad :
       std::vector<std::string>{"",
                                "\n",
                                "\n\n",
                                text,
                                text + "\n",
                                text + line,
                                note + "\n",
                                note + "x",
                                note + "x\n",
                                text + "\n" + line.substr(0, line.size() - 1),
                                text + "\n- " + line.substr(4),
                                text + "\n" + line.substr(4),
                                text + "\n" + line + "\n" + line.substr(0, 10),
                                text + "\n\xE2\x80\x94 " + signature,
                                text + "\n\xE2\x80\x94  " + signature,
                                text + "\n\xE2\x80\x94 a+b " + signature,
                                text + "\n\xE2\x80\x94 name AAAA\n",
                                text + "\r\n" + line,
                                text + "\n" + line + "\xff\n",
                                text + std::string("\0\n", 2) + line,
                                std::string(kMaxNote, 'a') + text + "\n" + line}) {
    EXPECT_EQ(open_note(bad, {key}).error().code, kBadNote) << bad.substr(0, 200);
  }
}

TEST(Note, IsMadeOnlyWithAnEd25519KeyAndAGoodName) {
  crypto::SoftwareKey key = test_key(1);
  crypto::SoftwareKey p256 =
      crypto::SoftwareKey::from_secret(crypto::Algorithm::es256, Bytes(32, 1)).value();
  EXPECT_EQ(sign_note("x\n", "n", p256).error().code, crypto::kWrongAlgorithm);
  EXPECT_EQ(sign_note("x", "n", key).error().code, kBadNote);
  EXPECT_EQ(sign_note("x\t\n", "n", key).error().code, kBadNote);
  for (const char* name :
       {"", "a b", "a+b", "a\nb", "a\xC2\xA0z", "a\xE2\x80\x83z", "a\xE3\x80\x80z", "\xff"}) {
    EXPECT_EQ(sign_note("x\n", name, key).error().code, kBadNote) << name;
  }
  EXPECT_TRUE(sign_note("x\n", "Ñ\xE2\x80\x94", key).has_value());
}

TEST(Note, TextMayHoldBlankLines) {
  crypto::SoftwareKey key = test_key(1);
  const std::string note = sign_note("a\n\nb\n", "n", key).value();
  EXPECT_EQ(open_note(note, {public_part(key, "n")}).value(), "a\n\nb\n");
}

TEST(Note, CosignatureOfThePublishedWitnessHoldsAtItsTime) {
  const std::string folder = "vectors/tlog/skylight-sunlight/";
  SKIP_WITHOUT_SHARED(folder);
  const auto witness =
      LogKey::parse("witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN");
  ASSERT_TRUE(witness.has_value());
  std::string note = tests::read_file(
      *tests::shared_path(folder + "witness/000de184301123b9278c086a7d9f68c9577e83872224c197058"
                                   "fd90784ea9706/checkpoint"));
  EXPECT_EQ(cosignature_time(note, *witness).value(), 1'767'139'200U);
  note.replace(note.find("\n300\n"), 5, "\n301\n");
  EXPECT_EQ(cosignature_time(note, *witness).error().code, kBadNote);
}

}  // namespace
}  // namespace sufragio::log
